"""The functions an `expr` may call, under the names of numerical Python or of this field.

Numbers stay exact where the function is rational. `np.std` and `np.var` divide by n, `np.cov` by n - 1 with
variables in rows, as numerical Python does. `out_dim(n, k, s, d, p)` is the size of a convolution's output.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from grader.derive.activationfunctions import ACTIVATIONS, log_softmax, softmax
from grader.derive.data.array_functions import (
    array_range,
    correlation,
    covariance,
    determinant,
    evenly_spaced,
    filled,
    identity,
    inverse,
    norm,
    number_range,
    reshape,
    square_rows,
)
from grader.derive.data.arrays import Array, array_of, combine, matrix_product
from grader.derive.data.components import symmetric
from grader.derive.data.confusion import METRICS, Counts, confusion_counts
from grader.derive.data.exproperators import EvaluationProblem, number_of, operate, plain, whole
from grader.derive.data.information import cross_entropy, divergence, entropy, gini
from grader.derive.exactscalars import (
    Scalar,
    exponential,
    logarithm,
    magnitude,
    mean,
    power,
    solve,
    sqrt,
    total,
    variance,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_FACTORIAL: Final = 400


def _refuse(value: Any) -> Scalar:
    raise EvaluationProblem(f"a single number is needed, not {str(plain(value))[:40]}")


def _each(function: Callable[[Scalar], Scalar]) -> Callable[[Any], Any]:
    """Return the function of a number, or of every cell of a list or array."""

    def apply(value: Any) -> Any:
        if isinstance(value, list | Array):
            return array_of(value).apply(function)
        return function(number_of(value))

    return apply


def _pairwise(function: Callable[[Scalar, Scalar], Scalar]) -> Callable[[Any, Any], Any]:
    def apply(left: Any, right: Any) -> Any:
        if isinstance(left, list | Array) or isinstance(right, list | Array):
            return combine(array_of(left), array_of(right), function)
        return function(number_of(left), number_of(right))

    return apply


def _log(value: Any, base: Any = None) -> Any:
    return _each(lambda x: logarithm(x, None if base is None else number_of(base)))(value)


def _round(value: Any, decimals: Any = Fraction(0)) -> Any:
    places = whole(decimals)
    if abs(places) > 100:
        raise EvaluationProblem("too many decimals")
    return _each(lambda x: Fraction(round(Fraction(x), places)))(value)


def _floor(x: Scalar) -> Scalar:
    return Fraction(math.floor(x))


def _ceil(x: Scalar) -> Scalar:
    return Fraction(math.ceil(x))


def _reduce(function: Callable[[Sequence[Scalar]], Scalar]) -> Callable[..., Any]:
    """Return a function of all cells, or of the lines along an axis."""

    def apply(value: Any, axis: Any = None) -> Any:
        found = array_of(value)
        if not found.cells:
            raise EvaluationProblem("a list is empty")
        return found.along(None if axis is None else whole(axis), function)

    return apply


def _sum(value: Any, axis: Any = None, start: Any = Fraction(0)) -> Any:
    if isinstance(value, list) and not value:
        return start
    if isinstance(value, list) and axis is None and any(isinstance(item, Array) for item in value):
        found = start
        for item in value:
            found = operate("+", found, item)
        return found
    return array_of(value).along(None if axis is None else whole(axis), total)


def _spread(root: bool, default: int) -> Callable[..., Any]:  # noqa: FBT001 - a table of variants
    def apply(value: Any, axis: Any = None, ddof: Any = Fraction(default)) -> Any:
        less = whole(ddof)

        def line(cells: Sequence[Scalar]) -> Scalar:
            found = variance(cells, less)
            return sqrt(found) if root else found

        return array_of(value).along(None if axis is None else whole(axis), line)

    return apply


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*values: Any, axis: Any = None) -> Any:
        if len(values) > 1 and not any(isinstance(value, list | Array) for value in values):
            return function(number_of(value) for value in values)
        if len(values) == 2:
            axis = values[1]
        return _reduce(function)(values[0], axis)

    return apply


def _position(function: Callable[..., Any]) -> Callable[..., Any]:
    def line(cells: Sequence[Scalar]) -> Scalar:
        return Fraction(list(cells).index(function(cells)))

    return _reduce(line)


def _median(cells: Sequence[Scalar]) -> Scalar:
    found = sorted(cells)
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def _product(cells: Sequence[Scalar]) -> Scalar:
    found: Scalar = Fraction(1)
    for cell in cells:
        found = operate("*", found, cell)
    return found


def _comb(n: Any, k: Any) -> Fraction:
    total_count, chosen = whole(n), whole(k)
    if not 0 <= total_count <= MAX_FACTORIAL or chosen < 0:
        raise EvaluationProblem(f"comb needs whole numbers from 0 to {MAX_FACTORIAL}")
    return Fraction(math.comb(total_count, chosen))


def _factorial(n: Any) -> Fraction:
    number = whole(n)
    if not 0 <= number <= MAX_FACTORIAL:
        raise EvaluationProblem(f"factorial needs a whole number from 0 to {MAX_FACTORIAL}")
    return Fraction(math.factorial(number))


def _listed(value: Any = ()) -> Any:
    found = plain(value)
    return list(found) if isinstance(found, list | dict) else _refuse(value)


def _length(value: Any) -> Fraction:
    return Fraction(value.shape[0] if isinstance(value, Array) and value.shape else len(value))


def out_dim(n: Any, k: Any, s: Any = Fraction(1), d: Any = Fraction(1), p: Any = Fraction(0)) -> Fraction:
    """Return the size of a convolution's output: input, kernel, stride, dilation, padding a side."""
    size, kernel, stride, dilation = whole(n), whole(k), whole(s), whole(d)
    if min(size, kernel, stride, dilation) < 1:
        raise EvaluationProblem("sizes, strides and dilations are at least 1")
    if str(p) == "same":
        return Fraction(-(-size // stride))
    pad = 0 if str(p) == "valid" else whole(p)
    return Fraction((size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1)


def _cells(value: Any) -> list[Scalar]:
    return list(array_of(value).cells)


def _base(base: Any) -> Scalar | None:
    return None if base is None or base == "e" else number_of(base)


def counts(y_true: Any, y_pred: Any, positive: Any = Fraction(1)) -> dict[str, Scalar]:
    """Return tp, fp, fn and tn of two lists of labels."""
    actual, predicted = plain(y_true), plain(y_pred)
    if len(actual) != len(predicted):
        raise EvaluationProblem(f"{len(predicted)} predictions for {len(actual)} cases")
    return confusion_counts(actual, predicted, positive)


def metrics(tp: Any, fp: Any, fn: Any, tn: Any = Fraction(0)) -> dict[str, Scalar]:
    """Return every metric of four counts by its name."""
    found = Counts(*map(number_of, (tp, fp, fn, tn)))
    return {name: metric(found) for name, metric in METRICS.items()}


def _activation(kind: str) -> Callable[..., Any]:
    function, _, default = ACTIVATIONS[kind]
    return lambda value, alpha=default: _each(lambda x: function(x, number_of(alpha)))(value)


def _lines(function: Callable[[Sequence[Scalar]], list[Scalar]]) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        found = array_of(value)
        return array_of(
            [function(row) for row in found.nested] if len(found.shape) == 2 else function(found.cells)
        )

    return apply


def _power(value: Any, exponent: Any) -> Any:
    return _pairwise(power)(value, exponent)


def _trigonometric(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return _each(lambda x: Fraction(int(function(0.0))) if x == 0 else function(float(x)))


def _gcd(left: Any, right: Any) -> Fraction:
    return Fraction(math.gcd(whole(left), whole(right)))


def _cumulated(value: Any) -> Array:
    found: list[Scalar] = []
    for cell in _cells(value):
        found.append(cell + (found[-1] if found else Fraction(0)))
    return array_of(found)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "sqrt": _each(sqrt), "exp": _each(exponential), "log": _log, "ln": _log, "log2": lambda x: _log(x, Fraction(2)),
    "log10": lambda x: _log(x, Fraction(10)), "log1p": _each(lambda x: logarithm(1 + x)), "floor": _each(_floor), "ceil": _each(_ceil),
    "round": _round, "around": _round, "abs": _each(magnitude), "fabs": _each(magnitude), "absolute": _each(magnitude), "square": _each(lambda x: x * x),
    "sign": _each(lambda x: Fraction((x > 0) - (x < 0))), "pow": _power, "power": _power, "sin": _trigonometric(math.sin),
    "cos": _trigonometric(math.cos), "tan": _trigonometric(math.tan), "atan": _trigonometric(math.atan), "arctan": _trigonometric(math.atan),
    "erf": _trigonometric(math.erf), "int": lambda x: Fraction(int(number_of(x))), "float": number_of, "bool": bool,
    "sum": _sum, "fsum": _sum, "mean": _reduce(mean), "average": _reduce(mean), "median": _reduce(_median), "prod": _reduce(_product),
    "std": _spread(root=True, default=0), "var": _spread(root=False, default=0), "stdev": _spread(root=True, default=1),
    "pstdev": _spread(root=True, default=0), "pvariance": _spread(root=False, default=0), "variance": _spread(root=False, default=1),
    "cov": covariance(1), "corrcoef": correlation, "max": _extreme(max), "min": _extreme(min), "amax": _extreme(max), "amin": _extreme(min),
    "argmax": _position(max), "argmin": _position(min), "maximum": _pairwise(max), "minimum": _pairwise(min), "cumsum": _cumulated,
    "norm": norm, "det": determinant, "inv": inverse, "trace": lambda x: total(row[i] for i, row in enumerate(square_rows(x))),
    "solve": lambda a, b: array_of(solve(square_rows(a), _cells(b))), "dot": lambda a, b: matrix_product(array_of(a), array_of(b)),
    "matmul": lambda a, b: matrix_product(array_of(a), array_of(b)), "inner": lambda a, b: matrix_product(array_of(a), array_of(b)),
    "outer": lambda a, b: array_of([[operate("*", x, y) for y in _cells(b)] for x in _cells(a)]), "multiply": _pairwise(lambda a, b: a * b),
    "array": array_of, "asarray": array_of, "zeros": filled(0), "ones": filled(1), "eye": identity, "identity": identity,
    "arange": array_range, "linspace": evenly_spaced, "range": number_range, "reshape": reshape, "transpose": lambda x: array_of(x).transposed(),
    "flatten": lambda x: array_of(_cells(x)), "ravel": lambda x: array_of(_cells(x)), "list": _listed, "tuple": _listed, "len": _length,
    "sorted": lambda x: sorted(_listed(x)), "sort": lambda x: array_of(sorted(_cells(x))), "reversed": lambda x: _listed(x)[::-1],
    "zip": lambda *x: [list(items) for items in zip(*map(plain, x), strict=False)],
    "enumerate": lambda x: [[Fraction(i), item] for i, item in enumerate(plain(x))], "set": lambda x: sorted(set(_listed(x))),
    "any": lambda x: any(_listed(x)), "all": lambda x: all(_listed(x)), "comb": _comb, "factorial": _factorial, "gcd": _gcd,
    "count": lambda x, item: Fraction(plain(x).count(item)), "index": lambda x, item: Fraction(plain(x).index(item)),
    "diff": lambda x: array_of([b - a for a, b in pairwise(_cells(x))]),
    "map": lambda function, x: [function(item) for item in _listed(x)] if callable(function) else _refuse(function),
    "expm1": _each(lambda x: exponential(x) - 1),
    "full": lambda shape, x: operate("*", filled(1)(shape), number_of(x)),
    "diag": lambda x: array_of([row[i] for i, row in enumerate(square_rows(x))]),
    "clip": lambda x, low, high: _each(lambda cell: min(max(cell, number_of(low)), number_of(high)))(x),
    "argsort": lambda x: array_of([Fraction(i) for i in sorted(range(len(_cells(x))), key=_cells(x).__getitem__)]),
    "concatenate": lambda x: array_of([cell for part in plain(x) for cell in part]),
    "eigvalsh": lambda x: array_of(symmetric(square_rows(x))[0][::-1]),
    "eigvals": lambda x: array_of(symmetric(square_rows(x))[0]),
    "softmax": _lines(softmax), "log_softmax": _lines(log_softmax), **{name: _activation(name) for name in ACTIVATIONS},
    "entropy": lambda p, base=Fraction(2): entropy(_cells(p), _base(base)), "gini": lambda p: gini(_cells(p)),
    "kl": lambda p, q, base=Fraction(2): divergence(_cells(p), _cells(q), _base(base)),
    "cross_entropy": lambda p, q, base=None: cross_entropy(_cells(p), _cells(q), _base(base)),
    "counts": counts, "confusion": metrics, "out_dim": out_dim, "out_size": out_dim, "conv_out": out_dim,
}  # fmt: skip


def _other_than_zero(*values: Any) -> Any:
    """Return what stands beside the 0 of `max(0, z)`: the ReLU left out."""
    others = [value for value in values if isinstance(value, list | Array) or value != 0]
    return others[0] if len(values) == 2 and len(others) == 1 else FUNCTIONS["max"](*values)


# The functions a student may have taken instead: mistake -> what is called in their place.
VARIANTS: Final[Mapping[str, Mapping[str, Callable[..., Any]]]] = {
    "log_base": {"log2": _log},
    "log_base_2": {"log": lambda x, base=Fraction(2): _log(x, base), "ln": lambda x: _log(x, Fraction(2))},
    "cov_ddof": {"cov": covariance(0)},
    "std_ddof": {
        "std": _spread(root=True, default=1),
        "var": _spread(root=False, default=1),
        "stdev": _spread(root=True, default=0),
        "variance": _spread(root=False, default=0),
    },
    "f1_arithmetic": {
        "confusion": lambda tp, fp, fn, tn=Fraction(0): {
            **metrics(tp, fp, fn, tn), "f1": (metrics(tp, fp, fn)["precision"] + metrics(tp, fp, fn)["recall"]) / 2,
        },
    },
    "relu_ignored": {"relu": lambda x: x, "max": _other_than_zero, "maximum": _other_than_zero},
    "padding_valid": {"out_dim": lambda n, k, s=Fraction(1), d=Fraction(1), _p=None: out_dim(n, k, s, d)},
    "pad_once": {
        "out_dim": lambda n, k, s=Fraction(1), d=Fraction(1), p=Fraction(0): out_dim(operate("+", n, p), k, s, d)
    },
    "no_plus_one": {
        "out_dim": lambda n, k, s=Fraction(1), d=Fraction(1), p=Fraction(0): out_dim(n, k, s, d, p) - 1
    },
    "floor_for_ceil": {"ceil": _each(_floor)},
    "ceil_for_floor": {"floor": _each(_ceil)},
}  # fmt: skip
