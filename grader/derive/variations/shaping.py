"""Mistakes in shapes: the same network under bent rules, or with another input."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from grader.derive.analysis import Analysis


def _ruled(name: str) -> Variation:
    """Make the variation that computes shapes under bent rules, where some layer's geometry lets it matter."""

    def remake(analysis: Analysis) -> Analysis | None:
        if not any(name in node.layer.misshapes() for node in analysis.nodes):
            return None
        return analysis.under(analysis.rules.bent(name))

    return Variation(name, remake)


def _image_channels(name: str, channels: int) -> Variation:
    def remake(analysis: Analysis) -> Analysis | None:
        image = analysis.outputs[0]
        if len(image) != 3 or image[-1] == channels:
            return None
        return analysis.under(analysis.rules, {0: (*image[:-1], channels)})

    return Variation(name, remake)


def _before_pooling(analysis: Analysis) -> Analysis | None:
    """Flatten what enters the last pooling instead of what leaves it."""
    fixed = {}
    for index, node in enumerate(analysis.nodes):
        if node.kind == "flatten":
            before = analysis.source(index)
            if "channels_divided" in analysis.nodes[before].layer.misshapes():
                fixed[index] = (prod(analysis.inputs[before][0]),)
    return analysis.under(analysis.rules, fixed) if fixed else None


def _after_average(analysis: Analysis) -> Analysis | None:
    # A network that flattens its input is no convolutional one: nobody averages an image.
    flattens = any(
        node.kind == "flatten" and len(inputs[0]) > 1
        for node, inputs in zip(analysis.nodes, analysis.inputs, strict=True)
    )
    return _ruled("fc_after_gap").remake(analysis) if flattens else None


SHAPING: Final = tuple(
    _ruled(name)
    for name in (
        *("no_plus_one", "floor_same", "ceil_valid", "floor_ceil_mode", "padding_valid", "padding_same"),
        *("pad_once", "stride_1", "stride_squared", "dilation_ignored", "channels_kept", "channels_divided"),
        "transposed_as_conv",
    )
)
"""Most likely first."""

DENSE_SIZES: Final = (
    Variation("fc_prepool", _before_pooling),
    Variation("fc_after_gap", _after_average),
    _ruled("rounded_flatten"),
    _image_channels("rgb_forgotten", 1),
    _image_channels("rgb_assumed", 3),
)
"""Wrong sizes that reach the weights."""
