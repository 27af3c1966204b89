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
    from grader.model.report import QuestionReport, Report

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

    Amounts are counted in units of one denominator common to all of the report's: fractions would be
    reduced at every step, and most of the time a report takes to round would go there.
    """

    def __init__(self, report: Report) -> None:
        denominators = {
            (row.points if row.score is None else row.score).denominator
            for question in report.questions
            for row in question.criteria
        }
        for question in report.questions:
            for amount in (question.floor_adjustment, question.low, question.high):
                denominators.add(amount.denominator)
        self._denominator = math.lcm(*denominators)
        self._sum = self._rounded = 0

    def units(self, amount: Fraction) -> int:
        """Return how many units an amount of the report is."""
        numerator, denominator = amount.as_integer_ratio()
        return numerator * (self._denominator // denominator)

    def step(self, units: int) -> int:
        """Take a further amount; return what the rounded sum grew by."""
        before = self._rounded
        self._sum += units
        self._rounded = _half_up(self._sum, self._denominator)
        return self._rounded - before


def _round_question(question: QuestionReport, running: _RunningSum) -> RoundedQuestion:
    rows: list[int | None] = []
    low = high = 0  # in hundredths
    least = most = 0  # exactly, in units
    for row in question.criteria:
        if row.score is None:
            rows.append(None)
            lower, upper = row.range
            low, high = low + hundredths(lower), high + hundredths(upper)
            least, most = least + running.units(lower), most + running.units(upper)
        else:
            units = running.units(row.score)
            rounded = running.step(units)
            rows.append(rounded)
            low, high = low + rounded, high + rounded
            least, most = least + units, most + units
    units = running.units(question.floor_adjustment)
    adjustment = running.step(units)
    # Where the question stops at its floor (or ceiling), the stated end is what counts.
    low_stops = least + units != running.units(question.low)
    high_stops = most + units != running.units(question.high)
    return RoundedQuestion(
        low=hundredths(question.low) if low_stops else low + adjustment,
        high=hundredths(question.high) if high_stops else high + adjustment,
        max_points=hundredths(question.max_points),
        floor_adjustment=adjustment,
        rows=tuple(rows),
    )


def _round_adjustments(report: Report, low: int, high: int) -> tuple[RoundedAdjustment, ...]:
    """Round each adjustment to what brings the total shown to the exact total, rounded."""
    if not report.adjustments:
        return ()
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
    numerator, denominator = amount.as_integer_ratio()
    whole, rest = divmod(HUNDRED * numerator, denominator)
    return str(amount) if rest else decimal(whole)
