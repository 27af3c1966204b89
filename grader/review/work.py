"""What is shown of an answer that awaits a person, and of the work as a whole: plain data for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.model.report import CriterionReport, QuestionReport

ALL = "all"  # every row is met, no false claim is made
NONE = "none"  # nothing of what is asked for stands there, no false claim either
PROPOSED = "proposed"  # each row as it is proposed; a row without a proposal stays open


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person has decided of a row: the decision that counts."""

    number: int  # of the override, growing with time
    credit: Fraction
    who: str
    when: str  # ISO 8601, UTC
    why: str


@dataclass(frozen=True, slots=True)
class OpenCriterion:
    """One row of an answer that a person decides, in the order of its keys.

    `points` below zero are a contradiction: credit 1 means that the false claim is made. `seen` is the number of the
    last override of this row when it was shown, 0 without one; it is sent back with a decision, so that a later one of
    somebody else's is never overwritten.
    """

    report: CriterionReport
    hesitates: str  # why the machine did not decide, in a sentence
    wants: str  # what the rubric asks for, "" where the row does not tell
    proposal: Fraction | None  # the credit that is proposed, None where nothing is
    ground: str  # on what the proposal stands: "the machine's leaning", "84 % of 23 decided answers"
    alike: int  # how many other answers the decision settles as well
    variants: tuple[str, ...]  # what these say, the most frequent first, a few
    split: bool  # whether this answer was taken out of its group
    decided: Decided | None
    seen: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A word from one person to the others about an answer."""

    number: int
    who: str
    when: str
    words: str


@dataclass(frozen=True, slots=True)
class Work:
    """One answer with what is open in it, shown once for all students whose hand-in it is."""

    key: str  # names it in addresses: letters, digits, hyphens
    question: (
        QuestionReport  # the whole question with its evidence; the rows that people decided are overlaid
    )
    rows: tuple[OpenCriterion, ...]  # those that await a person or that a person has decided
    students: tuple[tuple[str, str], ...]  # id and name
    source: str
    place: int  # in the queue, from 1
    of: int
    doubtful: bool  # whether it is doubtful where the answer begins and ends
    pictured: bool  # whether what was handed in is a picture
    pages: tuple[int, ...]  # of a PDF, those on which the answer stands
    flagged: bool
    comments: tuple[Comment, ...]
    holders: tuple[str, ...]  # who else has it open now
    offered: tuple[tuple[str, str], ...]  # criterion and a comment that was used for it before

    @property
    def is_open(self) -> bool:
        """Whether a row of it still awaits a person."""
        return any(row.decided is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class ListedAnswer:
    """One answer in the list of all: enough to find it and to see how far it is."""

    key: str
    question: str
    open_rows: int
    decided_rows: int
    points: Fraction  # what is open, in points
    excerpt: str
    students: int
    flagged: bool
    tasked: str  # whose work it is, "" for everybody's


@dataclass(frozen=True, slots=True)
class Share:
    """How far a question or a person is; `seconds` of work left at the present pace, None where that is not known."""

    name: str
    done: int
    total: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    """What a person has decided, and the open answers that are theirs to decide, with the time these take at their pace."""

    name: str
    decisions: int
    left: int
    seconds: float | None = None  # None where nothing is theirs alone, or the pace is not known


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the class is: answers, rows, by question, and decisions by person."""

    assignment: str
    title: str
    answers: Share
    rows: Share
    questions: tuple[Share, ...]
    people: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a decision: the rows it settled, or who was quicker with another one.

    Where there are conflicts nothing was kept.
    """

    number: int = 0  # of the decision, 0 where nothing was kept
    rows: int = 0
    conflicts: tuple[str, ...] = ()  # a sentence each: whose decision stands, and what it is
    left: tuple[str, ...] = ()  # criteria that stayed open, as nothing was said of them


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people agreed with the machine on rows of a criterion that they looked through: `k` of `n`.

    `low` and `high` are Wilson's interval at 95 %.
    """

    criterion: str
    k: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Zero:
    """A row to which the machine gave nothing, for a spot check; the most doubtful come first."""

    key: str  # of the work it stands in
    row: CriterionReport
    excerpt: str
    chance: float | None  # that a person finds it met
