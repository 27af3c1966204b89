"""A class list: whatever names its students by columns that are known, as one of a student information system, a
platform's list of participants, or one that a teacher keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import columns_of, identity, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.files.delimited import Delimited, Record

# Rows before the headings, in which an export tells of its course.
_LEAD_IN: Final = 12


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as a class list, None where no column of it tells one student from another."""
    head = next((number for number, record in enumerate(table.records[:_LEAD_IN]) if _names(record)), None)
    if head is None:
        return None
    headings = table.records[head].cells
    places = columns_of(headings)
    students = [
        _listed(number, record, places)
        for number, record in enumerate(table.records)
        if number > head and not record.is_blank
    ]
    taken = {place for found in places.values() for place in found}
    columns = [
        MarkColumn(place, heading, heading.strip())
        for place, heading in enumerate(headings)
        if place not in taken and heading.strip()
    ]
    return Worksheet("list", table, tuple(students), tuple(columns), head=head)


def _names(record: Record) -> bool:
    places = columns_of(record.cells)
    return bool(places["id"] or places["login"] or places["email"])


def _listed(number: int, record: Record, places: Mapping[str, Sequence[int]]) -> Listed:
    def each(kind: str) -> list[str]:
        cells = (words(record.cells[place]).strip() for place in places[kind] if place < len(record.cells))
        return list(filter(None, cells))

    def said(kind: str) -> str:
        return next(iter(each(kind)), "")

    ids = tuple(filter(None, map(identity, (*each("id"), *each("login")))))
    name = said("name") or f"{said('first')} {said('last')}".strip()
    return Listed(number, record.line, ids, name, said("email"), said("section"), said("group"))
