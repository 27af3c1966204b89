"""Compute what a network of given weights makes of given inputs."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from grader.derive.exactscalars import tidy
from grader.derive.specification import LayerProblem, SpecError
from grader.derive.values.exactarrays import Array, mapped
from grader.derive.values.layerstep import LayerStep, Twist
from grader.derive.values.weights import input_array, read_weights
from grader.derive.values.windowvalues import check_affordable

if TYPE_CHECKING:
    from grader.derive.graph import Network


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
