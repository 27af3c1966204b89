"""What a check found: an outcome, its reason, and the evidence, of which students may see the public part."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.model.frozen import Exact, Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping


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
