"""What every layer of a network can say about itself."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from dataclasses import fields as dataclass_fields
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

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


def option(
    default: Any = MISSING, *, name: str = "", low: int = 0, read: Callable[..., Any] | None = None
) -> Any:
    """Return a field of a layer that is read under another name, from `low` up, or by `read(layer class, fields)`."""
    return field(default=default, metadata={"name": name, "low": low, "read": read})


_READ: dict[Any, Callable[[Fields, str, Any, int], Any]] = {
    "int": lambda fields, name, default, low: fields.count(name, default, low=low),
    "bool": lambda fields, name, default, _: fields.flag(name, default=default),
    "Shape": lambda fields, name, default, low: fields.counts(name, default, low=low),
    "Exact": lambda fields, name, default, _: fields.number(name, default),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it is specified, before any shape reaches it.

    Shapes have no batch axis and end with the channels. `output` raises LayerProblem where a rule
    is broken. `macs` counts multiply-accumulates for one instance, without biases. Its fields are those of
    the specification, read by their types; `ignores` are further ones that change none of its figures.
    """

    kind: ClassVar[str] = ""
    inputs: ClassVar[tuple[int, int]] = (1, 1)  # the least and most inputs it takes
    stores: ClassVar[bool] = True  # whether its output is a tensor of its own in memory
    ignores: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Self:
        """Make the layer from its fields."""
        values = {own.name: cls.read_option(own, fields, conventions) for own in dataclass_fields(cls)}
        for name in cls.ignores:
            fields.raw(name, None)
        return cls(**values)

    @classmethod
    def read_option(cls, own: Any, fields: Fields, conventions: Conventions) -> Any:
        """Read one field, by its own reader or by its type."""
        read = own.metadata.get("read")
        if read is not None:
            return read(cls, fields, conventions)
        default = None if own.default is MISSING else own.default
        return _READ[own.type](
            fields, own.metadata.get("name") or own.name, default, own.metadata.get("low", 0)
        )

    @classmethod
    def variant(cls, kind: str, **attributes: Any) -> type[Self]:
        """Return the layer under a name of its own with what sets it apart: its axes, average or maximum."""
        return cast(
            "type[Self]",
            type(cls.__name__, (cls,), {"__slots__": (), "__doc__": cls.__doc__, "kind": kind, **attributes}),
        )

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        """Return the shape of the output."""
        return shapes[0]

    def tensors(self, _shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """Return the parameters."""
        return ()

    def macs(self, _shapes: tuple[Shape, ...], _output: Shape) -> int:
        """Return the multiply-accumulates."""
        return 0

    def window(self, _shapes: tuple[Shape, ...]) -> Window | None:
        """Return the window by which it looks at its input, None where it looks at single positions."""
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
