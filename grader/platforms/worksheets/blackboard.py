"""Blackboard's grade center, downloaded to work offline: text between tabs in UTF-16 (named `.xls`), or CSV.

A column of marks ends with a bar and its number: `Essay [Total Pts: 100 Score] |123456`. Without the number Blackboard
would make a column of text. Students are known by their username. Source: Blackboard's help and files seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import amount, columns_of, identity, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.files.delimited import Delimited, Record

_COLUMN: Final = re.compile(r"(.*?)[ ]*(?:\[([^\[\]]*)\])?[ ]*\|[ ]*(_?[0-9]+(?:_[0-9]+)?)", re.DOTALL)
_POINTS: Final = re.compile(r":[^0-9:]*([0-9]+(?:[.,][0-9]+)?)")
# What stands in the brackets of a column whose cells are no points, in English; in other languages it is not known.
_NO_POINTS: Final = ("percentage", "letter", "text", "complete/incomplete")
# Where the headings are in a language that is not known: as Blackboard orders them.
_PLACES: Final = {"last": [0], "first": [1], "login": [2], "id": [3]}
_PREVIEW: Final = "_previewuser"


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as Blackboard's grade center, None where it is none."""
    headings = table.records[0].cells if table.records else ()
    columns = [
        column for place, heading in enumerate(headings) if (column := _column(place, heading)) is not None
    ]
    if not columns or columns[0].place < 2:
        return None
    found = columns_of(headings[: columns[0].place])
    known = bool(found["login"] or found["id"])
    places = found if known else _PLACES
    students = [
        listed
        for number, record in enumerate(table.records)
        if number
        and not record.is_blank
        and not (listed := _listed(number, record, places)).key.endswith(_PREVIEW)
    ]
    note = (
        ""
        if known
        else "the headings are in a language that is not known; the columns were taken by their order"
    )
    return Worksheet("blackboard", table, tuple(students), tuple(columns), note=note)


def _listed(number: int, record: Record, places: Mapping[str, Sequence[int]]) -> Listed:
    def said(kind: str) -> str:
        return next(
            (
                words(record.cells[place]).strip()
                for place in places.get(kind, ())
                if place < len(record.cells)
            ),
            "",
        )

    ids = (identity(said("login")), identity(said("id")))
    name = f"{said('first')} {said('last')}".strip() or said("name")
    return Listed(number, record.line, tuple(filter(None, ids)), name, said("email"))


def _column(place: int, heading: str) -> MarkColumn | None:
    found = _COLUMN.fullmatch(heading.strip())
    if found is None:
        return None
    title, inside, number = found[1].strip(), found[2] or "", found[3]
    points = _POINTS.search(inside)
    shown = next((word for word in _NO_POINTS if inside.casefold().endswith(word)), "")
    closed = f"shows no points but {shown}" if shown else ""
    return MarkColumn(place, heading, title, number, amount(points[1]) if points else None, closed)
