"""What the words around an answer make of it: a supposition, a bound, an exclamation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.numbers import NumberError, NumberReading, read_number
from grader.notation.patterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SENTENCE: Final = 400  # characters looked at before and behind a number

SUPPOSED: Final = "This is only supposed: the sentence says what would be."
ORDINAL: Final = "This number only says which one is meant."
ANOTHER: Final = "This number counts something else, and another one what is asked for."
BOUNDED: Final = "This is a bound, not a value."
EXCLAIMED: Final = "The exclamation mark behind this number may be meant as a factorial."

_ENDS: Final = deferred(r"[.;!?](?=\s|$)|\n")
_IF: Final = deferred(r"\b(?:if|had|were|unless|even if|as if|wenn)\b", re.IGNORECASE)
_PAST: Final = deferred(
    r"\b(?:were|was|had|hadn['’]t|weren['’]t|did|didn['’]t|wäre[nt]?|hätte[nt]?)\b", re.IGNORECASE
)
_WOULD: Final = deferred(
    r"\b(?:would|wouldn['’]t|might have|could have|wäre[nt]?|würde[nt]?)\b", re.IGNORECASE
)
_WOULD_BE: Final = deferred(r"(?:\W+\w+){0,3}?\s+would(?:n['’]t)?\s+(?:not\s+)?(?:be|have)\b", re.IGNORECASE)
_SUPPOSING: Final = deferred(
    r"\b(?:suppos(?:e|ing)|imagine|imagining|pretend(?:ing)?|assum(?:e|ing)|let['’]s say|angenommen)\b[^,:=]*",
    re.IGNORECASE,
)
_BOUND: Final = deferred(
    r"\b(?:(?:less|fewer|smaller|lower|more|greater|larger|bigger|higher|cheaper|slower|faster)\s+than|at\s+(?:least|most)"
    r"|up\s+to|bounded\s+(?:above\s+|below\s+)?by|exceed(?:s|ing)?|surpass(?:es)?|bound\s+(?:of|is)|no\s+more\s+than)[\s$*_(`\\]*$",
    re.IGNORECASE,
)
_ORDINAL: Final = deferred(r"(?:st|nd|rd|th)\b")
_COUNTED: Final = deferred(r"\s+[A-Za-z]{3,}")
_FINAL: Final = deferred(r"(?P<number>\d[\d.,' ]{0,30})!\s*")


def is_supposed(text: str, start: int, end: int) -> bool:
    """Whether a sentence only says what would be if a piece of it were the answer, or if something were otherwise.

    `If the total were 5`, `it would be 5 if we had no biases`, `suppose it is 5`; but not `assuming a
    stride of 1, it is 5`.
    """
    floor = max(0, start - MAX_SENTENCE)
    before = text[floor:start]
    last = max((found.end() for found in _ENDS.finditer(before)), default=0)
    before = before[last:]
    stop = _ENDS.search(text, end, end + MAX_SENTENCE)
    behind = text[end : stop.start() if stop else end + MAX_SENTENCE]
    supposing = _SUPPOSING.search(before)
    if supposing is not None and supposing.end() == len(before):
        return True
    condition = _IF.search(before)
    if (
        condition is not None
        and _PAST.search(before, condition.start())
        and "," not in before[condition.end() :]
    ):
        return True
    if _WOULD_BE.match(behind):
        return True
    if _WOULD.search(before):
        return any(_IF.search(side) and _PAST.search(side) for side in (before, behind))
    return False


def is_bound(text: str, start: int) -> bool:
    """Whether the words directly before a place make a bound of what stands there: `at most`, `less than`."""
    return _BOUND.search(text[max(0, start - MAX_SENTENCE) : start]) is not None


def is_ordinal(text: str, end: int) -> bool:
    """Whether a number only says which one is meant: `12th layer`."""
    return _ORDINAL.match(text, end) is not None


def counts_another(text: str, start: int, end: int, near: Sequence[str]) -> bool:
    """Whether a number counts something else, and another one what is asked for: the 12 of `8 heads and 12 layers`."""
    if not near or not _COUNTED.match(text, end):
        return False
    for name in near:
        counted = re.compile(rf"(?<![\w.,])\d[\d,.]{{0,20}}\s+{re.escape(name)}\b", re.IGNORECASE)
        starts = [found.start() for found in counted.finditer(text[: MAX_SENTENCE * 5])]
        if starts:
            return start not in starts
    return False


def last_side(text: str) -> int:
    """Return where the last side of an equation begins, 0 where there is none."""
    begin = text.rfind("=") + 1
    return begin + len(text[begin:]) - len(text[begin:].lstrip(" \t$")) if begin else 0


def exclaimed(text: str, start: int, end: int) -> NumberReading | None:
    """Return the number before an exclamation mark that ends a sentence with more in it: `It is 5!`, `total = 5!`.

    Alone, `5!` is a factorial.
    """
    if not text[:start].strip(" \t$*_(") and not text[end:].strip(" \t$*_)!."):
        return None
    found = _FINAL.match(text, start)
    if found is None or (text[found.end() :][:1].islower() or text[found.end() :][:1].isdigit()):
        return None
    try:
        return read_number(found["number"].strip())
    except NumberError:
        return None
