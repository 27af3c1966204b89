"""Render `overview.html`: the class on one page, for those who mark.

Scores and their distribution, how questions and criteria came out, what awaits a person with equal
answers side by side, and the table of the class with links to the reports. Its one small script
sorts and searches the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from grader.model import Reason
from grader.writers.cells import percent
from grader.writers.rounding import decimal, exact_text
from grader.writers.rows import class_row
from grader.writers.tally import BINS, Tally
from grader.writers.view import MARK_WORDS, Mark, span
from grader.writers.webpage import dashed, environment, framed, segments

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.writers import Assets
    from grader.writers.rows import ClassRow
    from grader.writers.summary import Summary
    from grader.writers.tally import CriterionTally, Group

# A browser lays out this many rows in about a second; a larger class has its rows in grades.csv.
MAX_ROWS: Final = 3_000
# The chart, in its own units.
_WIDTH: Final = 640
_HEIGHT: Final = 150
_SHADES: Final = 5
_SHOWN_MARKS: Final = (Mark.EARNED, Mark.PARTLY, Mark.REVIEW, Mark.LOST, Mark.BLANK)


@dataclass(frozen=True, slots=True)
class Bar:
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
        body = (
            environment()
            .get_template("overview.html.j2")
            .render(
                tally=tally,
                figures=_figures(tally),
                bars=_bars(tally),
                width=_WIDTH,
                height=_HEIGHT,
                questions=[_question(tally, name) for name in tally.questions],
                marks=[(mark.value, MARK_WORDS[mark]) for mark in _SHOWN_MARKS],
                queue=_queue(tally),
                rows=[_row(row) for row in self._rows],
            )
        )
        return framed("overview", f"{tally.heading}: the class", body, None, assets=assets)


def _figures(tally: Tally) -> list[tuple[str, str]]:
    figures = [("students", str(tally.students))]
    for name, value in (("mean", tally.mean()), ("median", tally.median())):
        if value is not None:
            words = f"{name} of {decimal(tally.max_points)}"
            decided = len(tally.scores)
            if decided < tally.students:
                words += f", {decided} decided {'score' if decided == 1 else 'scores'}"
            figures.append((words, decimal(_nearest(value))))
    figures.append(("students with rows awaiting review", str(tally.waiting)))
    figures.append(("rows awaiting review", str(tally.open_rows)))
    return figures


def _bars(tally: Tally) -> list[Bar]:
    tallest = max((a + b for a, b in zip(tally.decided_bins, tally.open_bins, strict=True)), default=0) or 1
    step = _WIDTH // BINS
    return [
        Bar(
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
        "width": _thousandths(question.rate),
        "criteria": [_criterion(criterion) for criterion in question.criteria.values()],
    }


def _criterion(tally: CriterionTally) -> dict[str, Any]:
    # A contradiction is read the other way round: found is lost, not found is earned.
    counts = {mark: tally.counts[mark] for mark in _SHOWN_MARKS}
    counts[Mark.EARNED] += tally.counts[Mark.CLEAR]
    remarks = tally.counts[Mark.REMARK]
    total = sum(counts.values()) or 1
    start, bar = 0, []
    for mark, count in counts.items():
        width = count * 1000 // total
        bar.append((mark.value, start, width))
        start += width
    words = [f"{count} {MARK_WORDS[mark]}" for mark, count in counts.items() if count]
    return {
        "id": tally.id,
        "title": tally.title,
        "points": exact_text(tally.points),
        "rate": _share(tally.rate),
        "bar": bar if not remarks else (),
        "words": ", ".join(words + ([f"{remarks} remarks"] if remarks else [])),
        "waiting": counts[Mark.REVIEW],
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


def _group(group: Group) -> dict[str, Any]:
    code = group.reason.partition(":")[0]
    return {
        "sentence": Reason(code).sentence if code in set(Reason) else group.reason,
        "reading": group.reading,
        "count": group.count,
        "more": group.count - len(group.students),
        "students": [(student.name, f"{_link(student.stem)}#{student.anchor}") for student in group.students],
    }


def _row(row: ClassRow) -> dict[str, Any]:
    return {
        "name": row.name or row.id,
        "id": row.id,
        "link": _link(row.stem),
        "score": dashed(span(row.low, row.high)),
        "low": row.low,
        "max_points": decimal(row.max_points),
        "percent": percent(row.score, row.max_points),
        "segments": segments(row.low, row.high, row.max_points),
        "awaiting": row.awaiting,
        "cells": [
            {
                "score": dashed(span(cell.low, cell.high)),
                "low": cell.low,
                "awaiting": cell.awaiting,
                "shade": min(max(cell.low, 0) * _SHADES // cell.max_points, _SHADES)
                if cell.max_points > 0
                else 0,
            }
            for cell in row.questions
        ],
    }


def _link(stem: str) -> str:
    return f"{quote(stem)}.html"


def _nearest(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _share(rate: Fraction | None) -> str:
    return "" if rate is None else f"{_nearest(100 * rate)} %"


def _thousandths(rate: Fraction | None) -> int:
    return 0 if rate is None else min(max(_nearest(1000 * rate), 0), 1000)
