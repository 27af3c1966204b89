"""Scan a text for quantities: its numbers with their units, without the digits that are none.

Left out are the numbers of lists, headings, questions, figures and layers, dates and times, web
addresses, versions, indices, ordinals and digits inside names.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import NUMBER, NumberError, NumberReading, read_match, unit_after
from grader.notation.numbers.units import unit_named
from grader.records import dataclass

if TYPE_CHECKING:
    from fractions import Fraction

MAX_NUMBERS: Final = 1_000  # found in one text; a number dump beyond that is not an answer

Role = Literal["operand", "result", "stated", "size", "unevaluated"]


@dataclass(frozen=True, slots=True)
class Chain:
    """One calculation as it was written: `(3*3*3 + 1) * 100 = 2800`."""

    start: int
    end: int
    left: Fraction | None = (
        None  # exact value of the calculation; None where it has names in it or none is written
    )
    operands: tuple[Fraction, ...] = ()
    additive: bool = False  # nothing but a sum
    result: NumberReading | None = None
    agrees: bool = True  # whether each side that was read is equal to the next, or the next goes on from it

    @property
    def computes(self) -> bool | None:
        """Whether the result is what the left side gives, to the digits shown; None where that is unknown."""
        if self.left is None or self.result is None:
            return None
        return any(abs(self.left - each.value) * 2 <= each.rounding for each in self.result.readings)


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number in a text: what it says, where it stands and what part it plays."""

    reading: NumberReading
    start: int
    end: int  # behind the last digit, percent sign or multiplier
    role: Role = "stated"
    chain: Chain | None = None
    until: int = 0  # behind its unit

    def __hash__(self) -> int:
        return hash((self.start, self.end))  # of one text; hashing fractions is dear


_START = deferred(
    r"(?:(?<![A-Za-z0-9_.\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u03ff\u0400-\u04ff\U0001d400-\U0001d7cb])|(?<=[0-9)\]}][xX])|(?<=\\times)|(?<=\\cdot)|(?<=\\approx))(?=[0-9½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]|\.[0-9]|\\[dtc]?frac)"
)
_FURTHER: Final = deferred(r"[ \t]*(?:,[ \t]*)?(?:and[ \t]+|und[ \t]+|och[ \t]+|et[ \t]+|y[ \t]+)?(?=[0-9])")
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
)
_ALL_MONTHS: Final = (*_MONTHS, "november", "december", "sept")
_MONTH_NAMES: Final = frozenset(_ALL_MONTHS) | {month[:3] for month in _ALL_MONTHS}
_YEAR = r"(?:,? (?:19|20)[0-9]{2})?"
_DATE = deferred(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,2}[./][0-9]{1,2}[./](?:19|20)[0-9]{2}(?![0-9])|[0-9]{1,2}:[0-9]{2}(?![0-9])"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?\.? (?:{'|'.join(sorted(_MONTH_NAMES, key=len, reverse=True))})\b{_YEAR}",
    re.IGNORECASE,
)
_DAY = deferred(rf"[0-9]{{1,2}}(?:st|nd|rd|th)?(?![0-9.,]*[0-9]){_YEAR}")
_ADDRESS = deferred(r"https?://\S+")
_HEADING = deferred(r"[0-9]{1,3}(?:\.[0-9]{1,3})*[.)]?(?= +[^\W\d])")
_MARKER = deferred(r"[0-9]{1,2}[.)](?=[ \t]+\S)")
# Words that name what a number behind them numbers, and are not followed by amounts; or only by small ones.
_REFERENCES: Final = frozenset(
    {
        "question",
        "figure",
        "fig",
        "table",
        "page",
        "pp",
        "section",
        "sec",
        "chapter",
        "ch",
        "equation",
        "eq",
        "eqn",
    }
    | {
        "step",
        "exercise",
        "problem",
        "version",
        "questions",
        "figures",
        "tables",
        "pages",
        "sections",
        "equations",
        "steps",
    }
)
_NUMBERED: Final = frozenset(
    {"layer", "conv", "convolution", "part", "block", "stage", "no", "nr", "input", "output"}
)
_REFERENCE = deferred(r"[0-9]{1,4}(?:\.[0-9]{1,3})*(?![0-9]|[.,][0-9]|[ ]?[*×+/^])")
_SMALL = deferred(r"[0-9]{1,2}(?![0-9.,]*[0-9]|[ ]?[*×+/^]|[ ]x[ ])")
_TUPLE = deferred(r"[(\[]\s?[0-9][0-9. ]{0,12}(?:\s?[,;]\s?[0-9][0-9. ]{0,12}){1,7}[)\]]")
_ONE_GROUPED = deferred(r"[(\[]\s?[0-9]{1,3}(?:,[0-9]{3})+\s?[)\]]")
_ATTACHED = deferred(r"[A-Za-z_]")
_TIMES = deferred(r"[xX](?=\s?[0-9(])")
_ABOUT = deferred(
    r"(?:~|≈|\\approx|\\sim|\b(?:about|approximately|approx\.?|roughly|around|almost|nearly|circa|ca\.))[\s${]*$",
    re.IGNORECASE,
)
_ABOUT_ENDS: Final = ("~", "≈", "x", "m", "t", "y", ".", "d", "a")  # last characters of the above
_SIGNED_AFTER: Final = frozenset(" \t\n=({[$,;:&")


