"""The table as a workbook of Excel and others, by openpyxl (the extra `xlsx`)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from grader.files.provenance import EXPORT_HEADER
from grader.writers.atomic import write_bytes
from grader.writers.rounding import HUNDRED
from grader.writers.spreadsheetcells import percent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.writers.gradetables import GradeRow

# What XML, and so a workbook, cannot hold.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# The most characters of a cell.
_MOST: Final = 32_767
# The same work gives the same bytes: no clock in it. Zip files begin in 1980.
_WHEN: Final = datetime(1980, 1, 1, tzinfo=UTC)


def write(rows: Iterable[GradeRow], path: Path) -> None:
    """Write the table; raises NotOurs for a file that is there already and is another, and OSError."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _WHEN.replace(tzinfo=None)
    sheet = book.create_sheet("grades")
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, name, bold=True) for name in EXPORT_HEADER])
    for row in rows:
        share = percent(row.score, row.max_points or 0)
        amounts = [None if each is None else each / HUNDRED for each in row[5:9]]
        cells = [*(_text(sheet, text) for text in row[:5]), *amounts, float(share) if share else None]
        sheet.append([*cells, _text(sheet, row.status), _text(sheet, row.source)])
    held = io.BytesIO()
    book.save(held)
    write_bytes(path, _without_clock(held.getvalue()))


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """Return a cell that holds a text, whatever it begins with; None for none."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, value=_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:_MOST])
    cell.data_type = "s"  # else `=1+1` would be calculated
    if bold:
        cell.font = Font(bold=True)
    return cell


def _without_clock(data: bytes) -> bytes:
    """Return the same archive with one time for all its files."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "docProps/core.xml":  # the library writes when it saved
                raw = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", raw)
            new.writestr(zipfile.ZipInfo(name, _WHEN.timetuple()[:6]), raw, zipfile.ZIP_DEFLATED)
    return held.getvalue()
