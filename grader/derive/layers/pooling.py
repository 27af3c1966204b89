"""Pooling: windows that keep the largest value or the average of every channel; nothing to learn."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from grader.derive.layers.layer import Layer, Tensor, fit_axes, option
from grader.derive.layers.windowed import Windowed
from grader.derive.sliding import Sliding, bent_stride, read_sliding
from grader.derive.specification import LayerProblem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Miscount
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep


def _sliding(cls: type[Pooling], fields: Fields, _conventions: Any) -> Sliding:
    if "kernel" not in fields and "stride" not in fields:
        fields.raw("kernel")
    return read_sliding(fields, cls.axes, stride=None)


def _counts_padding(_cls: type[Pooling], fields: Fields, conventions: Conventions) -> bool:
    return fields.flag("count_include_pad", default=conventions.framework == "torch")


@dataclass(frozen=True, slots=True)
class Pooling(Windowed):
    """A window of `kernel` with a stride that is the kernel's size by default.

    `count_include_pad` says whether cells of padding count in an average (PyTorch's default: yes).
    """

    average: ClassVar[bool] = False
    miscounts: ClassVar[Mapping[str, Miscount]] = {
        "pool_has_params": lambda layer, reached: [
            Tensor("kernel", (*layer.sliding.kernel, reached.inputs[0][-1]))
        ]
    }
    sliding: Sliding = option(read=_sliding)
    count_padding: bool = option(False, read=_counts_padding)

    def channels(self, channels: int, rules: Rules) -> int:
        return (
            max(channels // bent_stride(self.sliding.stride[0], rules), 1) if rules.pool_divides else channels
        )

    def misshapes(self) -> frozenset[str]:
        return Windowed.misshapes(self) | {"channels_divided"}

    def values(self, step: LayerStep) -> Array:
        twists = {"avg_for_max": "avg", "max_for_avg": "max", "sum_for_avg": "sum"}
        kind = twists.get(step.twist.name, "avg" if self.average else "max")
        return step.pool(step.array, self.sliding, step.rules, kind=kind, count_padding=self.count_padding)


@dataclass(frozen=True, slots=True)
class GlobalPooling(Layer):
    """One value a channel, over all positions; `keepdims` keeps their axes, with one position each."""

    average: ClassVar[bool] = True
    keep: bool = option(False, name="keepdims")

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        shape = shapes[0]
        if len(shape) < 2:
            raise LayerProblem(f"{self.kind} takes positions and channels, not {len(shape)} axes")
        return (*((1,) * (len(shape) - 1) if self.keep else ()), shape[-1])

    def values(self, step: LayerStep) -> Array:
        axes = tuple(range(step.array.ndim - 1))
        array = step.array
        found: Array = (array.sum if self.average else array.max)(axis=axes, keepdims=self.keep)
        return found * Fraction(1, prod(array.shape[:-1])) if self.average else found


@dataclass(frozen=True, slots=True)
class AdaptivePooling(Layer):
    """Pooling to a given size: window i covers floor(i n / m) up to ceil((i + 1) n / m) (PyTorch's rule)."""

    average: ClassVar[bool] = True
    size: Shape = option(low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return (*fit_axes(self.size, shapes[0]), shapes[0][-1])


MaxPool1d, MaxPool2d = (Pooling.variant(f"max_pool{axes}d", axes=axes) for axes in (1, 2))
AvgPool1d, AvgPool2d = (Pooling.variant(f"avg_pool{axes}d", axes=axes, average=True) for axes in (1, 2))
GlobalAvgPool = GlobalPooling.variant("global_avg_pool2d")
GlobalMaxPool = GlobalPooling.variant("global_max_pool2d", average=False)
AdaptiveAvgPool = AdaptivePooling.variant("adaptive_avg_pool2d")
AdaptiveMaxPool = AdaptivePooling.variant("adaptive_max_pool2d", average=False)
