"""What speaks against a number that is right: another one offered beside it, or given for the same thing."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from grader.finding.selection import WINDOW, Rank, denied_numbers, is_excluded, rank_numbers
from grader.notation.lazypatterns import deferred
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.finding.selection import NumberCandidate

MAX_COUNTED: Final = 2_000  # characters of an answer in which counts of what is asked for are looked for
APART: Final = 60  # characters between two numbers of one list

_OR_WORDS: Final = "or|and/or|and|vs|versus|alternatively|possibly|perhaps|maybe|otherwise|resp|respectively|alias|else|even|also|then|say|probably|either"
_LISTED: Final = deferred(
    rf"(?:[\s*$_`,;/&•\[\]{{}}…-]|\.\.+|\(?\b(?:{_OR_WORDS})\b\.?|\boptions?\b|\bmight be\b|\bcould be\b)+",
    re.IGNORECASE,
)
# Behind the last number of a list the clause ends; "0.85, 17 of 20 are right" is no list.
_LIST_END: Final = deferred(
    rf"[\s*$_`)\]}}]*(?:$|[,;.!?/|\n]|\b(?:{_OR_WORDS})\b|[-–—]\s|\d|[a-z]+[\s*$_`)\]]*(?:$|[,;.\n)]))",
    re.IGNORECASE,
)
_COUNTED: Final = deferred(r"\s+[A-Za-z]{3,}")
_WORD_BEHIND: Final = deferred(r"[\s*$_`]*([A-Za-z]{3,})")
_EQUATED: Final = deferred(r"(?:\b(?:is|equals)|[:=≈→])[\s*$_(]*[-+]?$")
# "48, with the last row 62": more of the same thing is counted than before.
_EXTENDED: Final = deferred(
    r"(?:^|[.;:,\n(])\s*(?:(?:and|or|but|so|then)\s+)?(?:with|including|incl|counting|adding|plus)\b[^.;:,\n]*$",
    re.IGNORECASE,
)
_PLAIN: Final = frozenset({"including", "counting", "plus", "parameters", "params", "weights"})
"""Words behind a number that say nothing of what it counts, or what nearly every one counts."""
_OR: Final = deferred(r"[\s*$]*(?:[a-z]+\s+){0,4}[\s,(*$]*\bor\b(?:\s+[a-z]+){0,3}[\s*$]*", re.IGNORECASE)
# "5, no wait, 7": nothing else stands between what was written and what is meant.
_AMENDED: Final = deferred(
    r"(?:[\s,;.:()*_$–—-]|\b(?:no|nope|oops|ups|sorry|wait|actually|correction|edit|rather|i mean|make that|scratch that|it is|should be)\b)+",
    re.IGNORECASE,
)
_CORRECTION: Final = deferred(
    r"\b(?:correct(?:ion|ed|ing|ly|s)?|corr|sorry|oops|ups|wait|actually|i mean|edit|updated?|rather|second thought|scratch that|no(?=[,:])"
    r"|made a mistake|mistake|miscalculated|instead|revised|better|however|but|with them|including|in fact|really)\b",
    re.IGNORECASE,
)


def alternatives(
    text: str, main: NumberCandidate, others: Sequence[NumberCandidate]
) -> list[NumberCandidate]:
    """Return the numbers that stand in one list with the main one, or are offered with `or`."""
    found = []
    for other in others:
        if other.value == main.value or other.rank <= Rank.ASIDE or _same(main, other):
            continue
        before, after = sorted((main, other), key=lambda each: each.number.start)
        between = text[before.number.end : after.number.start]
        if len(between) >= APART or is_excluded(text, other.number):
            continue
        behind = text[max(before.number.end, before.number.until) : after.number.start]
        listed = _LISTED.fullmatch(behind) is not None and (
            other is after or other.rank >= main.rank or re.search(r"\bor\b", behind) is not None
        )
        end = max(after.number.end, after.number.until)
        amended = main is before and _AMENDED.fullmatch(behind) and _CORRECTION.search(behind)
        if (
            amended
            or _OR.fullmatch(between)
            or (listed and "\n\n" not in behind and _LIST_END.match(text, end))
        ):
            found.append(other)
    return found


def is_listed(text: str, end: int, start: int) -> bool:
    """Whether nothing but the signs and words of a list stands between the end of one piece and the start of the next."""
    between = text[end:start]
    return 0 < len(between) < APART and (
        _LISTED.fullmatch(between) is not None or _OR.fullmatch(between) is not None
    )


def restatements(
    text: str, main: NumberCandidate, inside: Sequence[NumberCandidate], explained: Collection[Fraction]
) -> list[NumberCandidate]:
    """Return the numbers that are given under the same label as strongly as the main one, and not taken back since.

    What the main one is the sum of are its parts, not its rivals; `explained` values belong to other parts.
    """
    found = [
        other
        for other in inside
        if other.rank >= max(Rank.GIVEN, min(main.rank, Rank.CONCLUDED))
        and other.rank is not Rank.RESULT
        and other.value != main.value
        and other.value not in explained
        and not _same(main, other)
        and not is_superseded(text, other, main)
    ]
    return [] if sum(other.value for other in found) == main.value else found


def passed_over(
    reading: Reading, main: NumberCandidate, inside: Sequence[NumberCandidate], unit: str
) -> list[NumberCandidate]:
    """Return the numbers that are said of the same thing as the main one, though less strongly.

    That is in its region, or right behind it for more of the same. Not those that count something else,
    are given up or doubted, or are only offered: with `or`, or in a list.
    """
    ranked = rank_numbers(reading, unit=unit)
    behind = next((each for each in ranked if each.number.start > main.number.start), None)
    extended = [behind] if behind and _extends(reading.text, behind) and behind not in inside else []
    return [
        other
        for other in (*inside, *extended)
        if other.rank >= Rank.MENTIONED
        and other.number.start != main.number.start
        and other.value != main.value
        and not _counts(reading.text, other)
        and not _is_offered(reading.text, other, ranked)
        and reading.stance(other.number.start, other.number.end) is Stance.STATED
        and not reading.is_supposed(other.number.start, other.number.end)
    ]


def _extends(text: str, candidate: NumberCandidate) -> bool:
    start = candidate.number.start
    return _EXTENDED.search(text, max(0, start - WINDOW), start) is not None


def _counts(text: str, candidate: NumberCandidate) -> bool:
    """Whether a number counts what stands behind it, and is not said to be the value of anything: `has 62 neurons`."""
    from grader.prose.englishwords import ENGLISH  # noqa: PLC0415 - few answers get here

    start, end = candidate.number.start, candidate.number.end
    word = _WORD_BEHIND.match(text, end)
    if word is None or word[1].lower() in ENGLISH or word[1].lower() in _PLAIN:
        return False
    return _EQUATED.search(text, max(0, start - WINDOW), start) is None


def _is_offered(text: str, candidate: NumberCandidate, ranked: Sequence[NumberCandidate]) -> bool:
    """Whether a number stands in one list with another one, or is offered with `or`."""
    spans = [(each.number.start, max(each.number.end, each.number.until)) for each in ranked]
    at = bisect_left(spans, (candidate.number.start,))
    return any(
        0 < after < len(spans) and is_listed(text, spans[after - 1][1], spans[after][0])
        for after in (at, at + 1)
    )


def is_superseded(text: str, other: NumberCandidate, later: NumberCandidate) -> bool:
    """Whether a later number is given as the correction of another one."""
    if other.number.start > later.number.start:
        return False
    return _CORRECTION.search(text, other.number.end, later.number.start) is not None


def denied_elsewhere(reading: Reading, main: NumberCandidate) -> bool:
    """Whether the same text says of the main number's value that it is not the one."""
    return any(
        number.reading.value == main.value
        for number in denied_numbers(reading)
        if number.start != main.number.start
    )


def _same(main: NumberCandidate, other: NumberCandidate) -> bool:
    """Whether one number is the other one rounded: `903,400, about 0.9 million`."""
    one, two = main.number.reading, other.number.reading
    return any(
        2 * abs(left.value - right.value) <= max(left.rounding, right.rounding)
        and (left.scaled or right.scaled or left.approximate or right.approximate)
        for left in one.readings
        for right in two.readings
    )


def counts_another(text: str, start: int, end: int, near: Sequence[str]) -> bool:
    """Whether a number counts something else, and another one what is asked for: the 12 of `8 heads and 12 layers`."""
    if not near or not _COUNTED.match(text, end):
        return False
    for name in near:
        counted = re.compile(rf"(?<![\w.,])\d[\d,.]{{0,20}}\s+{re.escape(name)}\b", re.IGNORECASE)
        starts = [found.start() for found in counted.finditer(text[:MAX_COUNTED])]
        if starts:
            return start not in starts
    return False
