"""What is written around a number that may make it no answer: a supposition, an exclamation mark."""

from __future__ import annotations

import re
from typing import Final

from grader.notation.numbers import NumberError, NumberReading, read_number

MAX_SENTENCE: Final = 400  # characters looked at before and behind a number

SUPPOSED: Final = "This number is only supposed: the sentence says what would be."
EXCLAIMED: Final = "The exclamation mark behind this number may be meant as a factorial."

_ENDS: Final = re.compile(r"[.;!?](?=\s|$)|\n")
_IF: Final = re.compile(r"\b(?:if|had|were|unless|even if|as if|wenn)\b", re.IGNORECASE)
_PAST: Final = re.compile(
    r"\b(?:were|was|had|hadn['’]t|weren['’]t|did|didn['’]t|wäre[nt]?|hätte[nt]?)\b", re.IGNORECASE
)
_WOULD: Final = re.compile(
    r"\b(?:would|wouldn['’]t|might have|could have|wäre[nt]?|würde[nt]?)\b", re.IGNORECASE
)
_SUPPOSING: Final = re.compile(
    r"\b(?:suppos(?:e|ing)|imagine|imagining|pretend(?:ing)?|assum(?:e|ing)|let['’]s say|angenommen)\b[^,:=]*",
    re.IGNORECASE,
)
_FINAL: Final = re.compile(r"(?P<number>\d[\d.,' ]{0,30})!\s*")


def is_supposed(text: str, start: int, end: int) -> bool:
    """Whether a sentence only says what would be if a number were the value, or if something were otherwise.

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
    if _WOULD.search(before):
        return any(_IF.search(side) and _PAST.search(side) for side in (before, behind))
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
