"""Recurrent layers: simple RNN, LSTM and GRU.

Per direction g u (n + u) weights with g = 1, 4, 3 gates, and g u biases once or twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, Tensor, need_axes

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class Recurrent(Layer):
    """One state update a time step; `num_layers` stacks several as PyTorch does."""

    gates: ClassVar[int] = 1
    units: int
    sequences: bool = False
    bidirectional: bool = False
    bias_vectors: int = 1  # 0 without biases
    num_layers: int = 1
    reset_after: bool = True
    summed: bool = False  # the two directions are added instead of joined

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Recurrent:
        after = fields.flag("reset_after", default=True) if cls.gates == 3 else True
        usual = 2 if cls.gates == 3 and after else conventions.bias_vectors
        vectors = fields.count("bias_vectors", usual, low=0, high=2)
        if not fields.flag("bias", default=True):
            vectors = 0
        torch = conventions.framework == "torch"
        return cls(
            fields.count("units", low=1),
            fields.flag("return_sequences", default=torch),
            fields.flag("bidirectional", default=False),
            vectors,
            fields.count("num_layers", 1, low=1, high=1000),
            after,
            fields.choice("merge", ("concat", "sum"), "concat") == "sum",
        )

    @property
    def width(self) -> int:
        return self.units * (2 if self.bidirectional and not self.summed else 1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        need_axes(shapes[0], 2, self.kind)
        return (shapes[0][0], self.width) if self.sequences else (self.width,)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        found: list[Tensor] = []
        width, copies = shapes[0][-1], 2 if self.bidirectional else 1
        for _ in range(self.num_layers):
            found.append(Tensor("kernel", (width, self.gates, self.units), copies))
            found.append(Tensor("recurrent", (self.units, self.gates, self.units), copies))
            if self.bias_vectors:
                found.append(Tensor("bias", (self.bias_vectors, self.gates, self.units), copies))
            width = self.width
        return tuple(found)

    def macs(self, shapes: tuple[Shape, ...], _output: Shape) -> int:
        return shapes[0][0] * sum(tensor.size for tensor in self.tensors(shapes) if tensor.role != "bias")


@dataclass(frozen=True, slots=True)
class SimpleRnn(Recurrent):
    """h' = tanh(W x + U h + b)."""

    kind: ClassVar[str] = "simple_rnn"


@dataclass(frozen=True, slots=True)
class Lstm(Recurrent):
    """Input, forget and output gate, and the candidate."""

    kind: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class Gru(Recurrent):
    """Reset and update gate, and the candidate; with `reset_after` (default) two bias vectors."""

    kind: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3
