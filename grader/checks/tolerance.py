"""How near is right: tolerances, compared exactly, and numbers as students round them."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, WithJsonSchema, model_validator

from grader.files.fields import Amount, Count, Flag
from grader.model.frozen import Frozen
from grader.notation.numbers.exact import NumberError, NumberReading, read_number, shown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PLACES: Final = 100  # decimals or digits a rubric may ask for
ROUNDED_DIGITS: Final = 3  # an expected decimal with this many digits is taken as rounded in its last place
COMPUTED_DIGITS: Final = 15  # as many as a program prints: its last place may be one off, 0.6666666666666666
COARSE: Final = Fraction(1, 8)  # a rounded answer further off than this is wrong, not imprecise


def expected_number(value: object) -> NumberReading:
    """Read a number of a rubric, as it was written. ValueError: it is none."""
    if isinstance(value, NumberReading):
        return value
    if isinstance(value, Fraction | int | float) and not isinstance(value, bool):
        return reading_of(value)
    if isinstance(value, str):
        try:
            reading = read_number(value)
        except NumberError as error:
            raise ValueError(f"{_RULE}: {error}") from None
        if not reading.malformed:
            return reading
    raise ValueError(_RULE)


def reading_of(value: Fraction | float) -> NumberReading:
    """Return a computed number as a reading: exact ones as they are, floats as precise as their shortest decimal form."""
    if isinstance(value, float) and not value.is_integer():
        sign, numerals, exponent = Decimal(repr(value)).as_tuple()
        del sign
        scaled = "e" in repr(value)
        last = int(exponent)  # never a word: floats that are derived are finite
        decimals = max(0, len(numerals) - 1 if scaled else -last)
        return NumberReading(
            Fraction(repr(value)), repr(value), decimals, len(numerals), Fraction(10) ** last, scaled=scaled
        )
    exact = Fraction(value)
    whole = exact.denominator == 1
    return NumberReading(exact, str(exact), digits=len(str(abs(exact.numerator))), step=Fraction(int(whole)))


_RULE: Final = "must be one number such as 903400, 903,400, 0.11 or 1/9"
ExpectedNumber = Annotated[
    InstanceOf[NumberReading],
    BeforeValidator(expected_number),
    PlainSerializer(lambda reading: reading.text, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
"""A number in a rubric, kept as it was written: `903,400`, `0.11`, `1/9`, `11 %`."""


class Fit(Enum):
    """How an answer stands to an expected value."""

    RIGHT = "right"
    COARSE = "coarse"  # rounded too far to tell
    OFF = "off"


class Tolerance(Frozen):
    """One way of being near enough.

    Without any key: whole numbers must be exact, others right as they are written, that is, the
    expected value rounds to them.
    """

    exact: Flag = False
    abs: Amount | None = None  # at most this far away
    rel: Amount | None = None  # at most this share of the expected value away
    decimals: Count | None = None  # right when rounded to so many decimals
    digits: Count | None = None  # right when rounded to so many significant digits

    @model_validator(mode="after")
    def _one_kind(self) -> Tolerance:
        given = [name for name in ("abs", "rel", "decimals", "digits") if getattr(self, name) is not None]
        if len(given) + self.exact > 1:
            raise ValueError(
                f"a tolerance has one kind only (got {', '.join([*given, 'exact'][: len(given) + self.exact])})"
            )
        if any(getattr(self, name) < 0 for name in given):
            raise ValueError("a tolerance cannot be negative")
        if self.rel is not None and self.rel > 1:
            raise ValueError(
                f"a tolerance of {float(100 * self.rel):g} % takes 0 for right, and numbers twice as large; it must be at most 100 %"
            )
        if (self.decimals or 0) > MAX_PLACES or (self.digits or 0) > MAX_PLACES or self.digits == 0:
            raise ValueError(f"a tolerance has 1 to {MAX_PLACES} digits, or 0 to {MAX_PLACES} decimals")
        return self

    def radius(self, expected: NumberReading) -> Fraction | None:
        """Return how far from the expected value is right; None where the answer's own rounding decides."""
        value: Fraction = expected.value
        if self.abs is not None:
            return self.abs
        if self.rel is not None:
            return self.rel * abs(value)
        if self.decimals is not None:
            return Fraction(1, 2) / Fraction(10) ** self.decimals
        if self.digits is not None:
            return _leading_place(value) / Fraction(10) ** (self.digits - 1) / 2
        if self.exact or value.denominator == 1:
            return Fraction(0)
        return None

    def fit(self, answer: NumberReading, expected: NumberReading, *, min_digits: int = 2) -> Fit:
        """Compare an answer with an expected value, both exact, boundaries included."""
        given, wanted = answer.value, expected.value
        if given == wanted:
            return Fit.RIGHT
        radius = self.radius(expected)
        rounds = rounds_to(wanted, answer)
        if radius is not None:
            if radius and _within(given, wanted, radius):
                return Fit.RIGHT
            left_out = answer.scaled or answer.approximate or wanted.denominator != 1
        else:
            if expected.digits >= ROUNDED_DIGITS and _within(given, wanted, expected.step, parts=2):
                return Fit.RIGHT
            if expected.digits >= COMPUTED_DIGITS and _within(given, wanted, expected.step):
                return Fit.RIGHT
            if rounds and answer.digits >= min_digits and given:
                return Fit.RIGHT
            left_out = True
        if rounds and left_out and (answer.decimals >= 2 or _within(given, wanted, COARSE * abs(wanted))):
            return Fit.COARSE
        return Fit.OFF

    def interval(self, answer: NumberReading, expected: NumberReading) -> str:
        """Return the expected value, with the interval that is accepted where it is more than a point."""
        radius = self.radius(expected)
        if radius is None:
            radius = answer.rounding / 2
        if not radius:
            return shown(expected.value)
        return f"{shown(expected.value)} (from {shown(expected.value - radius)} to {shown(expected.value + radius)})"


