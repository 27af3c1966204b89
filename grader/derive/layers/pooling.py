"""Pooling: windows that keep the largest value or the average of every channel; nothing to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Window, need_axes
from grader.derive.layers.windows import Sliding, bent_stride, output_sizes, read_sliding

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class Pooling(Layer):
    """A window of `kernel` with a stride that is the kernel's size by default."""

    axes: ClassVar[int] = 2
    average: ClassVar[bool] = False
    sliding: Sliding
    count_padding: bool = False  # whether cells of padding count in an average (PyTorch's default: yes)

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Pooling:
        if "kernel" not in fields and "stride" not in fields:
            fields.raw("kernel")
        count = fields.flag("count_include_pad", default=conventions.framework == "torch")
        return cls(read_sliding(fields, cls.axes, stride=None), count)

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        shape = shapes[0]
        need_axes(shape, self.axes + 1, self.kind)
        channels = shape[-1]
        if rules.pool_divides:
            channels = max(channels // bent_stride(self.sliding.stride[0], rules), 1)
        return (*output_sizes(shape[:-1], self.sliding, rules), channels)

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        del shapes
        return Window(self.sliding.reach, self.sliding.stride)


@dataclass(frozen=True, slots=True)
class MaxPool2d(Pooling):
    """The largest value of every window of an image."""

    kind: ClassVar[str] = "max_pool2d"


@dataclass(frozen=True, slots=True)
class AvgPool2d(Pooling):
    """The average of every window of an image."""

    kind: ClassVar[str] = "avg_pool2d"
    average: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class MaxPool1d(Pooling):
    """The largest value of every window of a sequence."""

    kind: ClassVar[str] = "max_pool1d"
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class AvgPool1d(Pooling):
    """The average of every window of a sequence."""

    kind: ClassVar[str] = "avg_pool1d"
    axes: ClassVar[int] = 1
    average: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class GlobalPooling(Layer):
    """One value a channel, over all positions."""

    average: ClassVar[bool] = True
    keep: bool = False  # keep the axes, with one position each

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> GlobalPooling:
        del conventions
        return cls(fields.flag("keepdims", default=False))

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        del rules
        shape = shapes[0]
        if len(shape) < 2:
            raise LayerProblem(f"{self.kind} takes positions and channels, not {len(shape)} axes")
        return (*((1,) * (len(shape) - 1) if self.keep else ()), shape[-1])


@dataclass(frozen=True, slots=True)
class GlobalAvgPool(GlobalPooling):
    """The average of every channel."""

    kind: ClassVar[str] = "global_avg_pool2d"


@dataclass(frozen=True, slots=True)
class GlobalMaxPool(GlobalPooling):
    """The largest value of every channel."""

    kind: ClassVar[str] = "global_max_pool2d"
    average: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AdaptivePooling(Layer):
    """Pooling to a given size: window i covers floor(i n / m) up to ceil((i + 1) n / m) (PyTorch's rule)."""

    average: ClassVar[bool] = True
    size: Shape

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> AdaptivePooling:
        del conventions
        return cls(fields.counts("size", low=1))

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        del rules
        shape = shapes[0]
        axes = len(shape) - 1
        if axes < 1 or len(self.size) not in {1, axes}:
            raise LayerProblem(f"size {list(self.size)} does not fit {len(shape)} axes", "size")
        return (*(self.size * axes if len(self.size) == 1 else self.size), shape[-1])


@dataclass(frozen=True, slots=True)
class AdaptiveAvgPool(AdaptivePooling):
    """Averages on a grid of a given size."""

    kind: ClassVar[str] = "adaptive_avg_pool2d"


@dataclass(frozen=True, slots=True)
class AdaptiveMaxPool(AdaptivePooling):
    """Largest values on a grid of a given size."""

    kind: ClassVar[str] = "adaptive_max_pool2d"
    average: ClassVar[bool] = False
