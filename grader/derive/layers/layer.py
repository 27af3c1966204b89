"""What every layer of a network can say about itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape

WEIGHTS = frozenset({"kernel", "recurrent"})
"""The roles of tensors that inputs are multiplied with."""


class LayerProblem(ValueError):  # noqa: N818 - told on as a SpecError, with the layer's name and place
    """A rule that the shape reaching a layer breaks; `field` is the one to change."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Tensor(NamedTuple):
    """One tensor of parameters. `role` says what it is for: kernel, recurrent, bias, gain, shift, moving, table, free.

    Recurrent layers keep their gates on axis 1: (inputs, gates, units).
    """

    role: str
    shape: Shape
    copies: int = 1  # the two directions of a bidirectional layer
    trainable: bool = True
    part: str = ""  # which of several: query, key, value, output, ...

    @property
    def size(self) -> int:
        return self.copies * prod(self.shape)


class Window(NamedTuple):
    """How a layer looks at its input, one number an axis; `enlarges` for a transposed convolution."""

    reach: Shape  # d(k - 1) + 1
    stride: Shape
    enlarges: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it is specified, before any shape reaches it.

    Shapes have no batch axis and end with the channels. `output` raises LayerProblem where a rule
    is broken. `macs` counts multiply-accumulates for one instance, without biases.
    """

    kind: ClassVar[str] = ""
    inputs: ClassVar[tuple[int, int]] = (1, 1)  # the least and most inputs it takes
    stores: ClassVar[bool] = True  # whether its output is a tensor of its own in memory

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Layer:
        """Make the layer from its fields; the default reads none."""
        del fields, conventions
        return cls()

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        """Return the shape of the output."""
        del rules
        return shapes[0]

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """Return the parameters."""
        del shapes
        return ()

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        """Return the multiply-accumulates."""
        del shapes, output
        return 0

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        """Return the window by which it looks at its input, None where it looks at single positions."""
        del shapes
        return None


def with_bias(tensors: tuple[Tensor, ...], bias: Shape, *, wanted: bool) -> tuple[Tensor, ...]:
    """Append a bias where there is one."""
    return (*tensors, Tensor("bias", bias)) if wanted else tensors


def need_axes(shape: Shape, axes: int, what: str) -> None:
    """Refuse a shape that has another number of axes than a layer works on."""
    if len(shape) != axes:
        names = {1: "(features)", 2: "(length, channels)", 3: "(height, width, channels)"}
        expected = names.get(axes, f"{axes} axes")
        raise LayerProblem(f"{what} takes {expected}, not {len(shape)} axes")


Reach = tuple["int | Fraction", "int | Fraction"]
"""Receptive field and the distance between neighbouring positions, along one axis, in input positions."""
