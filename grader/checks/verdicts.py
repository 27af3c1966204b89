"""What the check `number` says of the numbers it judged: doubts, remarks and outcomes in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.checks.surroundings import chain_agrees
from grader.model import Evidence, Outcome, Reason
from grader.notation.finding import MAX_TEXT
from grader.notation.numbers import shown

if TYPE_CHECKING:
    from grader.checks.judging import Judgement
    from grader.checks.selection import Candidate
    from grader.model import Response


def read_as(candidate: Candidate) -> str:
    """Return a number as it was understood: its value, its unit, and what was assumed."""
    reading = candidate.number.reading
    words = [shown(reading.value), reading.unit_name, f"({reading.note})" if reading.note else ""]
    return " ".join(word for word in words if word)


def remarked(text: str, said: str, candidate: Candidate) -> str:
    """Add to what decided that the calculation in front of a number, wholly read, gives another one."""
    chain = candidate.number.chain
    if chain is None or chain.left is None or chain.result is None or chain.computes is not False:
        return said
    if "calculation in front" in said or chain_agrees(text, chain):
        return said
    return (
        f"{said} The calculation in front of it gives {shown(chain.left)}, not {shown(chain.result.value)}."
    )


def doubted(judgement: Judgement, said: str) -> Judgement:
    """Leave a number to a person, with the reason."""
    return replace(judgement, reason=Reason.AMBIGUOUS, credit=None, mistake="", feedback="", decided=said)


def quoting(outcome: Outcome, text: str) -> Outcome:
    """Return an outcome with its evidence in the student's own words instead of digits."""
    evidence = tuple(
        each
        if each.start is None or each.end is None
        else each.model_copy(update={"read": text[each.start : each.end]})
        for each in outcome.evidence
    )
    return outcome.model_copy(update={"evidence": evidence})


def cut_off(response: Response) -> Outcome:
    """Leave to a person an answer that is too long to be read whole."""
    said = f"Only the first {MAX_TEXT:,} characters were read."
    return Outcome(
        credit=None, reason=Reason.UNREADABLE, evidence=(Evidence(part=response.part, decided=said),)
    )


def not_found(response: Response, said: str) -> Outcome:
    """Say that an answer holds no such number."""
    return Outcome(
        credit=Fraction(0), reason=Reason.NOT_FOUND, evidence=(Evidence(part=response.part, decided=said),)
    )


def as_contradiction(outcome: Outcome) -> Outcome:
    """Turn the outcome round: credit 1 where a wrong number is stated."""
    if outcome.credit is None:
        return outcome
    if outcome.reason in {Reason.NOT_FOUND, Reason.CORRECT} or (
        outcome.credit == 1 and outcome.reason is Reason.PARTLY
    ):
        return outcome.model_copy(
            update={"credit": Fraction(0), "reason": Reason.NOT_CLAIMED, "feedback": ""}
        )
    return outcome.model_copy(update={"credit": Fraction(1), "reason": Reason.CLAIMED})
