"""Attention and transformer blocks.

With width d: multi-head attention 4 d^2 + 4 d; an encoder block 12 d^2 + 13 d with 4 d hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Tensor, need_axes

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class MultiHeadAttention(Layer):
    """Projections to queries, keys and values of all heads, and one from the joined heads.

    `head_dim` (default: width / heads), `value_dim` (default: head_dim), `kv_heads` for grouped
    queries, `output_projection` (default: true). A second input is what keys and values come from.
    """

    kind: ClassVar[str] = "multi_head_attention"
    inputs: ClassVar[tuple[int, int]] = (1, 2)
    heads: int
    head_dim: int = 0
    value_dim: int = 0
    kv_heads: int = 0
    bias: bool = True
    projection: bool = True
    width: int = 0  # of the output; the input's where 0

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> MultiHeadAttention:
        return cls(
            fields.count("heads", low=1),
            fields.count("head_dim", 0),
            fields.count("value_dim", 0),
            fields.count("kv_heads", 0),
            fields.flag("bias", default=True),
            fields.flag("output_projection", default=True),
            fields.count("output_dim", 0),
        )

    def sizes(self, width: int) -> tuple[int, int]:
        """Return the sizes of one head's keys and values."""
        if not self.head_dim and width % self.heads:
            raise LayerProblem(f"{self.heads} heads do not divide the width {width}; give head_dim", "heads")
        key = self.head_dim or width // self.heads
        return key, self.value_dim or key

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        for shape in shapes:
            need_axes(shape, 2, self.kind)
        _, value = self.sizes(shapes[0][-1])
        last = (self.width or shapes[0][-1]) if self.projection else self.heads * value
        return (shapes[0][0], last)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        width, memory = shapes[0][-1], shapes[-1][-1]
        key, value = self.sizes(width)
        shared = self.kv_heads or self.heads
        pairs = [
            ("query", width, self.heads * key),
            ("key", memory, shared * key),
            ("value", memory, shared * value),
        ]
        if self.projection:
            pairs.append(("output", self.heads * value, self.width or width))
        kernels = tuple(Tensor("kernel", (rows, columns), part=part) for part, rows, columns in pairs)
        if not self.bias:
            return kernels
        return kernels + tuple(Tensor("bias", (columns,), part=part) for part, _, columns in pairs)

    def macs(self, shapes: tuple[Shape, ...], _output: Shape) -> int:
        queries, keys = shapes[0][0], shapes[-1][0]
        key, value = self.sizes(shapes[0][-1])
        projections = sum(
            tensor.size * (keys if tensor.part in {"key", "value"} else queries)
            for tensor in self.tensors(shapes)
            if tensor.role == "kernel"
        )
        return projections + queries * keys * self.heads * (key + value)


@dataclass(frozen=True, slots=True)
class TransformerEncoder(Layer):
    """Self-attention and a feed-forward pair, each with layer normalization and a shortcut.

    `ff` is the number of hidden units (default 4 d), `norms` the number of layer normalizations.
    """

    kind: ClassVar[str] = "transformer_encoder"
    crosses: ClassVar[int] = 0
    heads: int
    ff: int = 0
    norms: int = 2
    bias: bool = True
    attention_bias: bool = True
    head_dim: int = 0
    norm_bias: bool = True

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> TransformerEncoder:
        bias = fields.flag("bias", default=True)
        fields.raw("rate", 0)
        fields.raw("norm_first", 0)
        fields.raw("function", "")
        norm = fields.flag("layer_norm", default=True)
        return cls(
            fields.count("heads", low=1),
            fields.count("ff", 0),
            fields.count("norms", 2 + cls.crosses if norm else 0, high=4),
            bias,
            fields.flag("attention_bias", default=bias),
            fields.count("head_dim", 0),
            fields.flag("norm_bias", default=True),
        )

    @property
    def attention(self) -> MultiHeadAttention:
        return MultiHeadAttention(self.heads, self.head_dim, bias=self.attention_bias)

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        self.attention.output(shapes[:1], rules)
        for shape in shapes:
            need_axes(shape, 2, self.kind)
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        width = shapes[0][-1]
        hidden = self.ff or 4 * width
        found = list(self.attention.tensors(shapes[:1]))
        if self.crosses:
            found += self.attention.tensors((shapes[0], shapes[-1]))
        for rows, columns in ((width, hidden), (hidden, width)):
            found.append(Tensor("kernel", (rows, columns), part="feed_forward"))
            if self.bias:
                found.append(Tensor("bias", (columns,), part="feed_forward"))
        for _ in range(self.norms):
            found.append(Tensor("gain", (width,), part="layer"))
            if self.norm_bias:
                found.append(Tensor("shift", (width,), part="layer"))
        return tuple(found)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        length, width = shapes[0]
        found = self.attention.macs(shapes[:1], output) + 2 * length * width * (self.ff or 4 * width)
        if self.crosses:
            found += self.attention.macs((shapes[0], shapes[-1]), output)
        return found


@dataclass(frozen=True, slots=True)
class TransformerDecoder(TransformerEncoder):
    """An encoder block with a second attention, whose keys and values come from the second input."""

    kind: ClassVar[str] = "transformer_decoder"
    inputs: ClassVar[tuple[int, int]] = (1, 2)
    crosses: ClassVar[int] = 1
