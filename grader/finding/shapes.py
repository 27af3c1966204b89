"""Find the sizes in an answer: `3x3`, `3 × 3`, `(3, 3)`, `three by three`."""

from __future__ import annotations

import re
from typing import Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import folded, unwrapped
from grader.records import dataclass

MAX_TEXT: Final = 50_000  # characters looked at; the longest real answers have some 5,000
MAX_SHAPES: Final = 256  # found in one text

_NUMBER_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SIDE = rf"(?:[0-9]{{1,6}}(?![0-9.,]*[0-9])|\b(?:{'|'.join(_NUMBER_WORDS)})\b)"
_TIMES = r"[\s$]{0,12}(?:[xX×✕*]|\\times|-?\s?\bby\b\s?-?)[\s$]{0,12}"
_PRODUCT = deferred(rf"(?<![\w.,^])({_SIDE}(?:{_TIMES}{_SIDE}){{1,4}})(?!\w)", re.IGNORECASE)
_TUPLE = deferred(r"(?<![\[(\w])[\[(]\s?([0-9]{1,6}(?:\s?[,;]\s?[0-9]{1,6}){1,4})\s?,?\s?[\])](?![\])])")
_SIDES = deferred(_SIDE, re.IGNORECASE)
_DIGITS = deferred(r"[0-9]+")
_GROUPED = deferred(r"[0-9]{1,3}(?:,[0-9]{3})+")
_FOLLOWED = deferred(r"[\s$)]*(?:=|\+|[*×·]|\\times|\\cdot|-\s?[0-9]|/)")

# Markup around a side, and the columns of aligned formulas.
_MARKUP: Final = deferred(
    r"\\(?:bm|mathbf|boldsymbol|textbf|textit|underline|boxed|mathrm|text)\s?\{(?=[\\\s(]{0,3}(?:\d|\\(?:bm|mathbf|boldsymbol|textbf|underline|boxed)))"
    r"|(?<=[\d)\s}])\}|&"
)


@dataclass(frozen=True, slots=True)
class FoundShape:
    """A size such as 3 x 3."""

    dimensions: tuple[int, ...]
    start: int
    end: int
    product: bool = False  # `= 9` or another sign follows: perhaps a calculation


def _side(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBER_WORDS.index(text.lower()) + 1


def _without_markup(text: str) -> str:
    """Return a text of the same length without what only sets a size apart or in columns."""
    return _MARKUP.sub(lambda match: " " * len(match[0]), text) if "\\" in text or "&" in text else text


def find_shapes(text: str) -> tuple[FoundShape, ...]:
    """Return the sizes in a text in reading order: `3x3`, `3 × 3`, `(3, 3)`, `three by three`."""
    plain = unwrapped(folded(_without_markup(text[:MAX_TEXT])))
    found: list[FoundShape] = []
    for pattern in (_PRODUCT, _TUPLE):
        for match in pattern.finditer(plain):
            if len(found) >= MAX_SHAPES:
                break
            if pattern is _TUPLE and _GROUPED.fullmatch(match[1]) and len(set(match[1].split(","))) > 1:
                continue  # the number 2,800 in brackets; (126,126) is a square
            sides = tuple(
                _side(side) for side in (_DIGITS if pattern is _TUPLE else _SIDES).findall(match[1])
            )
            if 0 in sides:
                continue
            follows = pattern is _PRODUCT and _FOLLOWED.match(plain, match.end()) is not None
            before = plain[max(0, match.start() - 3) : match.start()].rstrip(" $({")
            led = pattern is _PRODUCT and before.endswith(("*", "+", "×", "/"))
            found.append(FoundShape(sides, match.start(), match.end(), product=follows or led))
    return tuple(sorted(found, key=lambda each: each.start))
