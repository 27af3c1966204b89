"""Numbers that carry their error: exact fractions as long as possible, complex balls after that.

Every operation takes and gives a Fraction (exact) or an `acb` (python-flint: a complex number
with a rigorous error bound). python-flint is loaded with the first function that is not rational.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.normal.quotients import UndefinedError

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Any  # Fraction | flint.acb: flint ships no types

MAX_BITS: Final = 4096  # of an exact fraction; longer ones become balls
MAX_EXPONENT: Final = 10**7  # of a power of balls: e^(10^7) still fits, 9^(9^9) is refused
MAX_FACTORIAL: Final = 2000
MAX_DEGREE: Final = 12  # of a root that is looked for among the fractions


def flint() -> Any:
    """Return python-flint, loaded on first use (40 ms)."""
    import flint as module  # noqa: PLC0415 - rational formulas never need it

    return module


def is_loaded() -> bool:
    """Whether some formula needed python-flint already."""
    return "flint" in sys.modules


def ball(value: Value) -> Any:
    """Return a value as a complex ball at the present precision."""
    if isinstance(value, Fraction):
        library = flint()
        return library.acb(library.fmpq(value.numerator, value.denominator))
    return value


def constant_i() -> Any:
    """Return the imaginary unit."""
    return flint().acb(0, 1)


def add(left: Value, right: Value) -> Value:
    if type(left) is Fraction and type(right) is Fraction:
        return _bounded(left + right)
    return ball(left) + ball(right)


def multiply(left: Value, right: Value) -> Value:
    if type(left) is Fraction and type(right) is Fraction:
        return _bounded(left * right)
    if (isinstance(left, Fraction) and not left) or (isinstance(right, Fraction) and not right):
        return Fraction(0)
    return ball(left) * ball(right)


def negate(value: Value) -> Value:
    return -value


def divide(left: Value, right: Value) -> Value:
    if isinstance(right, Fraction):
        if not right:
            raise UndefinedError
        if isinstance(left, Fraction):
            return _bounded(left / right)
    right = ball(right)
    if right.contains(0):
        raise UndefinedError
    return ball(left) / right


def _bounded(value: Fraction) -> Value:
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        return ball(value)
    return value


def power(base: Value, exponent: Value) -> Value:
    """Return the principal value of a power; 0^0 only where the exponent is an exact 0."""
    if isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            return _whole_power(base, exponent.numerator)
        if isinstance(base, Fraction):
            root = _exact_root(base, exponent)
            if root is not None:
                return root
            if not base:
                return _zero_power(exponent)
    elif isinstance(base, Fraction) and not base:
        raise UndefinedError
    below, above = ball(base), ball(exponent)
    if below.contains(0) or float(abs(above).abs_upper()) > MAX_EXPONENT:
        raise UndefinedError
    if isinstance(exponent, Fraction) and exponent == Fraction(1, 2):
        return below.sqrt()
    return finite(below**above)


def _zero_power(exponent: Fraction) -> Fraction:
    if exponent <= 0:
        raise UndefinedError
    return Fraction(0)


def _whole_power(base: Value, exponent: int) -> Value:
    if abs(exponent) > MAX_EXPONENT:
        if isinstance(base, Fraction) and abs(base) == 1:
            return base ** (exponent % 2)
        raise UndefinedError
    if isinstance(base, Fraction):
        if not base and exponent < 0:
            raise UndefinedError
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) <= MAX_BITS:
            return base**exponent
    below = ball(base)
    if exponent < 0 and below.contains(0):
        raise UndefinedError
    return finite(below**exponent)


def _exact_root(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return the root of a fraction where it is one, None where it is not, or is too large to look for."""
    if base < 0 or exponent.denominator > MAX_DEGREE or abs(exponent.numerator) > 64:
        return None
    top, bottom = (_whole_root(part, exponent.denominator) for part in (base.numerator, base.denominator))
    if top is None or bottom is None:
        return None
    if not top and exponent < 0:
        raise UndefinedError
    return Fraction(top, bottom) ** exponent.numerator


