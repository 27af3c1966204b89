"""The words of the project: what is handed in, what a check found, what a student is told.

Every model is strict, frozen and closed: a field nobody declared is an error, and nothing is
changed after it was made. Scores and credits are exact fractions; only writers round.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from grader.identity import StudentId


def _as_fraction(value: object) -> object:
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            return value
    return value


Exact = Annotated[
    Fraction,
    BeforeValidator(_as_fraction),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(/\d+)?$"}),
]
"""A rational number that is never rounded on the way; `"3/4"` in JSON."""


class Frozen(BaseModel):
    """The manners all models share."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class Student(Frozen):
    """One person; `id` names the reports."""

    id: StudentId
    name: str = ""
    email: str = ""


class Place(Frozen):
    """Where a stretch of text begins in the file that was handed in."""

    line: int  # from 1
    column: int = 1  # from 1
    offset: int | None = None  # characters from the start of the file; None where the text was decoded
    page: int | None = None  # of a document that has pages, from 1; the line is then one of the page's
    cell: int | None = None  # of a notebook, from 1; the line is then one of the cell's


PartValue = str | tuple["PartValue", ...] | Mapping[str, "PartValue"]


class Part(Frozen):
    """A named piece of an answer: text, or nested lists or a mapping of texts, as it was written."""

    value: Any  # PartValue; spelled Any because pydantic cannot rebuild a recursive alias strictly
    place: Place


