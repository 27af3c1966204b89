"""Put marks into a teacher's table: the cells of one column, and nothing else of it."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.platforms.worksheets.headings import amount, has_decimal_commas
from grader.platforms.worksheets.matching import BY_NAME, Register
from grader.records import dataclass
from grader.writers.rounding import HUNDRED, decimal, hundredths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.model.submission import Student
    from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A student's mark in hundredths of a point, None where the cell is to stay empty."""

    student: Student
    score: int | None


@dataclass(slots=True)
class Filled:
    """A table with marks in it, and what a person should know of it; students and rows in the order they came in."""

    data: bytes = b""
    written: int = 0
    replaced: list[tuple[Listed, str, str]] = field(
        default_factory=list
    )  # another mark stood there: from, to
    blank: list[Listed] = field(default_factory=list)  # a mark that is left open
    kept: list[tuple[Listed, str]] = field(default_factory=list)  # the cell is not ours to fill, and why
    standing: list[tuple[Listed, str]] = field(default_factory=list)  # no mark here, and one in the table
    missing: list[Listed] = field(default_factory=list)  # no mark here, none in the table
    by_name: list[tuple[Student, Listed]] = field(default_factory=list)  # known by nothing but their name
    strangers: list[Student] = field(default_factory=list)  # a mark, and no row
    doubtful: list[tuple[Student, str]] = field(
        default_factory=list
    )  # a mark, and no row that is surely theirs


def fill(
    worksheet: Worksheet,
    column: MarkColumn,
    marks: Iterable[GivenMark],
    *,
    also: Callable[[Student], Sequence[Listed]] = lambda _: (),
    scale: Fraction = Fraction(1),
) -> Filled:
    """Return the table with each student's mark times `scale` in a column.

    `also` gives the rows of other tables that are a student, by whose ids they are known here.
    """
    filled = Filled()
    found: dict[int, tuple[Listed, list[GivenMark]]] = {}
    register = Register(worksheet.students)
    for mark in marks:
        match = register.find(mark.student, *also(mark.student))
        if match.listed is not None:
            found.setdefault(match.listed.record, (match.listed, []))[1].append(mark)
            if match.by == BY_NAME:
                filled.by_name.append((mark.student, match.listed))
        elif match.why:
            filled.doubtful.append((mark.student, match.why))
        else:
            filled.strangers.append(mark.student)
    changes = {}
    commas = has_decimal_commas(_numbers(worksheet), delimiter=worksheet.table.delimiter)
    for listed in worksheet.students:
        cell = _cell(worksheet, listed, column)
        _, own = found.get(listed.record, (listed, []))
        if len(own) > 1:
            names = " and ".join(repr(mark.student.id) for mark in own)
            filled.doubtful += [
                (mark.student, f"{names} are both line {listed.line} ({listed.said})") for mark in own
            ]
        elif not own:
            (
                filled.missing.append(listed)
                if amount(cell) is None
                else filled.standing.append((listed, cell))
            )
        elif why := worksheet.kept.get(cell.upper(), "") or listed.closed:
            filled.kept.append((listed, why))
        else:
            text = _written(own[0].score, scale, commas=commas)
            _note(filled, listed, cell, text)
            if text or amount(cell) is not None:  # words such as "Needs Grading" say that there is no mark
                changes[listed.record, column.place] = text
    filled.data = worksheet.table.filled(
        {place: text for place, text in changes.items() if text != _raw(worksheet, *place)}
    )
    return filled


def _note(filled: Filled, listed: Listed, cell: str, text: str) -> None:
    if text:
        filled.written += 1
    else:
        filled.blank.append(listed)
    if amount(cell) is not None and amount(cell) != amount(text):
        filled.replaced.append((listed, cell, text or "nothing"))


def _written(score: int | None, scale: Fraction, *, commas: bool) -> str:
    if score is None:
        return ""
    text = decimal(score if scale == 1 else hundredths(scale * score / HUNDRED))
    return text.replace(".", ",") if commas else text


def _raw(worksheet: Worksheet, record: int, place: int) -> str:
    cells = worksheet.table.records[record].cells
    return cells[place] if place < len(cells) else ""


def _cell(worksheet: Worksheet, listed: Listed, column: MarkColumn) -> str:
    return _raw(worksheet, listed.record, column.place).strip()


def _numbers(worksheet: Worksheet) -> list[str]:
    """Return all cells that stand where marks do, those with the points of a column as well."""
    places = {column.place for column in worksheet.columns}
    if worksheet.settled:  # the maximum stands in the column beside it
        places |= {place + 1 for place in places}
    return [
        record.cells[place]
        for record in worksheet.table.records[1:]
        for place in places
        if place < len(record.cells)
    ]
