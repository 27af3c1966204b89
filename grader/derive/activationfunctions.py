"""The activation functions with their derivatives, and softmax, of exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.derive.exactscalars import Scalar, Vector, exponential, logarithm, magnitude, sigmoid, tanh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SELU_SCALE: Final = 1.0507009873554805  # Klambauer et al. (2017)
SELU_ALPHA: Final = 1.6732632423543772


def softmax(logits: Sequence[Scalar], temperature: Scalar = Fraction(1)) -> Vector:
    """Return exp(z / T) over their sum; equal logits give exact shares."""
    top = max(logits)
    if all(value == top for value in logits):
        return [Fraction(1, len(logits))] * len(logits)
    powers = [math.exp(max(float((value - top) / temperature), -745.0)) for value in logits]
    whole = math.fsum(powers)
    return [value / whole for value in powers]


def log_softmax(logits: Sequence[Scalar], temperature: Scalar = Fraction(1)) -> Vector:
    """Return z / T less the logarithm of the sum of exp(z / T)."""
    top = max(logits)
    if all(value == top for value in logits):
        return [-logarithm(Fraction(len(logits)))] * len(logits)
    moved = [float((value - top) / temperature) for value in logits]
    whole = math.log(math.fsum(math.exp(max(value, -745.0)) for value in moved))
    return [value - whole for value in moved]


def relu(x: Scalar) -> Scalar:
    return max(x, Fraction(0))


def _normal_share(x: Scalar) -> Scalar:
    return Fraction(1, 2) if x == 0 else (1 + math.erf(x / math.sqrt(2))) / 2


def _normal_density(x: Scalar) -> Scalar:
    return math.exp(-(float(x) ** 2) / 2) / math.sqrt(2 * math.pi)


def _softplus(x: Scalar) -> Scalar:
    return max(float(x), 0.0) + math.log1p(math.exp(-magnitude(float(x))))


def step(x: Scalar) -> Scalar:
    return Fraction(int(x > 0))


# kind: value, derivative, default alpha; both functions take x and alpha
ACTIVATIONS: Final[
    Mapping[str, tuple[Callable[[Scalar, Scalar], Scalar], Callable[[Scalar, Scalar], Scalar], Scalar]]
] = {
    "sigmoid": (lambda x, _: sigmoid(x), lambda x, _: sigmoid(x) * (1 - sigmoid(x)), Fraction(0)),
    "tanh": (lambda x, _: tanh(x), lambda x, _: 1 - tanh(x) ** 2, Fraction(0)),
    "relu": (lambda x, _: relu(x), lambda x, _: step(x), Fraction(0)),
    "leaky_relu": (
        lambda x, a: x if x > 0 else a * x,
        lambda x, a: Fraction(1) if x > 0 else a,
        Fraction(1, 100),
    ),
    "elu": (
        lambda x, a: x if x > 0 else a * (exponential(x) - 1),
        lambda x, a: Fraction(1) if x > 0 else a * exponential(x),
        Fraction(1),
    ),
    "selu": (
        lambda x, _: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (exponential(x) - 1)),
        lambda x, _: SELU_SCALE * (1 if x > 0 else SELU_ALPHA * exponential(x)),
        Fraction(0),
    ),
    "softplus": (lambda x, _: _softplus(x), lambda x, _: sigmoid(x), Fraction(0)),
    "softsign": (lambda x, _: x / (1 + magnitude(x)), lambda x, _: 1 / (1 + magnitude(x)) ** 2, Fraction(0)),
    "swish": (
        lambda x, _: x * sigmoid(x),
        lambda x, _: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
        Fraction(0),
    ),
    "gelu": (
        lambda x, _: x * _normal_share(x),
        lambda x, _: _normal_share(x) + x * _normal_density(x),
        Fraction(0),
    ),
    "hard_sigmoid": (
        lambda x, _: min(Fraction(1), max(Fraction(0), x / 6 + Fraction(1, 2))),
        lambda x, _: Fraction(1, 6) if -3 < x < 3 else Fraction(0),
        Fraction(0),
    ),
    "relu6": (lambda x, _: min(relu(x), Fraction(6)), lambda x, _: Fraction(int(0 < x < 6)), Fraction(0)),
    "step": (lambda x, _: step(x), lambda *_: Fraction(0), Fraction(0)),
    "linear": (lambda x, _: x, lambda *_: Fraction(1), Fraction(0)),
}
