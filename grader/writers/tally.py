"""Count a class while its reports go by: scores, rates, and what awaits a person.

What is kept grows with the rubric, not with the class, but for one number a student and row.
"""

from __future__ import annotations

from array import array
from dataclasses import field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.model.outcome import Reason
from grader.records import dataclass
from grader.statistics.commonanswers import GivenAnswers
from grader.statistics.items import discrimination_of, reliability_of
from grader.statistics.scores import Between, deviation_of, mean_of, median_of
from grader.writers.rounding import HUNDRED, hundredths
from grader.writers.view import CriterionMark, mark_of

if TYPE_CHECKING:
    from grader.statistics.items import Discrimination, Reliability
    from grader.writers.summary import QuestionSummary, RowSummary, Summary

BINS: Final = 10
# Of whose other rows fewer points than this share are decided, nobody knows how good they are.
LEAST_DECIDED: Final = 0.5
# Stands among scores, which are never so low, for one that is open.
OPEN: Final = -(2**62)
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
    scores: array[int] = field(
        default_factory=lambda: array("q")
    )  # student by student; OPEN where a person must look
    given: GivenAnswers = field(default_factory=GivenAnswers)

    def add(self, row: RowSummary, stem: str, name: str) -> None:
        """Count one student's row; `stem` names their page."""
        outcome = (row.credit, row.reason)
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.scores.append(OPEN if row.score is None else row.score)
        if row.credit == "1":
            self.given.right += 1
        elif row.credit is not None and row.reading:
            mistake = row.reason.partition(":")[2]
            self.given.add_wrong(row.reading, mistake, row.read, (stem, name))

    @property
    def counts(self) -> dict[CriterionMark, int]:
        """How often the criterion came out how."""
        counts = dict.fromkeys(CriterionMark, 0)
        for (credit, reason), count in self.outcomes.items():
            counts[mark_of(self.points, None if credit is None else Fraction(credit), reason)] += count
        return counts

    @property
    def rate(self) -> Between | None:
        """Between what the mean credit of all students lies, in hundredths of the whole."""
        low, waiting, students = Fraction(0), 0, 0
        for (credit, _), count in self.outcomes.items():
            students += count
            if credit is None:
                waiting += count
            else:
                low += Fraction(credit) * count
        if not students:
            return None
        return Between(HUNDRED * low / students, HUNDRED * (low + waiting) / students)

    @property
    def waiting(self) -> int:
        """How many rows await a person."""
        return sum(count for (credit, _), count in self.outcomes.items() if credit is None)


@dataclass(slots=True)
class QuestionTally:
    """How a question came out over the class; amounts in hundredths of a point."""

    id: str
    title: str
    max_points: int
    criteria: dict[str, CriterionTally] = field(default_factory=dict)
    lows: array[int] = field(default_factory=lambda: array("q"))  # student by student
    highs: array[int] = field(default_factory=lambda: array("q"))

    @property
    def rate(self) -> Between | None:
        """Between what the mean share of the points lies, in hundredths of them."""
        mean = mean_of(self.lows, self.highs)
        if mean is None or self.max_points <= 0:
            return None
        return Between(HUNDRED * mean.low / self.max_points, HUNDRED * mean.high / self.max_points)


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
    lows: array[int] = field(default_factory=lambda: array("q"))  # the least each total can come to
    highs: array[int] = field(default_factory=lambda: array("q"))
    earned: array[int] = field(default_factory=lambda: array("q"))  # in the rows that are decided
    weights: array[int] = field(default_factory=lambda: array("q"))  # what these rows are worth
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
        (self.open_bins if summary.score is None else self.decided_bins)[share] += 1
        self.lows.append(summary.low)
        self.highs.append(summary.high)
        name = summary.name or summary.id
        earned = weight = 0
        for question in summary.questions:
            tally = self.questions.get(question.id)
            if tally is None:
                tally = QuestionTally(question.id, question.title, question.max_points)
                self.questions[question.id] = tally
            tally.lows.append(question.low)
            tally.highs.append(question.high)
            for row in question.rows:
                criterion = tally.criteria.get(row.id)
                if criterion is None:
                    criterion = tally.criteria[row.id] = CriterionTally(
                        row.id, row.title, Fraction(row.points)
                    )
                criterion.add(row, stem, name)
                if row.score is not None:
                    earned += row.score
                    weight += _worth(row.points)
                if row.credit is None:
                    self._add_open(question, row, Waiting(stem, name, row.anchor))
        self.earned.append(earned)
        self.weights.append(weight)

    @property
    def decided(self) -> int:
        """How many totals are decided."""
        return sum(low == high for low, high in zip(self.lows, self.highs, strict=True))

    def mean(self) -> Between | None:
        """Return between what the mean of all totals lies, in hundredths of a point."""
        return mean_of(self.lows, self.highs)

    def median(self) -> Between | None:
        """Return between what the median of all totals lies, in hundredths of a point."""
        return median_of(self.lows, self.highs)

    def deviation(self) -> float | None:
        """Return the standard deviation of the totals in hundredths of a point, open rows taken at their middle."""
        return deviation_of([(low + high) / 2 for low, high in zip(self.lows, self.highs, strict=True)])

    def discrimination(self, criterion: CriterionTally) -> Discrimination | None:
        """Return how a criterion goes with what the same students have in the other rows that are decided."""
        if len(criterion.scores) != self.students:
            return None  # not everybody was asked this
        own = max(hundredths(criterion.points), 0)
        least = LEAST_DECIDED * max(self.max_points - own, 0)
        rests = [
            (earned - score) / (weight - own)
            if score != OPEN and weight - own >= least and weight > own
            else None
            for score, earned, weight in zip(criterion.scores, self.earned, self.weights, strict=True)
        ]
        scores = [None if score == OPEN else score for score in criterion.scores]
        return discrimination_of(scores, rests)

    def reliability(self) -> Reliability | None:
        """Return how reliable the sum of the questions is, over the students of whom all is decided."""
        asked = [question for question in self.questions.values() if len(question.lows) == self.students]
        rows = zip(*(zip(question.lows, question.highs, strict=True) for question in asked), strict=True)
        decided = [[low for low, _ in row] for row in rows if all(low == high for low, high in row)]
        return reliability_of(decided)

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


@lru_cache(maxsize=1024)
def _worth(points: str) -> int:
    """Return what a row can earn, in hundredths of a point; nothing where it only takes away."""
    return max(hundredths(Fraction(points)), 0)
