"""Arrays of exact numbers: numpy object arrays that hold int, Fraction, or float where a value is irrational."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from grader.derive.exactscalars import MAX_TIDY_BITS, exactly, exponential, sqrt, tidy
from grader.derive.specification import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = npt.NDArray[Any]

# Products of exact fractions take about a microsecond: a tenth of a second or so.
MAX_PRODUCTS: Final = 200_000


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
    if max(scale.bit_length() for scale in scales) > MAX_TIDY_BITS:
        return (mapped(float, left), mapped(float, right)), 1
    found = [
        array if scale == 1 else mapped(lambda value, by=scale: int(value * by), array)
        for array, scale in zip((left, right), scales, strict=True)
    ]
    return (found[0], found[1]), scales[0] * scales[1]


def divided(array: Array, divisor: int) -> Array:
    """Return an array divided exactly."""
    return array if divisor == 1 else mapped(lambda value: tidy(Fraction(value, divisor)), array)


def root(value: Any) -> Any:
    """Return a square root, exact where there is one."""
    if value < 0:
        raise SpecError(f"there is no square root of {float(value):.6g}")
    return sqrt(exactly(value))


def softmax(array: Array, axis: int = -1) -> Array:
    """Return e^x over its sum along an axis; equal scores give exact shares."""
    moved = np.moveaxis(array, axis, -1)
    largest = moved.max(axis=-1, keepdims=True)
    powers = mapped(exponential, moved - largest)
    return np.moveaxis(mapped(exactly, powers) / powers.sum(axis=-1, keepdims=True), -1, axis)
