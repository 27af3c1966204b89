"""The hard-margin support vector machine, exactly, and the perceptron.

`svm_hard_margin` minimises |w|^2 / 2 under y (w.x + b) >= 1. The dual is solved by active sets: a working set
grows by the most violated example, and within it every possible set of support vectors is tried with exact
equations; at most (number of features + 1) are ever needed (Caratheodory).
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.data.neighbours import distance
from grader.derive.exactscalars import Matrix, Scalar, Vector, dot, magnitude, solve, sqrt, total
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.derive.result import Derived

MAX_POINTS: Final = 200
MAX_FEATURES: Final = 4
MAX_SETS: Final = 5_000  # sets of support vectors tried in one working set
MAX_UPDATES: Final = 5_000


@dataclass(frozen=True)
class Separation:
    """The widest separating plane: w.x + b = 0, with the multipliers of its support vectors."""

    w: Vector
    b: Scalar
    alpha: dict[int, Scalar]


def _stationary(x: Matrix, y: Sequence[int], chosen: Sequence[int]) -> Separation | None:
    """Return the plane on whose margins all chosen examples lie, None where there is none."""
    rows: Matrix = [[y[i] * y[j] * dot(x[i], x[j]) for j in chosen] + [Fraction(y[i])] for i in chosen]
    rows.append([*(Fraction(y[j]) for j in chosen), Fraction(0)])
    try:
        *alpha, b = solve(rows, [*[Fraction(1)] * len(chosen), Fraction(0)])
    except ZeroDivisionError:
        return None
    if min(alpha) < 0:
        return None
    w = [total(a * y[i] * x[i][d] for a, i in zip(alpha, chosen, strict=True)) for d in range(len(x[0]))]
    return Separation(w, b, dict(zip(chosen, alpha, strict=True)))


def _optimum(x: Matrix, y: Sequence[int], working: Sequence[int]) -> Separation | None:
    tried = 0
    for size in range(2, len(x[0]) + 2):
        for chosen in combinations(working, size):
            if len({y[i] for i in chosen}) < 2:
                continue
            tried += 1
            if tried > MAX_SETS:
                raise ValueError("too many examples lie on the margin to solve it exactly")
            found = _stationary(x, y, chosen)
            if found and all(y[i] * (dot(found.w, x[i]) + found.b) >= 1 for i in working):
                return found
    return None


def separate(x: Matrix, y: Sequence[int]) -> Separation | None:
    """Return the maximum-margin plane, None for data that no plane separates.

    Raises ValueError where more sets of support vectors would have to be tried than MAX_SETS.
    """
    pairs = [
        (distance("squared", x[i], x[j]), i, j) for i in range(len(x)) for j in range(len(x)) if y[i] < y[j]
    ]
    working = sorted(min(pairs)[1:])
    while True:
        found = _optimum(x, y, working)
        if found is None:
            return None
        slack = [y[i] * (dot(found.w, x[i]) + found.b) for i in range(len(x))]
        worst = min(range(len(x)), key=lambda i: slack[i])
        if slack[worst] >= 1 or worst in working:
            return found
        working = sorted([*working, worst])


def _classes(fields: DataFields, count: int) -> list[int]:
    found = fields.vector("y", size=count)
    for index, value in enumerate(found):
        if value not in {-1, 0, 1}:
            raise fields.fail("a class is -1 or 1 (0 stands for -1)", "y", index)
    return [1 if value == 1 else -1 for value in found]


@operation(X="x points data", y="labels classes")
def svm_hard_margin(fields: DataFields) -> Derived:
    """Derive w and b of the widest margin; fields: X, y; ask w, b, plane (w and b), margin (2/|w|), half_margin, alpha, support."""
    x = fields.rows("X", column=True)
    if len(x) > MAX_POINTS or len(x[0]) > MAX_FEATURES:
        raise fields.fail(f"at most {MAX_POINTS} points with {MAX_FEATURES} features", "X")
    y = _classes(fields, len(x))
    if len(set(y)) < 2:
        raise fields.fail("both classes are needed", "y")
    with fields.refusing(ValueError, "{}", "X"):
        found = separate(x, y)
    if found is None:
        raise fields.fail("no plane separates the classes, so there is no hard margin", "X")
    length = sqrt(total(v * v for v in found.w))
    values: dict[str, list[Scalar]] = {
        "plane": [*found.w, found.b],
        "w": found.w,
        "b": [found.b],
        "margin": [2 / length],
        "half_margin": [1 / length],
        "alpha": [found.alpha.get(i, Fraction(0)) for i in range(len(x))],
        "support": [
            Fraction(i) for i in range(len(x)) if magnitude(y[i] * (dot(found.w, x[i]) + found.b) - 1) < 1e-9
        ],
    }
    asks = fields.asked(values, "plane")
    right = single([v for ask in asks for v in values[ask]])
    wrong: Slips = {}
    if asks == ("margin",):
        wrong["half_margin"] = lambda: 1 / length
    if asks == ("half_margin",):
        wrong["full_margin"] = lambda: 2 / length
    if set(asks) <= {"plane", "w", "b"}:
        largest = max(magnitude(v) for v in found.w)
        scales: dict[str, Scalar] = {
            "svm_unscaled": 1 / largest,
            "svm_unit_norm": 1 / length,
            "svm_sign": Fraction(-1),
            "svm_half": Fraction(1, 2),
        }

        def scaled(factor: Scalar) -> Any:
            return single([factor * v for ask in asks for v in values[ask]])

        wrong |= {name: partial(scaled, factor) for name, factor in scales.items()}
    return derived(right, wrong)


def _epochs(
    x: Matrix, y: Vector, start: Vector, *, rate: Scalar, epochs: int, binary: bool, strict: bool
) -> tuple[Vector, int, int]:
    """Return weights, updates and epochs used; the last number of each row is what the bias is multiplied with."""
    w, updates = list(start), 0
    for epoch in range(epochs):
        changed = False
        for row, target in zip(x, y, strict=True):
            score = dot(w, row)
            fired = score > 0 or (score == 0 and not strict)
            error = (
                (target - int(fired))
                if binary
                else (target if target * score < 0 or (score == 0 and strict) else Fraction(0))
            )
            if error:
                w = [a + rate * error * b for a, b in zip(w, row, strict=True)]
                updates, changed = updates + 1, True
        if not changed:
            return w, updates, epoch
    return w, updates, epochs


@operation(
    X="x points data",
    y="labels targets",
    w0="w weights",
    b0="b",
    lr="learning_rate eta",
    epochs="rounds steps",
    bias="",
    zero_fires="",
)
def perceptron(fields: DataFields) -> Derived:
    """Derive perceptron learning; fields: X, y (-1/1 or 0/1), w0, b0, lr (1), epochs (1), bias (true), zero_fires (false); ask weights, w, b, updates, epochs."""
    x = fields.rows("X")
    y = fields.vector("y", size=len(x))
    if not set(y) <= {Fraction(-1), Fraction(0), Fraction(1)} or {Fraction(-1), Fraction(0)} <= set(y):
        raise fields.fail("classes are -1 and 1, or 0 and 1", "y")
    w0 = fields.vector("w0", size=len(x[0])) if "w0" in fields else [Fraction(0)] * len(x[0])
    bias, rate = fields.flag("bias", default=True), fields.number("lr", 1, above=0)
    epochs = fields.whole("epochs", 1, low=1, high=MAX_UPDATES // len(x) + 1)
    b0 = fields.number("b0", 0)
    strict = not fields.flag("zero_fires", default=False)
    binary = Fraction(-1) not in y

    def values(rate: Scalar = rate, epochs: int = epochs, *, strict: bool = strict) -> Any:
        rows = [[*row, Fraction(int(bias))] for row in x]
        w, updates, used = _epochs(rows, y, [*w0, b0], rate=rate, epochs=epochs, binary=binary, strict=strict)
        parts: dict[str, list[Scalar]] = {
            "weights": w if bias else w[:-1], "w": w[:-1], "b": w[-1:], "updates": [Fraction(updates)], "epochs": [Fraction(used)],
        }  # fmt: skip
        return single([v for ask in asks for v in parts[ask]])

    asks = fields.asked(("weights", "w", "b", "updates", "epochs"), "weights")
    wrong: Slips = {
        "perceptron_sign": lambda: values(-rate),
        "lr_missing": lambda: values(Fraction(1)),
        "perceptron_zero": lambda: values(strict=not strict),
        "perceptron_one_epoch": lambda: values(rate, 1),
    }
    return derived(values(), wrong)
