"""The rubric: questions, criteria and points."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, SkipValidation, WithJsonSchema, field_validator

from grader.checks.contract import Check
from grader.files.fields import Amount, AsTuple, Flag, Words
from grader.files.moments import Moment
from grader.model.frozen import Frozen
from grader.model.submission import HandedOut, Outline, QuestionOutline
from grader.rubric.lateness import Attempts, LateDeduction, LateRule
from grader.rubric.release import GradescopeRule, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


# Points finer than this could not be shown exactly in a report.
POINTS_DECIMALS: Final = 2


# Of one criterion: more are a slip of the finger, and could not be shown.
MAX_POINTS: Final = 1_000_000


AUTO: Final = "auto"


"""The template that is found in the class itself."""


# Fields of a criterion that the loader fills in; they are no keys of the file.
INTERNAL: Final = frozenset({"check", "check_name", "derived", "digest"})


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def _checked_id(value: str) -> str:
    if not _ID.fullmatch(value):
        msg = "must be letters, digits, '_', '-' or '.', at most 80 of them"
        raise ValueError(msg)
    return value


class Criterion(Frozen):
    """One line worth points, judged by exactly one check."""

    id: str
    points: Amount
    title: str = ""
    part: str = ""
    feedback: str = ""
    accepts: Annotated[tuple[Any, ...], AsTuple] = ()
    rejects: Annotated[tuple[Any, ...], AsTuple] = ()
    implies: Words = ()  # criteria of this question that are met where this one is
    excludes: Words = ()  # contradictions of this question that are not claimed where this one is met
    visibility: Visibility | None = None  # None: as the rubric says for platforms
    hints: Flag | None = None  # whether students are told what differs; None: as the question says
    derived: str = ""  # what the expected value was derived from, "cnn: params.0"; set by the loader
    digest: str = (
        ""  # of all that decides a verdict: the check's keys and the sets they name; set by the loader
    )
    check_name: str
    check: Annotated[Check, SkipValidation, WithJsonSchema({})]  # made by the check's own model

    _id = field_validator("id")(_checked_id)

    @field_validator("points")
    @classmethod
    def _two_decimals(cls, value: Fraction) -> Fraction:
        if (value * 10**POINTS_DECIMALS).denominator != 1:
            msg = f"must have at most {POINTS_DECIMALS} decimals"
            raise ValueError(msg)
        if abs(value) > MAX_POINTS:
            msg = f"must be between -{MAX_POINTS:,} and {MAX_POINTS:,}"
            raise ValueError(msg)
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a student may give this criterion's part."""
        return (self.part, self.id) if self.part else (self.id,)


class Question(Frozen):
    """One numbered question; `headings` are further headings by which documents name it."""

    id: str
    criteria: Annotated[tuple[Criterion, ...], AsTuple, Field(min_length=1)]
    title: str = ""
    text: str = ""
    headings: Words = ()
    data: Mapping[str, Any] = {}  # what expected values are derived from
    parameters: Mapping[str, Any] = {}  # what is drawn for each student, and put into all of the question
    drawn: str = ""  # what was drawn, `n=19 k=5`; set by the loader
    minimum: Amount | None = Fraction(0)  # contradictions cannot take the question below; null: no limit
    hints: Flag | None = None  # None: as the rubric says
    model: Any = None  # the model answer, as a hand-in would give it: a text, or parts by name
    points: Amount | None = None  # what the author means the criteria to add up to

    _id = field_validator("id")(_checked_id)

    @field_validator("minimum")
    @classmethod
    def _earns_nothing(cls, value: Fraction | None) -> Fraction | None:
        if value is not None and not -MAX_POINTS <= value <= 0:
            msg = f"must be 0 or less, since a blank answer would earn it, and at least -{MAX_POINTS:,}"
            raise ValueError(msg)
        return value

    @cached_property
    def max_points(self) -> Fraction:
        """The sum of what can be earned (a contradiction earns nothing)."""
        return sum((max(item.points, Fraction(0)) for item in self.criteria), Fraction(0))


