"""What a report opens with: what cost points and what to do about it, then what was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.writers.rounding import decimal
from grader.writers.view import CriterionMark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.writers.view import QuestionView, ReportView, RowView

# More than a dozen is the report itself; the others stand at their questions.
MAX_LOSSES: Final = 12
_COST: Final = frozenset({CriterionMark.LOST, CriterionMark.PARTLY, CriterionMark.BLANK})


@dataclass(frozen=True, slots=True)
class Loss:
    """One row that cost points, or a question that was left blank."""

    question: str
    place: int  # of its question, from 1
    number: int  # of its row; 0 for the whole question
    title: str
    amount: str  # as it lowers the score: `-0.5`
    words: str  # what to do about it
    mark: CriterionMark
    cost: int  # in hundredths of a point


@dataclass(frozen=True, slots=True)
class WaitingGain:
    """What was right: in one question the rows with these titles, or, without any, all of some questions."""

    questions: tuple[tuple[str, int], ...]  # each with its place, from 1
    titles: tuple[str, ...] = ()


def losses(view: ReportView) -> tuple[list[Loss], int]:
    """Return what cost most points, in the order of the questions, and how many more there are.

    What a person must still look at has cost nothing.
    """
    found = [loss for place, question in enumerate(view.questions, 1) for loss in _losses(question, place)]
    if len(found) <= MAX_LOSSES:
        return found, 0
    most = sorted([loss.cost for loss in found], reverse=True)[:MAX_LOSSES]
    room = most.count(most[-1])  # of those that cost as little as the least that is shown, the first
    shown = []
    for loss in found:
        if loss.cost > most[-1]:
            shown.append(loss)
        elif loss.cost == most[-1] and room:
            room -= 1
            shown.append(loss)
    return shown, len(found) - len(shown)


def gains(view: ReportView) -> list[WaitingGain]:
    """Return what was right: the questions that were so wholly, then parts of others in their order."""
    whole, partly = [], []
    for place, question in enumerate(view.questions, 1):
        earned = [row for row in question.rows if row.mark is CriterionMark.EARNED]
        if earned and question.awaiting == 0 and question.score == question.max_points:
            whole.append((question.id, place))
        elif earned:
            partly.append(WaitingGain(((question.id, place),), tuple(row.title for row in earned)))
    return [*([WaitingGain(tuple(whole))] if whole else []), *partly]


def _losses(question: QuestionView, place: int) -> Iterator[Loss]:
    costly = [row for row in question.rows if row.mark in _COST and row.lost]
    if question.blank and costly and all(row.mark is CriterionMark.BLANK for row in costly):
        words = "Nothing was handed in for this question."
        title = question.title or question.id
        cost = question.amounts.max_points
        yield Loss(question.id, place, 0, title, f"-{question.max_points}", words, CriterionMark.BLANK, cost)
        return
    for row in costly:
        amount = f"-{decimal(row.lost)}"
        yield Loss(question.id, place, row.number, row.title, amount, _words(row), row.mark, row.lost)


def _words(row: RowView) -> str:
    decided = next((fact.decided for fact in row.facts if fact.decided), "")
    why = row.decision.why if row.decision else ""
    return row.feedback or why or decided or row.sentence
