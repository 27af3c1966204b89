"""Gradients of a loss by the chain rule, for networks of dense layers and activations."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.exactscalars import exactly
from grader.derive.specification import SpecError, spelled
from grader.derive.values.arrayactivations import derivative
from grader.derive.values.exactarrays import Array, array_of, mapped
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.specification import Fields
    from grader.derive.values.forwardrun import ForwardRun
    from grader.derive.values.layerstep import Twist

LOSSES: Final = spelled(
    {
        "mse": "mean_squared_error",
        "half": "half_mse half_squared_error",
        "sse": "squared_error sum_of_squares",
        "cross_entropy": "categorical_crossentropy ce",
        "bce": "binary_crossentropy binary_cross_entropy",
        "sum": "output",
    }
)


@dataclass(frozen=True, slots=True)
class LossFunction:
    """A loss with its target: mse (mean), half (half the sum), sse (sum of squares), cross entropies, sum."""

    kind: str
    target: Array | None

    def value(self, output: Array) -> Any:
        """Return the loss of an output."""
        if self.kind == "sum" or self.target is None:
            return output.sum()
        if self.kind in {"mse", "half", "sse"}:
            total = ((output - self.target) ** 2).sum()
            return exactly(total) / {"mse": output.size, "half": 2, "sse": 1}[self.kind]
        if self.kind == "cross_entropy":
            return -(self.target * mapped(_log, output)).sum()
        other = (1 - self.target) * mapped(_log, 1 - output)
        return -exactly((self.target * mapped(_log, output) + other).sum()) / output.size

    def gradient(self, output: Array) -> Array:
        """Return the derivative by the output."""
        if self.kind == "sum" or self.target is None:
            return np.full(output.shape, 1, dtype=object)
        if self.kind in {"mse", "half", "sse"}:
            factor = {"mse": Fraction(2, output.size), "half": 1, "sse": 2}[self.kind]
            return np.asarray((output - self.target) * factor)
        if self.kind == "cross_entropy":
            return mapped(lambda t, y: -exactly(t) / y if t else 0, self.target, output)
        return mapped(lambda t, y: exactly(y - t) / (y * (1 - y)) / output.size, self.target, output)


def _log(value: Any) -> Any:
    return 0 if value == 1 else math.log(value) if value > 0 else float("-inf")


def read_loss(fields: Fields, shape: tuple[int, ...]) -> LossFunction:
    """Read `loss` and `target`; without a loss the sum of the outputs is derived."""
    kind = fields.choice("loss", LOSSES, "sum")
    if "target" not in fields:
        if kind != "sum":
            raise fields.error(f"the loss {kind} needs a 'target'", "loss")
        return LossFunction(kind, None)
    target = array_of(fields.array("target"))
    if target.size == 1 and shape == (1,):
        target = target.reshape(shape)
    if target.ndim == 0 and kind == "cross_entropy" and len(shape) == 1:
        index = target.item()
        if not isinstance(index, int) or not 0 <= index < shape[0]:
            raise fields.error(f"target must be a class from 0 to {shape[0] - 1}", "target")
        target = array_of(tuple(int(i == index) for i in range(shape[0])))
    if target.shape != shape:
        raise fields.error(f"target must have the shape {list(shape)} (got {list(target.shape)})", "target")
    return LossFunction(kind, target)


def run_backward(run: ForwardRun, loss: LossFunction, twist: Twist) -> dict[tuple[int, str], Array]:
    """Return gradients by (node, tensor): kernel, bias, and `output` for the value a node hands on.

    The mistake `relu_grad_ignored` leaves the derivative of the activations out.
    """
    nodes = run.network.nodes
    found: dict[tuple[int, str], Array] = {}
    upstream: dict[int, Array] = {len(nodes) - 1: loss.gradient(run.outputs[-1])}
    for index in range(len(nodes) - 1, -1, -1):
        if index not in upstream:
            continue
        gradient = upstream.pop(index)
        found[index, "output"] = gradient
        node = nodes[index]
        if not node.sources:
            continue
        if twist.name != "relu_grad_ignored":
            try:
                gradient = derivative(run.before[index], run.outputs[index], gradient, node.activation)
            except KeyError:
                raise SpecError(f"gradients are not computed through {node.activation}", node.path) from None
        found[index, "before"] = gradient
        own = dict(node.layer.gradients(run.step(index, twist), gradient))
        if not own:
            label = run.network.label(node, ())
            raise SpecError(f"{label}: gradients are not computed through this layer", node.path)
        passed = own.pop("input")
        found.update({(index, tensor): value for tensor, value in own.items()})
        for source in node.sources:
            upstream[source] = upstream[source] + passed if source in upstream else passed
    return found