def _skipped(plain: str, start: int) -> int:
    """Return where a number that is no quantity ends; `start` itself where it is one."""
    date = _DATE.match(plain, start)
    if date:
        return date.end()
    prefix = (
        plain[plain.rfind("\n", 0, start) + 1 : start]
        if start < 12 or "\n" in plain[start - 12 : start]
        else "x"
    )
    if not prefix.strip(" \t>#*(-"):
        marker = _HEADING.match(plain, start) if "#" in prefix else None
        marker = marker or _MARKER.match(plain, start)
        if marker:
            return marker.end()
    before = plain[max(0, start - 16) : start]
    if before.endswith("#"):
        return start if before.endswith("##") else start + 1
    lead = before.rstrip("(#").rstrip(" ~").removesuffix(".")
    word = lead[len(lead.rstrip(string.ascii_letters)) :].lower()
    if not word:
        return start
    pattern = (
        _REFERENCE
        if word in _REFERENCES
        else _SMALL
        if word in _NUMBERED
        else _DAY
        if word in _MONTH_NAMES
        else None
    )
    found = pattern.match(plain, start) if pattern else None
    return found.end() if found else start


def _within(spans: list[tuple[int, int]], position: int) -> int:
    """Return where the span that covers a position ends; 0 where none does."""
    index = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return spans[index][1] if index >= 0 and position < spans[index][1] else 0


def scan(plain: str) -> list[FoundNumber]:
    """List every quantity of a folded, unwrapped text in reading order, roles not yet told."""
    tuples = [found.span() for found in _TUPLE.finditer(plain) if not _ONE_GROUPED.fullmatch(found[0])]
    addresses = [found.span() for found in _ADDRESS.finditer(plain)] if "://" in plain else []
    found: list[FoundNumber] = []
    position = 0
    while len(found) < MAX_NUMBERS and (begin := _START.search(plain, position)):
        start = begin.start()
        position = max(_skipped(plain, start), _within(addresses, start))
        if position > start:
            continue
        match = NUMBER.match(plain, start)
        if not match:
            position = start + 1
            continue
        position = match.end()
        number = _number_of(match, plain)
        if number and number.reading.unit:
            number = _with_smaller_units(number, plain)
            position = max(position, number.end)
        if number:
            found.append(replace(number, role="size") if _within(tuples, start) else number)
    return found


def _with_smaller_units(number: FoundNumber, plain: str) -> FoundNumber:
    """Return a time with what follows it in smaller units, `7 hours and 30 minutes`, as one number of its first unit."""
    first = unit_named(number.reading.unit_name)
    last = first
    while last is not None and first is not None and last.dimension == "time":
        sign = _FURTHER.match(plain, number.until)
        match = NUMBER.match(plain, sign.end()) if sign else None
        if match is None or not match[0].isdecimal():
            break
        unit, name, until = unit_after(plain, match.end())
        smaller = unit_named(name) if unit else None
        if smaller is None or smaller.dimension != "time" or int(match[0]) * smaller.scale >= last.scale:
            break
        share = smaller.scale / first.scale
        reading = number.reading
        value = abs(reading.value) + int(match[0]) * share
        reading = replace(
            reading,
            value=-value if reading.value < 0 else value,
            text=plain[number.start : match.end()],
            step=share,
            alternatives=(),
        )
        number = replace(number, reading=reading, end=match.end(), until=until)
        last = smaller
    return number


def _number_of(match: re.Match[str], plain: str) -> FoundNumber | None:
    start, end = match.span()
    before = plain[max(0, start - 24) : start]
    if before.endswith(("_", "_{")):
        return None
    try:
        reading = read_match(match)
    except NumberError:
        return None
    if reading.malformed and "," not in reading.text:  # a version such as 1.2.3
        return None
    unit, name, until = unit_after(plain, end)
    if not unit and _ATTACHED.match(plain, end) and not _TIMES.match(plain, end):
        return None  # 2D, 1st, 3n
    about = reading.approximate
    if before.rstrip(" ${\n").lower().endswith(_ABOUT_ENDS) and _ABOUT.search(before):
        about = True
    if unit or about is not reading.approximate:
        reading = replace(
            reading,
            unit=unit or reading.unit,
            unit_name=name if unit else reading.unit_name,
            approximate=about,
        )
    if before.endswith("-") and (len(before) == 1 or before[-2] in _SIGNED_AFTER):
        return FoundNumber(reading.negated(), start - 1, end, until=until)
    return FoundNumber(reading, start, end, until=until)
