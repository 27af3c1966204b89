"""Numbers written otherwise, and numbers with a slip: a sign, a digit, a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.authoring.mutation.mutants import Replacement
from grader.checks.tolerance import Fit, Tolerance
from grader.notation.numbers.exact import NumberError, NumberReading, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

_GROUPED: Final = 10_000  # from here on digits are written in groups of three
_SCIENTIFIC: Final = 1_000  # from here on a power of ten is nothing odd
MAX_DIGITS: Final = 15  # of a number that is written anew; longer ones are copied, not typed


def replacements(written: str, right: Sequence[NumberReading], tolerance: Tolerance) -> Iterator[Replacement]:
    """Yield what may stand for a number that is right, as it is written; nothing where it is none of these."""
    read = _read(written)
    if read is None:
        return
    fitting = [each for each in right if any(tolerance.fit(one, each) is Fit.RIGHT for one in read.readings)]
    value = next((each.value for each in fitting if each.value in _values(read)), read.value)
    if not fitting:
        return
    exact = any(each.value == value for each in fitting)
    plain = _decimal(value)
    formats, slips = (
        (_formats(plain, value, exact=exact), _slips(plain))
        if plain is not None
        else (_fractions(value), _fraction_slips(value))
    )
    yield from (Replacement("number format", damages=False, answer=text) for text in formats)
    for operator, text in slips:
        other = _read(text)
        if other is not None and not any(_fits(other, each, tolerance) for each in right):
            yield Replacement(operator, damages=True, answer=text)


def _fractions(value: Fraction) -> Iterator[str]:
    sign, over, under = "-" * (value < 0), abs(value.numerator), value.denominator
    yield f"{sign}{over}/{under}"
    yield f"${sign}\\frac{{{over}}}{{{under}}}$"


def _fraction_slips(value: Fraction) -> Iterator[tuple[str, str]]:
    yield "sign", f"{-value.numerator}/{value.denominator}"
    yield "number", f"{value.numerator + 1}/{value.denominator}"
    yield "number", f"{value.numerator}/{value.denominator + 1}"
    yield "turned", f"{value.denominator}/{value.numerator}"


def _read(text: str) -> NumberReading | None:
    try:
        return read_number(text)
    except NumberError:
        return None


def _values(read: NumberReading) -> set[Fraction]:
    return {each.value for each in read.readings}


def _fits(other: NumberReading, right: NumberReading, tolerance: Tolerance) -> bool:
    return any(tolerance.fit(each, right) is not Fit.OFF for each in other.readings)


def _decimal(value: Fraction) -> str | None:
    """Write a value out; None for one that is no decimal of a usual length."""
    scaled, places = value, 0
    while scaled.denominator != 1 and places < MAX_DIGITS:
        scaled, places = scaled * 10, places + 1
    digits = str(abs(scaled.numerator))
    if scaled.denominator != 1 or len(digits) > MAX_DIGITS:
        return None
    if places:
        digits = digits.rjust(places + 1, "0")
        digits = f"{digits[:-places]}.{digits[-places:]}"
    return f"-{digits}" if value < 0 else digits


def _formats(plain: str, value: Fraction, *, exact: bool) -> Iterator[str]:
    """Write a number in the usual ways; one that is rounded has no further digit."""
    yield plain
    yield f"**{plain}**"
    yield f"${plain}$"
    whole, _, decimals = plain.partition(".")
    if abs(value) >= _GROUPED:
        tail = f".{decimals}" if decimals else ""
        yield f"{int(whole):,}{tail}"
        yield f"{int(whole):,}".replace(",", " ") + tail
        yield f"${int(whole):,}".replace(",", "{,}") + f"{tail}$"
    if decimals and exact:
        yield f"{plain}0"
    if abs(value) >= _SCIENTIFIC and not decimals:
        digits = whole.lstrip("-")
        mantissa = f"{digits[0]}.{digits[1:].rstrip('0') or '0'}"
        sign = "-" if value < 0 else ""
        yield f"{sign}{mantissa}e{len(digits) - 1}"
        yield f"${sign}{mantissa} \\cdot 10^{{{len(digits) - 1}}}$"
    if value < 0:
        yield plain.replace("-", "\N{MINUS SIGN}")


def _slips(plain: str) -> Iterator[tuple[str, str]]:
    """Yield the number with one slip."""
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    yield "sign", digits if sign else f"-{digits}"
    places = [place for place, char in enumerate(digits) if char.isdecimal()]
    for place in dict.fromkeys((places[0], places[len(places) // 2], places[-1])):
        other = str((int(digits[place]) + (1 if digits[place] != "9" else 8)) % 10)
        yield "digit", f"{sign}{digits[:place]}{other}{digits[place + 1 :]}"
    for place in places[1:]:
        before, here = digits[place - 1 : place], digits[place]
        if before.isdecimal() and before != here:
            yield "digits swapped", f"{sign}{digits[: place - 1]}{here}{before}{digits[place + 1 :]}"
    if len(places) > 1:
        yield "digit left out", f"{sign}{digits[: places[-1]]}{digits[places[-1] + 1 :]}".rstrip(".")
    if "." not in digits:
        yield "place", f"{sign}{digits}0"


def right_numbers(values: Sequence[tuple[str, Any]]) -> tuple[NumberReading, ...]:
    """Return the right ones of a check's expectations."""
    return tuple(value for name, value in values if not name and isinstance(value, NumberReading))
