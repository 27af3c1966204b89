"""Linear and logistic regression: the normal equation and steps of gradient descent.

`linear_regression` adds an intercept unless a column of X is constant (`intercept: false` forbids it); the
intercept comes first. `linreg_gd` takes X as it stands; its gradient is grad_factor / n * X^T (X w - y), with
grad_factor 1 unless given. Logistic regression takes 1 / n * X^T (p - y).
"""

from __future__ import annotations

from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import (
    Matrix,
    Scalar,
    Vector,
    dot,
    mean,
    settled,
    sigmoid,
    solve,
    total,
    transpose,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.derive.result import Derived

MAX_WORK: Final = 1_000_000  # steps times cells of X, about half a second
MAX_FEATURES: Final = 20
MAX_CELLS: Final = 100_000  # rows times squared features of a normal equation


def normal_equation(x: Matrix, y: Vector, penalty: Vector) -> Vector:
    """Return w with (X^T X + penalty) w = X^T y. Raises ZeroDivisionError for dependent columns."""
    columns = transpose(x)
    rows = [
        [dot(a, b) + (penalty[i] if i == j else 0) for j, b in enumerate(columns)]
        for i, a in enumerate(columns)
    ]
    return solve(rows, [dot(column, y) for column in columns])


def _design(fields: DataFields) -> Matrix:
    x = fields.rows("X", column=True)
    if len(x[0]) > MAX_FEATURES or len(x) * len(x[0]) ** 2 > MAX_CELLS:
        raise fields.fail(f"at most {MAX_FEATURES} features, and not too many rows", "X")
    return x


@operation(X="x data", y="targets target", intercept="bias", l2="ridge lambda", predict="at x_new")
def linear_regression(fields: DataFields) -> Derived:
    """Derive least squares; fields: X, y, intercept, l2 (0), predict; ask weights, slope, intercept, predictions, residuals, mse, sse, r2."""
    x = _design(fields)
    y = fields.vector("y", size=len(x))
    constant = any(len(set(column)) == 1 for column in transpose(x))
    intercept = fields.flag("intercept", default=not constant)
    l2 = fields.number("l2", 0, low=0)
    points = _points(fields, len(x[0]))

    def values(*, intercept: bool = intercept, l2: Scalar = l2) -> Any:
        def full(row: Vector) -> Vector:
            return [Fraction(1), *row] if intercept else row

        rows = [full(row) for row in x]
        free = [Fraction(0)] if intercept else []
        w = normal_equation(rows, y, [*free, *[l2] * len(x[0])])
        errors = [a - dot(w, row) for a, row in zip(y, rows, strict=True)]
        sse, middle = total(e * e for e in errors), mean(y)
        parts: dict[str, Any] = {
            "weights": w, "slope": single(w[1:] if intercept else w), "intercept": w[0], "residuals": errors, "sse": sse, "mse": sse / len(y),
            "predictions": single([dot(w, full(p)) for p in points or x]),
        }  # fmt: skip
        if "r2" in asks:
            parts["r2"] = 1 - sse / total((a - middle) ** 2 for a in y)
        return single([parts[ask] for ask in asks])

    asks = fields.asked(
        ("weights", "slope", "intercept", "predictions", "residuals", "sse", "mse", "r2"),
        "predictions" if points else "weights",
    )
    with fields.refusing(
        ZeroDivisionError, "the columns of X depend on each other, so there is no single solution", "X"
    ):
        right = values()
    wrong: Slips = {
        "no_intercept": lambda: _through_origin(x, y, points, asks) if intercept else None,
        "l2_ignored": lambda: values(l2=Fraction(0)),
        "xy_swapped": lambda: _swapped(x, y) if asks == ("weights",) and intercept else None,
    }
    return derived(right, wrong)


def _points(fields: DataFields, features: int) -> Matrix:
    if "predict" not in fields:
        return []
    if fields.is_matrix("predict"):
        return fields.matrix("predict", columns=features)
    found = fields.vector("predict")
    if features == 1:
        return [[value] for value in found]
    return [fields.vector("predict", size=features)]


def _through_origin(x: Matrix, y: Vector, points: Matrix, asks: tuple[str, ...]) -> Any:
    w = normal_equation(x, y, [Fraction(0)] * len(x[0]))
    parts = {
        "slope": single(w),
        "predictions": single([dot(w, p) for p in points or x]),
        "weights": [Fraction(0), *w],
    }
    return parts.get(asks[0]) if len(asks) == 1 else None


def _swapped(x: Matrix, y: Vector) -> Any:
    if len(x[0]) != 1:
        return None
    return normal_equation([[Fraction(1), value] for value in y], [row[0] for row in x], [Fraction(0)] * 2)


@dataclass(frozen=True)
class Descent:
    """What gradient descent of a linear model needs besides its learning rate."""

    x: Matrix
    y: Vector
    w0: Vector
    output: Callable[[Scalar], Scalar]
    each: bool = False  # one row after the other

    def run(self, lr: Scalar, steps: int, factor: Scalar) -> Vector:
        """Return the weights after some steps: exact for a while, then in floats."""
        w, x, y = list(self.w0), self.x, self.y
        for step in range(steps):
            w = settled([a - lr * g for a, g in zip(w, self._gradient(w, x, y, step, factor), strict=True)])
            if isinstance(x[0][0], Fraction) and all(isinstance(a, float) for a in w):
                x, y = [[float(value) for value in row] for row in x], [float(value) for value in y]
                lr, factor = float(lr), float(factor)
        return w

    def _gradient(self, w: Vector, x: Matrix, y: Vector, step: int, factor: Scalar) -> Vector:
        rows = [step % len(x)] if self.each else range(len(x))
        errors = [self.output(sum(map(mul, w, x[i]))) - y[i] for i in rows]
        share = factor / len(errors)
        return [
            share * sum(error * x[i][j] for error, i in zip(errors, rows, strict=True)) for j in range(len(w))
        ]


_FIELDS: Final = {
    "X": "x data", "y": "targets target labels", "w0": "w weights initial", "b0": "b", "lr": "learning_rate alpha eta", "steps": "iterations epochs",
    "grad_factor": "factor", "method": "", "intercept": "bias",
}  # fmt: skip
_ASKS: Final = ("weights", "gradient", "loss", "predictions")


def _descent(fields: DataFields, output: Callable[[Scalar], Scalar]) -> Derived:
    x = _design(fields)
    y = fields.vector("y", size=len(x))
    if fields.flag("intercept", default="b0" in fields):
        x = [[Fraction(1), *row] for row in x]
    first = fields.vector("b0", size=1) if "b0" in fields else []
    w0: Vector = (
        [*first, *fields.vector("w0", size=len(x[0]) - len(first))]
        if "w0" in fields
        else [Fraction(0)] * len(x[0])
    )
    lr, factor = fields.number("lr", low=0), fields.number("grad_factor", 1, above=0)
    steps = fields.whole("steps", 1, low=1, high=max(1, MAX_WORK // (len(x) * len(x[0]))))
    each = fields.choice("method", ("batch", "sgd"), "batch") == "sgd"
    asks = fields.asked(_ASKS, "weights")
    descent = Descent(x, y, w0, output, each)

    def values(lr: Scalar = lr, factor: Scalar = factor, steps: int = steps) -> Any:
        w = descent.run(lr, steps, factor)
        found = [output(dot(w, row)) for row in x]
        start = [output(dot(w0, row)) - t for row, t in zip(x, y, strict=True)]
        parts: dict[str, Any] = {
            "weights": w, "predictions": found, "loss": mean([(a - b) ** 2 for a, b in zip(found, y, strict=True)]),
            "gradient": [factor * dot(column, start) / len(x) for column in transpose(x)],
        }  # fmt: skip
        return single([parts[ask] for ask in asks])

    count = Fraction(len(x))
    wrong: Slips = {
        "grad_2": lambda: values(lr, Fraction(2) if factor == 1 else Fraction(1)),
        "gd_ascent": lambda: values(-lr, -factor if asks == ("gradient",) else factor),
        "sum_for_mean": lambda: None if each else values(lr, factor * count),
        "lr_missing": lambda: values(Fraction(1)) if steps <= 10 else None,
        "one_step_more": lambda: values(lr, factor, steps + 1) if steps > 1 else None,
    }
    return derived(values(), wrong)


@operation(**_FIELDS)
def linreg_gd(fields: DataFields) -> Derived:
    """Derive gradient descent on squared errors; fields: X, y, w0 (zeros), lr, steps (1), grad_factor (1), method (batch | sgd), intercept; ask weights, gradient, ..."""
    return _descent(fields, lambda score: score)


@operation(**_FIELDS)
def logreg_gd(fields: DataFields) -> Derived:
    """Derive gradient descent of logistic regression (y is 0 or 1); fields as in linreg_gd."""
    if any(value not in {0, 1} for value in fields.vector("y")):
        raise fields.fail("the targets of logistic regression are 0 and 1", "y")
    return _descent(fields, sigmoid)
