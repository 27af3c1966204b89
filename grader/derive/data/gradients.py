"""Gradients of losses with respect to what a network puts out.

`softmax_ce_grad` is the gradient on the logits; `of: log_likelihood` turns the sign, `of: weights` with the
input `x` gives the matrix of x times it (classes in columns). One example is not averaged; rows are, unless
`reduction: sum` or `none`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.activationfunctions import softmax
from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.data.losses import read_targets
from grader.derive.exactscalars import Matrix, Scalar, Vector, sigmoid, total

if TYPE_CHECKING:
    from grader.derive.result import Derived

_OF: Final = ("loss", "log_likelihood", "weights", "logits")


@operation(
    logits="z scores",
    probs="probabilities y_pred p",
    target="targets y y_true label",
    of="",
    x="input",
    reduction="",
)
def derive_softmax_gradient(fields: DataFields) -> Derived:
    """Derive softmax minus target; fields: logits | probs, target, of (loss), x, reduction (mean over rows)."""
    of = fields.choice("of", _OF, "weights" if "x" in fields else "loss")
    given = "probs" if "probs" in fields else "logits"
    many = fields.is_matrix(given)
    rows = fields.rows(given)
    targets = read_targets(fields, len(rows), len(rows[0]))
    inputs = _inputs(fields, len(rows)) if of == "weights" else None
    reduction = fields.choice("reduction", ("mean", "sum", "none"), "mean")
    probabilities = rows if given == "probs" else [softmax(row) for row in rows]
    sign = -1 if of == "log_likelihood" else 1

    def value(
        *, sign: int = sign, onehot: bool = True, reduction: str = reduction, p: Matrix = probabilities
    ) -> Any:
        share = Fraction(sign, len(rows) if reduction == "mean" else 1)
        parts = [
            [share * (a - (b if onehot else 0)) for a, b in zip(row, target, strict=True)]
            for row, target in zip(p, targets, strict=True)
        ]
        if inputs is None:
            return parts if many else parts[0]
        return [
            [
                total(x[i] * part[j] for x, part in zip(inputs, parts, strict=True))
                for j in range(len(parts[0]))
            ]
            for i in range(len(inputs[0]))
        ]

    wrong: Slips = {
        "ce_grad_sign": lambda: value(sign=-sign),
        "no_onehot": lambda: value(onehot=False),
    }
    if given == "logits":
        wrong |= {
            "softmax_forgotten": lambda: value(p=rows),
            "softmax_linear": lambda: value(p=[[z / total(row) for z in row] for row in rows]),
        }
    if len(rows) > 1 and reduction == "mean":
        wrong["sum_for_mean"] = lambda: value(reduction="sum")
    return derived(value(), wrong)


def _inputs(fields: DataFields, rows: int) -> Matrix:
    found = fields.rows("x")
    if len(found) != rows:
        raise fields.fail(f"{len(found)} inputs for {rows} examples", "x")
    return found


@operation(z="logit logits", p="probs y_pred prob", y="target targets y_true", of="", x="input", reduction="")
def derive_sigmoid_gradient(fields: DataFields) -> Derived:
    """Derive sigmoid(z) - y; fields: z | p, y, of (loss, log_likelihood, weights), x, reduction (mean)."""
    of = fields.choice("of", _OF, "weights" if "x" in fields else "loss")
    given = "p" if "p" in fields else "z"
    scores = fields.vector(given)
    y = fields.vector("y", size=len(scores))
    inputs = _inputs(fields, len(scores)) if of == "weights" else None
    reduction = fields.choice("reduction", ("mean", "sum", "none"), "none" if inputs is None else "mean")
    p = scores if given == "p" else [sigmoid(z) for z in scores]

    def value(sign: int = 1, p: Vector = p, y: Vector = y, factor: Vector | None = None) -> Any:
        parts: Vector = [sign * (a - b) for a, b in zip(p, y, strict=True)]
        if factor is not None:
            parts = [part * f for part, f in zip(parts, factor, strict=True)]
        if reduction == "mean":
            parts = [part / len(parts) for part in parts]
        if inputs is not None:
            return [
                total(x[i] * part for x, part in zip(inputs, parts, strict=True))
                for i in range(len(inputs[0]))
            ]
        return single(parts) if reduction == "none" else total(parts)

    sign = -1 if of == "log_likelihood" else 1
    slopes: Vector = [a * (1 - a) for a in p]
    wrong: Slips = {
        "ce_grad_sign": lambda: value(-sign),
        "no_onehot": lambda: value(sign, p, [Fraction(0)] * len(y)),
        "sigmoid_slope_kept": lambda: value(sign, p, y, slopes),
    }
    return derived(value(sign), wrong)


@operation(
    y="y_true target targets", prediction="y_pred predictions y_hat", grad_factor="factor", reduction=""
)
def derive_squared_gradient(fields: DataFields) -> Derived:
    """Derive the gradient of the mean squared error on the predictions; fields: y, prediction, grad_factor (2), reduction."""
    y = fields.vector("y")
    f = fields.vector("prediction", size=len(y))
    factor: Scalar = fields.number("grad_factor", 2, above=0)
    count = len(y) if fields.choice("reduction", ("mean", "sum"), "mean") == "mean" else 1

    def value(factor: Scalar = factor, count: int = count) -> Any:
        return single([factor * (b - a) / count for a, b in zip(y, f, strict=True)])

    wrong: Slips = {
        "gradient_sign": lambda: value(-factor),
        "grad_2": lambda: value(Fraction(1) if factor == 2 else Fraction(2)),
        "sum_for_mean": lambda: value(factor, 1),
    }
    return derived(value(), wrong)
