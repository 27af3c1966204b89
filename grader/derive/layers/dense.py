"""Dense layers, embedding tables and free parameters."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, Tensor, need_axes, option, with_bias
from grader.derive.specification import LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Miscount, Reached
    from grader.derive.rules import Rules
    from grader.derive.specification import Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _tied_twice(layer: Dense, reached: Reached) -> tuple[Tensor, ...]:
    own = (Tensor("kernel", (reached.inputs[0][-1], layer.units)),) if layer.tied else ()
    return (*reached.tensors, *own)


@dataclass(frozen=True, slots=True)
class Dense(Layer):
    """n x u weights and u biases, on the last axis; every other position uses the same ones.

    `tied` names the embedding whose table the weights are; then only the bias is its own.
    """

    kind: ClassVar[str] = "dense"
    miscounts: ClassVar[Mapping[str, Miscount]] = {"tied_twice": _tied_twice}
    tied: bool = option(read=lambda _, fields, __: fields.text("tied", "") not in {"", "false", "False"})
    units: int = option(low=1)
    bias: bool = True

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if not shapes[0]:
            raise LayerProblem("dense needs an axis of features; its input is a single number")
        return (*shapes[0][:-1], self.units)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        kernel = () if self.tied else (Tensor("kernel", (shapes[0][-1], self.units)),)
        return with_bias(kernel, (self.units,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        return prod(output) * shapes[0][-1]

    def values(self, step: LayerStep) -> Array:
        kernel = step.weights.matrix("kernel", step.array.shape[-1], self.units)
        if step.twisted("weights_transposed") and kernel.shape[0] == kernel.shape[1]:
            kernel = kernel.T
        return step.product(step.array, kernel) + step.bias(self.units)

    def gradients(self, step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        width = step.array.shape[-1]
        kernel = step.weights.matrix("kernel", width, self.units)
        rows, columns = step.array.reshape(-1, width), upstream.reshape(-1, self.units)
        inputs = step.product(upstream, kernel.T)
        return {"input": inputs, "kernel": step.product(rows.T, columns), "bias": columns.sum(axis=0)}


@dataclass(frozen=True, slots=True)
class Embedding(Layer):
    """A table of V x d; looking up costs no multiplication."""

    kind: ClassVar[str] = "embedding"
    miscounts: ClassVar[Mapping[str, Miscount]] = {"no_embedding": lambda *_: ()}
    vocab: int = option(low=1)
    dim: int = option(low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return (*shapes[0], self.dim)

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("table", (self.vocab, self.dim)),)

    def values(self, step: LayerStep) -> Array:
        table: Array = step.weights.shaped("kernel", (self.vocab, self.dim))
        for index in step.array.reshape(-1):
            if not isinstance(index, int) or not 0 <= index < self.vocab:
                raise step.weights.error(f"the input {index} is no index of {self.vocab} entries")
        found: Array = table[step.array.astype(int)]
        return found


@dataclass(frozen=True, slots=True)
class Param(Layer):
    """A learned tensor that no layer owns: position embeddings, a class token.

    `merge` says what happens to the input: `none` (default) passes it on, `add` adds the tensor,
    `prepend` puts it in front along the first axis.
    """

    kind: ClassVar[str] = "param"
    merge: str = option(read=lambda _, fields, __: fields.choice("merge", ("none", "add", "prepend"), "none"))
    purpose: str = option(
        read=lambda _, fields, __: fields.choice("for", ("positions", "token", "other"), "other")
    )
    shape: Shape = option(low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        shape = shapes[0]
        if self.merge == "prepend":
            if len(self.shape) != len(shape) or self.shape[1:] != shape[1:]:
                raise LayerProblem(f"shape {list(self.shape)} cannot stand in front of the input", "shape")
            return (shape[0] + self.shape[0], *shape[1:])
        if self.merge == "add":
            tail = shape[len(shape) - len(self.shape) :] if len(self.shape) <= len(shape) else ()
            if len(tail) != len(self.shape) or any(
                mine not in {1, theirs} for mine, theirs in zip(self.shape, tail, strict=True)
            ):
                raise LayerProblem(f"shape {list(self.shape)} cannot be added to the input", "shape")
        return shape

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("free", self.shape, part="positions" if self.purpose == "positions" else ""),)

    def values(self, step: LayerStep) -> Array:
        if self.merge == "none":
            return step.array
        own = step.weights.shaped("kernel", self.shape)
        return step.joined([own, step.array]) if self.merge == "prepend" else step.array + own


@dataclass(frozen=True, slots=True)
class PositionEmbedding(Layer):
    """A learned vector for each position, added to the input; `length` (default: the input's) is the most there are."""

    kind: ClassVar[str] = "position_embedding"
    length: int = 0

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        need_axes(shapes[0], 2, self.kind)
        if self.length and self.length < shapes[0][0]:
            raise LayerProblem(
                f"there are {self.length} positions for a sequence of {shapes[0][0]}", "length"
            )
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("free", (self.length or shapes[0][0], shapes[0][1]), part="positions"),)
