"""Read points as people write them beside a question or a piece of an answer: `(3 points)`, `[2 P]`, `total (2):`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import NumberError, read_number
from grader.records import dataclass

if TYPE_CHECKING:
    from fractions import Fraction

_WORD: Final = r"(?:points?|pts?\.?|p\.?|marks?|punkte?n?|poäng|poeng|puntos|punti|pontos|%)"
_NUMBER: Final = r"(?P<number>[-–−]?\d{1,3}(?:[.,]\d{1,2}|/\d{1,2})?|½)"
# With its word anywhere; a number alone only in brackets, where a caller says that one may stand there.
_WORDED: Final = deferred(
    rf"[(\[][ \t]?(?:max\.?[ \t]|worth[ \t]|/)?{_NUMBER}[ \t]?{_WORD}(?:[ \t]?(?:each|max\.?))?(?:[,;:][^()\[\]\n]{{0,60}})?[ \t]?[)\]]",
    re.IGNORECASE,
)
_SAID: Final = deferred(
    rf"(?:[-–—:,|/][ \t]{{0,3}}|\b(?:points|marks|punkte)[ \t]?:[ \t]?){_NUMBER}(?:[ \t]?{_WORD})?[ \t]?$",
    re.IGNORECASE,
)
_BARE: Final = deferred(
    rf"[(\[][ \t]?{_NUMBER}(?:[ \t]?{_WORD})?(?:[,;][^()\[\]\n]{{0,60}})?[)\]]", re.IGNORECASE
)
# A name, then its points: `q5_l1 (1):`, `Size (1 P):`, `total (2)`.
_NAMED: Final = deferred(
    rf"(?<![\w.$\\^])(?P<name>[A-Za-z][\w-]{{0,60}})[ \t]?[(\[]{_NUMBER}(?P<word>[ \t]?{_WORD})?(?:[,;][^()\[\]\n]{{0,60}})?[)\]](?P<colon>:?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PointMark:
    """Points and where they stand; `name` is what they are given for, "" where no name stands before them."""

    points: Fraction
    start: int
    end: int
    name: str = ""


def points_of(text: str, *, bare: bool = False) -> PointMark | None:
    """Return the points that a heading or a question says it is worth; `bare`: a number alone in brackets is one too."""
    for pattern in (_WORDED, *((_BARE, _SAID) if bare else ())):
        for found in pattern.finditer(text):
            if (points := _value(found["number"])) is not None and points > 0:
                return PointMark(points, found.start(), found.end())
    return None


def without_points(text: str, *, bare: bool = False) -> str:
    """Return a text without the points that it says."""
    mark = points_of(text, bare=bare)
    return text if mark is None else f"{text[: mark.start]}{text[mark.end :]}".strip(" \t-–—:,|/")


def point_marks(text: str) -> tuple[PointMark, ...]:
    """Return all points of an answer in their order: behind names, or with their word."""
    marks: dict[int, PointMark] = {}
    for found in _NAMED.finditer(text):
        named = "_" in found["name"] or any(sign.isdecimal() for sign in found["name"])
        points = _value(found["number"])
        if points is not None and (named or found["word"] or found["colon"]):
            marks[found.start("number")] = PointMark(points, found.start(), found.end(), found["name"])
    for found in _WORDED.finditer(text):
        points = _value(found["number"])
        if points is not None:
            marks.setdefault(found.start("number"), PointMark(points, found.start(), found.end()))
    return tuple(marks[place] for place in sorted(marks))


def _value(text: str) -> Fraction | None:
    plain = text.replace("–", "-").replace("−", "-").replace("½", "1/2").replace(",", ".")
    try:
        value = read_number(plain).value
    except NumberError:
        return None
    return value if (value * 100).denominator == 1 else None
