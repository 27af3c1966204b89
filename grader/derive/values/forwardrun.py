"""Compute what a network of given weights makes of given inputs."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.exactscalars import tidy
from grader.derive.specification import Fields, LayerProblem, SpecError, shape_of, spelled
from grader.derive.values.exactarrays import Array, array_of, mapped
from grader.derive.values.layerstep import LayerStep, Twist
from grader.derive.values.weights import Weights
from grader.derive.values.windowvalues import check_affordable
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.graph import Network, NetworkNode


_TENSOR_NAMES: Final = spelled(
    {
        "kernel": "weight w W table",
        "recurrent": "recurrent_kernel u U",
        "bias": "b",
        "gamma": "scale gain",
        "beta": "shift",
        "mean": "moving_mean running_mean",
        "variance": "var moving_variance running_var",
        "state": "h0",
        "cell": "c0",
        "query": "q Wq",
        "key": "k Wk",
        "value": "v Wv",
        "output": "o Wo",
        "depthwise": "depthwise_kernel",
        "pointwise": "pointwise_kernel",
    }
)


@dataclass(frozen=True, slots=True)
class ForwardRun:
    """All values of one pass: the output of every node, and what stood before its activation."""

    network: Network
    twist: Twist
    outputs: list[Array]
    before: list[Array]

    def step(self, index: int, twist: Twist | None = None) -> LayerStep:
        """Return what a node computes from."""
        node = self.network.nodes[index]
        inputs = [self.outputs[source] for source in node.sources]
        return LayerStep(inputs, read_weights(self.network, node), twist or self.twist, node.activation)


def run_forward(network: Network, twist: Twist) -> ForwardRun:
    """Compute every node; raises SpecError where weights are missing or the network is too large."""
    run = ForwardRun(network, twist, [], [])
    spent = 0
    for index, node in enumerate(network.nodes):
        step = run.step(index)
        shapes = tuple(array.shape for array in step.inputs)
        try:
            shape = node.layer.output(shapes, twist.rules)
            spent += node.layer.macs(shapes, shape) + prod(shape)
            check_affordable(spent)
            found = node.layer.values(step) if node.sources else input_array(network)
        except LayerProblem as problem:
            raise SpecError(f"{network.label(node, shapes)}: {problem}", node.path) from problem
        value: Array = np.asarray(found, dtype=object)
        value = mapped(tidy, value) if value.size else value
        run.before.append(value)
        run.outputs.append(value if twist.name == "no_relu" else step.activate(value, node.activation))
    return run


def read_weights(network: Network, node: NetworkNode) -> Weights:
    """Return what stands beside a layer: a mapping of tensors, or its kernel alone, and its bias."""
    given = node.weights if isinstance(node.weights, Mapping) else {"kernel": node.weights}
    if node.bias is not None:
        given = {**given, "bias": node.bias}
    whose = f"layer {node.name!r} ({node.kind})"
    fields = Fields(given, (*node.path, "weights"), whose=whose, aliases=_TENSOR_NAMES)
    return Weights(fields, network.conventions)


def input_array(network: Network) -> Array:
    """Return the input's values, channels last; raises SpecError where there are none."""
    if network.data is None:
        raise SpecError("values need the input's values: give them as 'input_values'", ())
    found = array_of(network.data)
    wanted: Any = network.nodes[0].layer.output((), network.conventions.rules)
    given = shape_of(network.data)
    if given == wanted:
        return found
    if given == network.presented(wanted):
        return np.moveaxis(found, 0, -1)
    if (*given, 1) == wanted:
        return found[..., None]
    raise SpecError(
        f"the input's values have the shape {list(given)}, its layers expect {list(network.presented(wanted))}",
        ("input_values",),
    )
