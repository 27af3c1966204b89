"""Recurrent layers: simple RNN, LSTM and GRU.

Per direction g u (n + u) weights with g = 1, 4, 3 gates, and g u biases once or twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from grader.derive.exactscalars import sigmoid, tanh
from grader.derive.layers.layer import Layer, Tensor, each_tensor, need_axes, without_role
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Miscount, Reached
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _gates(gates: int) -> Miscount:
    return each_tensor(lambda _, each: each._replace(shape=(each.shape[0], gates, each.shape[2])))


def _bias_vectors(vectors: int) -> Miscount:
    return each_tensor(
        lambda _, each: each._replace(shape=(vectors, *each.shape[1:])) if each.role == "bias" else each
    )


RECURRENT: Mapping[str, Miscount] = {
    "rnn_times_steps": lambda _, reached: [each.times(reached.inputs[0][0]) for each in reached.tensors],
    "one_direction": each_tensor(lambda _, tensor: tensor._replace(copies=1)),
}


@dataclass(frozen=True, slots=True)
class Recurrent(Layer):
    """One state update a time step; `num_layers` stacks several as PyTorch does."""

    gates: ClassVar[int] = 1
    miscounts: ClassVar[Mapping[str, Miscount]] = RECURRENT
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

    def plain_biases(self, reached: Reached) -> tuple[Tensor, ...]:
        return (Tensor("bias", (self.gates, self.units), reached.tensors[0].copies),)

    def values(self, step: LayerStep) -> Array:
        """Return the state after every step, or the last; as a mistake each step starts afresh."""
        if self.num_layers > 1:
            raise step.weights.error("values are computed for one layer, not for num_layers")
        if not self.bidirectional:
            states = self._states(step, step.array, "")
            return states if self.sequences else states[-1]
        ahead = self._states(step, step.array, "forward_")
        back = self._states(step, step.array[::-1], "backward_")
        both = [ahead, back[::-1]] if self.sequences else [ahead[-1], back[-1]]
        return both[0] + both[1] if self.summed else step.joined(both, axis=-1)

    def _states(self, step: LayerStep, array: Array, prefix: str) -> Array:
        units, width, weights = self.units, self.gates * self.units, step.weights
        kernel = weights.matrix(prefix + "kernel", array.shape[-1], width)
        recurrent = weights.matrix(prefix + "recurrent", units, width)
        if prefix + "bias" in weights and weights.raw(prefix + "bias").ndim == 2:
            inner, outer = weights.shaped(prefix + "bias", (2, width))
        else:
            inner, outer = weights.shaped(prefix + "bias", (width,), 0), step.zeros((width,))
        start = state = weights.shaped(prefix + "state", (units,), 0)
        cell = weights.shaped(prefix + "cell", (units,), 0)
        found = []
        for row in array:
            given = step.product(row, kernel) + inner
            state, cell = self.updated(step, given, state, cell, (recurrent, outer))
            found.append(state)
            if step.twisted("state_not_carried"):
                state = start
        return step.stacked(found)

    def updated(
        self, step: LayerStep, given: Array, state: Array, cell: Array, recurrent: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        """Return state and cell after one time step; `recurrent` holds the weights and biases of the state."""
        function = "tanh" if step.activation == "linear" else step.activation
        return step.activate(given + step.product(state, recurrent[0]) + recurrent[1], function), cell


@dataclass(frozen=True, slots=True)
class SimpleRnn(Recurrent):
    """h' = tanh(W x + U h + b)."""

    kind: ClassVar[str] = "simple_rnn"
    miscounts: ClassVar[Mapping[str, Miscount]] = {
        **RECURRENT,
        "rnn_two_bias": _bias_vectors(2),
        "rnn_one_bias": _bias_vectors(1),
        "rnn_no_recurrent": without_role("recurrent"),
    }


@dataclass(frozen=True, slots=True)
class Lstm(Recurrent):
    """Input, forget and output gate, and the candidate; weights in the order input, forget, candidate, output."""

    kind: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4
    miscounts: ClassVar[Mapping[str, Miscount]] = {
        **RECURRENT,
        "lstm_1_gate": _gates(1),
        "lstm_3_gates": _gates(3),
        "lstm_no_recurrent": without_role("recurrent"),
        "lstm_two_bias": _bias_vectors(2),
        "lstm_one_bias": _bias_vectors(1),
    }

    def updated(
        self, step: LayerStep, given: Array, state: Array, cell: Array, recurrent: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        sums, units = given + step.product(state, recurrent[0]) + recurrent[1], self.units
        enter, forget, candidate, leave = (sums[index * units : (index + 1) * units] for index in range(4))
        kept = step.mapped(sigmoid, forget) * cell
        cell = kept + step.mapped(sigmoid, enter) * step.mapped(tanh, candidate)
        return step.mapped(sigmoid, leave) * step.mapped(tanh, cell), cell


@dataclass(frozen=True, slots=True)
class Gru(Recurrent):
    """Reset and update gate, and the candidate; with `reset_after` (default) two bias vectors.

    Weights stand in the order update, reset, candidate (Keras) or reset, update, candidate (PyTorch).
    """

    kind: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3
    miscounts: ClassVar[Mapping[str, Miscount]] = {
        **RECURRENT,
        "gru_1_gate": _gates(1),
        "gru_4_gates": _gates(4),
        "gru_1_bias": _bias_vectors(1),
        "gru_2_bias": _bias_vectors(2),
        "rnn_no_recurrent": without_role("recurrent"),
    }

    def updated(
        self, step: LayerStep, given: Array, state: Array, cell: Array, recurrent: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        weights, bias = recurrent
        first, second, third = (slice(i * self.units, (i + 1) * self.units) for i in range(3))
        update_at, reset_at = (second, first) if step.weights.torch else (first, second)
        update, reset = (
            step.mapped(sigmoid, given[at] + step.product(state, weights[:, at]) + bias[at])
            for at in (update_at, reset_at)
        )
        if self.reset_after or step.weights.torch:
            inner = reset * (step.product(state, weights[:, third]) + bias[third])
        else:
            inner = step.product(reset * state, weights[:, third]) + bias[third]
        return update * state + (1 - update) * step.mapped(tanh, given[third] + inner), cell
