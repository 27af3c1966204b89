"""Count a class while its reports go by: scores, rates, and what awaits a person.

What is kept grows with the rubric, not with the class, but for one number a student.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.model.outcome import Reason
from grader.writers.view import CriterionMark, mark_of

if TYPE_CHECKING:
    from grader.writers.summary import QuestionSummary, RowSummary, Summary

BINS: Final = 10
# Different readings that are kept apart in the review queue, and students named in each.
MAX_GROUPS: Final = 2_000
MAX_NAMED: Final = 24


@dataclass(slots=True)
class CriterionTally:
    """How a criterion came out over the class."""

    id: str
    title: str
    points: Fraction
    outcomes: dict[tuple[str | None, str], int] = field(default_factory=dict)  # by credit and reason

    def add(self, row: RowSummary) -> None:
        outcome = (row.credit, row.reason)
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def counts(self) -> dict[CriterionMark, int]:
        """How often the criterion came out how."""
        counts = dict.fromkeys(CriterionMark, 0)
        for (credit, reason), count in self.outcomes.items():
            counts[mark_of(self.points, None if credit is None else Fraction(credit), reason)] += count
        return counts

    @property
    def rate(self) -> Fraction | None:
        """The mean credit over the decided rows."""
        given = [
            (Fraction(credit), count) for (credit, _), count in self.outcomes.items() if credit is not None
        ]
        decided = sum(count for _, count in given)
        return sum((credit * count for credit, count in given), Fraction(0)) / decided if decided else None


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
class AnswerGroup:
    """Rows that await a person for the same reason with the same reading."""

    question: str
    criterion: str
    title: str
    reason: str
    reading: str
    decided: str  # what decided and what was expected, as told of the first of them
    expected: str
    count: int = 0
    students: list[Waiting] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What the overview says of a class."""

    heading: str = ""
    students: int = 0
    waiting: int = 0  # students with at least one open row
    doubtful: int = 0  # students whose document may have been cut wrongly
    open_rows: int = 0
    unreadable: int = 0
    ungrouped: int = 0  # open rows beyond MAX_GROUPS readings
    max_points: int = 0
    scores: array[int] = field(default_factory=lambda: array("q"))  # the decided totals
    decided_bins: list[int] = field(default_factory=lambda: [0] * BINS)
    open_bins: list[int] = field(default_factory=lambda: [0] * BINS)  # by the least they can come to
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    groups: dict[tuple[str, str, str, str], AnswerGroup] = field(default_factory=dict)

    def add(self, summary: Summary, stem: str) -> None:
        """Count one report; `stem` names its page."""
        self.heading = self.heading or summary.heading
        self.students += 1
        self.waiting += summary.awaiting > 0
        self.doubtful += summary.has_reason(Reason.DOUBTFUL_CUT.value)
        self.unreadable += bool(summary.unreadable)
        self.max_points = max(self.max_points, summary.max_points)
        most = summary.max_points
        share = min(max(summary.low, 0) * BINS // most, BINS - 1) if most > 0 else 0
        if summary.score is None:
            self.open_bins[share] += 1
        else:
            self.decided_bins[share] += 1
            self.scores.append(summary.score)
        for question in summary.questions:
            tally = self.questions.get(question.id)
            if tally is None:
                tally = QuestionTally(question.id, question.title, question.max_points)
                self.questions[question.id] = tally
            tally.students += 1
            if question.low == question.high:
                tally.total += question.low
                tally.decided += 1
            for row in question.rows:
                self._add_criterion(tally, row)
                if row.credit is None:
                    student = Waiting(stem, summary.name or summary.id, row.anchor)
                    self._add_open(question, row, student)

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

    def queue(self) -> list[AnswerGroup]:
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

    def _add_criterion(self, tally: QuestionTally, row: RowSummary) -> None:
        criterion = tally.criteria.get(row.id)
        if criterion is None:
            criterion = CriterionTally(row.id, row.title, Fraction(row.points))
            tally.criteria[row.id] = criterion
        criterion.add(row)

    def _add_open(self, question: QuestionSummary, row: RowSummary, student: Waiting) -> None:
        self.open_rows += 1
        key = (question.id, row.id, row.reason, row.reading)
        group = self.groups.get(key)
        if group is None:
            if len(self.groups) >= MAX_GROUPS:
                self.ungrouped += 1
                return
            group = AnswerGroup(
                question.id, row.id, row.title, row.reason, row.reading, row.decided, row.expected
            )
            self.groups[key] = group
        group.count += 1
        if len(group.students) < MAX_NAMED:
            group.students.append(student)
