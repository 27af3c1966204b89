"""Canvas's gradebook, exported as CSV and taken back by its import.

The header begins with `Student,ID` (or `LastName,FirstName,ID`) and has `Section`; a column of marks ends with the
number of its assignment in brackets. Rows of "Points Possible" and of manual posting stand before the students, "Test
Student" after them. Source: Canvas's `lib/gradebook_exporter.rb` and `gradebook_importer.rb`, which translate none of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import amount, folded, identity, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.files.delimited import Delimited, Record

_STARTS: Final = (("student", "id"), ("lastname", "firstname", "id"))
_IDS: Final = ("id", "sis user id", "sis login id", "integration id")
_TITLE_AND_ID: Final = re.compile(r"(.*) \(([0-9]+)\)", re.DOTALL)
_POINTS: Final = "points possible"
_TEST_STUDENT: Final = "student, test"
# What the export writes where there is no score to give.
_KEPT: Final = {"EX": "is excused", "N/A": "is not assigned this"}


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as Canvas's gradebook, None where it is none."""
    if not table.records:
        return None
    headings = [folded(heading) for heading in table.records[0].cells]
    if not any(tuple(headings[: len(start)]) == start for start in _STARTS) or "section" not in headings:
        return None
    section = headings.index("section")
    points = next((row for row in table.records[1:] if _POINTS in folded(row.cells[0])), None)
    students = [
        _listed(number, record, headings)
        for number, record in enumerate(table.records)
        if number and record is not points and _is_student(record, headings)
    ]
    columns = [
        column
        for place, heading in enumerate(table.records[0].cells)
        if place > section and (column := _column(place, heading, points)) is not None
    ]
    return Worksheet("canvas", table, tuple(students), tuple(columns), kept=_KEPT)


def _is_student(record: Record, headings: Sequence[str]) -> bool:
    """Tell students from the rows of manual posting, whose first cells are empty, and from Canvas's own student."""
    place = headings.index("id")
    name = ", ".join(cell.strip() for cell in record.cells[:place])
    return (
        len(record.cells) > place and bool(record.cells[place].strip()) and name.casefold() != _TEST_STUDENT
    )


def _listed(number: int, record: Record, headings: Sequence[str]) -> Listed:
    cells = dict(zip(headings, record.cells, strict=False))
    login = identity(cells.get("sis login id", ""))
    return Listed(
        record=number,
        line=record.line,
        ids=tuple(text for name in _IDS if (text := identity(cells.get(name, "")))),
        name=words(cells.get("student", "")).strip()
        or f"{cells.get('lastname', '')}, {cells.get('firstname', '')}",
        email=login if "@" in login else "",
        section=cells.get("section", "").strip(),
    )


def _column(place: int, heading: str, points: Record | None) -> MarkColumn | None:
    found = _TITLE_AND_ID.fullmatch(heading.strip())
    if found is None:
        return None
    said = points.cells[place] if points is not None and place < len(points.cells) else ""
    # "(read only)", in the language of whoever exported it.
    closed = f"says {said.strip()!r} where its points stand" if said.strip() and amount(said) is None else ""
    return MarkColumn(place, heading, found[1].strip(), found[2], amount(said), closed)