def rounds_to(value: Fraction, answer: NumberReading) -> bool:
    """Whether a value, rounded to the digits the answer shows, is the answer; halves go up or to the even digit."""
    if not _within(answer.value, value, answer.rounding, parts=2):
        return False
    tied = answer.rounding and 2 * abs(answer.value - value) == answer.rounding
    return not tied or abs(answer.value) > abs(value) or answer.value / answer.rounding % 2 == 0


def shows(answer: NumberReading) -> Callable[[Fraction], bool]:
    """Return the test whether an answer shows a value, rounded but not far off; in whole numbers, as many are tried."""
    above, below, rounding = answer.value.numerator, answer.value.denominator, answer.rounding
    most, parts = rounding.numerator * below, 2 * rounding.denominator

    def is_shown(value: Fraction) -> bool:
        under = value.denominator
        if parts * abs(above * under - value.numerator * below) > most * under:
            return False
        near = rounds_to(value, answer) and _within(answer.value, value, COARSE * abs(value))
        return near or answer.value == value

    return is_shown


def _within(left: Fraction, right: Fraction, limit: Fraction, *, parts: int = 1) -> bool:
    """Whether two numbers differ by at most a part of a limit; in whole numbers, which is ten times as fast."""
    apart = abs(left.numerator * right.denominator - right.numerator * left.denominator)
    return parts * apart * limit.denominator <= limit.numerator * left.denominator * right.denominator


def _leading_place(value: Fraction) -> Fraction:
    """Return the power of ten of a value's first digit; 1 for zero."""
    if not value:
        return Fraction(1)
    size = abs(value)
    place = Fraction(10) ** (len(str(size.numerator)) - len(str(size.denominator)))
    while place > size:
        place /= 10
    while place * 10 <= size:
        place *= 10
    return place


def _tolerance(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text == "exact":
        return {"exact": True}
    return {"rel": text} if text.endswith("%") else {"abs": text}


AnyTolerance = Annotated[
    Tolerance,
    BeforeValidator(_tolerance),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "object"}]}),
]
"""`exact`, a number (`abs`), a percentage (`rel`), or a mapping with one kind."""
