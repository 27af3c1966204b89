"""What a teacher gains by each edit of a criterion that calibration proposes, on authors it was not proposed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.calibration.synonyms import holds, propose
from grader.model.outcome import Reason
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.calibration.measuring import CriterionCalibration, Judged
    from grader.calibration.synonyms import Proposal

_MOST_AUTHORS: Final = 40  # held out one by one; each costs one reading of all answers


@dataclass(frozen=True, slots=True)
class Gain:
    """One edit and what it would change: rows given rightly and wrongly, looks saved, and points lost unseen."""

    edit: str
    right: int = 0  # missed or waiting rows that are met, and would be credited
    wrong: int = 0  # rows that are not met, and would be credited
    looks: int = 0  # rows that no person would have to look at any more
    lost: int = 0  # of these, rows that are met and would be zeros


def gains(item: CriterionCalibration, language: str = "en") -> Iterator[Gain]:
    """Yield what each proposed edit is worth: further words, a net taken away, a pattern taken out."""
    for proposal in item.proposals:
        yield _of_words(item, proposal, language)
    near = [row for row in item.of("undecided") if row.outcome.reason is Reason.UNDECIDED]
    if near and item.criterion.check.finds_statements and not item.contradiction:
        yield Gain("nearly: []", looks=len(near), lost=sum(row.person for row in near))
    for part in item.contributions:
        if part.lost_wrong > part.lost_right:
            yield Gain(f"take out pattern {part.number}", right=-part.lost_right, wrong=-part.lost_wrong)


def _of_words(item: CriterionCalibration, proposal: Proposal, language: str) -> Gain:
    """Count rows of authors from whose answers, left out, the words would be proposed all the same."""
    open_rows = [row for row in item.judged if row.machine is not True]
    holding = [row for row in open_rows if holds(row.mark.answer, proposal.words, language)]
    authors = sorted({_author(row) for row in holding})[:_MOST_AUTHORS]
    right = wrong = looks = 0
    for author in authors:
        if not any(other.words == proposal.words for other in _without(item, author, language)):
            continue
        own = [row for row in holding if _author(row) == author]
        right += sum(row.person for row in own)
        wrong += sum(not row.person for row in own)
        looks += sum(row.machine is None for row in own)
    return Gain(f"any: {proposal.words}", right=right, wrong=wrong, looks=looks)


def _without(item: CriterionCalibration, author: str, language: str) -> tuple[Proposal, ...]:
    rows = [row for row in item.judged if _author(row) != author]
    missed = [
        (row.mark.line, row.mark.author, row.mark.answer)
        for row in rows
        if row.person and (row.machine is False or row.outcome.reason is Reason.UNDECIDED)
    ]
    others = [(row.mark.author, row.mark.answer) for row in rows if not row.person]
    return propose(missed, others, item.criterion.check.knows, language=language)


def _author(row: Judged) -> str:
    return row.mark.author or row.mark.answer
