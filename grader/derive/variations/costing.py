"""Mistakes in counting operations and in receptive fields."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from grader.derive.analysis import Reach, is_windowed, weights_of
from grader.derive.layers.convolution import (
    Convolution,
    DepthwiseConvolution,
    SeparableConvolution,
    TransposedConvolution,
)
from grader.derive.layers.pooling import Pooling
from grader.derive.variations.counting import full_kernel, separable_pairs
from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.derive.analysis import Analysis
    from grader.derive.layers.layer import Layer, Window

_SLIDING: Final = (Convolution, DepthwiseConvolution, SeparableConvolution, TransposedConvolution)


def _costs(name: str, change: Callable[[Analysis, int], int]) -> Variation:
    """Make the variation that changes the cost of each sliding layer by itself."""

    def remake(analysis: Analysis) -> Analysis | None:
        found = [
            change(analysis, index) if isinstance(node.layer, _SLIDING) else analysis.macs[index]
            for index, node in enumerate(analysis.nodes)
        ]
        return None if found == analysis.macs else analysis.with_macs(found)

    return Variation(name, remake)


def _no_spatial(analysis: Analysis, index: int) -> int:
    return weights_of(analysis.tensors[index])


def _input_size(analysis: Analysis, index: int) -> int:
    return prod(analysis.inputs[index][0][:-1]) * weights_of(analysis.tensors[index])


def _no_channels(analysis: Analysis, index: int) -> int:
    layer = analysis.nodes[index].layer
    if not isinstance(layer, Convolution):
        return analysis.macs[index]
    return analysis.macs[index] * layer.groups // analysis.inputs[index][0][-1]


def _groups(analysis: Analysis, index: int) -> int:
    layer = analysis.nodes[index].layer
    if isinstance(layer, Convolution | TransposedConvolution):
        return analysis.macs[index] * layer.groups
    if isinstance(layer, DepthwiseConvolution):
        return analysis.macs[index] * analysis.inputs[index][0][-1]
    return analysis.macs[index]


def _dws_as_conv(analysis: Analysis) -> Analysis | None:
    found = list(analysis.macs)
    for depthwise, pointwise in separable_pairs(analysis):
        found[depthwise] = 0
        found[pointwise] = prod(analysis.outputs[pointwise][:-1]) * full_kernel(
            analysis, depthwise, pointwise
        )
    for index, node in enumerate(analysis.nodes):
        if isinstance(node.layer, SeparableConvolution):
            found[index] = prod(analysis.outputs[index][:-1]) * full_kernel(analysis, index, index)
    return None if found == analysis.macs else analysis.with_macs(found)


def _factor(analysis: Analysis) -> Analysis | None:
    """A multiply-accumulate counted twice; for FLOPs the caller halves instead."""
    return analysis.with_macs([2 * macs for macs in analysis.macs])


def _with_bias(analysis: Analysis) -> Analysis | None:
    return None if analysis.connections == analysis.macs else analysis.with_macs(analysis.connections)


COSTING: Final = (
    Variation("flops_factor", _factor),
    _costs("macs_no_spatial", _no_spatial),
    _costs("macs_input_size", _input_size),
    _costs("no_in_channels", _no_channels),
    _costs("groups_ignored", _groups),
    Variation("dws_as_conv", _dws_as_conv),
    Variation("macs_with_bias", _with_bias),
)
"""Most likely first."""

Step = "Callable[[Reach, Window, Layer], Reach]"


def _reached(name: str, step: Callable[[Reach, Window, Layer], Reach], *, start: int = 1) -> Variation:
    """Make the variation that accumulates receptive fields along the network by another rule."""

    def remake(analysis: Analysis) -> Analysis | None:
        found: list[Reach | None] = []
        for node, shapes, output in zip(analysis.nodes, analysis.inputs, analysis.outputs, strict=True):
            if not node.sources:
                axes = len(output) - 1
                found.append(Reach((start,) * axes, (1,) * axes) if axes > 0 else None)
                continue
            before = [each for index in node.sources if (each := found[index]) is not None]
            longest = max(before, key=lambda each: each.sizes) if before else None
            window = node.layer.window(shapes)
            fits = window is not None and longest is not None and len(window.reach) == len(longest.sizes)
            found.append(step(longest, window, node.layer) if fits and longest and window else longest)
        return None if found == analysis.reaches else analysis.with_reaches(found)

    return Variation(name, remake)


def _added(reach: Reach, by: tuple[int, ...], stride: tuple[int, ...]) -> Reach:
    sizes = tuple(size + more * jump for size, more, jump in zip(reach.sizes, by, reach.jumps, strict=True))
    return Reach(sizes, tuple(jump * each for jump, each in zip(reach.jumps, stride, strict=True)))


def _less_one(window: Window) -> tuple[int, ...]:
    return tuple(reach - 1 for reach in window.reach)


def _ones(window: Window) -> tuple[int, ...]:
    return (1,) * len(window.reach)


def _ignores_stride(reach: Reach, window: Window, _layer: Layer) -> Reach:
    return _added(reach, _less_one(window), _ones(window))


def _sum(reach: Reach, window: Window, _layer: Layer) -> Reach:
    return _added(reach, window.reach, _ones(window))


def _product(reach: Reach, window: Window, _layer: Layer) -> Reach:
    return Reach(
        tuple(size * each for size, each in zip(reach.sizes, window.reach, strict=True)), reach.jumps
    )


def _own_stride(reach: Reach, window: Window, _layer: Layer) -> Reach:
    jumps = tuple(jump * each for jump, each in zip(reach.jumps, window.stride, strict=True))
    return _added(Reach(reach.sizes, jumps), _less_one(window), _ones(window))


def _ignores_pool(reach: Reach, window: Window, layer: Layer) -> Reach:
    pools = isinstance(layer, Pooling)
    return _added(reach, (0,) * len(window.reach) if pools else _less_one(window), window.stride)


def _ignores_dilation(reach: Reach, window: Window, layer: Layer) -> Reach:
    sliding = getattr(layer, "sliding", None)
    kernel = sliding.kernel if sliding is not None else window.reach
    return _added(reach, tuple(each - 1 for each in kernel), window.stride)


def _one_layer_less(analysis: Analysis) -> Analysis | None:
    """Every windowed layer has the receptive field of the one before it."""
    found = list(analysis.reaches)
    for index, node in enumerate(analysis.nodes):
        if node.sources and is_windowed(analysis, index):
            found[index] = analysis.reaches[node.sources[0]]
        elif node.sources:
            found[index] = found[node.sources[0]]
    return analysis.with_reaches(found)


REACHING: Final = (
    _reached("rf_ignores_stride", _ignores_stride),
    Variation("rf_n_minus_1", _one_layer_less),
    _reached("rf_sum", _sum, start=0),
    _reached("rf_product", _product),
    _reached("rf_own_stride", _own_stride),
    _reached("rf_ignores_pool", _ignores_pool),
    _reached("dilation_ignored", _ignores_dilation),
)
"""Most likely first."""
