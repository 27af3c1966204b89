"""What every layer of a network can say about itself."""

from __future__ import annotations

from dataclasses import MISSING, field
from dataclasses import fields as dataclass_fields
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from grader.derive.specification import MAX_DIMENSION, LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep

WEIGHTS = frozenset({"kernel", "recurrent"})
"""The roles of tensors that inputs are multiplied with."""


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

    def times(self, factor: int) -> Tensor:
        """Return as many more of it."""
        return self._replace(copies=self.copies * factor)


class Window(NamedTuple):
    """How a layer looks at its input, one number an axis; `enlarges` for a transposed convolution."""

    reach: Shape  # d(k - 1) + 1
    stride: Shape
    enlarges: bool = False


class Reached(NamedTuple):
    """A layer in its place: its parameters, what reaches it and what leaves it, by shapes."""

    tensors: tuple[Tensor, ...]
    inputs: tuple[Shape, ...]
    output: Shape

    @property
    def weights(self) -> int:
        """How many numbers inputs are multiplied with."""
        return sum(tensor.size for tensor in self.tensors if tensor.role in WEIGHTS)


if TYPE_CHECKING:
    Miscount = Callable[[Any, Reached], Iterable[Tensor]]  # of the layer and its place
    Miscost = Callable[[Any, Reached, int], int]  # also of its right cost


def each_tensor(change: Callable[[Any, Tensor], Tensor]) -> Miscount:
    """Return the mistake that takes every tensor of a layer for another one."""
    return lambda layer, reached: [change(layer, tensor) for tensor in reached.tensors]


def without_role(role: str) -> Miscount:
    """Return the mistake that leaves the tensors of a role out."""
    return lambda _, reached: [tensor for tensor in reached.tensors if tensor.role != role]


def option(
    default: Any = MISSING,
    *,
    name: str = "",
    low: int = 0,
    high: int = MAX_DIMENSION,
    read: Callable[..., Any] | None = None,
) -> Any:
    """Return a field of a layer: read under another name, between bounds, or by `read(layer class, fields, conventions)`."""
    return field(default=default, metadata={"name": name, "low": low, "high": high, "read": read})


def _read_option(own: Any, cls: type[Layer], fields: Fields, conventions: Conventions) -> Any:
    """Read one field of a layer, by its own reader or by its type."""
    if own.metadata.get("read"):
        return own.metadata["read"](cls, fields, conventions)
    name, low = own.metadata.get("name") or own.name, own.metadata.get("low", 0)
    default = None if own.default is MISSING else own.default
    match own.type:
        case "bool":
            return fields.flag(name, default=bool(default))
        case "Shape":
            return fields.counts(name, default, low=low)
        case "Exact":
            return fields.exact(name, default)
        case _:
            return fields.count(name, default, low=low, high=own.metadata.get("high", MAX_DIMENSION))


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
    # Its mistakes: in counting parameters and operations, by name. Their order stands in `variations`.
    miscounts: ClassVar[Mapping[str, Miscount]] = {}
    miscosts: ClassVar[Mapping[str, Miscost]] = {}

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Self:
        """Make the layer from its fields."""
        for name in cls.ignores:
            fields.raw(name, None)
        return cls(**{own.name: _read_option(own, cls, fields, conventions) for own in dataclass_fields(cls)})

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

    def kernel_window(self, shapes: tuple[Shape, ...]) -> Window | None:
        """Return the window as it is without dilation."""
        return self.window(shapes)

    def misshapes(self) -> frozenset[str]:
        """Return the names of `rules.BENT` that make a difference to its output's shape."""
        return frozenset()

    def share(self) -> str:
        """Return which part of a separable convolution it may be: depthwise, pointwise or both; empty for none."""
        return ""

    def image_channels(self, reached: Reached, _channels: int) -> tuple[Tensor, ...]:
        """Return its tensors if the channels of the network's image reached it."""
        return reached.tensors

    def plain_biases(self, reached: Reached) -> tuple[Tensor, ...]:
        """Return the biases it would have if it had some."""
        return (Tensor("bias", reached.output[-1:]),)

    def values(self, step: LayerStep) -> Array:
        """Return the values of the output, before an activation that stands beside the layer."""
        raise step.weights.error("values are not computed for this layer; ask for its figures only")

    def gradients(self, _step: LayerStep, _upstream: Array) -> Mapping[str, Array]:
        """Return the gradients of its tensors, and as `input` that of every input; empty where none are computed."""
        return {}


def with_bias(tensors: tuple[Tensor, ...], bias: Shape, *, wanted: bool) -> tuple[Tensor, ...]:
    """Append a bias where there is one."""
    return (*tensors, Tensor("bias", bias)) if wanted else tensors


def need_axes(shape: Shape, axes: int, what: str) -> None:
    """Refuse a shape that has another number of axes than a layer works on."""
    if len(shape) != axes:
        names = {1: "(features)", 2: "(length, channels)", 3: "(height, width, channels)"}
        expected = names.get(axes, f"{axes} axes")
        raise LayerProblem(f"{what} takes {expected}, not {len(shape)} axes")


def fit_axes(sizes: Shape, shape: Shape) -> Shape:
    """Return one size an axis of positions; a single one is for all."""
    axes = len(shape) - 1
    if axes < 1 or len(sizes) not in {1, axes}:
        raise LayerProblem(f"size {list(sizes)} does not fit {len(shape)} axes", "size")
    return sizes * axes if len(sizes) == 1 else sizes
