"""What the check `number` says of the numbers it judged: doubts, remarks and outcomes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from grader.checks.numbercredit import Judgement
from grader.finding.numbers import MAX_TEXT
from grader.finding.surroundings import chain_agrees
from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.outcomes import for_a_person
from grader.notation.numbers.exact import shown

if TYPE_CHECKING:
    from grader.finding.reading import Reading
    from grader.finding.selection import NumberCandidate

Shown = TypeVar("Shown", bound=PublicEvidence)


def read_as(candidate: NumberCandidate) -> str:
    """Return a number as it was understood: its value, its unit, and what was assumed."""
    reading = candidate.number.reading
    words = [shown(reading.value), reading.unit_name, f"({reading.note})" if reading.note else ""]
    return " ".join(word for word in words if word)


def remark_on_result(reading: Reading, said: str, candidate: NumberCandidate) -> str:
    """Remark that the calculation in front of a number, wholly read, gives another one; "" where it does not."""
    chain = candidate.number.chain
    if chain is None or chain.left is None or chain.result is None or chain.computes is not False:
        return ""
    if "calculation in front" in said or chain_agrees(reading, chain):
        return ""
    return f"The calculation in front of it gives {shown(chain.left)}, not {shown(chain.result.value)}."


def doubted(judgement: Judgement, said: str) -> Judgement:
    """Leave a number to a person, with the reason."""
    return Judgement(Reason.AMBIGUOUS, None, judgement.reading, decided=said)


def quoting(outcome: Outcome, text: str) -> Outcome:
    """Return an outcome with its evidence in the student's own words instead of digits."""
    return outcome.model_copy(update={"evidence": tuple(_quoting(each, text) for each in outcome.evidence)})


def _quoting(evidence: Shown, text: str) -> Shown:
    if evidence.start is None or evidence.end is None:
        return evidence
    update: dict[str, object] = {"read": text[evidence.start : evidence.end]}
    if isinstance(evidence, Evidence) and evidence.public is not None:
        update["public"] = _quoting(evidence.public, text)
    return evidence.model_copy(update=update)


def cut_off(part: str) -> Outcome:
    """Leave to a person an answer that is too long to be read whole."""
    said = f"Only the first {MAX_TEXT:,} characters were read."
    evidence = Evidence(part=part, decided=said)
    return for_a_person(Reason.UNREADABLE, evidence, keyless=True)
