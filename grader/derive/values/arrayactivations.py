"""Activation functions and their derivatives on arrays of exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.activationfunctions import ACTIVATIONS
from grader.derive.exactscalars import exactly, exponential, sigmoid
from grader.derive.values.exactarrays import Array, mapped, softmax

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN: Final[dict[str, Callable[[Any], Any]]] = {
    "hard_tanh": lambda x: min(max(x, -1), 1),
    "step": lambda x: int(x >= 0),
    "sign": lambda x: (x > 0) - (x < 0),
}


def function_of(name: str, alpha: Any = 0) -> Callable[[Any], Any]:
    """Return an activation function; an `alpha` of 0 is the usual one."""
    if name in _OWN:
        return _OWN[name]
    function, _, usual = ACTIVATIONS["swish" if name == "silu" else name]
    return lambda x: function(exactly(x), alpha or usual)


def activate(array: Array, function: str, alpha: Any = 0) -> Array:
    """Apply an activation; softmax runs over the last axis."""
    if function == "softmax":
        return softmax(array)
    if function == "log_softmax":
        largest = array.max(axis=-1, keepdims=True)
        total = mapped(exponential, array - largest).sum(axis=-1, keepdims=True)
        logarithm = mapped(lambda x: 0 if x == 1 else math.log(x), np.asarray(total, dtype=object))
        return np.asarray(array - largest - logarithm)
    return mapped(function_of(function, alpha), array)


def derivative(before: Array, after: Array, upstream: Array, function: str, alpha: Any = 0) -> Array:
    """Return the gradient before an activation from the one after it; KeyError for functions without one here."""
    if function == "linear":
        return upstream
    if function == "softmax":
        return np.asarray(after * (upstream - (upstream * after).sum(axis=-1, keepdims=True)))
    slope = alpha or Fraction(1, 100)
    slopes: dict[str, Callable[[Any, Any], Any]] = {
        "relu": lambda x, _: int(x > 0),
        "leaky_relu": lambda x, _: 1 if x > 0 else slope,
        "sigmoid": lambda _, y: y * (1 - y),
        "tanh": lambda _, y: 1 - y * y,
        "step": lambda *_: 0,
        "elu": lambda x, y: 1 if x > 0 else y + (alpha or 1),
        "softplus": lambda x, _: sigmoid(x),
        "silu": lambda x, _: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    }
    return np.asarray(upstream * mapped(slopes[function], before, after))
