"""Numbers in words: `minus three`, `twenty-five`, `nine hundred three thousand four hundred`, `two thirds`, `half`.

English only. A word that is no numeral ends a numeral; what is left over decides whether the text is one.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from grader.notation.lazypatterns import deferred

MAX_WORDS: Final = 40  # of one numeral; the longest that people write have some fifteen

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
            ),
            *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
} | {"fourty": 40}
_SCALES: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DOZEN: Final = {"dozen": 12, "score": 20, "gross": 144}
_PARTS: Final = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5,
    "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8, "ninth": 9, "ninths": 9,
    "tenth": 10, "tenths": 10, "sixteenth": 16, "sixteenths": 16, "twentieth": 20, "twentieths": 20, "hundredth": 100,
    "hundredths": 100, "thousandth": 1000, "thousandths": 1000, "millionth": 10**6, "millionths": 10**6,
}  # fmt: skip
_SIGNS: Final = {"minus": -1, "negative": -1, "plus": 1}
_PERCENT: Final = frozenset({"percent", "pct"})
_WORD: Final = deferred(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*|\S")
_GAP: Final = deferred(r"[\s-]*")
_NUMERAL: Final = frozenset({*_UNITS, *_TENS, *_SCALES, *_DOZEN, "hundred"})
_START: Final = deferred(
    rf"\b(?:(?:minus|negative|plus|an?|one)[\s-]+)?(?:{'|'.join(sorted({*_NUMERAL, *_PARTS}, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
NUMERAL_WORDS: Final = frozenset(
    {*_UNITS, *_TENS, *_SCALES, *_DOZEN, *_PARTS, "hundred", "hundreds", "thousands", "dozens"}
)
"""The words numerals are made of."""
_ORDINALS: Final = frozenset(word for word, part in _PARTS.items() if part > 2 and not word.endswith("s"))


def read_numeral(text: str) -> Fraction | None:
    """Return the value of a text that is one numeral in words, None for anything else.

    >>> read_numeral("minus twenty-five"), read_numeral("two and a half"), read_numeral("two layers")
    (Fraction(-25, 1), Fraction(5, 2), None)
    """
    words = [word.lower() for word in re.split(r"[\s-]+", text.strip(" .!\n\t*_")) if word]
    if not words or len(words) > MAX_WORDS:
        return None
    value, used = _value(words)
    return value if used == len(words) else None


def with_digits(text: str) -> str:
    """Return a text of the same length with its numerals in digits, but for a bare `one`, `third` and the like.

    >>> with_digits("It has twenty-five layers.")
    'It has 25          layers.'
    """
    pieces: list[str] = []
    at = 0
    while True:
        found = _START.search(text, at)
        if found is None:
            break
        end, value = numeral_at(text, found.start())
        shown = "" if value is None else str(value)
        if value is None or len(shown) > end - found.start() or _is_loose(text, found.start(), end):
            pieces.append(text[at : found.end()])
            at = found.end()
            continue
        pieces += [text[at : found.start()], shown.ljust(end - found.start())]
        at = end
    return "".join([*pieces, text[at:]])


def numeral_at(text: str, start: int) -> tuple[int, Fraction | None]:
    """Return where the numeral that begins at a place ends, and its value; the place and None where none does."""
    words: list[str] = []
    ends: list[int] = []
    at = start
    while len(words) < MAX_WORDS:
        found = _WORD.match(text, at)
        if found is None or not found[0].isalpha():
            break
        words.append(found[0].lower())
        ends.append(found.end())
        gap = _GAP.match(text, found.end())
        at = gap.end() if gap else found.end()
        if at == found.end():
            break
    value, used = _value(words)
    return (ends[used - 1], value) if used and value is not None else (start, None)


def _is_loose(text: str, start: int, end: int) -> bool:
    """Whether a numeral is a pronoun or an ordinal in a sentence: `one of them`, `the third`, `half of the units`."""
    said = text[start:end].lower()
    if said in {"one", "a", "an", "zero"} or said in _ORDINALS:
        return True
    return "half" in said and re.match(r"\s+(?:of|the|as|a)\b", text[end:]) is not None


def _value(words: list[str]) -> tuple[Fraction | None, int]:
    """Return the value of the longest numeral at the start of a list of words, and how many words it has."""
    at, sign = 0, 1
    if words and words[0] in _SIGNS:
        at, sign = 1, _SIGNS[words[0]]
    whole, used = _whole(words, at)
    if used == at and at < len(words) and words[at] in {"a", "an"} and at + 1 < len(words):
        following = words[at + 1]
        if following in _PARTS or following in _DOZEN or following in _SCALES or following == "hundred":
            whole, used = 1, at + 1
            if following not in _PARTS:
                whole, used = _whole(["one", *words[at + 1 :]], 0)
                used += at
    value = Fraction(whole)
    if used == at:
        if at < len(words) and words[at] == "half":
            return Fraction(sign, 2), at + 1
        return None, 0
    value, used = _with_rest(words, value, used)
    return sign * value, used


def _with_rest(words: list[str], value: Fraction, used: int) -> tuple[Fraction, int]:
    """Return a whole number with what may follow it: parts, `and a half`, `point five`, `percent`."""
    if used < len(words) and words[used] in _PARTS:
        value, used = value / _PARTS[words[used]], used + 1
    elif words[used : used + 1] == ["and"]:
        rest = words[used + 1 : used + 3]
        if len(rest) == 2 and rest[1] in _PARTS and (rest[0] in {"a", "an"} or rest[0] in _UNITS):
            over = _UNITS.get(rest[0], 1)
            value, used = value + Fraction(over, _PARTS[rest[1]]), used + 3
    elif words[used : used + 1] == ["point"]:
        digits = ""
        while used + 1 < len(words) and words[used + 1] in _UNITS and _UNITS[words[used + 1]] < 10:
            digits += str(_UNITS[words[used + 1]])
            used += 1
        if digits:
            value, used = value + Fraction(int(digits), 10 ** len(digits)), used + 1
    if used < len(words) and words[used] in _PERCENT:
        value, used = value / 100, used + 1
    elif words[used : used + 2] == ["per", "cent"]:
        value, used = value / 100, used + 2
    return value, used


def _whole(words: list[str], at: int) -> tuple[int, int]:
    """Return the whole number at a place of a list of words, and where it ends; the place itself where there is none."""
    total, group, end, place = 0, 0, at, at
    allowed = 10**15  # a scale must be smaller than the one before it
    room = 0  # what may still be added to the group: 0 anything, else numbers below it
    while place < len(words):
        word = words[place]
        if (
            word == "and"
            and end > at
            and place + 1 < len(words)
            and (words[place + 1] in _UNITS or words[place + 1] in _TENS)
            and (group % 100 == 0)
        ):
            following = words[place + 2] if place + 2 < len(words) else ""
            if following in _PARTS:
                break
            place += 1
            continue
        if word in _UNITS and (room == 0 or _UNITS[word] < room):
            group, room = group + _UNITS[word], 1
        elif word in _TENS and (room == 0 or _TENS[word] < room):
            group, room = group + _TENS[word], 10
        elif word == "hundred" and 0 < group < 100:
            group, room = group * 100, 100
        elif word in _DOZEN and group and room:
            group, room = group * _DOZEN[word], 1
        elif word in _SCALES and group and _SCALES[word] < allowed:
            allowed = _SCALES[word]
            total, group, room = total + group * allowed, 0, 0
        else:
            break
        place += 1
        end = place
    return total + group, end
