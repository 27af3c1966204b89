"""What people decided in a gradebook, as marks to learn from, and what waits or earns nothing beside them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.calibration.opinion import FEWEST_AUTHORS, Opinion, case_of, is_enough, sureness
from grader.gradebook.overrides import overrides_of
from grader.gradebook.packing import unpack
from grader.gradebook.runs import body_of, standings_of
from grader.model.report import Override
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.calibration.opinion import Case
    from grader.gradebook import Gradebook

BY_OPINION: Final = "opinion"  # who decides where a person lets it; such decisions are no marks to learn from
_BY_WORDS: Final = "keywords"
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class OpenRow:
    """A row that a person has not decided: it waits, or it is a zero worth a look."""

    student: str
    row: Any
    text: str
    chance: float | None = None  # that a person finds it met; None where too few authors are marked


@dataclass(frozen=True)
class Rows:
    """The open rows of an assignment, in the order in which they are worth looking at, and how sure one may be."""

    waiting: tuple[OpenRow, ...]
    zeros: tuple[OpenRow, ...]
    authors: int = 0
    opinion: Opinion | None = None  # None where too few authors are marked


def open_rows(book: Gradebook, assignment: str) -> Rows:
    """Return what waits and the zeros of prose; ordered by the opinion where people have marked enough authors.

    A person's decisions are marks. Where nothing of a report waits any more and a person decided some of it, the
    rest of it counts as looked at, and what the machine gave as marked so.
    """
    decided = overrides_of(book, assignment)
    waiting: list[OpenRow] = []
    zeros: list[OpenRow] = []
    marked: list[Case] = []  # of prose alone
    for standing in standings_of(book, assignment):
        own = decided.get(standing.student, {})
        report = list(_rows(unpack(body_of(book, standing.report))))
        by_people = {name for name, override in own.items() if override.who != BY_OPINION}
        looked_at = bool(by_people) and all(
            row.credit is not None or row.id in by_people for row, _ in report
        )
        for row, text in report:
            if row.id in by_people:
                marked += _marked(standing.student, row, text, met=_is_met(own, row.id))
            elif row.id in own:
                continue
            elif row.credit is None:
                waiting.append(OpenRow(standing.student, row, text))
            elif looked_at:
                marked += _marked(standing.student, row, text, met=row.credit >= _HALF)
            elif row.credit == 0 and row.points > 0 and is_prose(row):
                zeros.append(OpenRow(standing.student, row, text))
    return _ordered(waiting, zeros, marked)


def _ordered(waiting: list[OpenRow], zeros: list[OpenRow], marked: list[Case]) -> Rows:
    authors = len({case.author for case in marked})
    opinion = _opinion(marked, [*filter(_of_prose, waiting), *zeros])
    if opinion is None:
        return Rows(tuple(waiting), tuple(zeros), authors=authors)
    chances = iter(opinion.probabilities())
    first = [replace(item, chance=next(chances)) if is_prose(item.row) else item for item in waiting]
    rest = [replace(item, chance=next(chances)) for item in zeros]
    return Rows(
        tuple(sorted(first, key=lambda item: (item.row.id, -(item.chance or 0)))),
        tuple(sorted(rest, key=lambda item: -(item.chance or 0))),
        authors,
        opinion,
    )


def is_prose(row: Any) -> bool:
    """Say whether a row was judged by its words: of numbers and formulas they tell nothing."""
    return bool(row.check == _BY_WORDS)


def _of_prose(item: OpenRow) -> bool:
    return is_prose(item.row)


def _marked(student: str, row: Any, text: str, *, met: bool) -> list[Case]:
    """Return the case of a row that was judged by its words, which is small beside the row; else nothing."""
    return [case_of(row.id, student, text, row, met=met)] if is_prose(row) else []


def _opinion(marked: list[Case], others: list[OpenRow]) -> Opinion | None:
    """Return the opinion where people have marked enough authors for one."""
    if not is_enough(marked):
        return None
    return Opinion(marked, [case_of(item.row.id, item.student, item.text, item.row) for item in others])


def _rows(report: Any) -> Iterator[tuple[Any, str]]:
    """Yield the rows of a report with the text they were read from."""
    for question in report.questions:
        for row in question.criteria:
            part = question.parts.get(row.id)
            yield row, part if isinstance(part, str) else question.text


def _is_met(own: Mapping[str, Override], name: str) -> bool:
    credit = own[name].credit
    return credit is not None and credit >= _HALF


def decisions(rows: Rows, floor: Fraction) -> tuple[list[Override], str]:
    """Return what the opinion decides of the rows that wait, and a sentence that says on what ground.

    It decides a row only where it is as sure as it has to be to agree with people in `floor` of the rows of
    authors it had not seen (`sureness`); where it never is, it decides nothing.
    """
    held_out = rows.opinion.held_out() if rows.opinion is not None else []
    if not held_out:
        return [], f"people have marked {rows.authors} authors; it takes {FEWEST_AUTHORS} to learn from them"
    needed = sureness(held_out, float(floor))
    waited = [item for item in held_out if item.case.waits]
    sure = [item for item in waited if item.sure >= needed]
    if not sure:
        right = sum(item.agrees for item in waited)
        return [], (
            f"of authors it had not seen the opinion agrees with people in {right} of {len(waited)} rows that waited; "
            f"that is not enough for {float(floor):.0%}"
        )
    right = sum(item.agrees for item in sure)
    ground = (
        f"learned from decisions on {rows.authors} authors; held out by author it agreed with people in "
        f"{right} of {len(sure)} rows of which it was as sure"
    )
    return [
        Override(
            student=item.student,
            criterion=item.row.id,
            credit=Fraction(item.chance >= 0.5),
            who=BY_OPINION,
            when="",
            why=f"Decided by a statistical opinion, not by a person ({ground}).",
        )
        for item in rows.waiting
        if item.chance is not None and max(item.chance, 1 - item.chance) >= needed
    ], ground
