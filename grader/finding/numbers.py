"""Find the numbers in an answer's prose, and which of them are results.

In `28 * 100 = 2800` the first two are operands and the last is the result; the chain keeps
the exact value of its left side, so that one that does not compute can be remarked. Digits that
are no quantities are left out: list and heading numbers, references, dates, indices, names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from grader.finding.scan import Chain, FoundNumber, scan
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.arithmetic import ExpressionError, Token, evaluate
from grader.notation.numbers.exact import NumberReading, folded, unwrapped

MAX_TEXT: Final = 50_000  # characters looked at; the longest real answers have some 5,000
MAX_GAP: Final = 90  # characters between two numbers of one chain

_NAMED = deferred(
    r"(?:=|≈|≃|\\approx|\\simeq|\bequals|\bequal\sto)\s*(?:about|approximately|approx\.?|roughly|around|~)?[\s$&({\[~]*[-+]?\s?$"
)

_GAP = deferred(
    r"(?P<space>(?:[ \t\r$&~]|\\[,;:!> ]|\\q?quad(?![a-z]))+)|(?P<newline>\n|\\\\)"
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
_JOINS = deferred(
    r"[)q]*(?:w{0,2}[)q]*n*=n*|w{0,2}[)q]*[*+/^]n?|[-](?!-))(?:[(q]*w[)q]*(?:n*=|[*+/^-]))*[(q]*-?[(q]*|\)\("
)


def _codes(gap: str) -> str:
    codes = []
    for found in _GAP.finditer(gap):
        kind = found.lastgroup or "other"
        if kind != "word" or found[0].lower() not in _FILLERS:
            codes.append(_CODE[kind])
    return "".join(codes)


def find_numbers(text: str) -> tuple[FoundNumber, ...]:
    """Return the numbers of a text in reading order, with their roles and offsets.

    `stated` stands by itself, `result` closes a calculation or stands behind `=`, `unevaluated` is
    a calculation nobody finished (its value is the exact one), `size` is one of 3 x 3 or (3, 3).
    Only the first MAX_TEXT characters are looked at.
    """
    plain = unwrapped(folded(text[:MAX_TEXT]))
    numbers = scan(plain)
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
    agrees = _agree(segments, numbers, gaps, opening)
    if len(segments) == 1 or not singles:
        if len(longest) == 1:
            return numbers
        chain = Chain(start, end, left, operands, additive, agrees=agrees)
        told = [replace(number, role="operand", chain=chain) for number in numbers]
        if left is not None:
            reading = NumberReading(left, plain[start:end], digits=len(str(left.numerator)))
            told.append(FoundNumber(reading, start, end, "unevaluated", chain, end))
        return told
    chain = Chain(
        start,
        end,
        left if len(longest) > 1 else None,
        operands,
        additive,
        numbers[singles[-1]].reading,
        agrees,
    )
    return [
        replace(number, role="result" if index in singles else "operand", chain=chain)
        for index, number in enumerate(numbers)
    ]


def _agree(segments: list[list[int]], numbers: list[FoundNumber], gaps: list[str], opening: int) -> bool:
    """Whether each side of a chain is equal to the next to the digits shown, or the next one goes on from it.

    `27*100 = 2700 + 100 = 2800` is how many people write; sides with names in them say nothing.
    """
    before: NumberReading | None = None
    for segment in segments:
        first = numbers[segment[0]].reading
        value: NumberReading | None = first if len(segment) == 1 and _is_bare(segment, gaps) else None
        if len(segment) > 1:
            exact = _value(segment, numbers, gaps, opening if segment[0] == 0 else 0)
            value = None if exact is None else NumberReading(exact, "", step=Fraction(0))
        if before and value and not _equal(before, value):
            goes_on = len(segment) > 1 and any(each.value == before.value for each in first.readings)
            if not goes_on:
                return False
        before = value
    return True


def _equal(left: NumberReading, right: NumberReading) -> bool:
    """Whether two numbers are the same to the digits that both of them show."""
    return any(
        2 * abs(one.value - other.value) <= max(_coarse(one), _coarse(other))
        for one in left.readings
        for other in right.readings
    )


def _coarse(reading: NumberReading) -> Fraction:
    """Return how far a number may be off: nothing for a whole one that is written out."""
    plain = reading.value.denominator == 1 and not (reading.scaled or reading.approximate)
    return Fraction(0) if plain else reading.rounding


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
