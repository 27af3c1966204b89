"""Activation functions and their derivatives on arrays of exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.values.arrays import Array, exponential, mapped, sigmoid, softmax, tanh

if TYPE_CHECKING:
    from collections.abc import Callable

_SELU_SCALE: Final = 1.0507009873554805  # Klambauer et al. 2017
_SELU_ALPHA: Final = 1.6732632423543772


def _gelu(value: Any) -> Any:
    return value * (1 + math.erf(float(value) / math.sqrt(2))) / 2 if value else 0


def _elu(value: Any, alpha: Any) -> Any:
    return value if value > 0 else alpha * (exponential(value) - 1)


def _softplus(value: Any) -> Any:
    return float(max(value, 0)) + math.log1p(math.exp(-abs(float(value))))


def _functions(alpha: Any) -> dict[str, Callable[[Any], Any]]:
    slope = alpha or Fraction(1, 100)
    return {
        "linear": lambda x: x,
        "relu": lambda x: max(x, 0),
        "relu6": lambda x: min(max(x, 0), 6),
        "leaky_relu": lambda x: x if x > 0 else slope * x,
        "elu": lambda x: _elu(x, alpha or 1),
        "selu": lambda x: _SELU_SCALE * _elu(x, _SELU_ALPHA),
        "gelu": _gelu,
        "silu": lambda x: x * sigmoid(x),
        "sigmoid": sigmoid,
        "tanh": tanh,
        "softplus": _softplus,
        "hard_sigmoid": lambda x: min(max(Fraction(x) / 6 + Fraction(1, 2), 0), 1),
        "hard_tanh": lambda x: min(max(x, -1), 1),
        "step": lambda x: int(x >= 0),
        "sign": lambda x: (x > 0) - (x < 0),
    }


def activate(array: Array, function: str, alpha: Any = 0) -> Array:
    """Apply an activation; softmax runs over the last axis."""
    if function == "softmax":
        return softmax(array)
    if function == "log_softmax":
        largest = array.max(axis=-1, keepdims=True)
        total = mapped(exponential, array - largest).sum(axis=-1, keepdims=True)
        logarithm = mapped(lambda x: 0 if x == 1 else math.log(x), np.asarray(total, dtype=object))
        return np.asarray(array - largest - logarithm)
    return mapped(_functions(alpha)[function], array)


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
