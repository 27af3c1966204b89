"""The table as CSV: UTF-8, commas, amounts as plain decimals."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from grader.files.provenance import EXPORT_HEADER
from grader.writers.atomic import NOT_OURS, atomic_text
from grader.writers.rounding import decimal
from grader.writers.spreadsheetcells import percent, plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.writers.gradetables import GradeRow


def write(rows: Iterable[GradeRow], path: Path) -> None:
    """Write the table; raises NotOurs for a file that is no such table, and OSError."""
    with atomic_text(path, known=_known) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(EXPORT_HEADER)
        for row in rows:
            amounts = ["" if each is None else decimal(each) for each in row[5:9]]
            share = percent(row.score, row.max_points or 0)
            table.writerow([*map(plain_cell, row[:5]), *amounts, share, row.status, plain_cell(row.source)])


def _known(there: bytes) -> str:
    return "" if there.startswith(",".join(EXPORT_HEADER).encode()) else NOT_OURS
