"""Shapes, parameters, cost and receptive fields of a network, layer by layer.

Everything is exact integer arithmetic on shapes; no array is made. A mistake is a second analysis of
the same network: under other rules, or with some layers' figures replaced.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from grader.derive.layers.layer import Reached, Tensor
from grader.derive.specification import LayerProblem, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.derive.graph import Network, NetworkNode
    from grader.derive.rules import Rules
    from grader.derive.specification import Shape

Tensors = tuple[Tensor, ...]


class Reach(NamedTuple):
    """Receptive field and the distance of neighbouring outputs, in positions of the input, one an axis."""

    sizes: tuple[Fraction | int, ...]
    jumps: tuple[Fraction | int, ...]


class Analysis:
    """The figures of every node, in the order of `network.nodes`; each kind is computed when first asked for."""

    def __init__(
        self,
        network: Network,
        rules: Rules,
        *,
        fixed: Mapping[int, Shape] | None = None,
        tensors: Sequence[Tensors] | None = None,
        macs: Sequence[int] | None = None,
        reaches: Sequence[Reach | None] | None = None,
    ) -> None:
        """Raise SpecError where a layer cannot take what reaches it; `fixed` gives some nodes another output."""
        self.network = network
        self.rules = rules
        self.fixed = fixed = fixed or {}
        self.outputs: list[Shape] = []
        self.inputs: list[tuple[Shape, ...]] = []
        for node in network.nodes:
            reached = tuple(self.outputs[index] for index in node.sources)
            self.inputs.append(reached)
            try:
                output = node.layer.output(reached, rules)
            except LayerProblem as problem:
                raise SpecError(f"{network.label(node, reached)}: {problem}", node.path) from problem
            self.outputs.append(fixed.get(len(self.outputs), output))
        # Given figures stand in front of the computed ones.
        for name, value in (("tensors", tensors), ("macs", macs), ("reaches", reaches)):
            if value is not None:
                self.__dict__[name] = list(value)

    def under(self, rules: Rules, fixed: Mapping[int, Shape] | None = None) -> Analysis:
        """Return the network under other rules, or with more nodes whose output is given."""
        return Analysis(self.network, rules, fixed={**self.fixed, **(fixed or {})})

    def with_tensors(self, tensors: Sequence[Tensors]) -> Analysis:
        """Return the same shapes and cost with other parameters."""
        return self._with(tensors=tensors)

    def with_macs(self, macs: Sequence[int]) -> Analysis:
        """Return the same shapes and parameters with another cost."""
        return self._with(macs=macs)

    def with_reaches(self, reaches: Sequence[Reach | None]) -> Analysis:
        """Return the same shapes with other receptive fields."""
        return self._with(reaches=reaches)

    def _with(self, **given: Sequence[object]) -> Analysis:
        copy = object.__new__(Analysis)
        stale = {"counts", "connections"} if "tensors" in given else set()
        copy.__dict__.update({name: value for name, value in self.__dict__.items() if name not in stale})
        copy.__dict__.update({name: list(value) for name, value in given.items()})
        return copy

    @property
    def nodes(self) -> tuple[NetworkNode, ...]:
        return self.network.nodes

    def source(self, index: int) -> int:
        """Return the node before another one that does more than normalise, activate or drop."""
        index = self.nodes[index].sources[0]
        while self.nodes[index].kind in {"batch_norm", "activation", "dropout"}:
            index = self.nodes[index].sources[0]
        return index

    def reached(self, index: int) -> Reached:
        """Return a layer's parameters and shapes, from which its own mistakes are computed."""
        return Reached(self.tensors[index], self.inputs[index], self.outputs[index])

    @cached_property
    def tensors(self) -> list[Tensors]:
        """The parameters of every node."""
        found = []
        for node, reached in zip(self.nodes, self.inputs, strict=True):
            own = node.layer.tensors(reached)
            found.append(own if node.trainable else tuple(tensor._replace(trainable=False) for tensor in own))
        return found

    @cached_property
    def counts(self) -> list[int]:
        """How many parameters every node has, the moving statistics included where the convention counts them."""
        moving = self.network.conventions.bn_params == 4
        return [
            sum(tensor.size for tensor in tensors if moving or tensor.role != "moving")
            for tensors in self.tensors
        ]

    @cached_property
    def macs(self) -> list[int]:
        """The multiply-accumulates of every node for one instance."""
        bias = self.network.conventions.mac_bias
        return [
            node.layer.macs(reached, output) + (_bias_adds(tensors, output) if bias else 0)
            for node, reached, output, tensors in zip(
                self.nodes, self.inputs, self.outputs, self.tensors, strict=True
            )
        ]

    @cached_property
    def connections(self) -> list[int]:
        """The connections of every node with weights, the biases' included, without weight sharing."""
        return [
            node.layer.macs(reached, output) + _bias_adds(tensors, output)
            for node, reached, output, tensors in zip(
                self.nodes, self.inputs, self.outputs, self.tensors, strict=True
            )
        ]

    @cached_property
    def reaches(self) -> list[Reach | None]:
        """The receptive field of every node: r += (k' - 1) j, then j *= s; a branch point takes the larger.

        Dense layers, flattening and pooling over all positions pass it on.
        """
        found: list[Reach | None] = []
        for node, shapes in zip(self.nodes, self.inputs, strict=True):
            before = [found[index] for index in node.sources]
            known = [each for each in before if each is not None]
            found.append(
                _reach(node, shapes, known) if node.sources else _first_reach(self.outputs[len(found)])
            )
        return found


def _bias_adds(tensors: Tensors, output: Shape) -> int:
    return sum(prod(output[:-1]) * tensor.size for tensor in tensors if tensor.role == "bias")


def _first_reach(shape: Shape) -> Reach | None:
    axes = len(shape) - 1
    return Reach((1,) * axes, (1,) * axes) if axes > 0 else None


def _reach(node: NetworkNode, shapes: tuple[Shape, ...], before: list[Reach]) -> Reach | None:
    if not before:
        return None
    longest = max(before, key=lambda each: each.sizes)
    window = node.layer.window(shapes)
    if window is None or len(window.reach) != len(longest.sizes):
        return longest
    sizes: list[Fraction | int] = []
    jumps: list[Fraction | int] = []
    for size, jump, reach, stride in zip(*longest, window.reach, window.stride, strict=True):
        step: Fraction | int = Fraction(jump) / stride if window.enlarges else jump * stride
        # A transposed convolution sees ceil(k' / s) inputs.
        seen = -(-reach // stride) if window.enlarges else reach
        sizes.append(size + (seen - 1) * jump)
        jumps.append(step.numerator if isinstance(step, Fraction) and step.denominator == 1 else step)
    return Reach(tuple(sizes), tuple(jumps))


def is_windowed(analysis: Analysis, index: int) -> bool:
    """Whether a node slides a window over positions."""
    return analysis.nodes[index].layer.window(analysis.inputs[index]) is not None
