"""Attention and transformer blocks.

With width d: multi-head attention 4 d^2 + 4 d; an encoder block 12 d^2 + 13 d with 4 d hidden units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from grader.derive.exactscalars import exactly
from grader.derive.layers.layer import Layer, Tensor, each_tensor, need_axes, option
from grader.derive.specification import LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Miscount, Reached
    from grader.derive.rules import Rules
    from grader.derive.specification import Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _multiplied(layer: MultiHeadAttention, tensor: Tensor) -> Tensor:
    return tensor.times(layer.heads) if tensor.part in {"query", "key", "value", "output"} else tensor


def _one_head(layer: MultiHeadAttention, tensor: Tensor) -> Tensor:
    *rest, width = tensor.shape
    if tensor.part not in {"query", "key", "value"} or width % layer.heads:
        return tensor
    return tensor._replace(shape=(*rest, width // layer.heads))


HEADED: Mapping[str, Miscount] = {
    "heads_multiplied": each_tensor(_multiplied),
    "one_head": each_tensor(_one_head),
}


@dataclass(frozen=True, slots=True)
class MultiHeadAttention(Layer):
    """Projections to queries, keys and values of all heads, and one from the joined heads.

    `head_dim` (default: width / heads), `value_dim` (default: head_dim), `kv_heads` for grouped
    queries, `output_projection` (default: true). A second input is what keys and values come from.
    """

    kind: ClassVar[str] = "multi_head_attention"
    inputs: ClassVar[tuple[int, int]] = (1, 2)
    miscounts: ClassVar[Mapping[str, Miscount]] = HEADED
    heads: int = option(low=1)
    head_dim: int = 0
    value_dim: int = 0
    kv_heads: int = 0
    bias: bool = True
    projection: bool = option(True, name="output_projection")
    width: int = option(0, name="output_dim")  # the input's where 0

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

    def plain_biases(self, reached: Reached) -> tuple[Tensor, ...]:
        return tuple(Tensor("bias", tensor.shape[-1:]) for tensor in reached.tensors)

    def values(self, step: LayerStep) -> Array:
        asked, memory = step.inputs[0], step.inputs[-1]
        key, value = self.sizes(asked.shape[-1])
        if self.kv_heads not in {0, self.heads}:
            raise step.weights.error("values are not computed for shared key heads")
        queries = step.projected(asked, "query", self.heads * key)
        keys = step.projected(memory, "key", self.heads * key)
        values = step.projected(memory, "value", self.heads * value)
        joined = []
        for head in range(self.heads):
            own, given = slice(head * key, (head + 1) * key), slice(head * value, (head + 1) * value)
            scores = step.product(queries[:, own], keys[:, own].T)
            if not step.twisted("attn_no_scale"):
                scores = step.mapped(exactly, scores) / step.root(key)
            shares = step.softmax(scores, 0 if step.twisted("softmax_axis") else -1)
            joined.append(step.product(shares, values[:, given]))
        found = step.joined(joined, axis=-1)
        if not self.projection or ("output" not in step.weights and self.heads == 1):
            return found
        return step.projected(found, "output", self.width or asked.shape[-1])


@dataclass(frozen=True, slots=True)
class TransformerEncoder(Layer):
    """Self-attention and a feed-forward pair, each with layer normalization and a shortcut.

    `ff` is the number of hidden units (default 4 d), `norms` the number of layer normalizations.
    """

    kind: ClassVar[str] = "transformer_encoder"
    crosses: ClassVar[int] = 0
    miscounts: ClassVar[Mapping[str, Miscount]] = HEADED
    ignores: ClassVar[tuple[str, ...]] = ("rate", "norm_first", "function")
    heads: int = option(low=1)
    ff: int = 0
    norms: int = option(
        2,
        read=lambda cls, fields, _: fields.count(
            "norms", 2 + cls.crosses if fields.flag("layer_norm", default=True) else 0, high=4
        ),
    )
    bias: bool = True
    attention_bias: bool = option(
        True,
        read=lambda _, fields, __: fields.flag("attention_bias", default=fields.flag("bias", default=True)),
    )
    head_dim: int = 0
    norm_bias: bool = True

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
