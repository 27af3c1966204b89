"""Round scores, once, so that every total equals the sum of the rows shown.

Scores are exact fractions everywhere else. Rows are rounded cumulatively: the running sum over
the decided rows is rounded half up, and a row shows what the rounded sum grew by. So rows add up
to their questions and questions to the total, and no row is further than 0.01 from its exact
score. Amounts are whole hundredths (`int`), so that no binary fraction can creep in. Adjustments are
shown as what brings the questions shown to the exact total, rounded.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.report import CriterionReport, QuestionReport, Report

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
class RoundedAdjustment:
    """What an adjustment adds to the least and the most of the total, in hundredths of a point."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class RoundedReport:
    """One report in hundredths of a point."""

    low: int
    high: int
    max_points: int
    questions: tuple[RoundedQuestion, ...]
    adjustments: tuple[RoundedAdjustment, ...] = ()

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None


def round_report(report: Report) -> RoundedReport:
    """Round all amounts of a report together, in report order."""
    running = _RunningSum(report)
    questions = tuple(_round_question(question, running) for question in report.questions)
    low, high = sum(question.low for question in questions), sum(question.high for question in questions)
    adjustments = _round_adjustments(report, low, high)
    return RoundedReport(
        low=low + sum(adjustment.low for adjustment in adjustments),
        high=high + sum(adjustment.high for adjustment in adjustments),
        max_points=hundredths(report.max_points),
        questions=questions,
        adjustments=adjustments,
    )


class _RunningSum:
    """The exact sum so far, and what a further amount adds to the rounded sum.

    The sum is kept over one denominator common to all amounts: fractions would be reduced at every
    step, and most of the time a report takes to write would go there.
    """

    def __init__(self, report: Report) -> None:
        amounts = [row.score for question in report.questions for row in question.criteria]
        amounts += [question.floor_adjustment for question in report.questions]
        denominators = {amount.denominator for amount in amounts if amount is not None}
        self._denominator = math.lcm(*denominators)
        self._sum = self._rounded = 0

    def step(self, amount: Fraction) -> int:
        before = self._rounded
        self._sum += amount.numerator * (self._denominator // amount.denominator)
        self._rounded = _half_up(self._sum, self._denominator)
        return self._rounded - before


def _round_question(question: QuestionReport, running: _RunningSum) -> RoundedQuestion:
    rows = tuple(None if row.score is None else running.step(row.score) for row in question.criteria)
    adjustment = running.step(question.floor_adjustment)
    decided = sum(row for row in rows if row is not None) + adjustment
    open_rows = [row for row in question.criteria if row.score is None]
    # Where the question stops at its floor (or ceiling), the stated end is what counts.
    low_stops, high_stops = _stops(question, open_rows)
    low = sum(hundredths(row.range[0]) for row in open_rows) + decided
    high = sum(hundredths(row.range[1]) for row in open_rows) + decided
    return RoundedQuestion(
        low=hundredths(question.low) if low_stops else low,
        high=hundredths(question.high) if high_stops else high,
        max_points=hundredths(question.max_points),
        floor_adjustment=adjustment,
        rows=rows,
    )


def _stops(question: QuestionReport, open_rows: Sequence[CriterionReport]) -> tuple[bool, bool]:
    """Return whether the question's ends differ from what its rows and its adjustment add up to."""
    scores = [row.score for row in question.criteria if row.score is not None]
    scores.append(question.floor_adjustment)
    denominator = math.lcm(*{score.denominator for score in scores})
    total = sum(score.numerator * (denominator // score.denominator) for score in scores)
    exact = Fraction(total, denominator)
    if not open_rows:
        return exact != question.low, exact != question.high
    low = sum((row.range[0] for row in open_rows), exact)
    high = sum((row.range[1] for row in open_rows), exact)
    return low != question.low, high != question.high


def _round_adjustments(report: Report, low: int, high: int) -> tuple[RoundedAdjustment, ...]:
    """Round each adjustment to what brings the total shown to the exact total, rounded."""
    result = []
    exact_low = sum((question.low for question in report.questions), Fraction(0))
    exact_high = sum((question.high for question in report.questions), Fraction(0))
    for adjustment in report.adjustments:
        exact_low += adjustment.low
        exact_high += adjustment.high
        # One that changes nothing shows nothing, whatever the rows before it were rounded to.
        rounded = RoundedAdjustment(
            hundredths(exact_low) - low if adjustment.low else 0,
            hundredths(exact_high) - high if adjustment.high else 0,
        )
        low += rounded.low
        high += rounded.high
        result.append(rounded)
    return tuple(result)


def hundredths(amount: Fraction) -> int:
    """Round an exact amount half up to hundredths: 1/3 is 33, 1/200 is 1, -1/200 is 0."""
    return _half_up(amount.numerator, amount.denominator)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * HUNDRED * numerator + denominator) // (2 * denominator)


@lru_cache(maxsize=4096)
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
