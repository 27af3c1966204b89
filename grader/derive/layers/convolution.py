"""Convolutions: plain, grouped, dilated, depthwise, separable and transposed, on one to three axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from grader.derive.layers.layer import LayerProblem, Tensor, option, with_bias
from grader.derive.layers.windows import Windowed, enlarged_sizes, read_sliding

if TYPE_CHECKING:
    from grader.derive.rules import Rules
    from grader.derive.specification import Fields, Shape


@dataclass(frozen=True, slots=True)
class Filtered(Windowed):
    """k x ... x (C / groups) x F weights and F biases."""

    filters: int = option(low=1)
    groups: int = option(1, low=1)
    bias: bool = True

    def channels(self, channels: int, rules: Rules) -> int:
        if channels % self.groups or self.filters % self.groups:
            raise LayerProblem(
                f"groups {self.groups} must divide both the {channels} channels of the input and the"
                f" {self.filters} filters",
                "groups",
            )
        return self.filters if rules.filters else channels

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        kernel = Tensor("kernel", (*self.sliding.kernel, shapes[0][-1] // self.groups, self.filters))
        return with_bias((kernel,), (self.filters,), wanted=self.bias)


@dataclass(frozen=True, slots=True)
class Convolution(Filtered):
    """A convolution: its filters are applied at every output position."""


@dataclass(frozen=True, slots=True)
class DepthwiseConvolution(Windowed):
    """Every channel has `depth_multiplier` filters of its own."""

    multiplier: int = option(1, name="depth_multiplier", low=1)
    bias: bool = True

    def channels(self, channels: int, _rules: Rules) -> int:
        return channels * self.multiplier

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        kernel = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        return with_bias((kernel,), (channels * self.multiplier,), wanted=self.bias)


@dataclass(frozen=True, slots=True)
class SeparableConvolution(Windowed):
    """A depthwise convolution without biases, then 1 x 1 filters with one bias each."""

    filters: int = option(low=1)
    multiplier: int = option(1, name="depth_multiplier", low=1)
    bias: bool = True

    def channels(self, channels: int, rules: Rules) -> int:
        return self.filters if rules.filters else channels

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        depthwise = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        ones = (1,) * self.axes
        pointwise = Tensor("kernel", (*ones, channels * self.multiplier, self.filters), part="pointwise")
        return with_bias((depthwise, pointwise), (self.filters,), wanted=self.bias)


def _output_padding(cls: type[TransposedConvolution], fields: Fields, _conventions: Any) -> Shape:
    sliding = read_sliding(fields, cls.axes)
    if sliding.padding.mode in {"full", "causal"}:
        raise fields.error(f"padding {sliding.padding.mode!r} has no meaning for {cls.kind}", "padding")
    extra = fields.sizes("output_padding", cls.axes, (0,), low=0)
    if any(e >= max(s, d) for e, s, d in zip(extra, sliding.stride, sliding.dilation, strict=True)):
        raise fields.error("output_padding must be smaller than the stride or the dilation", "output_padding")
    return extra


@dataclass(frozen=True, slots=True)
class TransposedConvolution(Filtered):
    """A convolution run backwards: every input position adds its kernel to the output."""

    enlarges: ClassVar[bool] = True
    output_padding: Shape = option((0,), read=_output_padding)

    def sizes(self, sizes: Shape, rules: Rules) -> Shape:
        if rules.transposed:
            return enlarged_sizes(sizes, self.sliding, self.output_padding, rules)
        return Windowed.sizes(self, sizes, rules)


Conv1d, Conv2d, Conv3d = (Convolution.variant(f"conv{axes}d", axes=axes) for axes in (1, 2, 3))
DepthwiseConv1d, DepthwiseConv2d = (
    DepthwiseConvolution.variant(f"depthwise_conv{axes}d", axes=axes) for axes in (1, 2)
)
SeparableConv1d, SeparableConv2d = (
    SeparableConvolution.variant(f"separable_conv{axes}d", axes=axes) for axes in (1, 2)
)
Conv1dTranspose, Conv2dTranspose = (
    TransposedConvolution.variant(f"conv{axes}d_transpose", axes=axes) for axes in (1, 2)
)
