"""Round scores, once, so that every total equals the sum of the rows shown.

Scores are exact fractions everywhere else. Rows are rounded cumulatively: the running sum over
the decided rows is rounded half up, and a row shows what the rounded sum grew by. So rows add up
to their questions and questions to the total, and no row is further than 0.01 from its exact
score. Amounts are whole hundredths (`int`), so that no binary fraction can creep in.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.model import QuestionReport, Report

HUNDRED: Final = 100  # two decimals: what gradebooks take


@dataclass(frozen=True, slots=True)
class RoundedQuestion:
    """One question in hundredths of a point; `rows` holds None where a person must look."""

    low: int
    high: int
    max_points: int
    floor_adjustment: int
    rows: tuple[int | None, ...]

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class RoundedReport:
    """One report in hundredths of a point."""

    low: int
    high: int
    max_points: int
    questions: tuple[RoundedQuestion, ...]

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None


def round_report(report: Report) -> RoundedReport:
    """Round all amounts of a report together, in report order."""
    running = _RunningSum()
    questions = tuple(_round_question(question, running) for question in report.questions)
    return RoundedReport(
        low=sum(question.low for question in questions),
        high=sum(question.high for question in questions),
        max_points=hundredths(report.max_points),
        questions=questions,
    )


class _RunningSum:
    """The exact sum so far, and what a further amount adds to the rounded sum."""

    def __init__(self) -> None:
        self._exact = Fraction(0)

    def step(self, amount: Fraction) -> int:
        before = hundredths(self._exact)
        self._exact += amount
        return hundredths(self._exact) - before


def _round_question(question: QuestionReport, running: _RunningSum) -> RoundedQuestion:
    rows = tuple(None if row.score is None else running.step(row.score) for row in question.criteria)
    adjustment = running.step(question.floor_adjustment)
    decided = sum(row for row in rows if row is not None) + adjustment
    ends = []
    for end, stated in ((0, question.low), (1, question.high)):
        exact = question.floor_adjustment + sum((row.range[end] for row in question.criteria), Fraction(0))
        open_rows = sum(hundredths(row.range[end]) for row in question.criteria if row.score is None)
        # Where the question stops at its floor (or ceiling), the stated end is what counts.
        ends.append(decided + open_rows if exact == stated else hundredths(stated))
    return RoundedQuestion(
        low=ends[0],
        high=ends[1],
        max_points=hundredths(question.max_points),
        floor_adjustment=adjustment,
        rows=rows,
    )


def hundredths(amount: Fraction) -> int:
    """Round an exact amount half up to hundredths: 1/3 is 33, 1/200 is 1, -1/200 is 0."""
    return (2 * HUNDRED * amount.numerator + amount.denominator) // (2 * amount.denominator)


def decimal(amount: int) -> str:
    """Write hundredths as a short decimal: 250 is `2.5`, 33 is `0.33`, -50 is `-0.5`."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), HUNDRED)
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".")


def number(amount: int) -> int | float:
    """Turn hundredths into a JSON number: 200 is 2, 33 is 0.33."""
    return amount // HUNDRED if amount % HUNDRED == 0 else amount / HUNDRED


def exact_text(amount: Fraction) -> str:
    """Write points as they stand in the rubric: a decimal where two places hold it, else `1/3`."""
    rounded = hundredths(amount)
    return decimal(rounded) if Fraction(rounded, HUNDRED) == amount else str(amount)
