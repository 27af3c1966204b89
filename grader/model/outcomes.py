"""What can come of a check, in one vocabulary: right, partly, wrong, a known mistake, not found, for a person; turned round.

Every check says what it found in these words, and marking what kept it from finding out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol

from grader.model.outcome import Evidence, Outcome, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING: Final = Fraction(0)
ALL: Final = Fraction(1)
UNNAMED: Final = "known"  # the name of a mistake to which the rubric gives none
_WORDLESS: Final = {"feedback": "", "written": "", "hint": ""}


class Named(Protocol):
    """A known mistake, as far as words for it go."""

    @property
    def name(self) -> str: ...

    @property
    def feedback(self) -> str: ...

    @property
    def derived(self) -> bool: ...


def right(*evidence: Evidence, **words: str) -> Outcome:
    """Return that an answer is right; `words` are `feedback`, `written` and `hint`."""
    return Outcome(credit=ALL, reason=Reason.CORRECT, evidence=evidence, **_told(words))


def partly(credit: Fraction, *evidence: Evidence, **words: str) -> Outcome:
    """Return that an answer is right in part: all of the credit is right, none is wrong."""
    if credit >= 1:
        return right(*evidence, **words)
    if not credit:
        return Outcome(credit=NOTHING, reason=Reason.WRONG, evidence=evidence, **_told(words))
    return Outcome(credit=credit, reason=Reason.PARTLY, evidence=evidence, **_told(words))


def wrong(*evidence: Evidence, keyless: bool = False, **words: str) -> Outcome:
    """Return that an answer is wrong."""
    return Outcome(credit=NOTHING, reason=Reason.WRONG, evidence=evidence, keyless=keyless, **_told(words))


def mistaken(
    mistakes: Sequence[Named], credit: Fraction, *evidence: Evidence, hinted: bool = False
) -> Outcome:
    """Return that an answer is what known mistakes give: the first leads, the feedback tells of all.

    `hinted` says that the feedback holds no value of the key, so that students may be told it as a hint.
    """
    feedback = feedback_on(mistakes)
    return Outcome(
        credit=credit,
        reason=Reason.MISTAKE,
        mistake=mistakes[0].name or UNNAMED,
        feedback=feedback,
        written=feedback_on([mistake for mistake in mistakes if not mistake.derived]),
        hint=feedback if hinted else "",
        evidence=evidence,
    )


def feedback_on(mistakes: Sequence[Named]) -> str:
    """Return what is said of mistakes that give the same answer."""
    return " Or: ".join(dict.fromkeys(mistake.feedback for mistake in mistakes if mistake.feedback))


def not_found(*evidence: Evidence, keyless: bool = False) -> Outcome:
    """Return that an answer does not hold what was looked for; `keyless` where it holds nothing of the kind at all."""
    return Outcome(credit=NOTHING, reason=Reason.NOT_FOUND, evidence=evidence, keyless=keyless)


def opposite(*evidence: Evidence) -> Outcome:
    """Return that an answer says the opposite of what was looked for."""
    return Outcome(credit=NOTHING, reason=Reason.OPPOSITE, evidence=evidence)


def for_a_person(reason: Reason, *evidence: Evidence, keyless: bool = False) -> Outcome:
    """Return that a person must look, and why."""
    return Outcome(credit=None, reason=reason, evidence=evidence, keyless=keyless)


def turned_round(outcome: Outcome, *, known_only: bool = False) -> Outcome:
    """Return what comes of hunting a false claim: credit 1 where something wrong is stated, 0 where nothing is.

    With `known_only` the claim is one of the known mistakes, and anything else that is wrong is for a person.
    """
    if outcome.credit is None:
        return outcome
    right_in_part = outcome.credit == 1 and outcome.reason is Reason.PARTLY
    known = outcome.reason is Reason.MISTAKE
    if known_only and outcome.reason is Reason.WRONG:
        return outcome.model_copy(
            update={"credit": None, "reason": Reason.UNDECIDED, "feedback": "", "hint": ""}
        )
    if outcome.reason in {Reason.NOT_FOUND, Reason.CORRECT} or right_in_part or (known_only and not known):
        return outcome.model_copy(update={"credit": NOTHING, "reason": Reason.NOT_CLAIMED, **_WORDLESS})
    cleared = {"mistake": ""} if known_only else {}
    return outcome.model_copy(update={"credit": ALL, "reason": Reason.CLAIMED, **cleared})


def _told(words: dict[str, str]) -> dict[str, Any]:
    return dict(words)
