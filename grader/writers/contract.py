"""The public shape of a report's JSON file, from which its JSON Schema is made.

Numbers are JSON numbers. Scores, ranges and `max_points` have at most two decimals and are rounded
together, so that rows add up to questions, and questions and adjustments to the total. `submitted`
is a time in ISO 8601, or empty where it is not known. `signature` stands in files alone: it says that
the grader wrote the file, and that nobody has changed it.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypeAlias

# pydantic makes schemas of this form of TypedDict alone before Python 3.12.
from typing_extensions import TypedDict

Number: TypeAlias = int | float


class RangeJson(TypedDict):
    """The least and the most a score can come to; equal once it is decided."""

    low: Number
    high: Number


class StudentJson(TypedDict):
    """One person; `name` and `email` may be empty."""

    id: str
    name: str
    email: str


class EvidenceJson(TypedDict):
    """One thing that was read and what came of it.

    `start` and `end` count characters of the answer's text, or of the part that `part` names.
    `expected` is there only where the rubric reveals it to students, and in reports for teachers; in
    all others nothing here depends on the key.
    """

    read: str
    part: str
    start: int | None
    end: int | None
    read_as: str
    latex: str
    decided: str
    expected: NotRequired[str]


class OverrideJson(TypedDict):
    """A person's decision, which stands instead of the machine's; `who` is empty in a student's report."""

    who: str
    when: str
    why: str


class AdjustmentJson(TypedDict):
    """A change of the total that no criterion made, such as for handing in late.

    `low` and `high` are what it adds to the least and the most the total can come to.
    """

    kind: str
    low: Number
    high: Number
    said: str


class CriterionJson(TypedDict):
    """One row. `score` and `credit` are null where a person must look.

    `credit` goes from 0 to 1; `credit_exact` is the same as a fraction such as "3/4". A
    contradiction has negative points: credit 1 means that the false claim was found. In a student's
    report that does not reveal the key, `reason` is one of correct, partly, follow_through, wrong,
    not_found, missing, claimed, not_claimed, undecided, overridden, timed_out and fault, or what was
    decided without the key, or the mistake whose feedback the student is given; and a false claim that
    was not made has no title.
    """

    id: str
    title: str
    check: str
    points: Number
    score: Number | None
    score_range: RangeJson
    credit: Number | None
    credit_exact: str | None
    standing: str
    reason: str
    feedback: str
    evidence: list[EvidenceJson]
    override: OverrideJson | None


class AnswerJson(TypedDict):
    """What was handed in for a question, and where it begins in the source."""

    text: str
    parts: dict[str, Any]
    line: int | None
    column: int | None


class QuestionJson(TypedDict):
    """One question; `floor_adjustment` is what keeps it from falling below its floor."""

    id: str
    title: str
    score: Number | None
    score_range: RangeJson
    max_points: Number
    floor_adjustment: Number
    criteria: list[CriterionJson]
    answer: AnswerJson


class ReportJson(TypedDict):
    """One student's report; `students` are all who share the hand-in."""

    assignment: str
    title: str
    student: StudentJson
    students: list[StudentJson]
    source: str
    submitted: str
    score: Number | None
    score_range: RangeJson
    max_points: Number
    awaiting: int
    unreadable: str  # why the file could not be read, empty where it was
    questions: list[QuestionJson]
    adjustments: list[AdjustmentJson]
    notes: list[str]
    rubric_digest: str  # empty where its reader may not know the key
    grader_version: str


class ReportFileJson(ReportJson):
    """A report as it stands in its file, with the signature that the grader puts there."""

    signature: NotRequired[str]


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report's JSON file."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - only who asks for the schema needs it

    return TypeAdapter(ReportFileJson).json_schema()
