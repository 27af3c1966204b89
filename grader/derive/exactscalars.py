"""Exact numbers as long as possible: fractions, roots of squares, and floats for the rest.

Every computation of this room takes fractions and gives a fraction wherever the operation is rational;
`sqrt(9/4)` is 3/2, `sqrt(2)` is a float. Iterations stay exact until a fraction becomes long (`settled`).
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Scalar = Fraction | float
Vector = list[Scalar]
Matrix = list[list[Scalar]]

LONG_BITS: Final = 512  # of a denominator; longer fractions are slow and say no more than a float
MAX_BITS: Final = 4_096  # of a power: 2 ** 4096 is the number of Boolean functions of 12 inputs
MAX_TIDY_BITS: Final = (
    2_000  # of a layer's value: beyond it an exact fraction is not what a question is about
)
TIE: Final = 1e-12  # relative difference below which two floats are one value


def exactly(value: Any) -> Any:
    """Return an int as a fraction, so that dividing it stays exact."""
    return Fraction(value) if isinstance(value, int) else value


def tidy(value: Any) -> Any:
    """Return a whole fraction as an int, and one of too many digits as a double; OverflowError beyond all."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OverflowError("a value grows beyond all numbers")
        return value
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif value.denominator.bit_length() > MAX_TIDY_BITS:
            return tidy(float(value))
    if isinstance(value, int) and value.bit_length() > MAX_TIDY_BITS:
        raise OverflowError("a value grows beyond all numbers")
    return value


def magnitude(value: Scalar) -> Scalar:
    """Return the value without its sign."""
    return -value if value < 0 else value


def sqrt(value: Scalar) -> Scalar:
    """Return the root, exactly where numerator and denominator are squares. Raises ValueError below 0."""
    if value < 0:
        raise ValueError("the root of a negative number")
    if isinstance(value, Fraction):
        top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator:
            return Fraction(top, bottom)
    return math.sqrt(value)


def logarithm(value: Scalar, base: Scalar | None = None) -> Scalar:
    """Return the logarithm to `base` (None: natural), exactly for whole powers of a whole base.

    Raises ValueError for a value or base that has none.
    """
    if value <= 0:
        raise ValueError("the logarithm of zero or a negative number")
    if value == 1:
        return Fraction(0)
    if base is None:
        return _natural(value)
    if base <= 0 or base == 1:
        raise ValueError("a logarithm needs a positive base other than 1")
    found = (
        math.log2(value)
        if base == 2 and not isinstance(value, Fraction)
        else _natural(value) / _natural(base)
    )
    if isinstance(value, Fraction) and isinstance(base, Fraction):
        whole = round(found)
        if abs(whole) <= LONG_BITS and abs(found - whole) < 1e-9 and base**whole == value:
            return Fraction(whole)
    return found


def _natural(value: Scalar) -> float:
    if isinstance(value, Fraction):  # also for fractions beyond the range of a float
        return math.log(value.numerator) - math.log(value.denominator) if _wide(value) else math.log(value)
    return math.log(value)


def _wide(value: Fraction) -> bool:
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > LONG_BITS


def exponential(value: Scalar) -> Scalar:
    """Return e to the power of the value; 1 exactly at 0. Raises OverflowError beyond a float."""
    return Fraction(1) if value == 0 else math.exp(value)


def sigmoid(value: Scalar) -> Scalar:
    """Return 1 / (1 + exp(-value)); exactly 1/2 at 0, never an overflow."""
    if value == 0:
        return Fraction(1, 2)
    if value > 0:
        return 1 / (1 + math.exp(-min(float(value), 745.0)))
    grown = math.exp(max(float(value), -745.0))
    return grown / (1 + grown)


def tanh(value: Scalar) -> Scalar:
    """Return the hyperbolic tangent; 0 exactly at 0."""
    return Fraction(0) if value == 0 else math.tanh(value)


