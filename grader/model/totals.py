"""Add up points: the only place where it is done."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.model.report import Adjustment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.model.report import CriterionReport, QuestionReport, Report

_NOTHING: Final = Fraction(0)


def add_rows(
    rows: Sequence[CriterionReport], minimum: Fraction | None
) -> tuple[Fraction, Fraction, Fraction]:
    """Return the least and the most that rows come to, and what keeps the least from falling below the floor."""
    ranges = [row.range for row in rows]
    low, high = _sum(least for least, _ in ranges), _sum(most for _, most in ranges)
    if minimum is None or minimum <= low:
        return low, high, _NOTHING
    return minimum, max(high, minimum), minimum - low


def _sum(points: Iterable[Fraction]) -> Fraction:
    return sum((each for each in points if each.numerator), _NOTHING)  # most rows come to nothing


def with_rows(question: QuestionReport, rows: Sequence[CriterionReport]) -> QuestionReport:
    """Return a question with other rows, added up anew."""
    low, high, adjustment = add_rows(rows, question.minimum)
    return question.model_copy(
        update={"criteria": tuple(rows), "low": low, "high": high, "floor_adjustment": adjustment}
    )


def with_questions(report: Report, questions: Sequence[QuestionReport]) -> Report:
    """Return a report with other questions, added up anew; adjustments are not applied again."""
    low = sum((question.low for question in questions), Fraction(0))
    high = sum((question.high for question in questions), Fraction(0))
    return report.model_copy(update={"questions": tuple(questions), "low": low, "high": high})


def less(total: Fraction, points: Fraction) -> Fraction:
    """Return a total after a deduction, which takes none below 0."""
    return max(total - points, min(total, Fraction(0)))


def deducted(report: Report, kind: str, points: Fraction, said: str) -> Report:
    """Take points off the total as a line of its own; the total stays at or above 0."""
    low, high = (less(total, points) for total in (report.low, report.high))
    line = Adjustment(kind=kind, low=low - report.low, high=high - report.high, said=said, points=points)
    return report.model_copy(update={"adjustments": (*report.adjustments, line), "low": low, "high": high})
