"""The functions of an `expr` that make, measure or solve whole arrays."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.arrays import Array, array_of
from grader.derive.data.exproperators import MAX_ITEMS, EvaluationProblem, number_of, plain, whole
from grader.derive.exactscalars import Scalar, magnitude, mean, power, solve, sqrt, total, transpose, variance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_SIDE: Final = 30  # of a matrix whose determinant or inverse is computed


def covariance(default: int) -> Callable[..., Any]:
    """Return the covariance function that divides by n - default unless told otherwise."""

    def apply(value: Any, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:  # noqa: FBT002 - numpy's names
        rows = array_of(value).nested
        if not isinstance(rows[0], list):
            return variance(rows, default)
        variables = rows if rowvar else transpose(rows)
        less = whole(ddof) if ddof is not None else 0 if bias else default
        middles = [mean(row) for row in variables]
        return array_of(
            [
                [total((x - m) * (y - k) for x, y in zip(a, b, strict=True)) / (len(a) - less) for b, k in zip(variables, middles, strict=True)]
                for a, m in zip(variables, middles, strict=True)
            ]
        )  # fmt: skip

    return apply


def correlation(value: Any, other: Any = None) -> Any:
    rows = array_of(value).nested if other is None else [plain(value), plain(other)]
    found = covariance(0)(rows).nested
    return array_of(
        [[cell / sqrt(row[i] * found[j][j]) for j, cell in enumerate(row)] for i, row in enumerate(found)]
    )


def norm(value: Any, order: Any = Fraction(2), axis: Any = None) -> Any:
    p = number_of(order)

    def line(cells: Sequence[Scalar]) -> Scalar:
        if p == 2:
            return sqrt(total(x * x for x in cells))
        return (
            max(map(magnitude, cells))
            if p == math.inf
            else power(total(power(magnitude(x), p) for x in cells), 1 / p)
        )

    return array_of(value).along(None if axis is None else whole(axis), line)


def square_rows(value: Any) -> list[list[Scalar]]:
    found = array_of(value)
    if len(found.shape) != 2 or found.shape[0] != found.shape[1] or found.shape[0] > MAX_SIDE:
        raise EvaluationProblem(f"a square matrix of at most {MAX_SIDE} rows is needed")
    rows: list[list[Scalar]] = found.nested
    return rows


def determinant(value: Any) -> Scalar:
    rows = square_rows(value)
    found: Scalar = Fraction(1)
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda row: magnitude(rows[row][column]))
        if not rows[pivot][column]:
            return Fraction(0)
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            found = -found
        found *= rows[column][column]
        for row in range(column + 1, len(rows)):
            factor = rows[row][column] / rows[column][column]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return found


def inverse(value: Any) -> Array:
    rows = square_rows(value)
    return array_of(
        transpose([solve(rows, [Fraction(int(i == j)) for i in range(len(rows))]) for j in range(len(rows))])
    )


def number_range(*ends: Any) -> list[Scalar]:
    found = range(*(whole(end) for end in ends))
    if len(found) > MAX_ITEMS:
        raise EvaluationProblem(f"a range has at most {MAX_ITEMS} numbers")
    return [Fraction(number) for number in found]


def array_range(*ends: Any) -> Array:
    if len(ends) == 3 and any(isinstance(end, Fraction) and end.denominator != 1 for end in ends):
        start, stop, step = map(number_of, ends)
        count = math.ceil((stop - start) / step)
        return array_of([start + step * index for index in range(min(count, MAX_ITEMS))])
    return array_of(number_range(*ends))


def evenly_spaced(start: Any, stop: Any, count: Any = Fraction(50)) -> Array:
    number = min(whole(count), MAX_ITEMS)
    return array_of(
        [
            number_of(start) + (number_of(stop) - number_of(start)) * index / max(number - 1, 1)
            for index in range(number)
        ]
    )


def filled(value: int) -> Callable[..., Any]:
    def apply(shape: Any) -> Array:
        sizes = [whole(size) for size in (shape if isinstance(shape, list) else [shape])]
        if min(sizes, default=0) < 0 or math.prod(sizes) > MAX_ITEMS or len(sizes) > 4:
            raise EvaluationProblem(f"an array has at most {MAX_ITEMS} cells")
        return Array(tuple(sizes), (Fraction(value),) * math.prod(sizes))

    return apply


def identity(size: Any) -> Array:
    n = min(whole(size), 100)
    return array_of([[Fraction(int(i == j)) for j in range(n)] for i in range(n)])


def reshape(value: Any, *shape: Any) -> Array:
    wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], list) else list(shape)
    sizes = [whole(size) for size in wanted]
    cells = array_of(value).cells
    if -1 in sizes:
        known = -math.prod(sizes)
        sizes[sizes.index(-1)] = len(cells) // known if known > 0 else 0
    if min(sizes, default=1) < 0 or math.prod(sizes) != len(cells):
        raise EvaluationProblem(f"{len(cells)} cells cannot have the shape {sizes}")
    return Array(tuple(sizes), cells)
