"""What is told of a class in figures: middles and spread, rates, how criteria tell apart, common wrong answers.

Texts for people, made once; the page of the class and `grader stats` show the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.statistics.commonanswers import warnings_of
from grader.writers.classtable import page_link
from grader.writers.rounding import HUNDRED, decimal, exact_text
from grader.writers.view import MARK_WORDS, CriterionMark

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.statistics.commonanswers import WrongAnswer
    from grader.statistics.scores import Between
    from grader.writers.tally import CriterionTally, Tally

SHOWN_MARKS: Final = (
    CriterionMark.EARNED,
    CriterionMark.PARTLY,
    CriterionMark.REVIEW,
    CriterionMark.LOST,
    CriterionMark.BLANK,
)
# Common wrong answers shown of one criterion.
SHOWN_WRONG: Final = 5


def figures_of(tally: Tally) -> list[tuple[str, str]]:
    """Return what is told of the whole, each with its figure."""
    figures = [("students", f"{tally.students:,}")]
    for name, value in (("mean", tally.mean()), ("median", tally.median())):
        if value is not None:
            figures.append((f"{name} of {decimal(tally.max_points)}", between(value)))
    spread = tally.deviation()
    if spread is not None:
        words = "standard deviation" + (", open rows at their middle" if tally.open_rows else "")
        figures.append((words, decimal(round(spread))))
    reliability = tally.reliability()
    if reliability is not None:
        words = (
            f"reliability (alpha) of {reliability.items} questions, {reliability.students:,} decided students"
        )
        figures.append((words, f"{reliability.alpha:.2f} ± {2 * reliability.error:.2f}"))
    figures.append(("students with rows awaiting review", f"{tally.waiting:,}"))
    figures.append(("rows awaiting review", f"{tally.open_rows:,}"))
    if tally.doubtful:
        figures.append(("hand-ins with a doubtful cut", f"{tally.doubtful:,}"))
    if tally.unreadable:
        figures.append(("hand-ins that could not be read", f"{tally.unreadable:,}"))
    return figures


def question_figures(tally: Tally, name: str) -> dict[str, Any]:
    """Return what is told of a question and of its criteria."""
    question = tally.questions[name]
    return {
        "id": question.id,
        "title": question.title,
        "max_points": decimal(question.max_points),
        "rate": _share(question.rate),
        "bar": _range_bar(question.rate),
        "criteria": [_criterion(tally, criterion) for criterion in question.criteria.values()],
    }


def _criterion(tally: Tally, criterion: CriterionTally) -> dict[str, Any]:
    # A contradiction is read the other way round: found is lost, not found is earned.
    found = criterion.counts
    counts = {mark: found[mark] for mark in SHOWN_MARKS}
    counts[CriterionMark.EARNED] += found[CriterionMark.CLEAR]
    remarks = found[CriterionMark.REMARK]
    total = sum(counts.values()) or 1
    start, bar = 0, []
    for mark, count in counts.items():
        width = count * 1000 // total
        bar.append((mark.value, start, width))
        start += width
    words = [f"{count} {MARK_WORDS[mark]}" for mark, count in counts.items() if count]
    discrimination = tally.discrimination(criterion)
    warnings = list(warnings_of(criterion.given, discrimination if criterion.points > 0 else None))
    # What the mean of the class can still change by.
    open_points = abs(criterion.points) * criterion.waiting * HUNDRED
    return {
        "id": criterion.id,
        "title": criterion.title,
        "points": exact_text(criterion.points),
        "rate": _share(criterion.rate),
        "apart": "" if discrimination is None else f"{discrimination.value:.2f}".replace("-", "−"),
        "apart_of": 0 if discrimination is None else discrimination.students,
        "warnings": warnings,
        "wrong": [_wrong(answer) for answer in criterion.given.common()[:SHOWN_WRONG]],
        "right": criterion.given.right,
        "matters": decimal(_nearest(open_points / tally.students)) if open_points else "",
        "bar": bar if not remarks else (),
        "words": ", ".join(words + ([f"{remarks} remarks"] if remarks else [])),
        "waiting": counts[CriterionMark.REVIEW],
    }


def _nearest(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def between(value: Between) -> str:
    """Write a figure of hundredths, with both its ends where open rows leave a range."""
    low, high = decimal(_nearest(value.low)), decimal(_nearest(value.high))
    return low if low == high else f"{low} to {high}"


def _share(rate: Between | None) -> str:
    if rate is None:
        return ""
    low, high = _nearest(rate.low), _nearest(rate.high)
    return f"{low} %" if low == high else f"{low} to {high} %"


def _range_bar(rate: Between | None) -> list[tuple[str, int, int]]:
    """Return what is earned for certain and what may still be, in thousandths of the bar."""
    if rate is None:
        return []
    low, high = (min(max(_nearest(10 * end), 0), 1000) for end in (rate.low, rate.high))
    return [(CriterionMark.EARNED.value, 0, low), (CriterionMark.REVIEW.value, low, high - low)]


def _wrong(answer: WrongAnswer) -> dict[str, Any]:
    return {
        "count": answer.count,
        "mistake": answer.mistake,
        "example": answer.example or answer.meaning,
        "meaning": answer.meaning if answer.meaning != answer.example else "",
        "students": [(name, page_link(stem)) for stem, name in answer.students],
        "more": answer.count - len(answer.students),
    }
