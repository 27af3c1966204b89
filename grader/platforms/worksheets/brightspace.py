"""Brightspace's grades, exported with points and taken back by its import.

`OrgDefinedId` and `Username` name the student, in exports with `#` before them; a column of marks is called
`<item> Points Grade`, in exports followed by `<Numeric MaxPoints:10 ...>`; the last column holds `#` in every row.
Source: Brightspace's help, and headers in programs that read them; headings in other languages were not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import amount, columns_of, folded, identity, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.files.delimited import Delimited, Record

_NAMED_BY: Final = frozenset({"orgdefinedid", "org defined id", "username"})
_LAST: Final = "end-of-line indicator"
_POINTS_GRADE: Final = re.compile(r"(.*?) Points Grade(?:[ ]*<([^>]*)>)?", re.DOTALL)
_BRACKET: Final = re.compile(r"(.*?)[ ]*<([^<>]*MaxPoints:[^<>]*)>", re.DOTALL)
_MOST: Final = re.compile(r"MaxPoints:([0-9]+(?:[.,][0-9]+)?)")


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as Brightspace's grades, None where it is none."""
    headings = table.records[0].cells if table.records else ()
    names = [folded(heading) for heading in headings]
    if not names or not _NAMED_BY & set(names):
        return None
    columns = [
        column for place, heading in enumerate(headings) if (column := _column(place, heading)) is not None
    ]
    rows = [record for record in table.records[1:] if not record.is_blank]
    ends = rows and all(record.cells[-1].strip() == "#" for record in rows)
    if names[-1] != _LAST and not columns and not ends:
        return None
    places = columns_of(headings)
    students = [
        _listed(number, record, places)
        for number, record in enumerate(table.records)
        if number and not record.is_blank
    ]
    return Worksheet("brightspace", table, tuple(students), tuple(columns))


def _listed(number: int, record: Record, places: Mapping[str, Sequence[int]]) -> Listed:
    def said(kind: str) -> str:
        return next(
            (words(record.cells[place]).strip() for place in places[kind] if place < len(record.cells)), ""
        )

    ids = (identity(said("id").removeprefix("#")), identity(said("login").removeprefix("#")))
    name = f"{said('first')} {said('last')}".strip() or said("name")
    return Listed(number, record.line, tuple(filter(None, ids)), name, said("email"), said("section"))


def _column(place: int, heading: str) -> MarkColumn | None:
    found = _POINTS_GRADE.fullmatch(heading.strip()) or _BRACKET.fullmatch(heading.strip())
    if found is None:
        return None
    most = _MOST.search(found[2] or "")
    return MarkColumn(place, heading, found[1].strip(), points=amount(most[1]) if most else None)
