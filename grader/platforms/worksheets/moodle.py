"""Moodle's grading worksheet of an assignment, downloaded and uploaded under "offline grading worksheet".

Every row begins with `Participant` and a number, in the site's language; then come the name, what the site shows of its
users, the status, the grade, its maximum and whether it can be changed. All headings are in the site's language, and
Moodle takes only the file it gave: so the columns are found by what stands in them, whatever they are called. Source:
Moodle's `assignfeedback_offline/importgradeslib.php` and files seen. Participants, gradebooks and other tables of
Moodle's are class lists (`grader.platforms.worksheets.classlist`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
from grader.platforms.worksheets.headings import amount, folded, identity, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.files.delimited import Delimited, Record

_PARTICIPANT: Final = re.compile(r"([^0-9]*[^\W0-9][^0-9]*?)\s*([0-9]{1,12})")
# The maximum's heading in the languages it was seen in; elsewhere it is found as well, and that is said.
_MAXIMUM: Final = frozenset(
    {"maximum grade", "maximale bewertung", "bestwertung", "note maximale", "calificación máxima", "maximumcijfer", "maximale beoordeling"}
)  # fmt: skip
# What says that a grade cannot be changed, in the languages of `headings`.
_NO: Final = frozenset(
    {
        "no",
        "nein",
        "non",
        "não",
        "nee",
        "nej",
        "nei",
        "ei",
        "nie",
        "ne",
        "нет",
        "いいえ",
        "否",
        "不",
        "hayır",
        "όχι",
        "ні",
    }
)
_UNGRADED: Final = frozenset({"", "-"})


class _Places(NamedTuple):
    grade: int
    most: int
    changeable: int | None


def recognise(table: Delimited) -> Worksheet | None:
    """Return the table as Moodle's grading worksheet, None where it is none."""
    rows = [(number, record) for number, record in enumerate(table.records) if number and not record.is_blank]
    found = [_PARTICIPANT.fullmatch(words(record.cells[0]).strip()) for _, record in rows]
    numbers = [match[2] for match in found if match]
    if not rows or len(numbers) < len(rows) or len({match[1] for match in found if match}) > 1:
        return None
    headings = table.records[0].cells
    places = _places(headings, [record.cells for _, record in rows])
    if places is None:
        return None
    named = _named([record.cells for _, record in rows], places)
    students = [
        _listed(number, record, participant, named, places)
        for (number, record), participant in zip(rows, numbers, strict=True)
    ]
    most = amount(rows[0][1].cells[places.most])
    column = MarkColumn(places.grade, headings[places.grade], headings[places.grade].strip(), points=most)
    known = folded(headings[places.most]) in _MAXIMUM
    note = "" if known else (
        f"the headings are in a language that is not known; by what stands there, marks go into "
        f"{headings[places.grade].strip()!r}, out of {headings[places.most].strip()!r}"
    )  # fmt: skip
    return Worksheet("moodle", table, tuple(students), (column,), settled=True, note=note)


def _places(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> _Places | None:
    """Return where grades stand: beside a column in which every row has the same points."""

    def cells(place: int) -> list[str]:
        return [row[place].strip() if place < len(row) else "" for row in rows]

    found = []
    for place in range(2, len(headings)):
        most = cells(place)
        points = amount(most[0])
        if points is None or points <= 0 or len(set(most)) > 1:
            continue
        if all(cell in _UNGRADED or amount(cell) is not None for cell in cells(place - 1)):
            after = set(cells(place + 1)) if place + 1 < len(headings) else set()
            asked = (
                0 < len(after) <= 2
                and "" not in after
                and not any(amount(cell) is not None for cell in after)
            )
            found.append(_Places(place - 1, place, place + 1 if asked else None))
    known = [places for places in found if folded(headings[places.most]) in _MAXIMUM]
    sure = known or [places for places in found if places.changeable is not None]
    return sure[0] if len(sure) == 1 else None


class _Named(NamedTuple):
    """The columns that name a student, beside the first."""

    name: int | None
    email: int | None
    ids: tuple[int, ...]


def _named(rows: Sequence[Sequence[str]], places: _Places) -> _Named:
    """Return them by what stands there: the name comes first, addresses have an @, and an id is each student's own.

    The status stands before the grade. Where marking is blind, there is nothing else.
    """
    between = range(1, places.grade - 1)
    columns = {place: [row[place].strip() if place < len(row) else "" for row in rows] for place in between}
    email = next((place for place, cells in columns.items() if cells and all("@" in cell for cell in cells if cell)
                  and any(cells)), None)  # fmt: skip
    name = 1 if 1 in columns and email != 1 else None
    ids = tuple(
        place
        for place, cells in columns.items()
        if place not in {name, email} and all(cells) and len(set(cells)) == len(cells)
    )
    return _Named(name, email, ids)


def _listed(number: int, record: Record, participant: str, named: _Named, places: _Places) -> Listed:
    def said(place: int | None) -> str:
        return words(record.cells[place]).strip() if place is not None and place < len(record.cells) else ""

    ids = (*(identity(said(place)) for place in named.ids), identity(words(record.cells[0])), participant)
    fixed = folded(said(places.changeable)) in _NO
    return Listed(
        record=number,
        line=record.line,
        ids=tuple(filter(None, ids)),
        name=said(named.name),
        email=said(named.email),
        closed="says that the grade cannot be changed" if fixed else "",
    )
