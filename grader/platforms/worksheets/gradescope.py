"""Gradescope's tables: a roster, the scores of an assignment, the scores of a course.

Students have `SID` and `Email`. An assignment's table has `Total Score` and `Max Points`; a course's has for each
assignment a column of its name and one of its name and ` - Max Points`. Gradescope takes no scores from a table. Source:
files seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import amount, columns_of, folded, identity, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from grader.files.delimited import Delimited, Record

_TOTAL, _MOST, _ROLE = "total score", "max points", "role"
_STAFF: Final = frozenset({"instructor", "ta", "reader"})
_OF_COURSE: Final = " - max points"
_NOTE: Final = "Gradescope itself takes no scores from a table"


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as one of Gradescope's, None where it is none."""
    headings = table.records[0].cells if table.records else ()
    names = [folded(heading) for heading in headings]
    of_course = any(name.endswith(_OF_COURSE) for name in names)
    if "sid" not in names or "email" not in names or not (of_course or _TOTAL in names or _ROLE in names):
        return None
    places = columns_of(headings)
    role = names.index(_ROLE) if _ROLE in names else None
    students = [
        _listed(number, record, places)
        for number, record in enumerate(table.records)
        if number and not record.is_blank and _is_student(record, role)
    ]
    columns = [
        MarkColumn(place, headings[place], headings[place].strip(), points=_points(table, most))
        for place, most in _columns(names)
    ]
    settled = len(columns) == 1 and _TOTAL in names
    return Worksheet(
        "gradescope", table, tuple(students), tuple(columns), settled=settled, note=_NOTE if columns else ""
    )


def _columns(names: Sequence[str]) -> list[tuple[int, int | None]]:
    """Return the places of the columns with scores, each with that of its points."""
    if _TOTAL in names:
        return [(names.index(_TOTAL), names.index(_MOST) if _MOST in names else None)]
    return [
        (names.index(name.removesuffix(_OF_COURSE)), place)
        for place, name in enumerate(names)
        if name.endswith(_OF_COURSE) and name.removesuffix(_OF_COURSE) in names
    ]


def _points(table: Delimited, place: int | None) -> Fraction | None:
    """Return the points of an assignment, which stand in every row; None where they differ or are missing."""
    if place is None:
        return None
    found = {amount(record.cells[place]) for record in table.records[1:] if len(record.cells) > place}
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _is_student(record: Record, role: int | None) -> bool:
    return role is None or len(record.cells) <= role or folded(record.cells[role]) not in _STAFF


def _listed(number: int, record: Record, places: Mapping[str, Sequence[int]]) -> Listed:
    def said(kind: str) -> str:
        cells = (words(record.cells[place]).strip() for place in places[kind] if place < len(record.cells))
        return next(filter(None, cells), "")

    name = f"{said('first')} {said('last')}".strip() or said("name")
    ids = tuple(filter(None, (identity(said("id")),)))
    return Listed(number, record.line, ids, name, said("email"), said("section"))
