"""Mistakes in shapes: the same network under bent rules, or with another input."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.derive.layers.pooling import Pooling
from grader.derive.layers.rearranging import Flatten
from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.derive.analysis import Analysis


def _ruled(name: str, applies: Callable[[Any], bool], **changes: Any) -> Variation:
    """Make the variation that computes shapes under other rules, where some layer's geometry lets it matter."""

    def remake(analysis: Analysis) -> Analysis | None:
        if not any(applies(node.layer) for node in analysis.nodes):
            return None
        return analysis.under(replace(analysis.rules, **changes))

    return Variation(name, remake)


def _slides(layer: Any) -> bool:
    return hasattr(layer, "sliding")


def _mode(*modes: str) -> Callable[[Any], bool]:
    return lambda layer: _slides(layer) and layer.sliding.padding.mode in modes


def _explicit(layer: Any) -> bool:
    padding = getattr(layer, "padding", None) if not _slides(layer) else layer.sliding.padding
    return padding is not None and padding.mode == "explicit" and padding.present


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
        if not isinstance(node.layer, Flatten):
            continue
        before = node.sources[0]
        while analysis.nodes[before].kind in {"activation", "dropout", "batch_norm"}:
            before = analysis.nodes[before].sources[0]
        if isinstance(analysis.nodes[before].layer, Pooling):
            fixed[index] = (prod(analysis.inputs[before][0]),)
    return analysis.under(analysis.rules, fixed) if fixed else None


def _is_flatten_of_positions(analysis: Analysis) -> bool:
    return any(
        isinstance(node.layer, Flatten) and len(inputs[0]) > 1
        for node, inputs in zip(analysis.nodes, analysis.inputs, strict=True)
    )


def _after_average(analysis: Analysis) -> Analysis | None:
    # A network that flattens its input is no convolutional one: nobody averages an image.
    windowed = any(_slides(node.layer) for node in analysis.nodes)
    if not windowed or not _is_flatten_of_positions(analysis):
        return None
    return analysis.under(replace(analysis.rules, average_positions=True))


_CONVENTIONAL: Final = _mode("valid", "explicit")

SHAPING: Final = (
    _ruled("no_plus_one", _CONVENTIONAL, plus_one=False),
    _ruled("floor_same", _mode("same", "causal"), same_rounds_up=False),
    _ruled("ceil_valid", lambda layer: _CONVENTIONAL(layer) and not layer.sliding.ceil_mode, rounding="ceil"),
    _ruled("floor_ceil_mode", lambda layer: _slides(layer) and layer.sliding.ceil_mode, ceil_mode=False),
    _ruled("padding_valid", lambda layer: _explicit(layer) or _mode("same")(layer), padding="valid"),
    _ruled("padding_same", _CONVENTIONAL, padding="same"),
    _ruled("pad_once", _explicit, padding="once"),
    _ruled("stride_1", lambda layer: _slides(layer) and max(layer.sliding.stride) > 1, stride="one"),
    _ruled(
        "stride_squared", lambda layer: _slides(layer) and max(layer.sliding.stride) > 1, stride="squared"
    ),
    _ruled(
        "dilation_ignored", lambda layer: _slides(layer) and max(layer.sliding.dilation) > 1, dilation=False
    ),
    _ruled("channels_kept", lambda layer: hasattr(layer, "filters"), filters=False),
    _ruled("channels_divided", lambda layer: isinstance(layer, Pooling), pool_divides=True),
    _ruled("transposed_as_conv", lambda layer: "transpose" in layer.kind, transposed=False),
)
"""Most likely first."""

DENSE_SIZES: Final = (
    Variation("fc_prepool", _before_pooling),
    Variation("fc_after_gap", _after_average),
    _ruled("rounded_flatten", _CONVENTIONAL, rounding="ceil"),
    _image_channels("rgb_forgotten", 1),
    _image_channels("rgb_assumed", 3),
)
"""Wrong sizes that reach the weights."""
