"""Operators between numbers, lists and arrays, as an `expr` means them."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.arrays import Array, array_of, combine, matrix_product
from grader.derive.exactscalars import MAX_BITS, Scalar, power

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ITEMS: Final = 20_000  # of a list that is built


class EvaluationProblem(ValueError):  # noqa: N818 - it is a problem of a spec, told on as a SpecError
    """Say why an expression has no value."""


def operate(sign: str, left: Any, right: Any) -> Any:
    """Return `left sign right` of numbers, lists (+ joins, * repeats) or arrays (cell by cell)."""
    if isinstance(left, Array) or isinstance(right, Array):
        first, second = array_of(left), array_of(right)
        if sign == "@":
            return matrix_product(first, second)
        return combine(first, second, lambda a, b: _scalars(sign, a, b))
    if isinstance(left, list) or isinstance(right, list):
        return _lists(sign, left, right)
    if isinstance(left, str) or isinstance(right, str) or left is None or right is None:
        if sign in {"==", "!="}:
            return (left == right) == (sign == "==")
        raise EvaluationProblem(f"{sign!r} needs numbers, not {left!r} and {right!r}")
    return _scalars(sign, left, right)


def _lists(sign: str, left: Any, right: Any) -> Any:
    if sign == "+" and isinstance(left, list) and isinstance(right, list):
        return _bounded(left + right)
    if sign == "*" and isinstance(left, list) and isinstance(right, Fraction):
        if right.denominator != 1 or len(left) * right > MAX_ITEMS:
            raise EvaluationProblem(f"a list cannot be repeated {right} times")
        return left * int(right)
    if sign in {"==", "!="}:
        return (left == right) == (sign == "==")
    if sign == "@":
        return matrix_product(array_of(left), array_of(right))
    raise EvaluationProblem(f"{sign!r} of a list: write np.array(...) for a calculation cell by cell")


def _bounded(items: list[Any]) -> list[Any]:
    if len(items) > MAX_ITEMS:
        raise EvaluationProblem(f"a list has at most {MAX_ITEMS} items")
    return items


_PLAIN_SIGNS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": power,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _scalars(sign: str, left: Any, right: Any) -> Any:
    function = _PLAIN_SIGNS.get(sign)
    if function is None:
        raise EvaluationProblem(f"{sign!r} needs arrays")
    left, right = number_of(left), number_of(right)
    value = function(left, right)
    if sign == "//":
        value = Fraction(value)
    if (
        isinstance(value, Fraction)
        and max(value.numerator.bit_length(), value.denominator.bit_length()) > 2 * MAX_BITS
    ):
        raise EvaluationProblem("a value is too large")
    return value


def number_of(value: Any) -> Scalar:
    if isinstance(value, bool | int):
        return Fraction(int(value))
    if isinstance(value, Fraction | float):
        return value
    raise EvaluationProblem(f"a number is needed, not {'a function' if callable(value) else repr(value)}")


def whole(value: Any) -> int:
    """Return a whole number as an int. Raises EvaluationProblem for anything else."""
    number = number_of(value)
    if (isinstance(number, float) and not math.isfinite(number)) or number != int(number):
        raise EvaluationProblem(f"a whole number is needed, not {number}")
    return int(number)


def plain(value: Any) -> Any:
    """Return arrays and tuples as nested lists, truth values as they are."""
    if isinstance(value, Array):
        return value.nested
    if isinstance(value, list | tuple | range):
        return [plain(item) for item in value]
    return value
