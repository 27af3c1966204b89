"""Find the numbers in an answer's prose, and which of them are results.

In `28 * 100 = 2800` the first two are operands and the last is the result; the chain keeps
the exact value of its left side, so that one that does not compute can be remarked. Digits that
are no quantities are left out: list and heading numbers, references, dates, indices, names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from grader.notation.arithmetic import ExpressionError, Token, evaluate
from grader.notation.numbers import (
    NUMBER,
    NumberError,
    NumberReading,
    folded,
    read_match,
    unit_after,
    unwrapped,
)

if TYPE_CHECKING:
    from fractions import Fraction

MAX_TEXT: Final = 200_000  # characters looked at; the longest real answers have some 5,000
MAX_NUMBERS: Final = 2_000  # found in one text; a number dump beyond that is not an answer
MAX_GAP: Final = 90  # characters between two numbers of one chain
CACHED_TEXTS: Final = 128  # several criteria read the same answer one after the other

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


_START = re.compile(
    r"(?:(?<![\w.])|(?<=[0-9)\]}][xX])|(?<=\\times)|(?<=\\cdot)|(?<=\\approx))(?=[0-9½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]|\.[0-9]|\\[dtc]?frac)"
)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_SKIPPED = re.compile(
    rf"""https?://\S++ | \b[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\b | \b[0-9]{{1,2}}[./][0-9]{{1,2}}[./](?:19|20)[0-9]{{2}}\b
       | \b{_MONTH}\.?\ [0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\ (?:19|20)[0-9]{{2}})?\b
       | \b[0-9]{{1,2}}(?:st|nd|rd|th)?\.?\ {_MONTH}\b(?:,?\ (?:19|20)[0-9]{{2}})? | \b[0-9]{{1,2}}:[0-9]{{2}}\b
       | ^[ \t>*-]*+\#{{1,6}}[ ]+[0-9]{{1,3}}(?:\.[0-9]{{1,3}})*+[.)]?(?=[ ]+[^\W\d])
       | ^[ \t>\#*-]*+(?:\([0-9]{{1,2}}\)|[0-9]{{1,2}}[.)])(?=[ \t]+\S)
       | \b(?:question|figure|fig|table|page|pp|section|sec|chapter|ch|equation|eqn?|step|exercise|problem|version)s?
         \.?[ ~]?[(\#]?[0-9]{{1,4}}(?:\.[0-9]{{1,3}})*+(?![0-9]|,[0-9]|[ ]?[*×+/^])
       | \b(?:layer|conv|convolution|part|block|stage|no|nr|input|output)\.?[ ~]?[(\#]?[0-9]{{1,2}}(?![0-9.,]*[0-9]|[ ]?[*×+/^]|[ ]x[ ])
       | \#[0-9]{{1,3}}\b""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_TUPLE = re.compile(r"[(\[]\s?[0-9][0-9. ]{0,12}(?:\s?[,;]\s?[0-9][0-9. ]{0,12}){1,7}[)\]]")
_ONE_GROUPED = re.compile(r"[(\[]\s?[0-9]{1,3}(?:,[0-9]{3})+\s?[)\]]")
_ATTACHED = re.compile(r"[A-Za-z_]")
_TIMES = re.compile(r"[xX](?=\s?[0-9(])")
_NAMED = re.compile(
    r"(?:=|≈|≃|\\approx|\\simeq|\bequals|\bequal\sto)\s*(?:about|approximately|approx\.?|roughly|around|~)?[\s$&({\[~]*[-+]?\s?$"
)
_ABOUT = re.compile(
    r"(?:~|≈|\\approx|\\sim|\b(?:about|approximately|approx\.?|roughly|around|circa|ca\.))[\s${]*$"
)
_SIGNED = re.compile(r"(?:^|[\s=({\[$,;:&])-$")

_GAP = re.compile(
    r"(?P<space>(?:[ \t\r$&~]|\\[,;:!> ]|\\q?quad(?![a-z]))++)|(?P<newline>\n|\\\\)"
    r"|(?P<equal>=>|===?|=|≈|≃|→|⇒|--?>|\\(?:approx|simeq|implies|to|(?:[lL]ong)?[rR]ightarrow)(?![a-z])|\b(?:equals|gives|makes|yields)\b)"
    r"|(?P<power>\*\*|\^)|(?P<times>\\(?:times|cdot|ast)(?![a-z])|[*×·⋅∙]|[xX](?![A-Za-z]))"
    r"|(?P<plus>\+)|(?P<minus>-)|(?P<over>/|÷|\\div(?![a-z]))|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<brace>[{}])|(?P<word>[A-Za-z][A-Za-z_']*(?:_\{[^{}]{0,20}\}|[0-9_]+)?|\\[A-Za-z]+)|(?P<other>.)"
)
_CODE: Final = {
    "space": "",
    "newline": "n",
    "equal": "=",
    "power": "^",
    "times": "*",
    "plus": "+",
    "minus": "-",
} | {
    "over": "/",
    "open": "(",
    "close": ")",
    "brace": "q",
    "word": "w",
    "other": "!",
}
_FILLERS: Final = frozenset({"about", "approximately", "approx", "roughly", "around", "exactly"})
# What may stand between two numbers of one chain, in the codes above: brackets, at most two words of unit in
# front of a sign, symbols between signs, a new line only at an equals sign or behind a sign at the line's end.
_JOINS = re.compile(
    r"[)q]*(?:w{0,2}[)q]*n*=n*|w{0,2}[)q]*[*+/^]n?|[-](?!-))(?:[(q]*w[)q]*(?:n*=|[*+/^-]))*[(q]*-?[(q]*|\)\("
)


def _codes(gap: str) -> str:
    codes = []
    for found in _GAP.finditer(gap):
        kind = found.lastgroup or "other"
        if kind != "word" or found[0].lower() not in _FILLERS:
            codes.append(_CODE[kind])
    return "".join(codes)


def _spans(plain: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the stretches whose digits are no quantities, and those that are tuples of sizes."""
    skipped = [found.span() for found in _SKIPPED.finditer(plain)]
    tuples = [found.span() for found in _TUPLE.finditer(plain) if not _ONE_GROUPED.fullmatch(found[0])]
    return skipped, tuples


def _within(spans: list[tuple[int, int]], position: int) -> tuple[int, int] | None:
    index = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return spans[index] if index >= 0 and spans[index][0] <= position < spans[index][1] else None


def _scan(plain: str) -> list[FoundNumber]:
    """List every number with its unit, roles not yet told."""
    skipped, tuples = _spans(plain)
    found: list[FoundNumber] = []
    position = 0
    while len(found) < MAX_NUMBERS and (begin := _START.search(plain, position)):
        start = begin.start()
        skip = _within(skipped, start)
        if skip:
            position = max(skip[1], start + 1)
            continue
        match = NUMBER.match(plain, start)
        if not match:
            position = start + 1
            continue
        position = match.end()
        number = _number_of(match, plain)
        if number:
            found.append(replace(number, role="size") if _within(tuples, start) else number)
    return found


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
    if unit:
        reading = replace(reading, unit=unit, unit_name=name)
    elif _ATTACHED.match(plain, end) and not _TIMES.match(plain, end):
        return None  # 2D, 1st, 3n
    if _ABOUT.search(before):
        reading = replace(reading, approximate=True)
    if _SIGNED.search(before):
        return FoundNumber(reading.negated(), start - 1, end, until=until)
    return FoundNumber(reading, start, end, until=until)


@lru_cache(maxsize=CACHED_TEXTS)
def find_numbers(text: str) -> tuple[FoundNumber, ...]:
    """Return the numbers of a text in reading order, with their roles and offsets.

    `stated` stands by itself, `result` closes a calculation or stands behind `=`, `unevaluated` is
    a calculation nobody finished (its value is the exact one), `size` is one of 3 x 3 or (3, 3).
    Only the first MAX_TEXT characters and MAX_NUMBERS numbers are looked at.
    """
    plain = unwrapped(folded(text[:MAX_TEXT]))
    numbers = _scan(plain)
    told: list[FoundNumber] = []
    first = 0
    while first < len(numbers):
        gaps: list[str] = []
        last = first
        while last + 1 < len(numbers):
            codes = _joining(plain, numbers[last], numbers[last + 1])
            if codes is None:
                break
            gaps.append(codes)
            last += 1
        told.extend(_tell(plain, numbers[first : last + 1], gaps))
        first = last + 1
    return tuple(told)


def _joining(plain: str, left: FoundNumber, right: FoundNumber) -> str | None:
    """Return the codes between two numbers of one chain, None where the chain ends."""
    if "size" in {left.role, right.role} or right.start - left.until > MAX_GAP:
        return None
    codes = _codes(plain[left.until : right.start])
    if (
        right.reading.value < 0
        and right.start < right.end
        and plain[right.start] == "-"
        and not codes.endswith(("=", "("))
    ):
        codes += "-"  # "28 -3": the sign belongs to the calculation
    return codes if _JOINS.fullmatch(codes) else None


def _tell(plain: str, numbers: list[FoundNumber], gaps: list[str]) -> list[FoundNumber]:
    """Give every number of one run its role."""
    before = plain[max(0, numbers[0].start - 40) : numbers[0].start]
    named = _NAMED.search(before) is not None
    if not gaps:
        if numbers[0].role == "stated" and named:
            chain = Chain(numbers[0].start, numbers[0].end, result=numbers[0].reading)
            return [replace(numbers[0], role="result", chain=chain)]
        return numbers
    if not named and all(codes == "*" for codes in gaps) and len(numbers) <= 4:
        return [replace(number, role="size") for number in numbers]
    return _tell_run(plain, numbers, gaps, before)


def _tell_run(plain: str, numbers: list[FoundNumber], gaps: list[str], before: str) -> list[FoundNumber]:
    opening = len(before) - len(before.rstrip(" ${[(")) and before[len(before.rstrip(" ${[(")) :].count("(")
    segments: list[list[int]] = [[0]]
    for index, codes in enumerate(gaps):
        if "=" in codes:
            segments.append([])
        segments[-1].append(index + 1)
    singles = [
        segment[0] for at, segment in enumerate(segments) if len(segment) == 1 and _is_bare(segment, gaps)
    ]
    longest = max(segments, key=len)
    left = _value(longest, numbers, gaps, opening if longest[0] == 0 else 0)
    operands = tuple(numbers[index].reading.value for index in longest) if len(longest) > 1 else ()
    additive = len(longest) > 1 and all(gaps[index - 1].strip("()nwq") == "+" for index in longest[1:])
    start, end = numbers[0].start, numbers[-1].end
    if len(segments) == 1 or not singles:
        if len(longest) == 1:
            return numbers
        chain = Chain(start, end, left, operands, additive)
        told = [replace(number, role="operand", chain=chain) for number in numbers]
        if left is not None:
            reading = NumberReading(left, plain[start:end], digits=len(str(left.numerator)))
            told.append(FoundNumber(reading, start, end, "unevaluated", chain, end))
        return told
    chain = Chain(
        start, end, left if len(longest) > 1 else None, operands, additive, numbers[singles[-1]].reading
    )
    return [
        replace(number, role="result" if index in singles else "operand", chain=chain)
        for index, number in enumerate(numbers)
    ]


def _is_bare(segment: list[int], gaps: list[str]) -> bool:
    """Whether a segment is one number and no names: `= 2800`, not `= 100 * k`."""
    index = segment[0]
    behind = index < len(gaps) and gaps[index].split("=")[0].strip("()nwq")
    ahead = index > 0 and gaps[index - 1].rpartition("=")[2].strip("()nq-")
    return not behind and not ahead


def _value(segment: list[int], numbers: list[FoundNumber], gaps: list[str], opening: int) -> Fraction | None:
    """Return the exact value of a calculation, None where a name or a brace stands in it."""
    first = segment[0]
    lead = gaps[first - 1].rpartition("=")[2] if first else "(" * opening
    tokens: list[Token] = [code for code in lead if code in "(-"]
    for index in segment:
        tokens.append(
            abs(numbers[index].reading.value) if tokens[-1:] == ["-"] else numbers[index].reading.value
        )
        if index == segment[-1]:
            tail = gaps[index].partition("=")[0] if index < len(gaps) else ""
            tokens.extend(code for code in tail if code == ")")
            break
        codes = gaps[index]
        if "q" in codes or re.search(r"[*+/^-]\(*w", codes):
            return None
        tokens.extend("*" if codes == ")(" and code == "(" else code for code in codes if code not in "nw")
        if codes == ")(":
            tokens.append("(")
    depth = tokens.count("(") - tokens.count(")")
    while depth > 0 and tokens[0] == "(":  # a bracket of the sentence around the calculation
        tokens.pop(0)
        depth -= 1
    tokens.extend([")"] * depth)
    while depth < 0 and tokens[-1] == ")":
        tokens.pop()
        depth += 1
    try:
        return evaluate(tokens)
    except ExpressionError:
        return None