class Rubric(Frozen):
    """A whole rubric file."""

    id: str
    questions: Annotated[tuple[Question, ...], AsTuple, Field(min_length=1)]
    title: str = ""
    points: Amount | None = None  # what the author means it all to add up to
    language: str = "en"
    reveal: Flag = False  # whether students see what was expected
    hints: Flag = False  # whether students are told what differs, without the expected value
    due: Moment | None = None
    late: LateRule | None = None
    attempts: Attempts = "first"  # which hand-in of a student counts where there are several
    gradescope: GradescopeRule = GradescopeRule()
    template: str = ""  # the assignment as it was handed out: a file beside the rubric, or AUTO
    answer_marks: Words = ()  # what begins an answer in documents, beside `Your answer:` and its like
    code: Literal["ignore", "read"] = "ignore"  # whether the code of notebooks is part of the answers
    seed: str = ""  # what draws of parameters depend on, beside the student
    template_lines: tuple[str, ...] = ()  # what stands in the template; set by the loader
    # text, path and folder of its file, where questions have parameters; set by the loader
    source: tuple[str, str, str] = ("", "", "")
    # by question, what AUTO has found in a class; set by the run
    handed_out: Mapping[str, tuple[HandedOut, ...]] = {}
    digest: str = ""

    _id = field_validator("id")(_checked_id)

    @cached_property
    def max_points(self) -> Fraction:
        return sum((question.max_points for question in self.questions), Fraction(0))

    @property
    def criteria(self) -> Iterator[tuple[Question, Criterion]]:
        """All criteria in their order, each with its question."""
        return ((question, criterion) for question in self.questions for criterion in question.criteria)

    def gives_hints(self, question: Question, criterion: Criterion) -> bool:
        """Whether students are told what differs in a row: as the criterion says, else the question, else the rubric."""
        said = (criterion.hints, question.hints, self.hints)
        return next(hints for hints in said if hints is not None)

    def deduction(
        self, submitted: datetime | None, due: datetime | None = None, *, spent: int | None = None
    ) -> LateDeduction:
        """Return what handing in at a time costs; nothing where no time is known.

        `due` is the student's own due date where it is another one, `spent` what other assignments took of a budget.
        """
        due = due or self.due
        if self.late is None or due is None or submitted is None:
            return LateDeduction(Fraction(0), "", 0)
        return self.late.deduction(due, submitted, self.max_points, spent=spent)

    def visibility_of(self, criterion: Criterion) -> Visibility:
        """Return when students see a criterion's row."""
        return criterion.visibility or self.gradescope.visibility

    def with_handed_out(self, lines: Mapping[str, tuple[HandedOut, ...]]) -> Rubric:
        """Return the rubric that takes lines out of the answers to its questions; the same one where there are none."""
        if not lines:
            return self
        digest = hashlib.sha256(repr((self.digest, sorted(lines.items()))).encode()).hexdigest()[:16]
        return self.model_copy(update={"handed_out": lines, "digest": digest})

    @property
    def visible_points(self) -> Fraction:
        """What can be earned in the rows that students see."""
        rows = (item for _, item in self.criteria if self.visibility_of(item) == "visible")
        return sum((max(item.points, Fraction(0)) for item in rows), Fraction(0))

    @property
    def outline(self) -> Outline:
        """What readers need to know: the questions' names and their parts, and nothing of the key."""
        return Outline(
            assignment=self.id,
            questions=tuple(
                QuestionOutline(
                    id=question.id,
                    title=question.title,
                    headings=question.headings,
                    parts=tuple(dict.fromkeys(name for item in question.criteria for name in item.names)),
                    text=question.text,
                    handed_out=self.handed_out.get(question.id, ()),
                )
                for question in self.questions
            ),
            code=self.code == "read",
            answer_marks=self.answer_marks,
            template=self.template_lines,
        )
