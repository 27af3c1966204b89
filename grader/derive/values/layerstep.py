"""One layer's step of a forward pass: its inputs and weights, and the operations on arrays it computes with."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.derive.rules import Rules
from grader.derive.values.arrayactivations import activate, derivative
from grader.derive.values.exactarrays import Array, mapped, padded, product, root, softmax, zeros
from grader.derive.values.windowvalues import convolve, convolve_transposed, pool
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.sliding import Sliding
    from grader.derive.values.weights import Weights


@dataclass(frozen=True, slots=True)
class Twist:
    """A mistake in computing values: a name that the layers look at, or other rules."""

    name: str = ""
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class LayerStep:
    """What a layer computes its values from. Layers find numpy's operations here, so that counting needs no numpy."""

    inputs: list[Array]
    weights: Weights
    twist: Twist
    activation: str  # that stands beside the layer

    activate = staticmethod(activate)
    convolve = staticmethod(convolve)
    convolve_transposed = staticmethod(convolve_transposed)
    derivative = staticmethod(derivative)
    mapped = staticmethod(mapped)
    padded = staticmethod(padded)
    pool = staticmethod(pool)
    product = staticmethod(product)
    root = staticmethod(root)
    softmax = staticmethod(softmax)
    zeros = staticmethod(zeros)

    @property
    def array(self) -> Array:
        """The first input."""
        return self.inputs[0]

    @property
    def rules(self) -> Rules:
        return self.twist.rules

    @property
    def channels_first(self) -> bool:
        return self.weights.conventions.channels_first

    def twisted(self, name: str) -> bool:
        """Whether this mistake is made."""
        return self.twist.name == name

    def bias(self, size: int) -> Array | int:
        """Return the bias, 0 where there is none."""
        if self.twisted("bias_ignored") or "bias" not in self.weights:
            return 0
        return self.weights.shaped("bias", (size,))

    def projected(self, array: Array, part: str, size: int) -> Array:
        """Return an array times the weights of a part, and its bias."""
        kernel = self.weights.matrix(part, array.shape[-1], size)
        return np.asarray(self.product(array, kernel) + self.weights.shaped(part + "_bias", (size,), 0))

    def kernel(self, name: str, sliding: Sliding, channels: int, filters: int) -> Array:
        """Return a convolution's kernel, flipped where the convention says so."""
        found = self.weights.filters(name, sliding.kernel, channels, filters)
        return self.turned(found, flips=self.weights.conventions.convolution == "convolution")

    def turned(self, kernel: Array, *, flips: bool) -> Array:
        """Return a kernel as mistakes turn it."""
        axes = kernel.ndim - 2
        if flips != (self.twist.name in {"flip_kernel", "not_flipped"}):
            kernel = kernel[tuple(slice(None, None, -1) for _ in range(axes))]
        if self.twisted("kernel_transposed"):
            if axes != 2 or kernel.shape[0] != kernel.shape[1]:
                raise self.weights.error("only a square kernel can be transposed")
            kernel = np.swapaxes(kernel, 0, 1)
        return kernel

    def moveaxis(self, array: Array, source: int, to: int) -> Array:
        """Return an array with one axis elsewhere."""
        return np.moveaxis(array, source, to)

    def joined(self, arrays: list[Array], axis: int = 0) -> Array:
        """Return arrays behind each other along an axis."""
        return np.concatenate(arrays, axis=axis)

    def stacked(self, rows: list[Any]) -> Array:
        """Return rows as one array."""
        return np.array(rows, dtype=object)