def _whole_root(number: int, degree: int) -> int | None:
    if degree == 2:
        root = isqrt(number)
    elif number.bit_length() <= 50 * degree:  # where a float is exact enough
        root = round(number ** (1 / degree))
    else:
        return None
    return root if root**degree == number else None


def finite(value: Any) -> Any:
    if not value.is_finite():
        raise UndefinedError
    return value


def real_part(value: Value) -> Any:
    """Return a value as a real ball; UndefinedError where it is plainly not real."""
    value = ball(value)
    if not value.imag.contains(0):
        raise UndefinedError
    return value.real


def exponential(value: Value) -> Value:
    if isinstance(value, Fraction) and not value:
        return Fraction(1)
    argument = ball(value)
    if float(argument.real.abs_upper()) > MAX_EXPONENT:
        raise UndefinedError
    return finite(argument.exp())


def logarithm(value: Value, base: Value | None = None) -> Value:
    if isinstance(value, Fraction) and value == 1:
        return Fraction(0)
    argument = ball(value)
    if argument.contains(0):
        raise UndefinedError
    result = argument.log()
    return result if base is None else _log_base(value, result, base)


def _log_base(value: Value, result: Any, base: Value) -> Value:
    if isinstance(value, Fraction) and isinstance(base, Fraction) and value > 0 and base > 1:
        guess = round(float(result.real) / float(ball(base).log().real))
        if abs(guess) < MAX_BITS and _whole_power(base, guess) == value:
            return Fraction(guess)
    return divide(result, logarithm(base))


def floor(value: Value) -> Fraction:
    """Return the greatest whole number below; UndefinedError where the ball does not say."""
    if isinstance(value, Fraction):
        return Fraction(value.numerator // value.denominator)
    whole = real_part(value).floor().unique_fmpz()
    if whole is None:
        raise UndefinedError
    return Fraction(int(whole))


def ceiling(value: Value) -> Fraction:
    return -floor(-value)


def nearest(value: Value) -> Fraction:
    """Return the nearest whole number, halves up."""
    return floor(add(value, Fraction(1, 2)))


def absolute(value: Value) -> Value:
    if isinstance(value, Fraction):
        return abs(value)
    if value.imag.contains(0) and value.imag.is_exact():
        return flint().acb(abs(value.real))
    return flint().acb(abs(value))


def sign(value: Value) -> Fraction:
    """Return -1, 0 or 1; UndefinedError where a ball does not say."""
    if isinstance(value, Fraction):
        return Fraction((value > 0) - (value < 0))
    real = real_part(value)
    if real > 0:
        return Fraction(1)
    if real < 0:
        return Fraction(-1)
    raise UndefinedError


def maximum(*values: Value) -> Value:
    best = values[0]
    for value in values[1:]:
        if isinstance(best, Fraction) and isinstance(value, Fraction):
            best = max(best, value)
        else:
            best = flint().acb(real_part(best).max(real_part(value)))
    return best


def minimum(*values: Value) -> Value:
    return negate(maximum(*(negate(value) for value in values)))


def factorial(value: Value) -> Value:
    if isinstance(value, Fraction) and value.denominator == 1:
        if value < 0 or value > MAX_FACTORIAL:
            raise UndefinedError
        if value <= 100:
            total = 1
            for factor in range(2, int(value) + 1):
                total *= factor
            return Fraction(total)
    argument = ball(value) + 1
    if float(abs(argument).abs_upper()) > MAX_FACTORIAL:
        raise UndefinedError
    return finite(argument.gamma())


def method(name: str) -> Callable[[Value], Value]:
    """Return a function of python-flint's complex balls by its name."""

    def apply(value: Value) -> Value:
        return finite(getattr(ball(value), name)())

    return apply


def odd_method(name: str) -> Callable[[Value], Value]:
    """As method, for a function that is exactly 0 at 0."""
    inner = method(name)

    def apply(value: Value) -> Value:
        return value if isinstance(value, Fraction) and not value else inner(value)

    return apply


def at_inverse(function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    return lambda value: function(divide(Fraction(1), value))
