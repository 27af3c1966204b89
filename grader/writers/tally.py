"""Count a class while its reports go by: scores, rates, and what awaits a person.

What is kept grows with the rubric, not with the class, but for one number a student.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.writers.text import one_line
from grader.writers.view import Mark, mark_of

if TYPE_CHECKING:
    from grader.model import CriterionReport, QuestionReport, Report
    from grader.writers.rows import ClassRow

BINS: Final = 10
# Different readings that are kept apart in the review queue, and students named in each.
MAX_GROUPS: Final = 2_000
MAX_NAMED: Final = 24
# Answers that are the same so far stand together.
_READING: Final = 240
_SPACES: Final = re.compile(r"\s+")


@dataclass(slots=True)
class CriterionTally:
    """How a criterion came out over the class."""

    id: str
    title: str
    points: Fraction
    counts: dict[Mark, int] = field(default_factory=lambda: dict.fromkeys(Mark, 0))
    credit: Fraction = Fraction(0)  # over the decided rows
    decided: int = 0

    def add(self, row: CriterionReport) -> None:
        self.counts[mark_of(row)] += 1
        if row.credit is not None:
            self.credit += row.credit
            self.decided += 1

    @property
    def rate(self) -> Fraction | None:
        """The mean credit over the decided rows."""
        return self.credit / self.decided if self.decided else None


@dataclass(slots=True)
class QuestionTally:
    """How a question came out over the class; amounts in hundredths of a point."""

    id: str
    title: str
    max_points: int
    criteria: dict[str, CriterionTally] = field(default_factory=dict)
    total: int = 0  # over the decided answers
    decided: int = 0
    students: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The mean share of the points over the decided answers."""
        if not self.decided or self.max_points <= 0:
            return None
        return Fraction(self.total, self.decided * self.max_points)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One student whose row awaits a person; `anchor` is the row's place in the report."""

    stem: str
    name: str
    anchor: str


@dataclass(slots=True)
class Group:
    """Rows that await a person for the same reason with the same reading."""

    question: str
    criterion: str
    title: str
    reason: str
    reading: str
    count: int = 0
    students: list[Waiting] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What the overview says of a class."""

    heading: str = ""
    students: int = 0
    waiting: int = 0  # students with at least one open row
    open_rows: int = 0
    ungrouped: int = 0  # open rows beyond MAX_GROUPS readings
    max_points: int = 0
    scores: array[int] = field(default_factory=lambda: array("q"))  # the decided totals
    decided_bins: list[int] = field(default_factory=lambda: [0] * BINS)
    open_bins: list[int] = field(default_factory=lambda: [0] * BINS)  # by the least they can come to
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    groups: dict[tuple[str, str, str, str], Group] = field(default_factory=dict)

    def add(self, report: Report, row: ClassRow) -> None:
        """Count one report and its row of the class table."""
        self.heading = self.heading or report.title or report.assignment
        self.students += 1
        self.waiting += row.awaiting > 0
        self.max_points = max(self.max_points, row.max_points)
        share = min(max(row.low, 0) * BINS // row.max_points, BINS - 1) if row.max_points > 0 else 0
        if row.score is None:
            self.open_bins[share] += 1
        else:
            self.decided_bins[share] += 1
            self.scores.append(row.score)
        for index, (question, cell) in enumerate(zip(report.questions, row.questions, strict=True), start=1):
            tally = self.questions.setdefault(
                question.id, QuestionTally(question.id, question.title, cell.max_points)
            )
            tally.students += 1
            if cell.low == cell.high:
                tally.total += cell.low
                tally.decided += 1
            self._add_criteria(tally, question, index, row)

    def mean(self) -> Fraction | None:
        """Return the mean of the decided totals, in hundredths of a point."""
        return Fraction(sum(self.scores), len(self.scores)) if self.scores else None

    def median(self) -> Fraction | None:
        """Return the median of the decided totals, in hundredths of a point."""
        ordered = sorted(self.scores)
        half = len(ordered) // 2
        if not ordered:
            return None
        return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)

    def queue(self) -> list[Group]:
        """Return the open rows, question by question, the largest groups of equal answers first."""
        order = {
            (question.id, criterion): place
            for place, (question, criterion) in enumerate(
                (question, criterion)
                for question in self.questions.values()
                for criterion in question.criteria
            )
        }
        return sorted(
            self.groups.values(),
            key=lambda group: (
                order[group.question, group.criterion],
                group.reason,
                -group.count,
                group.reading,
            ),
        )

    def _add_criteria(
        self, tally: QuestionTally, question: QuestionReport, index: int, row: ClassRow
    ) -> None:
        for number, criterion in enumerate(question.criteria, start=1):
            tally.criteria.setdefault(
                criterion.id, CriterionTally(criterion.id, criterion.title or criterion.id, criterion.points)
            ).add(criterion)
            if criterion.credit is None:
                self._add_open(
                    question, criterion, Waiting(row.stem, row.name or row.id, f"q{index}-{number}")
                )

    def _add_open(self, question: QuestionReport, row: CriterionReport, student: Waiting) -> None:
        self.open_rows += 1
        key = (question.id, row.id, row.reason, reading_of(question, row))
        if key not in self.groups and len(self.groups) >= MAX_GROUPS:
            self.ungrouped += 1
            return
        group = self.groups.setdefault(
            key, Group(question.id, row.id, row.title or row.id, row.reason, reading_of(question, row))
        )
        group.count += 1
        if len(group.students) < MAX_NAMED:
            group.students.append(student)


def reading_of(question: QuestionReport, row: CriterionReport) -> str:
    """Return what a row read, so that equal answers compare equal; the whole answer if it names nothing."""
    read = "; ".join(item.read_as or item.read for item in row.evidence if item.read_as or item.read)
    return one_line(_SPACES.sub(" ", (read or question.text)[: 4 * _READING]), _READING)