SHOWN_MEDIA = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Kinds of pictures that a page shows: a browser draws them, and they hold no program."""


class Image(Frozen):
    """A picture that stands in an answer. It is shown to people; nothing is read out of it, or of its name."""

    name: str = ""
    media: str = ""  # `image/png`; "" where it is not known
    content: str = ""  # in base64; "" where the file does not hold it, or it is too large to keep
    at: int | None = (
        None  # before which character of the answer's text it stands; None where that is not known
    )


class HandedOut(Frozen):
    """A line that most of a class have in one answer, and whether surely not as their own."""

    line: str
    sure: bool


class Answer(Frozen):
    """What was handed in for one question: prose, named parts, or both."""

    question: str
    place: Place
    text: str = ""
    parts: Mapping[str, Part] = {}
    doubt: str = ""  # why this may not be what was handed in, or not all of it; "" where it is sure
    heading: str = ""  # what made it begin there, as `line 12: names its question (Task 1a)`
    cut: str = ""  # why it may begin or end elsewhere in the document; "" where that is sure
    images: tuple[Image, ...] = ()
    handed_out: tuple[
        HandedOut, ...
    ] = ()  # what stood there as in most hand-ins, and is not part of the text

    @property
    def blank(self) -> bool:
        """Whether nothing at all was written."""
        return not self.text.strip() and all(is_blank(part.value) for part in self.parts.values())


def is_blank(value: PartValue) -> bool:
    if isinstance(value, str):
        return not value.strip()
    items = value.values() if isinstance(value, Mapping) else value
    return all(is_blank(item) for item in items)


class Submission(Frozen):
    """One hand-in: by one student, or by a group that shares it."""

    source: str  # the path it was read from
    students: tuple[Student, ...]
    assignment: str = ""
    answers: Mapping[str, Answer] = {}  # by question id
    submitted: str = ""  # ISO 8601 with an offset, "" where it is not known
    notes: tuple[str, ...] = ()  # what a person should know about how it was read
    doubt: str = ""  # as an answer's, of all of them

    def answer_to(self, question: str) -> Answer:
        """Return the answer to a question, a blank one where there is none."""
        found = self.answers.get(question) or Answer(question=question, place=Place(line=1))
        if self.doubt and not found.doubt:
            return found.model_copy(update={"doubt": self.doubt})
        return found


class QuestionOutline(Frozen):
    """A question as a reader knows it: what it is called and which parts it has."""

    id: str
    title: str = ""
    headings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    text: str = ""  # what is asked; a copy of it in a hand-in is no answer
    handed_out: tuple[HandedOut, ...] = ()  # as lines are compared; they are no answer


class Outline(Frozen):
    """An assignment as a reader knows it: nothing of the key."""

    assignment: str
    questions: tuple[QuestionOutline, ...]
    code: bool = False  # whether the code of notebooks is part of the answers
    answer_marks: tuple[str, ...] = ()  # what begins an answer, beside the usual words
    template: tuple[str, ...] = ()  # the lines of the assignment as it was handed out


class Standing(StrEnum):
    """The four things an outcome can mean for the marks."""

    EARNED = "earned"
    LOST = "lost"
    BLANK = "blank"
    REVIEW = "review"


class Reason(StrEnum):
    """Why an outcome is what it is; the code is stable, the sentence is for people."""

    # the answer decides
    CORRECT = "correct"
    PARTLY = "partly"
    FOLLOW_THROUGH = "follow_through"
    MISTAKE = "mistake"  # written `mistake:NAME` in reports
    WRONG = "wrong"
    NOT_FOUND = "not_found"
    OPPOSITE = "opposite"
    # nothing was handed in
    MISSING = "missing"
    # a contradiction criterion
    CLAIMED = "claimed"
    NOT_CLAIMED = "not_claimed"
    # a person must look
    UNREADABLE = "unreadable"
    UNDECIDED = "undecided"
    AMBIGUOUS = "ambiguous"
    NOT_PRECISE_ENOUGH = "not_precise_enough"
    CONTRADICTORY = "contradictory"
    OTHER_LANGUAGE = "other_language"
    HEDGED = "hedged"
    TOO_SHORT = "too_short"
    REPAIRED = "repaired"
    STUFFED = "stuffed"
    COPIED = "copied"
    PICTURE = "picture"
    DOUBTFUL_CUT = "doubtful_cut"
    # a person has looked
    OVERRIDDEN = "overridden"
    # our fault or our limit
    TIMED_OUT = "timed_out"
    FAULT = "fault"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self][1]

    @property
    def standing(self) -> Standing:
        return _SENTENCES[self][0]


_SENTENCES: Mapping[Reason, tuple[Standing, str]] = {
    Reason.CORRECT: (Standing.EARNED, "This is right."),
    Reason.PARTLY: (Standing.EARNED, "Part of this is right."),
    Reason.FOLLOW_THROUGH: (Standing.EARNED, "This follows correctly from your earlier result."),
    Reason.MISTAKE: (Standing.LOST, "This is a known mistake."),
    Reason.WRONG: (Standing.LOST, "This is not right."),
    Reason.NOT_FOUND: (Standing.LOST, "Your answer does not say this."),
    Reason.OPPOSITE: (Standing.LOST, "Your answer says the opposite."),
    Reason.MISSING: (Standing.BLANK, "Nothing was handed in here."),
    Reason.CLAIMED: (Standing.LOST, "Your answer makes a claim that is not true."),
    Reason.NOT_CLAIMED: (Standing.EARNED, "Your answer does not make this false claim."),
    Reason.UNREADABLE: (Standing.REVIEW, "This could not be read by the machine; a person will look at it."),
    Reason.UNDECIDED: (Standing.REVIEW, "The machine could not decide this; a person will look at it."),
    Reason.AMBIGUOUS: (Standing.REVIEW, "This can be read in more than one way; a person will look at it."),
    Reason.NOT_PRECISE_ENOUGH: (
        Standing.REVIEW,
        "This is rounded so far that it also fits a known mistake; a person will look at it.",
    ),
    Reason.CONTRADICTORY: (
        Standing.REVIEW,
        "Your answer says both this and its opposite; a person will look at it.",
    ),
    Reason.OTHER_LANGUAGE: (
        Standing.REVIEW,
        "This is written in another language; a person will look at it.",
    ),
    Reason.HEDGED: (Standing.REVIEW, "It is not clear whether you claim this; a person will look at it."),
    Reason.TOO_SHORT: (
        Standing.REVIEW,
        "This is too short for the machine to judge; a person will look at it.",
    ),
    Reason.REPAIRED: (
        Standing.REVIEW,
        "This was only understood by guessing at spelling; a person will look at it.",
    ),
    Reason.STUFFED: (
        Standing.REVIEW,
        "This lists terms without saying anything about them; a person will look at it.",
    ),
    Reason.COPIED: (Standing.REVIEW, "This repeats a given text word by word; a person will look at it."),
    Reason.PICTURE: (
        Standing.REVIEW,
        "There is a picture here, which the machine does not read; a person will look at it.",
    ),
    Reason.DOUBTFUL_CUT: (
        Standing.REVIEW,
        "It is not sure where in the document this answer begins or ends; a person will look at it.",
    ),
    Reason.OVERRIDDEN: (Standing.EARNED, "A person decided this."),
    Reason.TIMED_OUT: (Standing.REVIEW, "Judging this took too long; a person will look at it."),
    Reason.FAULT: (Standing.REVIEW, "The grader failed here, not you; a person will look at it."),
}


class PublicEvidence(Frozen):
    """One thing that was read, as far as the key had no part in picking, reading or judging it.

    `start` and `end` are offsets into the text of the answer, or of its named part; a writer turns
    them into a highlighted span. All texts are plain: writers escape them.
    """

    read: str = ""  # the student's own characters
    part: str = ""  # the part they stand in; "" for the answer's prose
    start: int | None = None
    end: int | None = None
    read_as: str = ""  # how that was understood, in plain notation or words
    latex: str = ""  # the same as LaTeX, where a formula is worth rendering
    decided: str = ""  # one sentence: what decided


class Evidence(PublicEvidence):
    """One thing that was read and what came of it, for those who may know the key.

    Anything in it may depend on the key: which piece was picked, which of its readings, and what is
    said of it. `public` is what students may see whatever the rubric says; None where the check
    vouches for nothing.
    """

    expected: str = ""  # what it was compared with
    fault: str = ""  # what failed by our fault
    public: PublicEvidence | None = None

    def published(self, **changes: Any) -> Evidence:
        """Return the same evidence, of which students may see what was read and where, and no more than is named here."""
        public = PublicEvidence(read=self.read, part=self.part, start=self.start, end=self.end, **changes)
        return self.model_copy(update={"public": public})


class Outcome(Frozen):
    """What a check returns. `credit` is 0..1, or None where a person must look.

    `feedback` may depend on the key; of it, students who may not know the key are told `written`, and
    `hint` where the rubric allows hints. `keyless` vouches for the whole outcome: nothing of the key
    was looked at.
    """

    credit: Exact | None
    reason: Reason
    mistake: str = ""  # the mistake's name where the reason is MISTAKE
    feedback: str = ""  # words for the student that the check knows better than the criterion
    written: str = ""  # those of them that the rubric's author wrote for students
    hint: str = ""  # what differs, without a value of the key
    keyless: bool = False
    evidence: tuple[Evidence, ...] = ()
    value: Exact | None = None  # the number that was read, for criteria that follow from it

    @property
    def code(self) -> str:
        """The reason code: `correct`, `mistake:no_bias`, ..."""
        return f"{self.reason.value}:{self.mistake}" if self.mistake else self.reason.value


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
        return min(self.points, Fraction(0)), max(self.points, Fraction(0))


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