def power(value: Scalar, exponent: Scalar) -> Scalar:
    """Return value ** exponent, exact for whole exponents and for roots of squares.

    Raises ValueError where there is no real value, OverflowError where it is too large.
    """
    if isinstance(exponent, Fraction):
        if exponent.denominator == 1:
            return _whole_power(value, int(exponent))
        if exponent.denominator == 2 and value >= 0:
            return _whole_power(sqrt(value), int(exponent.numerator))
    if value < 0 or (value == 0 and exponent < 0):
        raise ValueError("this power has no real value")
    return math.pow(value, exponent)


def _whole_power(value: Scalar, exponent: int) -> Scalar:
    if not value and exponent < 0:
        raise ZeroDivisionError("division by zero")
    if isinstance(value, Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits * abs(exponent) > MAX_BITS and abs(value) != 1 and value:
            raise OverflowError("the power is too large")
    return value**exponent


def settled(values: Sequence[Scalar]) -> Vector:
    """Return the values, as floats once one of them has become a long fraction."""
    if any(isinstance(value, Fraction) and _wide(value) for value in values):
        return [float(value) for value in values]
    return list(values)


def same(left: Scalar, right: Scalar) -> bool:
    """Whether two values are one: exactly for fractions, up to rounding where a float takes part."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    return magnitude(left - right) <= TIE * max(1.0, magnitude(left), magnitude(right))


def total(values: Iterable[Scalar]) -> Scalar:
    """Return the sum; 0 for none; floats are summed without loss."""
    listed = list(values)
    if any(isinstance(value, float) for value in listed):
        if not all(map(math.isfinite, listed)):
            raise OverflowError("a sum of values beyond all bounds")
        return math.fsum(listed)
    found = Fraction(0)
    for value in listed:
        found += Fraction(value)
        if found.denominator.bit_length() > MAX_BITS:  # 1 + 1/2 + ... + 1/20000, say
            return math.fsum(listed)
    return found


def mean(values: Sequence[Scalar]) -> Scalar:
    """Return the arithmetic mean. Raises ZeroDivisionError for no values."""
    return total(values) / len(values)


def variance(values: Sequence[Scalar], ddof: int = 0) -> Scalar:
    """Return the mean squared distance from the mean, divided by n - ddof."""
    middle = mean(values)
    return total((value - middle) ** 2 for value in values) / (len(values) - ddof)


def dot(left: Sequence[Scalar], right: Sequence[Scalar]) -> Scalar:
    """Return the inner product of two vectors of one length."""
    return total(a * b for a, b in zip(left, right, strict=True))


def transpose(matrix: Sequence[Sequence[Scalar]]) -> Matrix:
    """Return the matrix with rows and columns exchanged."""
    return [list(column) for column in zip(*matrix, strict=True)]


def product(left: Sequence[Sequence[Scalar]], right: Sequence[Sequence[Scalar]]) -> Matrix:
    """Return the matrix product of an n x k and a k x m matrix."""
    columns = transpose(right)
    return [[dot(row, column) for column in columns] for row in left]


def solve(matrix: Sequence[Sequence[Scalar]], right: Sequence[Scalar]) -> Vector:
    """Return x with matrix x = right by elimination with pivoting, exact on fractions.

    Raises ZeroDivisionError for a singular matrix.
    """
    size = len(matrix)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: magnitude(rows[row][column]))
        if magnitude(rows[pivot][column]) < TIE:
            raise ZeroDivisionError("the matrix has no inverse")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, size):
            factor = rows[row][column] / rows[column][column]
            if factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    found: Vector = [Fraction(0)] * size
    for row in reversed(range(size)):
        known = total(rows[row][column] * found[column] for column in range(row + 1, size))
        found[row] = (rows[row][size] - known) / rows[row][row]
    return found


def least_index(values: Sequence[Scalar]) -> int:
    """Return the index of the smallest value, the first of equal ones (floats up to rounding)."""
    best = 0
    for index in range(1, len(values)):
        if values[index] < values[best] and not same(values[index], values[best]):
            best = index
    return best


def is_sorted(values: Sequence[Scalar]) -> bool:
    """Whether no value is below the one before it."""
    return all(a <= b for a, b in pairwise(values))
