"""Losses and their gradients.

Cross-entropies use the natural logarithm and the mean over examples, regression losses the mean, unless
`base` and `reduction` say otherwise. `half: true` is the 1/2 some courses put in front of squared errors.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.activationfunctions import log_softmax, softmax
from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.data.information import log_bases, read_base
from grader.derive.exactscalars import Scalar, Vector, logarithm, magnitude, mean, sigmoid, sqrt, total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.derive.data.information import Base
    from grader.derive.result import Derived

_REDUCTIONS: Final = ("mean", "sum", "none")


def reduced(values: Sequence[Scalar], reduction: str) -> Any:
    """Return the mean, the sum, or each of the values."""
    if reduction == "none":
        return list(values)
    return mean(values) if reduction == "mean" else total(values)


def read_targets(fields: DataFields, rows: int, classes: int, *, field: str = "target") -> list[Vector]:
    """Return one distribution a row, from class numbers (from 0) or rows that sum to 1."""
    value = fields.raw(field)
    if fields.is_matrix(field):
        found = fields.matrix(field, columns=classes)
    elif isinstance(value, list | tuple) and rows == 1 and len(value) == classes:
        found = [fields.probabilities(field, size=classes)]
    else:
        numbers = fields.vector(field, size=rows)
        if any(number != int(number) or not 0 <= number < classes for number in numbers):
            raise fields.fail(
                f"{field} names classes 0 to {classes - 1}, or is one-hot with {classes} numbers", field
            )
        found = [[Fraction(int(index == number)) for index in range(classes)] for number in numbers]
    if len(found) != rows:
        raise fields.fail(f"{len(found)} targets for {rows} examples", field)
    for index, row in enumerate(found):
        if min(row) < 0 or magnitude(sum(row) - 1) > Fraction(1, 50):
            raise fields.fail("a target's probabilities are not negative and sum to 1", field, index)
    return found


def cross_entropies(logs: Sequence[Vector], targets: Sequence[Vector]) -> Vector:
    """Return the loss of each example from logarithms of its predicted probabilities."""
    return [
        -total(t * value for t, value in zip(target, row, strict=True) if t)
        for target, row in zip(targets, logs, strict=True)
    ]


def derive_cross_entropy(spec: Mapping[str, Any]) -> Derived:
    """Derive the categorical cross-entropy; fields: logits | probs (a list or rows), target, base (e), reduction (mean)."""
    predicted = "p" in spec and "q" not in spec  # p is the target beside q, and the prediction beside y
    return _cross_entropy({"probs" if predicted and name == "p" else name: spec[name] for name in spec})


@operation(
    logits="z scores",
    probs="q y_pred predicted prediction predictions probabilities",
    target="targets p y y_true label labels",
    base="log_base",
    reduction="",
)
def _cross_entropy(fields: DataFields) -> Derived:
    base, reduction = read_base(fields, None), fields.choice("reduction", _REDUCTIONS, "mean")
    given = "logits" if "logits" in fields else "probs"
    rows = fields.rows(given)
    targets = read_targets(fields, len(rows), len(rows[0]))
    if given == "probs":
        for index, row in enumerate(rows):
            if min(row) < 0 or max(row) > 1:
                raise fields.fail("probabilities lie between 0 and 1", given, index)

    def value(base: Base = base, reduction: str = reduction, *, linear: bool = False) -> Any:
        if linear:
            logs = [[logarithm(z / total(row), base) for z in row] for row in rows]
        elif given == "logits":
            unit = logarithm(base) if base else 1
            logs = [[z / unit for z in log_softmax(row)] for row in rows]
        else:
            logs = [
                [logarithm(z, base) if t else Fraction(0) for z, t in zip(row, target, strict=True)]
                for row, target in zip(rows, targets, strict=True)
            ]
        found = reduced(cross_entropies(logs, targets), reduction)
        return single(found) if isinstance(found, list) else found

    with fields.refusing(ValueError, "the probability of the target is 0: the loss is infinite", given):
        right = value()
    wrong = log_bases(base, value)
    wrong |= _sums(reduction, len(rows), lambda kind: value(base, kind))
    wrong["ce_sign"] = lambda: [-x for x in right] if isinstance(right, list) else -right
    wrong["ce_no_log"] = lambda: reduced(
        [
            1 - total(t * q for t, q in zip(target, row, strict=True))
            for target, row in zip(
                targets, rows if given == "probs" else [softmax(r) for r in rows], strict=True
            )
        ],
        reduction,
    )
    if given == "logits":
        wrong["softmax_linear"] = lambda: value(base, reduction, linear=True)
    return derived(right, wrong)


def _sums(reduction: str, count: int, value: Callable[[str], Any]) -> Slips:
    if count < 2 or reduction == "none":
        return {}
    if reduction == "mean":
        return {"sum_for_mean": lambda: value("sum")}
    return {"mean_for_sum": lambda: value("mean")}


@operation(
    y="y_true target targets labels",
    p="probs y_pred predicted prediction predictions q",
    logits="z logit",
    base="log_base",
    reduction="",
)
def derive_binary_cross_entropy(fields: DataFields) -> Derived:
    """Derive the binary cross-entropy; fields: y, p | logits, base (e), reduction (mean)."""
    base, reduction = read_base(fields, None), fields.choice("reduction", _REDUCTIONS, "mean")
    y = fields.vector("y")
    p = (
        [sigmoid(z) for z in fields.vector("logits", size=len(y))]
        if "logits" in fields
        else fields.vector("p", size=len(y))
    )
    if any(not 0 <= value <= 1 for value in (*y, *p)):
        raise fields.fail(
            "targets and probabilities lie between 0 and 1", "y" if any(not 0 <= t <= 1 for t in y) else "p"
        )

    def each(base: Base = base) -> tuple[Vector, Vector]:
        ones = [-t * logarithm(q, base) if t else Fraction(0) for t, q in zip(y, p, strict=True)]
        zeros = [
            -(1 - t) * logarithm(1 - q, base) if t != 1 else Fraction(0) for t, q in zip(y, p, strict=True)
        ]
        return ones, zeros

    def value(base: Base = base, reduction: str = reduction) -> Any:
        found = reduced([a + b for a, b in zip(*each(base), strict=True)], reduction)
        return single(found) if isinstance(found, list) else found

    with fields.refusing(
        ValueError, "a predicted probability of 0 or 1 is wrong here: the loss is infinite", "p"
    ):
        right = value()
    wrong = log_bases(base, value)
    wrong |= _sums(reduction, len(y), lambda kind: value(base, kind))
    wrong |= {"bce_positive_only": lambda: reduced(each()[0], reduction), "ce_sign": lambda: [-x for x in right] if isinstance(right, list) else -right, "bce_targets_swapped": lambda: reduced(
            [-t * logarithm(1 - q, base) - (1 - t) * logarithm(q, base) for t, q in zip(y, p, strict=True)], reduction)}  # fmt: skip
    return derived(right, wrong)


def _huber(error: Scalar, delta: Scalar) -> Scalar:
    return error * error / 2 if magnitude(error) <= delta else delta * (magnitude(error) - delta / 2)


_REGRESSION: Final[Mapping[str, Callable[[Scalar, Scalar], Scalar]]] = {
    "mse": lambda e, _: e * e,
    "rmse": lambda e, _: e * e,
    "sse": lambda e, _: e * e,
    "mae": lambda e, _: magnitude(e),
    "huber": _huber,
    "log_cosh": lambda e, _: math.log(math.cosh(min(magnitude(float(e)), 700.0))),
}
_MARGINS: Final = ("hinge", "squared_hinge", "perceptron_loss", "logistic_loss", "zero_one")
_KINDS: Final = (*_REGRESSION, *_MARGINS, "r2", "mape")


def _margin_losses(kind: str, y: Vector, f: Vector, margin: Scalar) -> Vector:
    products = [a * b for a, b in zip(y, f, strict=True)]
    zero = Fraction(0)
    match kind:
        case "hinge":
            return [max(zero, margin - m) for m in products]
        case "squared_hinge":
            return [max(zero, margin - m) ** 2 for m in products]
        case "perceptron_loss":
            return [max(zero, -m) for m in products]
        case "zero_one":
            return [Fraction(int(m <= 0)) for m in products]
        case _:
            return [math.log1p(math.exp(-min(max(float(m), -700.0), 700.0))) for m in products]


def loss_value(kind: str, y: Vector, f: Vector, *, reduction: str, delta: Scalar, half: bool) -> Any:
    """Return a loss of targets y and predictions f."""
    if kind == "r2":
        middle = mean(y)
        return 1 - total((a - b) ** 2 for a, b in zip(y, f, strict=True)) / total(
            (a - middle) ** 2 for a in y
        )
    if kind == "mape":
        return 100 * mean([magnitude((a - b) / a) for a, b in zip(y, f, strict=True)])
    if kind in _MARGINS:
        found = reduced(_margin_losses(kind, y, f, delta), reduction)
    else:
        each = [_REGRESSION[kind](a - b, delta) / (2 if half else 1) for a, b in zip(y, f, strict=True)]
        found = reduced(each, "sum" if kind == "sse" else reduction)
    if kind == "rmse":
        return sqrt(found)
    return single(found) if isinstance(found, list) else found


@operation(
    kind="loss",
    y="y_true target targets actual",
    prediction="y_pred predictions predicted f y_hat",
    reduction="",
    delta="margin",
    half="",
)
def derive_loss(fields: DataFields) -> Derived:
    """Derive a loss; fields: kind (mse mae rmse sse huber log_cosh r2 mape hinge ...), y, prediction, reduction, delta, half."""
    kind = fields.op if fields.op in _KINDS and "kind" not in fields else fields.choice("kind", _KINDS)
    y = fields.vector("y")
    f = fields.vector("prediction", size=len(y))
    if kind in _MARGINS and any(magnitude(t) != 1 for t in y):
        raise fields.fail("the classes of a margin loss are -1 and 1", "y")
    reduction, half = fields.choice("reduction", _REDUCTIONS, "mean"), fields.flag("half", default=False)
    delta = fields.number("delta", 1, above=0)

    def value(kind: str = kind, reduction: str = reduction, half: bool = half) -> Any:  # noqa: FBT001 - internal
        return loss_value(kind, y, f, reduction=reduction, delta=delta, half=half)

    with fields.refusing(ZeroDivisionError, f"{kind} divides by zero for these targets", "y"):
        right = value()
    others = {
        "mse": "rmse",
        "rmse": "mse",
        "mae": "mse",
        "huber": "mse",
        "hinge": "squared_hinge",
        "sse": "mse",
    }
    names = {"mse": "rmse_mse", "rmse": "rmse_mse", "mae": "mse_for_mae", "huber": "mse_for_huber"}
    wrong: Slips = {}
    if kind in others:
        wrong[names.get(kind, "other_loss")] = lambda: value(others[kind])
    if kind in {"mse", "mae", "huber", "log_cosh", *_MARGINS}:
        wrong |= _sums(reduction, len(y), lambda way: value(kind, way))
    if kind in {"mse", "sse"}:
        wrong["half_added" if not half else "no_half"] = lambda: value(kind, reduction, not half)
        wrong["mae_for_mse"] = lambda: value("mae")
    if kind == "hinge":
        wrong["hinge_no_margin"] = lambda: value("perceptron_loss")
    return derived(right, wrong)
