"""The steps of recurrent layers, as their papers and frameworks define them.

Gates stand in the order input, forget, candidate, output (LSTM); update, reset, candidate (GRU in
Keras) or reset, update, candidate (PyTorch).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.derive.layers.recurrent import Gru, Lstm, Recurrent
from grader.derive.values.activations import activate
from grader.derive.values.arrays import Array, mapped, product, sigmoid, tanh, zeros

if TYPE_CHECKING:
    from grader.derive.values.weights import Weights

_GATES = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("update", "reset", "candidate")}


def run_recurrent(layer: Recurrent, array: Array, weights: Weights, *, carried: bool = True) -> Array:
    """Return the state after every step, or the last; without `carried` each step starts afresh."""
    if layer.num_layers > 1:
        raise weights.error("values are computed for one layer, not for num_layers")
    if layer.bidirectional:
        ahead = _direction(layer, array, weights, "forward_", carried=carried)
        back = _direction(layer, array[::-1], weights, "backward_", carried=carried)
        if not layer.sequences:
            return ahead[-1] + back[-1] if layer.summed else np.concatenate([ahead[-1], back[-1]])
        return ahead + back[::-1] if layer.summed else np.concatenate([ahead, back[::-1]], axis=-1)
    states = _direction(layer, array, weights, "", carried=carried)
    return states if layer.sequences else states[-1]


def _direction(layer: Recurrent, array: Array, weights: Weights, prefix: str, *, carried: bool) -> Array:
    units = layer.units
    width = layer.gates * units
    kernel = weights.matrix(prefix + "kernel", array.shape[-1], width)
    recurrent = weights.matrix(prefix + "recurrent", units, width)
    if prefix + "bias" in weights and weights.raw(prefix + "bias").ndim == 2:
        inner, outer = weights.shaped(prefix + "bias", (2, width))
    else:
        inner, outer = weights.shaped(prefix + "bias", (width,), 0), zeros((width,))
    state = weights.shaped(prefix + "state", (units,), 0)
    cell = weights.shaped(prefix + "cell", (units,), 0)
    start, found = state, []
    for step in array:
        given = product(step, kernel) + inner
        if isinstance(layer, Lstm):
            state, cell = _lstm(given + product(state, recurrent) + outer, cell, units)
        elif isinstance(layer, Gru):
            state = _gru(layer, given, state, recurrent, outer, torch=weights.torch)
        else:
            state = activate(given + product(state, recurrent) + outer, _function(weights))
        found.append(state)
        if not carried:
            state = start
    return np.array(found, dtype=object)


def _function(weights: Weights) -> str:
    return "tanh" if weights.node.activation == "linear" else weights.node.activation


def _lstm(gates: Array, cell: Array, units: int) -> tuple[Array, Array]:
    enter, forget, candidate, leave = (gates[index * units : (index + 1) * units] for index in range(4))
    cell = mapped(sigmoid, forget) * cell + mapped(sigmoid, enter) * mapped(tanh, candidate)
    return mapped(sigmoid, leave) * mapped(tanh, cell), cell


def _gru(layer: Gru, given: Array, state: Array, recurrent: Array, outer: Array, *, torch: bool) -> Array:
    units = layer.units
    first, second, third = (slice(index * units, (index + 1) * units) for index in range(3))
    update_at, reset_at = (second, first) if torch else (first, second)
    update = mapped(sigmoid, given[update_at] + product(state, recurrent[:, update_at]) + outer[update_at])
    reset = mapped(sigmoid, given[reset_at] + product(state, recurrent[:, reset_at]) + outer[reset_at])
    if layer.reset_after or torch:
        inner = reset * (product(state, recurrent[:, third]) + outer[third])
    else:
        inner = product(reset * state, recurrent[:, third]) + outer[third]
    return np.asarray(update * state + (1 - update) * mapped(tanh, given[third] + inner))
