"""What stands around the comparison of formulas: what a part holds, the rubric's own formulas, contradictions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from grader.equivalence import near_miss, without_values
from grader.equivalence.quantities import UNIT
from grader.equivalence.values import read_tail
from grader.fields import Amount, Words
from grader.model import Evidence, Frozen, Outcome, Reason
from grader.notation.errors import ReadingError
from grader.notation.phrases import STOPWORDS
from grader.notation.reading import Reading, read_formula
from grader.notation.tree import Logic, Node, Quantity, Relation, Symbol

if TYPE_CHECKING:
    from grader.equivalence import Options, Verdict
    from grader.notation.names import Names

MAX_SHOWN: Final = 200  # characters of a part without a formula that are quoted

_WORD: Final = re.compile(r"(?<![\\\w])[A-Za-z]+(?!\w)")
_OF_FORMULAS: Final = frozenset({"and", "or", "if", "not", "in"})  # `x = 1 or x = -1` is no sentence


class FormulaMistake(Frozen):
    """A wrong formula that is known: its name, what it looks like, and what it is worth."""

    name: str
    expected: Words
    credit: Amount = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of comparing one formula of the answer."""

    kind: Literal["equal", "mistake", "different", "undecided"]
    tree: Node
    verdict: Verdict
    mistake: FormulaMistake | None = None


def symbols_in(tree: Node) -> frozenset[str]:
    """Return the names of a formula's symbols."""
    return frozenset(node.name for node in tree.walk() if isinstance(node, Symbol))


def is_prose(text: str) -> bool:
    """Whether a part is a sentence rather than one formula."""
    words = _WORD.findall(text[:MAX_SHOWN])
    return any(len(word) > 1 and word.lower() in STOPWORDS - _OF_FORMULAS for word in words)


def unwrapped(text: str) -> tuple[int, int]:
    """Return where the formula of a part begins and ends, without dollars and blanks."""
    start, end = 0, len(text)
    while start < end and text[start] in " \t\r\n$`":
        start += 1
    while end > start and text[end - 1] in " \t\r\n$`.":
        end -= 1
    return start, end


def read_part(text: str, names: Names, expected: Node) -> Reading:
    """Read a part; of a value whose left side cannot be read, the right one. Raises ReadingError."""
    try:
        return read_formula(text, names=names)
    except ReadingError:
        tail = None if isinstance(expected, Relation | Logic) else read_tail(text, names=names)
        if tail is None:
            raise
        return tail


def is_amount(tree: Node) -> bool:
    """Whether a formula is a number with a unit."""
    return isinstance(tree, Quantity) and not symbols_in(tree)


def named_slip(right: Node, judgement: Judgement, options: Options) -> tuple[str, str]:
    """Return the slip that explains a wrong formula, and the same without a value of the key; empty without one."""
    if judgement.verdict.method == UNIT:
        return judgement.verdict.reason, "The unit is not right."
    slip = near_miss(right, judgement.tree, options=options) or ""
    return slip, without_values(slip)


def unreadable(evidence: Evidence, *, keyless: bool = True) -> Outcome:
    """Return the outcome of what a person must read."""
    return Outcome(credit=None, reason=Reason.UNREADABLE, keyless=keyless, evidence=(evidence,))


def as_contradiction(outcome: Outcome) -> Outcome:
    """Turn the outcome round: credit 1 where a known mistake is stated; a doubtful formula stays for a person."""
    if outcome.reason is Reason.MISTAKE:
        return outcome.model_copy(update={"credit": Fraction(1), "reason": Reason.CLAIMED, "mistake": ""})
    if outcome.reason is Reason.WRONG:
        return outcome.model_copy(
            update={"credit": None, "reason": Reason.UNDECIDED, "feedback": "", "hint": ""}
        )
    if outcome.credit is None:
        return outcome
    return outcome.model_copy(
        update={"credit": Fraction(0), "reason": Reason.NOT_CLAIMED, "feedback": "", "hint": ""}
    )


def rubric_tree(key: str, text: str, names: Names) -> Node:
    """Read one of the rubric's own formulas; the message is for its author."""
    try:
        return read_formula(text, names=names).tree
    except ReadingError as error:
        place = f" (at character {error.position + 1} of '{text}')"
        raise ValueError(f"{key}: this is not a formula that can be read: {error.message}{place}") from error
