"""A layer that slides a window over its input: convolutions and pooling."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, Window, need_axes, option
from grader.derive.sliding import Sliding, output_sizes, read_sliding
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.rules import Rules
    from grader.derive.specification import Shape


@dataclass(frozen=True, slots=True)
class Windowed(Layer):
    """A layer that slides a window over a number of axes, with the channels behind them."""

    axes: ClassVar[int] = 2
    enlarges: ClassVar[bool] = False
    sliding: Sliding = option(read=lambda cls, fields, _: read_sliding(fields, cls.axes))

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        need_axes(shapes[0], self.axes + 1, self.kind)
        channels = self.channels(shapes[0][-1], rules)
        return (*self.sizes(shapes[0][:-1], rules), channels)

    def sizes(self, sizes: Shape, rules: Rules) -> Shape:
        """Return the positions of the output along each axis."""
        return output_sizes(sizes, self.sliding, rules)

    def channels(self, channels: int, _rules: Rules) -> int:
        """Return the channels of the output."""
        return channels

    def macs(self, shapes: tuple[Shape, ...], output: Shape) -> int:
        positions = prod((shapes[0] if self.enlarges else output)[:-1])
        return positions * sum(tensor.size for tensor in self.tensors(shapes) if tensor.role == "kernel")

    def window(self, _shapes: tuple[Shape, ...]) -> Window:
        return Window(self.sliding.reach, self.sliding.stride, self.enlarges)

    def kernel_window(self, _shapes: tuple[Shape, ...]) -> Window:
        return Window(self.sliding.kernel, self.sliding.stride, self.enlarges)

    def misshapes(self) -> frozenset[str]:
        mode, sliding = self.sliding.padding.mode, self.sliding
        floors, padded = mode in {"valid", "explicit"}, mode == "explicit" and sliding.padding.present
        strides = max(sliding.stride) > 1
        applies = {
            "fc_after_gap": True,
            "no_plus_one": floors,
            "padding_same": floors,
            "rounded_flatten": floors,
            "floor_same": mode in {"same", "causal"},
            "ceil_valid": floors and not sliding.ceil_mode,
            "floor_ceil_mode": sliding.ceil_mode,
            "padding_valid": padded or mode == "same",
            "pad_once": padded,
            "stride_1": strides,
            "stride_squared": strides,
            "dilation_ignored": max(sliding.dilation) > 1,
        }
        return frozenset(name for name, applied in applies.items() if applied)
