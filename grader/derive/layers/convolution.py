"""Convolutions: plain, grouped, dilated, depthwise, separable and transposed, on one to three axes."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from grader.derive.layers.layer import Tensor, each_tensor, option, with_bias
from grader.derive.layers.windowed import Windowed
from grader.derive.sliding import enlarged_sizes, read_sliding
from grader.derive.specification import LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Miscost, Miscount, Reached
    from grader.derive.rules import Rules
    from grader.derive.specification import Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _all_positions(_layer: Any, reached: Reached) -> list[Tensor]:
    return [tensor.times(prod(reached.output[:-1])) for tensor in reached.tensors]


def _input_positions(_layer: Any, reached: Reached) -> list[Tensor]:
    positions = prod(reached.inputs[0][:-1])
    return [each.times(positions) if each.role == "kernel" else each for each in reached.tensors]


def _channels_to(tensor: Tensor, channels: int) -> Tensor:
    if tensor.role != "kernel" or tensor.part == "depthwise":
        return tensor
    return tensor._replace(shape=(*tensor.shape[:-2], channels, tensor.shape[-1]))


@dataclass(frozen=True, slots=True)
class Convolving(Windowed):
    """A layer that multiplies what it sees with kernels, and adds one bias an output channel."""

    miscounts: ClassVar[Mapping[str, Miscount]] = {
        "unshared": _all_positions,
        "spatial_in_params": _input_positions,
    }
    miscosts: ClassVar[Mapping[str, Miscost]] = {
        "macs_no_spatial": lambda _, reached, __: reached.weights,
        "macs_input_size": lambda _, reached, __: prod(reached.inputs[0][:-1]) * reached.weights,
    }


FILTERED: Mapping[str, Miscount] = {
    **Convolving.miscounts,
    "no_in_channels": each_tensor(lambda _, tensor: _channels_to(tensor, 1)),
    "no_out_channels": each_tensor(lambda _, tensor: tensor._replace(shape=(*tensor.shape[:-1], 1))),
}


@dataclass(frozen=True, slots=True)
class Filtered(Convolving):
    """k x ... x (C / groups) x F weights and F biases."""

    miscounts: ClassVar[Mapping[str, Miscount]] = {
        **FILTERED,
        "groups_ignored": each_tensor(
            lambda layer, tensor: tensor.times(layer.groups) if tensor.role == "kernel" else tensor
        ),
    }
    miscosts: ClassVar[Mapping[str, Miscost]] = {
        **Convolving.miscosts,
        "groups_ignored": lambda layer, _, macs: macs * layer.groups,
    }
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

    def misshapes(self) -> frozenset[str]:
        return Windowed.misshapes(self) | {"channels_kept"}


@dataclass(frozen=True, slots=True)
class Convolution(Filtered):
    """A convolution: its filters are applied at every output position."""

    miscosts: ClassVar[Mapping[str, Miscost]] = {
        **Filtered.miscosts,
        "no_in_channels": lambda layer, reached, macs: macs * layer.groups // reached.inputs[0][-1],
    }

    def share(self) -> str:
        return "pointwise" if set(self.sliding.kernel) == {1} else ""

    def image_channels(self, reached: Reached, channels: int) -> tuple[Tensor, ...]:
        """Return its tensors if the channels of the network's image reached it."""
        if self.groups != 1:
            return reached.tensors
        return tuple(_channels_to(tensor, channels) for tensor in reached.tensors)

    def values(self, step: LayerStep) -> Array:
        array, groups = step.array, self.groups
        kernel = step.kernel("kernel", self.sliding, array.shape[-1] // groups, self.filters)
        if step.twisted("one_channel") and groups == 1:
            array, kernel = array[..., :1], kernel[..., :1, :]
        found = step.convolve(array, kernel, self.sliding, step.rules, groups)
        if step.twisted("scaled"):
            found = found * Fraction(1, prod(kernel.shape[:-1]))
        return found + step.bias(self.filters)


@dataclass(frozen=True, slots=True)
class DepthwiseConvolution(Convolving):
    """Every channel has `depth_multiplier` filters of its own."""

    miscounts: ClassVar[Mapping[str, Miscount]] = {
        **Convolving.miscounts,
        "groups_ignored": each_tensor(
            lambda _, tensor: tensor.times(tensor.shape[-2]) if tensor.role == "kernel" else tensor
        ),
    }
    miscosts: ClassVar[Mapping[str, Miscost]] = {
        **Convolving.miscosts,
        "groups_ignored": lambda _, reached, macs: macs * reached.inputs[0][-1],
    }
    multiplier: int = option(1, name="depth_multiplier", low=1)
    bias: bool = True

    def share(self) -> str:
        return "depthwise"

    def channels(self, channels: int, _rules: Rules) -> int:
        return channels * self.multiplier

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        kernel = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        return with_bias((kernel,), (channels * self.multiplier,), wanted=self.bias)

    def values(self, step: LayerStep) -> Array:
        channels = step.array.shape[-1]
        kernel = step.kernel("kernel", self.sliding, 1, channels * self.multiplier)
        found = step.convolve(step.array, kernel, self.sliding, step.rules, channels)
        return found + step.bias(kernel.shape[-1])


@dataclass(frozen=True, slots=True)
class SeparableConvolution(Convolving):
    """A depthwise convolution without biases, then 1 x 1 filters with one bias each."""

    miscounts: ClassVar[Mapping[str, Miscount]] = FILTERED
    filters: int = option(low=1)
    multiplier: int = option(1, name="depth_multiplier", low=1)
    bias: bool = True

    def share(self) -> str:
        return "both"

    def channels(self, channels: int, rules: Rules) -> int:
        return self.filters if rules.filters else channels

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        channels = shapes[0][-1]
        depthwise = Tensor("kernel", (*self.sliding.kernel, channels, self.multiplier), part="depthwise")
        ones = (1,) * self.axes
        pointwise = Tensor("kernel", (*ones, channels * self.multiplier, self.filters), part="pointwise")
        return with_bias((depthwise, pointwise), (self.filters,), wanted=self.bias)

    def misshapes(self) -> frozenset[str]:
        return Windowed.misshapes(self) | {"channels_kept"}

    def values(self, step: LayerStep) -> Array:
        width = step.array.shape[-1] * self.multiplier
        first = step.weights.filters("depthwise", self.sliding.kernel, 1, width)
        second = step.weights.matrix("pointwise", width, self.filters)
        found = step.convolve(step.array, first, self.sliding, step.rules, step.array.shape[-1])
        return step.product(found, second) + step.bias(self.filters)


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

    def misshapes(self) -> frozenset[str]:
        return Filtered.misshapes(self) | {"transposed_as_conv"}

    def values(self, step: LayerStep) -> Array:
        channels = step.array.shape[-1]
        kernel = step.weights.filters("kernel", self.sliding.kernel, self.filters // self.groups, channels)
        # written input channels first, as PyTorch does
        kernel = step.turned(kernel.swapaxes(-1, -2), flips=False)
        found = step.convolve_transposed(
            step.array, kernel, self.sliding, self.output_padding, step.rules, self.groups
        )
        return found + step.bias(self.filters)


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
