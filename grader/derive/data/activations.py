"""Softmax and the activation functions with their derivatives.

ELU and leaky ReLU take `alpha` (1 and 0.01), softmax a `temperature` (1). The derivative of ReLU at 0 is 0.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.reading import DataFields, derived, operation, single
from grader.derive.data.scalars import (
    Scalar,
    Vector,
    exponential,
    logarithm,
    magnitude,
    sigmoid,
    total,
    transpose,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.derive.data.reading import Alternative
    from grader.derive.result import Derived

SELU_SCALE: Final = 1.0507009873554805  # Klambauer et al. (2017)
SELU_ALPHA: Final = 1.6732632423543772
Function = "Callable[[Scalar, Scalar], Scalar]"


def softmax(logits: Sequence[Scalar], temperature: Scalar = Fraction(1)) -> Vector:
    """Return exp(z / T) over their sum; equal logits give exact shares."""
    top = max(logits)
    if all(value == top for value in logits):
        return [Fraction(1, len(logits))] * len(logits)
    powers = [math.exp(max(float((value - top) / temperature), -745.0)) for value in logits]
    whole = math.fsum(powers)
    return [value / whole for value in powers]


def log_softmax(logits: Sequence[Scalar], temperature: Scalar = Fraction(1)) -> Vector:
    """Return z / T less the logarithm of the sum of exp(z / T)."""
    top = max(logits)
    if all(value == top for value in logits):
        return [-logarithm(Fraction(len(logits)))] * len(logits)
    moved = [float((value - top) / temperature) for value in logits]
    whole = math.log(math.fsum(math.exp(max(value, -745.0)) for value in moved))
    return [value - whole for value in moved]


@operation(logits="z scores x values", temperature="T tau", log="", axis="")
def derive_softmax(fields: DataFields) -> Derived:
    """Derive the softmax of logits or of rows of logits; fields: logits, temperature, log, axis."""
    temperature = fields.number("temperature", 1, above=0)
    log = fields.flag("log", fields.op == "log_softmax")
    many = fields.is_matrix("logits")
    columns = many and fields.choice("axis", ("rows", "columns", "1", "0", "_1"), "rows") in {"columns", "0"}
    rows = fields.matrix("logits") if many else [fields.vector("logits")]

    def values(function: Callable[[Vector], Vector], turned: bool = columns) -> Any:  # noqa: FBT001 - internal
        found = [function(row) for row in (transpose(rows) if turned else rows)]
        return (transpose(found) if turned else found) if many else found[0]

    def plain(row: Vector) -> Vector:
        return softmax(row, temperature)

    def logs(row: Vector) -> Vector:
        return log_softmax(row, temperature)

    right, other = (logs, plain) if log else (plain, logs)
    value = values(right)
    wrong: list[Alternative] = [("log_forgotten" if log else "log_taken", lambda: values(other))]
    if not log:
        wrong += [
            ("softmax_linear", lambda: values(_linear)),
            ("softmax_unnormalised", lambda: values(lambda row: [exponential(z / temperature) for z in row])),
            ("sigmoid_each", lambda: values(lambda row: [sigmoid(z / temperature) for z in row])),
        ]
    if temperature != 1:
        wrong.append(("temperature_ignored", lambda: values(log_softmax if log else softmax)))
        wrong.append(("temperature_multiplied", lambda: values(lambda row: _hot(row, temperature, log=log))))
    if many:
        wrong.append(("softmax_axis", lambda: values(right, not columns)))
    return derived(value, wrong)


def _linear(row: Vector) -> Vector:
    whole = total(row)
    return [value / whole for value in row]


def _hot(row: Vector, temperature: Scalar, *, log: bool) -> Vector:
    return (log_softmax if log else softmax)(row, 1 / temperature)


def _tanh(x: Scalar) -> Scalar:
    return Fraction(0) if x == 0 else math.tanh(x)


def _relu(x: Scalar) -> Scalar:
    return max(x, Fraction(0))


def _normal_share(x: Scalar) -> Scalar:
    return Fraction(1, 2) if x == 0 else (1 + math.erf(x / math.sqrt(2))) / 2


def _normal_density(x: Scalar) -> Scalar:
    return math.exp(-(float(x) ** 2) / 2) / math.sqrt(2 * math.pi)


def _softplus(x: Scalar) -> Scalar:
    return max(float(x), 0.0) + math.log1p(math.exp(-magnitude(float(x))))


def _step(x: Scalar) -> Scalar:
    return Fraction(int(x > 0))


# kind: value, derivative, default alpha; both functions take x and alpha
ACTIVATIONS: Final[
    Mapping[str, tuple[Callable[[Scalar, Scalar], Scalar], Callable[[Scalar, Scalar], Scalar], Scalar]]
] = {
    "sigmoid": (lambda x, _: sigmoid(x), lambda x, _: sigmoid(x) * (1 - sigmoid(x)), Fraction(0)),
    "tanh": (lambda x, _: _tanh(x), lambda x, _: 1 - _tanh(x) ** 2, Fraction(0)),
    "relu": (lambda x, _: _relu(x), lambda x, _: _step(x), Fraction(0)),
    "leaky_relu": (
        lambda x, a: x if x > 0 else a * x,
        lambda x, a: Fraction(1) if x > 0 else a,
        Fraction(1, 100),
    ),
    "elu": (
        lambda x, a: x if x > 0 else a * (exponential(x) - 1),
        lambda x, a: Fraction(1) if x > 0 else a * exponential(x),
        Fraction(1),
    ),
    "selu": (
        lambda x, _: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (exponential(x) - 1)),
        lambda x, _: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * exponential(x)),
        Fraction(0),
    ),
    "softplus": (lambda x, _: _softplus(x), lambda x, _: sigmoid(x), Fraction(0)),
    "softsign": (lambda x, _: x / (1 + magnitude(x)), lambda x, _: 1 / (1 + magnitude(x)) ** 2, Fraction(0)),
    "swish": (
        lambda x, _: x * sigmoid(x),
        lambda x, _: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
        Fraction(0),
    ),
    "gelu": (
        lambda x, _: x * _normal_share(x),
        lambda x, _: _normal_share(x) + x * _normal_density(x),
        Fraction(0),
    ),
    "hard_sigmoid": (
        lambda x, _: min(Fraction(1), max(Fraction(0), x / 6 + Fraction(1, 2))),
        lambda x, _: Fraction(1, 6) if -3 < x < 3 else Fraction(0),
        Fraction(0),
    ),
    "relu6": (lambda x, _: min(_relu(x), Fraction(6)), lambda x, _: Fraction(int(0 < x < 6)), Fraction(0)),
    "step": (lambda x, _: _step(x), lambda *_: Fraction(0), Fraction(0)),
    "linear": (lambda x, _: x, lambda *_: Fraction(1), Fraction(0)),
}
_SYNONYMS: Final = {"logistic": "sigmoid", "silu": "swish", "identity": "linear", "heaviside": "step"}


@operation(kind="function activation", x="z values input inputs", derivative="grad", alpha="slope")
def derive_activation(fields: DataFields) -> Derived:
    """Derive an activation function's values; fields: kind, x (number, list or rows), derivative, alpha; ask value, derivative."""
    kinds = (*ACTIVATIONS, *_SYNONYMS)
    kind = fields.op if fields.op in kinds and "kind" not in fields else fields.choice("kind", kinds)
    function, slope, default = ACTIVATIONS[_SYNONYMS.get(kind, kind)]
    alpha = fields.number("alpha", default)
    asks = fields.asked(
        ("value", "derivative"), "derivative" if fields.flag("derivative", False) else "value"
    )
    many = fields.is_matrix("x")
    rows = fields.matrix("x") if many else [fields.vector("x")]

    def values(functions: Mapping[str, Callable[[Scalar, Scalar], Scalar]]) -> Any:
        found = [[[functions[ask](x, alpha) for x in row] for row in rows] for ask in asks]
        return single([(part if many else single(part[0])) for part in found])

    right = {"value": function, "derivative": slope}
    value = values(right)
    wrong: list[Alternative] = []
    if asks == ("derivative",):
        wrong.append(("value_for_derivative", lambda: values({"derivative": function})))
        if kind in {"relu", "leaky_relu"}:
            wrong.append(("relu_grad_ignored", lambda: values({"derivative": lambda *_: Fraction(1)})))
        if kind in {"sigmoid", "logistic"}:
            wrong.append(("sigmoid_grad_of_input", lambda: values({"derivative": lambda x, _: x * (1 - x)})))
        if kind == "tanh":
            wrong.append(("tanh_grad_not_squared", lambda: values({"derivative": lambda x, _: 1 - _tanh(x)})))
    elif asks == ("value",):
        wrong.append(("derivative_for_value", lambda: values({"value": slope})))
        if kind in {"sigmoid", "logistic"}:
            wrong.append(("sigmoid_sign", lambda: values({"value": lambda x, _: sigmoid(-x)})))
            wrong.append(("tanh_for_sigmoid", lambda: values({"value": lambda x, _: _tanh(x)})))
        if kind in {"leaky_relu", "elu"}:
            wrong.append(("relu_for_leaky", lambda: values({"value": lambda x, _: _relu(x)})))
        if kind == "relu":
            wrong.append(("relu_ignored", lambda: values({"value": lambda x, _: x})))
    return derived(value, wrong)
