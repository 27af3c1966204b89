"""What a student is told: the rows of every question, with what people changed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from grader.model.frozen import Exact, Frozen
from grader.model.identity import StudentId
from grader.model.outcome import Evidence, PublicEvidence
from grader.model.submission import Image, Place, Student

_NOTHING: Final = Fraction(0)


class Override(Frozen):
    """A person's later decision about one row. It overlays a report and never changes it."""

    student: StudentId
    criterion: str
    credit: Exact | None  # 0..1; None takes an earlier override back
    who: str
    when: str  # ISO 8601, UTC
    why: str


class Adjustment(Frozen):
    """A change of the total that no criterion made, such as for handing in late.

    `low` and `high` are what it adds to the least and the most the total can come to; both are
    negative for a deduction, and they differ only where the total is a range.
    """

    kind: str  # "late"
    low: Exact
    high: Exact
    said: str  # one sentence, safe to show a student
    points: Exact = Fraction(0)  # what the rule takes, however little there was to take


class PublicFinding(Frozen):
    """What students may know of a row beside its credit, where they may not know the key."""

    reason: str
    feedback: str = ""
    evidence: tuple[PublicEvidence, ...] = ()


class CriterionReport(Frozen):
    """One row of a report, for those who may know the key. Where a person decided, `credit` and `score` are theirs.

    `public` stands instead of `reason`, `feedback` and `evidence` for everybody else.
    """

    id: str
    title: str
    check: str
    points: Exact
    credit: Exact | None
    score: Exact | None
    reason: str
    feedback: str
    evidence: tuple[Evidence, ...] = ()
    override: Override | None = None
    public: PublicFinding | None = None  # None: nothing is vouched for
    hidden: bool = False  # whether students do not see the row at all

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The least and most this row can come to; equal once it is decided."""
        if self.score is not None:
            return self.score, self.score
        return (self.points, _NOTHING) if self.points.numerator < 0 else (_NOTHING, self.points)


class QuestionReport(Frozen):
    """One question: its rows, and the answer they were read from."""

    id: str
    title: str
    max_points: Exact
    low: Exact  # the least and most it can come to, equal where nothing awaits a person
    high: Exact
    minimum: Exact | None = None  # what contradictions cannot take the question below; None: no limit
    floor_adjustment: Exact = Fraction(0)  # what was added so that the question does not fall below it
    criteria: tuple[CriterionReport, ...]
    text: str = ""
    parts: Mapping[str, Any] = {}
    place: Place | None = None
    images: tuple[Image, ...] = ()
    variant: str = ""  # what was drawn for the student, `n=19 k=5`; "" where all have one question


class Report(Frozen):
    """One student's result. A group shares the content; each member gets one.

    `low` and `high` are the sums of the questions' and of the adjustments' (no total is below zero
    because of these).
    """

    assignment: str
    title: str
    student: Student
    students: tuple[Student, ...]
    source: str
    max_points: Exact
    low: Exact
    high: Exact
    questions: tuple[QuestionReport, ...]
    adjustments: tuple[Adjustment, ...] = ()
    submitted: str = ""  # ISO 8601 with an offset, "" where it is not known
    notes: tuple[str, ...] = ()
    unreadable: str = ""  # why the file could not be read, "" where it was
    reveal: bool = False  # whether its readers may know the key
    rubric_digest: str = ""
    grader_version: str = ""

    @property
    def score(self) -> Fraction | None:
        """The total, or None while a person must still look at something."""
        return self.low if self.low == self.high else None

    @property
    def awaiting(self) -> int:
        """How many rows await a person."""
        return sum(row.credit is None for question in self.questions for row in question.criteria)
