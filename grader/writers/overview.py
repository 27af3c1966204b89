"""Render `overview.html`: the class on one page, for those who mark.

Scores and their distribution, how questions and criteria came out, what awaits a person with equal
answers side by side, and the table of the class with links to the reports. Its one small script
sorts and searches the table.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from grader.model.outcome import Reason
from grader.records import dataclass
from grader.writers.classfigures import SHOWN_MARKS, figures_of, question_figures
from grader.writers.classtable import MAX_ROWS, SHOWN_ROWS, page_link, table_rows
from grader.writers.rows import class_row
from grader.writers.tally import BINS, Tally
from grader.writers.view import MARK_WORDS
from grader.writers.webpage import environment, framed

if TYPE_CHECKING:
    from grader.writers import Assets
    from grader.writers.rows import ClassRow
    from grader.writers.summary import Summary
    from grader.writers.tally import AnswerGroup

# The chart, in its own units.
_WIDTH: Final = 640
_HEIGHT: Final = 150
_REASONS: Final = frozenset(Reason)


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
        questions = [question_figures(tally, name) for name in tally.questions]
        body = (
            environment()
            .get_template("overview.html.j2")
            .render(
                tally=tally,
                figures=figures_of(tally),
                bars=_bars(tally),
                width=_WIDTH,
                height=_HEIGHT,
                questions=questions,
                warned=[item for question in questions for item in question["criteria"] if item["warnings"]],
                wrong=[item for question in questions for item in question["criteria"] if item["wrong"]],
                marks=[(mark.value, MARK_WORDS[mark]) for mark in SHOWN_MARKS],
                queue=_queue(tally),
                late=late,
                count=len(self._rows),
                shown=SHOWN_ROWS,
                rows=table_rows(self._rows, late=late),
            )
        )
        return framed("overview", f"{tally.heading}: the class", body, None, assets=assets)


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
        "sentence": Reason(code).sentence if code in _REASONS else group.reason,
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
