"""Arrays of exact numbers: numpy object arrays that hold int, Fraction, or float where a value is irrational."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from grader.derive.specification import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = npt.NDArray[Any]

# Products of exact fractions take about a microsecond: a tenth of a second or so.
MAX_PRODUCTS: Final = 200_000
# Beyond this many bits an exact fraction is no longer what a question is about: it becomes a double.
MAX_BITS: Final = 2_000


def array_of(nested: Any) -> Array:
    """Return nested tuples of numbers as an array of exact numbers."""
    shape = _shape(nested)
    found = np.empty(shape, dtype=object)
    found.reshape(-1)[:] = list(_flat(nested))
    return found


def _shape(nested: Any) -> tuple[int, ...]:
    return (len(nested), *_shape(nested[0])) if isinstance(nested, tuple | list) else ()


def _flat(nested: Any) -> Any:
    if isinstance(nested, tuple | list):
        for item in nested:
            yield from _flat(item)
    else:
        yield nested


def zeros(shape: tuple[int, ...]) -> Array:
    """Return an array of exact zeros."""
    return np.full(shape, 0, dtype=object)


def padded(array: Array, cells: Sequence[tuple[int, int]], fill: Any = 0) -> Array:
    """Return an array with cells before and after along each axis (numpy's own would bring in its integers)."""
    found = np.full(
        [size + sum(more) for size, more in zip(array.shape, cells, strict=True)], fill, dtype=object
    )
    found[tuple(slice(a, a + size) for (a, _), size in zip(cells, array.shape, strict=True))] = array
    return found


def nested_of(array: Array) -> Any:
    """Return an array as nested tuples, a number for an array without axes."""
    if not isinstance(array, np.ndarray):
        return tidy(array)
    if array.ndim == 0:
        return tidy(array.item())
    return tuple(nested_of(item) for item in array)


def tidy(value: Any) -> Any:
    """Return a whole fraction as an int, and one of too many digits as a double; OverflowError beyond all."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise OverflowError("a value grows beyond all numbers")
        return value
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif value.denominator.bit_length() > MAX_BITS:
            return tidy(float(value))
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise OverflowError("a value grows beyond all numbers")
    return value


def mapped(function: Any, *arrays: Array) -> Array:
    """Apply a function to every number."""
    found = np.frompyfunc(function, len(arrays), 1)(*arrays)
    return found if isinstance(found, np.ndarray) else array_of(found)


def product(left: Array, right: Array) -> Array:
    """Return the matrix product over the last axis of `left` and the first of `right`."""
    (left, right), divisor = commensurable(left, right)
    found = np.tensordot(left, right, axes=1)
    return divided(found if isinstance(found, np.ndarray) else array_of(found), divisor)


def commensurable(left: Array, right: Array) -> tuple[tuple[Array, Array], int]:
    """Return both arrays as integers, and what their products are to be divided by.

    Integers are some thirty times faster than fractions. Where a double takes part, all become doubles.
    """
    if any(type(value) is float for array in (left, right) for value in array.reshape(-1)):
        return (mapped(float, left), mapped(float, right)), 1
    scales = [math.lcm(*{value.denominator for value in array.reshape(-1)}) for array in (left, right)]
    if max(scale.bit_length() for scale in scales) > MAX_BITS:
        return (mapped(float, left), mapped(float, right)), 1
    found = [
        array if scale == 1 else mapped(lambda value, by=scale: int(value * by), array)
        for array, scale in zip((left, right), scales, strict=True)
    ]
    return (found[0], found[1]), scales[0] * scales[1]


def divided(array: Array, divisor: int) -> Array:
    """Return an array divided exactly."""
    return array if divisor == 1 else mapped(lambda value: tidy(Fraction(value, divisor)), array)


def exactly(value: Any) -> Any:
    """Return an int as a fraction, so that dividing it stays exact."""
    return Fraction(value) if isinstance(value, int) else value


def exponential(value: Any) -> Any:
    """Return e to a power; exact for 0."""
    if value == 0:
        return 1
    try:
        return math.exp(float(value))
    except OverflowError:
        raise SpecError(f"e to the power of {float(value):.6g} is too large to compute") from None


def root(value: Any) -> Any:
    """Return a square root, exact where there is one."""
    if value < 0:
        raise SpecError(f"there is no square root of {float(value):.6g}")
    if not isinstance(value, float):
        value = Fraction(value)
        above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if above * above == value.numerator and below * below == value.denominator:
            return Fraction(above, below)
    return math.sqrt(value)


def sigmoid(value: Any) -> Any:
    """Return 1 / (1 + e^-x); exact for 0."""
    if value == 0:
        return Fraction(1, 2)
    number = float(value)
    if number >= 0:
        return 1 / (1 + math.exp(-min(number, 745.0)))
    power = math.exp(max(number, -745.0))
    return power / (1 + power)


def tanh(value: Any) -> Any:
    """Return the hyperbolic tangent; exact for 0."""
    return 0 if value == 0 else math.tanh(float(value))


def softmax(array: Array, axis: int = -1) -> Array:
    """Return e^x over its sum along an axis; equal scores give exact shares."""
    moved = np.moveaxis(array, axis, -1)
    largest = mapped(_as_is, moved).max(axis=-1, keepdims=True)
    powers = mapped(exponential, moved - largest)
    return np.moveaxis(mapped(exactly, powers) / powers.sum(axis=-1, keepdims=True), -1, axis)


def _as_is(value: Any) -> Any:
    return value
