"""Mistakes in counting operations and in receptive fields."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, Final

from grader.derive.analysis import Reach, is_windowed
from grader.derive.layers.layer import Window
from grader.derive.variations.counting import full_kernels
from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from grader.derive.analysis import Analysis
    from grader.derive.specification import Shape


def _costs(name: str) -> Variation:
    """Make the variation that changes the cost of each layer that has this mistake of its own."""

    def remake(analysis: Analysis) -> Analysis | None:
        found = list(analysis.macs)
        for index, node in enumerate(analysis.nodes):
            if name in node.layer.miscosts:
                found[index] = node.layer.miscosts[name](node.layer, analysis.reached(index), found[index])
        return None if found == analysis.macs else analysis.with_macs(found)

    return Variation(name, remake)


def _dws_as_conv(analysis: Analysis) -> Analysis | None:
    found = list(analysis.macs)
    for index, (depthwise, weights) in full_kernels(analysis).items():
        found[depthwise] = 0
        found[index] = prod(analysis.outputs[index][:-1]) * weights
    return None if found == analysis.macs else analysis.with_macs(found)


def _factor(analysis: Analysis) -> Analysis | None:
    """A multiply-accumulate counted twice; for FLOPs the caller halves instead."""
    return analysis.with_macs([2 * macs for macs in analysis.macs])


def _with_bias(analysis: Analysis) -> Analysis | None:
    return None if analysis.connections == analysis.macs else analysis.with_macs(analysis.connections)


COSTING: Final = (
    Variation("flops_factor", _factor),
    *map(_costs, ("macs_no_spatial", "macs_input_size", "no_in_channels", "groups_ignored")),
    Variation("dws_as_conv", _dws_as_conv),
    Variation("macs_with_bias", _with_bias),
)
"""Most likely first."""

Step = Callable[
    [Reach, Window, Window], Reach
]  # what was reached, the layer's window, and that without dilation


def _reached(name: str, step: Step, *, start: int = 1) -> Variation:
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
            window, plain = node.layer.window(shapes), node.layer.kernel_window(shapes)
            if window and plain and longest and len(window.reach) == len(longest.sizes):
                if name == "rf_ignores_pool" and "channels_divided" in node.layer.misshapes():
                    window = window._replace(reach=_ones(window))
                longest = step(longest, window, plain)
            found.append(longest)
        return None if found == analysis.reaches else analysis.with_reaches(found)

    return Variation(name, remake)


def _added(reach: Reach, by: Shape, stride: Shape) -> Reach:
    """Return what is reached with windows of size `by`."""
    sizes = tuple(
        size + (more - 1) * jump for size, more, jump in zip(reach.sizes, by, reach.jumps, strict=True)
    )
    return Reach(sizes, tuple(jump * each for jump, each in zip(reach.jumps, stride, strict=True)))


def _ones(window: Window) -> Shape:
    return (1,) * len(window.reach)


def _product(reach: Reach, window: Window, _plain: Window) -> Reach:
    sizes = tuple(size * each for size, each in zip(reach.sizes, window.reach, strict=True))
    return Reach(sizes, reach.jumps)


def _own_stride(reach: Reach, window: Window, _plain: Window) -> Reach:
    jumps = tuple(jump * each for jump, each in zip(reach.jumps, window.stride, strict=True))
    return _added(Reach(reach.sizes, jumps), window.reach, _ones(window))


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
    _reached("rf_ignores_stride", lambda reach, window, _: _added(reach, window.reach, _ones(window))),
    Variation("rf_n_minus_1", _one_layer_less),
    _reached(
        "rf_sum",
        lambda reach, window, _: _added(reach, tuple(each + 1 for each in window.reach), _ones(window)),
        start=0,
    ),
    _reached("rf_product", _product),
    _reached("rf_own_stride", _own_stride),
    _reached("rf_ignores_pool", lambda reach, window, _: _added(reach, window.reach, window.stride)),
    _reached("dilation_ignored", lambda reach, window, plain: _added(reach, plain.reach, window.stride)),
)
"""Most likely first."""
