"""What one criterion's outcome says of another's: what includes another statement settles it, what excludes a false claim guards it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from grader.model.outcome import Evidence, Outcome, Reason

Names = Mapping[str, tuple[str, ...]]

_SETTLED: Final = "What another criterion found in this answer includes this."
_GUARDED: Final = (
    "Another criterion found the opposite of this claim; a person will see which of them is meant."
)
_OPPOSED: Final = "Whether this answer makes the opposite claim waits for a person, and so does this."
# What only means that the statement was not recognized; doubts about who says it, and how, stay.
_OPEN: Final = frozenset({Reason.UNDECIDED, Reason.TOO_SHORT})


def settled(outcomes: Mapping[str, Outcome], *, implies: Names, excludes: Names) -> dict[str, Outcome]:
    """Return the outcomes of one answer by criterion, those changed that others decide.

    A row that waits as undecided gets full credit where a row that implies it has full credit, itself
    or through others. A false claim that was found waits where a row that excludes it has full credit.
    """
    found = dict(outcomes)
    queue = [name for name, outcome in found.items() if outcome.credit == 1]
    for name in queue:  # grows by what it settles
        for other in implies.get(name, ()):
            outcome = found.get(other)
            if outcome is not None and outcome.credit is None and outcome.reason in _OPEN:
                found[other] = _decided(outcome, Fraction(1), Reason.CORRECT, _SETTLED)
                queue.append(other)
    for name in queue:
        for other in excludes.get(name, ()):
            outcome = found.get(other)
            if outcome is not None and outcome.reason is Reason.CLAIMED:
                found[other] = _decided(outcome, None, Reason.CONTRADICTORY, _GUARDED)
    for name, outcome in found.items():
        waiting = any(other in found and found[other].credit is None for other in excludes.get(name, ()))
        if waiting and outcome.reason is Reason.NOT_FOUND:
            found[name] = _decided(outcome, None, Reason.UNDECIDED, _OPPOSED)
    return found


def _decided(outcome: Outcome, credit: Fraction | None, reason: Reason, said: str) -> Outcome:
    evidence = tuple(each.model_copy(update={"decided": said, "public": None}) for each in outcome.evidence)
    return outcome.model_copy(
        update={"credit": credit, "reason": reason, "evidence": evidence or (Evidence(decided=said),)}
    )
