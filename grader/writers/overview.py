"""Render `overview.html`: the class on one page, for those who mark.

Scores and their distribution, how questions and criteria came out, what awaits a person with equal
answers side by side, and the table of the class with links to the reports. Its one small script
sorts and searches the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from grader.model.outcome import Reason
from grader.statistics.answers import warnings_of
from grader.writers.classtable import MAX_ROWS, SHOWN_ROWS, page_link, table_rows
from grader.writers.rounding import HUNDRED, decimal, exact_text
from grader.writers.rows import class_row
from grader.writers.tally import BINS, Tally
from grader.writers.view import MARK_WORDS, CriterionMark
from grader.writers.webpage import environment, framed

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.statistics.answers import WrongAnswer
    from grader.statistics.scores import Between
    from grader.writers import Assets
    from grader.writers.rows import ClassRow
    from grader.writers.summary import Summary
    from grader.writers.tally import AnswerGroup, CriterionTally

# Common wrong answers shown of one criterion; all of them stand in criteria.csv.
SHOWN_WRONG: Final = 5
# The chart, in its own units.
_WIDTH: Final = 640
_HEIGHT: Final = 150
_SHOWN_MARKS: Final = (
    CriterionMark.EARNED,
    CriterionMark.PARTLY,
    CriterionMark.REVIEW,
    CriterionMark.LOST,
    CriterionMark.BLANK,
)


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One column of the distribution, in the chart's units."""

    label: str
    x: int
    width: int
    decided: int
    open: int
    decided_height: int
    open_height: int


class Overview:
    """Count the summaries as they come; keep the rows of the first MAX_ROWS."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._rows: list[ClassRow] = []

    def add(self, summary: Summary, stem: str) -> None:
        """Take one student, whose page is `<stem>.html`."""
        self._tally.add(summary, stem)
        if len(self._rows) < MAX_ROWS:
            self._rows.append(class_row(summary, stem))

    def render(self, *, assets: Assets = "shared") -> str:
        """Return the class's page, which links the students' pages beside it."""
        tally = self._tally
        late = any(row.late is not None for row in self._rows)
        questions = [_question(tally, name) for name in tally.questions]
        body = (
            environment()
            .get_template("overview.html.j2")
            .render(
                tally=tally,
                figures=_figures(tally),
                bars=_bars(tally),
                width=_WIDTH,
                height=_HEIGHT,
                questions=questions,
                warned=[item for question in questions for item in question["criteria"] if item["warnings"]],
                wrong=[item for question in questions for item in question["criteria"] if item["wrong"]],
                marks=[(mark.value, MARK_WORDS[mark]) for mark in _SHOWN_MARKS],
                queue=_queue(tally),
                late=late,
                count=len(self._rows),
                shown=SHOWN_ROWS,
                rows=table_rows(self._rows, late=late),
            )
        )
        return framed("overview", f"{tally.heading}: the class", body, None, assets=assets)


def _figures(tally: Tally) -> list[tuple[str, str]]:
    figures = [("students", f"{tally.students:,}")]
    for name, value in (("mean", tally.mean()), ("median", tally.median())):
        if value is not None:
            figures.append((f"{name} of {decimal(tally.max_points)}", _between(value)))
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


def _bars(tally: Tally) -> list[ShareBar]:
    tallest = max((a + b for a, b in zip(tally.decided_bins, tally.open_bins, strict=True)), default=0) or 1
    step = _WIDTH // BINS
    return [
        ShareBar(
            label=f"{index * 100 // BINS} to {(index + 1) * 100 // BINS} %",
            x=index * step,
            width=step - 6,
            decided=decided,
            open=waiting,
            decided_height=decided * _HEIGHT // tallest,
            open_height=waiting * _HEIGHT // tallest,
        )
        for index, (decided, waiting) in enumerate(zip(tally.decided_bins, tally.open_bins, strict=True))
    ]


def _question(tally: Tally, name: str) -> dict[str, Any]:
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
    counts = {mark: found[mark] for mark in _SHOWN_MARKS}
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


def _queue(tally: Tally) -> list[dict[str, Any]]:
    """Gather the groups of equal answers by criterion."""
    criteria = []
    for (question, criterion), found in groupby(
        tally.queue(), key=lambda group: (group.question, group.criterion)
    ):
        groups = list(found)
        criteria.append(
            {
                "question": question,
                "criterion": criterion,
                "title": groups[0].title,
                "count": sum(group.count for group in groups),
                "groups": [_group(group) for group in groups],
            }
        )
    return criteria


def _group(group: AnswerGroup) -> dict[str, Any]:
    code = group.reason.partition(":")[0]
    return {
        "sentence": Reason(code).sentence if code in set(Reason) else group.reason,
        "reading": group.reading,
        "decided": group.decided,
        "expected": group.expected,
        "count": group.count,
        "more": group.count - len(group.students),
        "students": [
            (student.name, f"{page_link(student.stem)}{'#' if student.anchor else ''}{student.anchor}")
            for student in group.students
        ],
    }


def _nearest(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _between(value: Between) -> str:
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
