r"""Which formulas of an answer define a wanted name, and what they say it is.

`\\sigma^2 = \\frac{2}{N}`, `2/N = sigma^2` and `the variance should be 2/N` all define the
variance. Indices on the left side do not matter: `z^{(i)} = ...` defines z.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.finding.formularemarks import remark_on
from grader.finding.formulas import MAX_FORMULAS, MAX_TEXT, FoundFormula
from grader.notation.claims import Role, read_statement
from grader.notation.grammar.quantities import unit_behind
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.wantednames import folded_name
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.finding.formularemarks import Remark
    from grader.finding.reading import Reading
    from grader.notation.names import Names
    from grader.notation.tree import Node
    from grader.notation.wantednames import WantedName

MAX_LEAD: Final = 90  # characters before a formula that may say what it is
MAX_CANDIDATES: Final = 200  # formulas of one answer that are read; those that mention a wanted name go first
LONGEST_FILLER: Final = 16  # characters of the longest word among them, "approximately", and a line's end

_JOINED: Final = deferred(
    r"(?:[\s$`*,/(]|\\q?quad|\\[,;: ()\[\]]|\b(?:and/or|or|else|alternatively|otherwise|maybe|perhaps|possibly|rather|also|oder|ou|even)\b)*"
)
_FILLER: Final = deferred(
    r"(?:[\s:=$`(*_~≈,|\\-]|\b(?:of|is|are|be|being|as|by|to|the|a|an|equals?|equal|should|must|given|defined|set|about|"
    r"approximately|exactly|with|value|has|have|formula|weights?|becomes?|namely|where|we|use|using|which|then|"
    r"calculated|computed|following|shall|will|taken|chosen))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FormulaCandidate:
    """A formula that may be the wanted one.

    `sides` are the trees that stand for the value, in the order written; empty with `problem`
    set where the formula could not be read. `name` is the other left side for the role `other`, `parameters`
    are what stands in brackets on the left side (`f(z)`). `led` says that only the words before it name what it
    defines: `the variance is 2/N`. `remark` is what is said about it, None where it is simply stated.
    """

    found: FoundFormula
    role: Role
    sides: tuple[Node, ...] = ()
    alternatives: tuple[Node, ...] = ()
    problem: str = ""
    name: Node | None = None
    parameters: tuple[str, ...] = ()
    led: bool = False
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The formulas of a text, and whether they are all of them or the search was cut off."""

    all: tuple[FormulaCandidate, ...]
    complete: bool


def _lead(answer: Reading, start: int) -> str:
    return folded_name(answer.text[max(0, start - MAX_LEAD) : start])


def _named_before(wanted: WantedName, answer: Reading, start: int) -> bool:
    """Whether the words before a place end with one of the names (`variance of 2/N`)."""
    ends = tuple(filter(None, wanted.spellings))
    before = answer.kept(_lead, start)
    if not any(spelling in before for spelling in ends):
        return False
    return any(
        folded.endswith(ends) and any(_ends_with(lead, spelling) for spelling in ends)
        for lead, folded in answer.kept(leads, start)
    )


def leads(answer: Reading, start: int) -> tuple[tuple[str, str], ...]:
    """Return the words before a formula, with ever more fillers left out at their end, as written and folded."""
    lead = answer.text[max(0, start - MAX_LEAD) : start]
    found = []
    for _ in range(MAX_LEAD):
        found.append((lead, folded_name(lead)))
        match = _FILLER.search(lead, max(0, len(lead) - LONGEST_FILLER))
        if match is None or match.start() == match.end():
            break
        lead = lead[: match.start()]
    return tuple(found)


def _ends_with(lead: str, spelling: str) -> bool:
    tail = folded_name(lead[-3 * len(spelling) - 8 :])
    if not tail.endswith(spelling):
        return False
    if not spelling[0].isalnum():
        return True
    words = lead.rstrip()
    boundary = len(words) - len(spelling) - 1
    return boundary < 0 or not words[boundary].isalnum() or " " in words[-len(spelling) - 1 :]


def find_candidates(answer: Reading, names: Names, wanted: WantedName) -> Candidates:
    """Return the formulas of a text with what they have to do with the wanted names."""
    formulas = list(answer.formulas)
    complete = len(answer.text) <= MAX_TEXT and len(formulas) < MAX_FORMULAS
    if len(formulas) > MAX_CANDIDATES:
        complete = False
        naming = [found for found in formulas if wanted.mentioned_in(found.text.partition("=")[0])]
        kept = {found.start for found in (naming + formulas)[:MAX_CANDIDATES]}
        formulas = [found for found in formulas if found.start in kept]
    if names.quantity:
        formulas = sorted((*formulas, *answer.amounts), key=lambda found: found.start)
    candidates: list[FormulaCandidate] = []
    for found in formulas:
        before = candidates[-1] if candidates else None
        candidate = _candidate(answer, found, names, wanted, before)
        if candidate is not None:
            candidates.append(candidate)
    return Candidates(tuple(_with_remark(answer, each) for each in candidates), complete)


def _with_remark(answer: Reading, candidate: FormulaCandidate) -> FormulaCandidate:
    remark = answer.kept(remark_on, candidate.found.start, candidate.found.end, answer.spans)
    return candidate if remark is None else replace(candidate, remark=remark)


def _candidate(
    answer: Reading, found: FoundFormula, names: Names, wanted: WantedName, before: FormulaCandidate | None
) -> FormulaCandidate | None:
    led = _named_before(wanted, answer, found.start)
    goes_on = found.continues and before is not None
    unit = unit_behind(answer.text, found.end) if names.quantity else ""
    try:
        said = read_statement(found.text, names, wanted, unit=unit)
    except ReadingError as error:
        name = found.text.partition("=")[0]
        defining = led or wanted.mentioned_in(name) or wanted.is_name(name, names)
        role: Role = "defines" if defining or (goes_on and before and before.role == "defines") else "bare"
        return FormulaCandidate(found, role, problem=error.message)
    if goes_on and before is not None:
        return FormulaCandidate(found, before.role, said.sides, name=before.name)
    if said.role == "bare" and said.mention and not led:
        return None
    role = "defines" if led else said.role
    if role == "bare" and before is not None and before.role != "bare":
        joined = _JOINED.fullmatch(answer.text, before.found.end, found.start)
        if joined:
            return FormulaCandidate(
                found, before.role, said.values, said.others, name=before.name
            )  # `y = A or B`
    led = role != said.role
    return FormulaCandidate(found, role, said.values, said.others, "", said.name, said.parameters, led)
