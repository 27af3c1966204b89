"""Convolutions: plain, grouped, dilated, depthwise, separable and transposed, on one to three axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Tensor, Window, need_axes, with_bias
from grader.derive.layers.windows import Sliding, enlarged_sizes, output_sizes, read_sliding

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class Convolution(Layer):
    """k x ... x (C / groups) x F weights and F biases, applied at every output position."""

    axes: ClassVar[int] = 2
    sliding: Sliding
    filters: int
    groups: int = 1
    bias: bool = True

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Convolution:
        del conventions
        return cls(
            read_sliding(fields, cls.axes),
            fields.count("filters", low=1),
            fields.count("groups", 1, low=1),
            fields.flag("bias", default=True),
        )

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        shape = shapes[0]
        need_axes(shape, self.axes + 1, self.kind)
        channels = shape[-1]
        if channels % self.groups or self.filters % self.groups:
            raise LayerProblem(
                f"groups {self.groups} must divide both the {channels} channels of the input and the"
                f" {self.filters} filters",
                "groups",
            )
        sizes = output_sizes(shape[:-1], self.sliding, rules)
        return (*sizes, self.filters if rules.filters else channels)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        kernel = Tensor("kernel", (*self.sliding.kernel, shapes[0][-1] // self.groups, self.filters))
        return with_bias((kernel,), (self.filters,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        return prod(output[:-1]) * self.tensors(shapes)[0].size

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        del shapes
        return Window(self.sliding.reach, self.sliding.stride)


@dataclass(frozen=True, slots=True)
class Conv1d(Convolution):
    """A convolution along a sequence (length, channels)."""

    kind: ClassVar[str] = "conv1d"
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Conv2d(Convolution):
    """A convolution over an image (height, width, channels)."""

    kind: ClassVar[str] = "conv2d"


@dataclass(frozen=True, slots=True)
class Conv3d(Convolution):
    """A convolution over a volume (depth, height, width, channels)."""

    kind: ClassVar[str] = "conv3d"
    axes: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class DepthwiseConvolution(Layer):
    """Every channel has `depth_multiplier` filters of its own."""

    axes: ClassVar[int] = 2
    sliding: Sliding
    multiplier: int = 1
    bias: bool = True

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> DepthwiseConvolution:
        del conventions
        sliding = read_sliding(fields, cls.axes)
        return cls(sliding, fields.count("depth_multiplier", 1, low=1), fields.flag("bias", default=True))

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        shape = shapes[0]
        need_axes(shape, self.axes + 1, self.kind)
        return (*output_sizes(shape[:-1], self.sliding, rules), shape[-1] * self.multiplier)

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        kernel = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        return with_bias((kernel,), (channels * self.multiplier,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        return prod(output[:-1]) * self.tensors(shapes)[0].size

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        del shapes
        return Window(self.sliding.reach, self.sliding.stride)


@dataclass(frozen=True, slots=True)
class DepthwiseConv2d(DepthwiseConvolution):
    """A depthwise convolution over an image."""

    kind: ClassVar[str] = "depthwise_conv2d"


@dataclass(frozen=True, slots=True)
class DepthwiseConv1d(DepthwiseConvolution):
    """A depthwise convolution along a sequence."""

    kind: ClassVar[str] = "depthwise_conv1d"
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class SeparableConvolution(Layer):
    """A depthwise convolution without biases, then 1 x 1 filters with one bias each."""

    axes: ClassVar[int] = 2
    sliding: Sliding
    filters: int
    multiplier: int = 1
    bias: bool = True

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> SeparableConvolution:
        del conventions
        return cls(
            read_sliding(fields, cls.axes),
            fields.count("filters", low=1),
            fields.count("depth_multiplier", 1, low=1),
            fields.flag("bias", default=True),
        )

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        need_axes(shapes[0], self.axes + 1, self.kind)
        sizes = output_sizes(shapes[0][:-1], self.sliding, rules)
        return (*sizes, self.filters if rules.filters else shapes[0][-1])

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        depthwise = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        ones = (1,) * self.axes
        pointwise = Tensor("kernel", (*ones, channels * self.multiplier, self.filters), part="pointwise")
        return with_bias((depthwise, pointwise), (self.filters,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        depthwise, pointwise, *_ = self.tensors(shapes)
        return prod(output[:-1]) * (depthwise.size + pointwise.size)

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        del shapes
        return Window(self.sliding.reach, self.sliding.stride)


@dataclass(frozen=True, slots=True)
class SeparableConv2d(SeparableConvolution):
    """A separable convolution over an image."""

    kind: ClassVar[str] = "separable_conv2d"


@dataclass(frozen=True, slots=True)
class SeparableConv1d(SeparableConvolution):
    """A separable convolution along a sequence."""

    kind: ClassVar[str] = "separable_conv1d"
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class TransposedConvolution(Layer):
    """A convolution run backwards: every input position adds its kernel to the output."""

    axes: ClassVar[int] = 2
    sliding: Sliding
    filters: int
    output_padding: Shape
    groups: int = 1
    bias: bool = True

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> TransposedConvolution:
        del conventions
        sliding = read_sliding(fields, cls.axes)
        if sliding.padding.mode in {"full", "causal"}:
            raise fields.error(f"padding {sliding.padding.mode!r} has no meaning for {cls.kind}", "padding")
        extra = fields.sizes("output_padding", cls.axes, (0,), low=0)
        if any(e >= max(s, d) for e, s, d in zip(extra, sliding.stride, sliding.dilation, strict=True)):
            raise fields.error(
                "output_padding must be smaller than the stride or the dilation", "output_padding"
            )
        return cls(
            sliding,
            fields.count("filters", low=1),
            extra,
            fields.count("groups", 1, low=1),
            fields.flag("bias", default=True),
        )

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        shape = shapes[0]
        need_axes(shape, self.axes + 1, self.kind)
        if shape[-1] % self.groups or self.filters % self.groups:
            raise LayerProblem(
                f"groups {self.groups} must divide {shape[-1]} channels and {self.filters} filters", "groups"
            )
        if rules.transposed:
            sizes = enlarged_sizes(shape[:-1], self.sliding, self.output_padding, rules)
        else:
            sizes = output_sizes(shape[:-1], self.sliding, rules)
        return (*sizes, self.filters if rules.filters else shape[-1])

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        kernel = Tensor("kernel", (*self.sliding.kernel, shapes[0][-1] // self.groups, self.filters))
        return with_bias((kernel,), (self.filters,), wanted=self.bias)

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        del output
        return prod(shapes[0][:-1]) * self.tensors(shapes)[0].size

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        del shapes
        return Window(self.sliding.reach, self.sliding.stride, enlarges=True)


@dataclass(frozen=True, slots=True)
class Conv2dTranspose(TransposedConvolution):
    """A transposed convolution over an image."""

    kind: ClassVar[str] = "conv2d_transpose"


@dataclass(frozen=True, slots=True)
class Conv1dTranspose(TransposedConvolution):
    """A transposed convolution along a sequence."""

    kind: ClassVar[str] = "conv1d_transpose"
    axes: ClassVar[int] = 1
