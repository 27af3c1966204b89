"""A class's marks as one table, a row a student: one file a format, found through GRADE_TABLES.

Each is a function `write(rows, path)`; a row has the cells of `GradeRow`, amounts in hundredths. Texts stay texts: nothing
of them is calculated by whoever opens the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

GRADE_TABLES: Final[Mapping[str, str]] = {
    "csv": "grader.writers.gradetables.csvtable:write",
    "xlsx": "grader.writers.gradetables.xlsxtable:write",
    "parquet": "grader.writers.gradetables.parquettable:write",
}


class GradeRow(NamedTuple):
    """One student, as `grader.files.provenance.EXPORT_HEADER` names the cells; amounts are hundredths, None where there are none."""

    id: str
    name: str
    email: str
    section: str
    group: str
    score: int | None
    low: int | None
    high: int | None
    max_points: int | None
    status: str  # graded, open, or not handed in
    source: str
