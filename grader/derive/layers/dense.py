"""Dense layers, embedding tables and free parameters."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Tensor, need_axes, with_bias

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class Dense(Layer):
    """n x u weights and u biases, on the last axis; every other position uses the same ones.

    `tied` names the embedding whose table the weights are; then only the bias is its own.
    """

    kind: ClassVar[str] = "dense"
    units: int
    bias: bool = True
    tied: bool = False

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Dense:
        tied = fields.text("tied", "") not in {"", "false", "False"}
        return cls(fields.count("units", low=1), fields.flag("bias", default=True), tied)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if not shapes[0]:
            raise LayerProblem("dense needs an axis of features; its input is a single number")
        return (*shapes[0][:-1], self.units)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        kernel = () if self.tied else (Tensor("kernel", (shapes[0][-1], self.units)),)
        return with_bias(kernel, (self.units,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        return prod(output) * shapes[0][-1]


@dataclass(frozen=True, slots=True)
class Embedding(Layer):
    """A table of V x d; looking up costs no multiplication."""

    kind: ClassVar[str] = "embedding"
    vocab: int
    dim: int

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Embedding:
        return cls(fields.count("vocab", low=1), fields.count("dim", low=1))

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return (*shapes[0], self.dim)

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("table", (self.vocab, self.dim)),)


@dataclass(frozen=True, slots=True)
class Param(Layer):
    """A learned tensor that no layer owns: position embeddings, a class token.

    `merge` says what happens to the input: `none` (default) passes it on, `add` adds the tensor,
    `prepend` puts it in front along the first axis.
    """

    kind: ClassVar[str] = "param"
    shape: Shape
    merge: str = "none"
    positions: bool = False

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Param:
        merge = fields.choice("merge", ("none", "add", "prepend"), "none")
        positions = fields.choice("for", ("positions", "token", "other"), "other")
        return cls(fields.counts("shape", low=1), merge, positions == "positions")

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
        return (Tensor("free", self.shape, part="positions" if self.positions else ""),)


@dataclass(frozen=True, slots=True)
class PositionEmbedding(Layer):
    """A learned vector for each position, added to the input; `length` (default: the input's) is the most there are."""

    kind: ClassVar[str] = "position_embedding"
    length: int = 0

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> PositionEmbedding:
        return cls(fields.count("length", 0))

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        need_axes(shapes[0], 2, self.kind)
        if self.length and self.length < shapes[0][0]:
            raise LayerProblem(
                f"there are {self.length} positions for a sequence of {shapes[0][0]}", "length"
            )
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        return (Tensor("free", (self.length or shapes[0][0], shapes[0][1]), part="positions"),)
