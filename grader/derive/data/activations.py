"""Softmax and the activation functions with their derivatives.

ELU and leaky ReLU take `alpha` (1 and 0.01), softmax a `temperature` (1). The derivative of ReLU at 0 is 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.activationfunctions import ACTIVATIONS, log_softmax, relu, softmax
from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Scalar, Vector, exponential, sigmoid, tanh, total, transpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.result import Derived


@operation(logits="z scores x values", temperature="T tau", log="", axis="")
def derive_softmax(fields: DataFields) -> Derived:
    """Derive the softmax of logits or of rows of logits; fields: logits, temperature, log, axis."""
    temperature = fields.number("temperature", 1, above=0)
    log = fields.flag("log", default=fields.op == "log_softmax")
    many = fields.is_matrix("logits")
    columns = many and fields.choice("axis", ("rows", "columns", "1", "0", "_1"), "rows") in {"columns", "0"}
    rows = fields.rows("logits")

    def values(function: Callable[[Vector], Vector], turned: bool = columns) -> Any:  # noqa: FBT001 - internal
        found = [function(row) for row in (transpose(rows) if turned else rows)]
        return (transpose(found) if turned else found) if many else found[0]

    def plain(row: Vector) -> Vector:
        return softmax(row, temperature)

    def logs(row: Vector) -> Vector:
        return log_softmax(row, temperature)

    right, other = (logs, plain) if log else (plain, logs)
    value = values(right)
    wrong: Slips = {"log_forgotten" if log else "log_taken": lambda: values(other)}
    if not log:
        wrong |= {
            "softmax_linear": lambda: values(_linear),
            "softmax_unnormalised": lambda: values(lambda row: [exponential(z / temperature) for z in row]),
            "sigmoid_each": lambda: values(lambda row: [sigmoid(z / temperature) for z in row]),
        }
    if temperature != 1:
        wrong["temperature_ignored"] = lambda: values(log_softmax if log else softmax)
        wrong["temperature_multiplied"] = lambda: values(lambda row: _hot(row, temperature, log=log))
    if many:
        wrong["softmax_axis"] = lambda: values(right, not columns)
    return derived(value, wrong)


def _linear(row: Vector) -> Vector:
    whole = total(row)
    return [value / whole for value in row]


def _hot(row: Vector, temperature: Scalar, *, log: bool) -> Vector:
    return (log_softmax if log else softmax)(row, 1 / temperature)


_SYNONYMS: Final = {"logistic": "sigmoid", "silu": "swish", "identity": "linear", "heaviside": "step"}


@operation(kind="function activation", x="z values input inputs", derivative="grad", alpha="slope")
def derive_activation(fields: DataFields) -> Derived:
    """Derive an activation function's values; fields: kind, x (number, list or rows), derivative, alpha; ask value, derivative."""
    kinds = (*ACTIVATIONS, *_SYNONYMS)
    kind = fields.op if fields.op in kinds and "kind" not in fields else fields.choice("kind", kinds)
    function, slope, default = ACTIVATIONS[_SYNONYMS.get(kind, kind)]
    alpha = fields.number("alpha", default)
    asks = fields.asked(
        ("value", "derivative"), "derivative" if fields.flag("derivative", default=False) else "value"
    )
    many = fields.is_matrix("x")
    rows = fields.rows("x")

    def values(functions: Mapping[str, Callable[[Scalar, Scalar], Scalar]]) -> Any:
        found = [[[functions[ask](x, alpha) for x in row] for row in rows] for ask in asks]
        return single([(part if many else single(part[0])) for part in found])

    right = {"value": function, "derivative": slope}
    value = values(right)
    wrong: Slips = {}
    if asks == ("derivative",):
        wrong["value_for_derivative"] = lambda: values({"derivative": function})
        if kind in {"relu", "leaky_relu"}:
            wrong["relu_grad_ignored"] = lambda: values({"derivative": lambda *_: Fraction(1)})
        if kind in {"sigmoid", "logistic"}:
            wrong["sigmoid_grad_of_input"] = lambda: values({"derivative": lambda x, _: x * (1 - x)})
        if kind == "tanh":
            wrong["tanh_grad_not_squared"] = lambda: values({"derivative": lambda x, _: 1 - tanh(x)})
    elif asks == ("value",):
        wrong["derivative_for_value"] = lambda: values({"value": slope})
        if kind in {"sigmoid", "logistic"}:
            wrong["sigmoid_sign"] = lambda: values({"value": lambda x, _: sigmoid(-x)})
            wrong["tanh_for_sigmoid"] = lambda: values({"value": lambda x, _: tanh(x)})
        if kind in {"leaky_relu", "elu"}:
            wrong["relu_for_leaky"] = lambda: values({"value": lambda x, _: relu(x)})
        if kind == "relu":
            wrong["relu_ignored"] = lambda: values({"value": lambda x, _: x})
    return derived(value, wrong)
