"""Mistakes in counting parameters: some layers' tensors are left out, added or shaped otherwise."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from grader.derive.layers.layer import Tensor, each_tensor
from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.derive.analysis import Analysis
    from grader.derive.graph import NetworkNode
    from grader.derive.layers.layer import Layer, Miscount, Reached


def _bias_added(layer: Layer, reached: Reached) -> tuple[Tensor, ...]:
    roles = {tensor.role for tensor in reached.tensors}
    more = "kernel" in roles and "bias" not in roles
    return (*reached.tensors, *(layer.plain_biases(reached) if more else ()))


def _without(drop: Callable[[Tensor], bool]) -> Miscount:
    return lambda _, reached: [tensor for tensor in reached.tensors if not drop(tensor)]


# What may be counted wrongly in a layer of any kind; what is a layer's own stands in its `miscounts`.
_GENERAL: Final[Mapping[str, Miscount]] = {
    "no_bias": _without(lambda tensor: tensor.role == "bias"),
    "bias_added": _bias_added,
    "one_bias_per_layer": each_tensor(
        lambda _, tensor: tensor._replace(shape=(1,), copies=1) if tensor.role == "bias" else tensor
    ),
    "no_output_proj": _without(lambda tensor: tensor.part == "output"),
    "no_layernorm": _without(lambda tensor: tensor.part == "layer"),
}


def _recounted(
    name: str, change: Callable[[Analysis, NetworkNode, Reached], Iterable[Tensor]] | None = None
) -> Variation:
    """Make the variation that changes the tensors of each layer by itself."""

    def own(_analysis: Analysis, node: NetworkNode, reached: Reached) -> Iterable[Tensor]:
        miscount = node.layer.miscounts.get(name) or _GENERAL.get(name)
        return miscount(node.layer, reached) if miscount else reached.tensors

    def remake(analysis: Analysis) -> Analysis | None:
        found = [
            tuple((change or own)(analysis, node, analysis.reached(index))) if node.sources else ()
            for index, node in enumerate(analysis.nodes)
        ]
        return None if found == analysis.tensors else analysis.with_tensors(found)

    return Variation(name, remake)


def _wrong_prev_channels(analysis: Analysis, node: NetworkNode, reached: Reached) -> Iterable[Tensor]:
    image = analysis.outputs[0]
    return node.layer.image_channels(reached, image[-1]) if len(image) == 3 else reached.tensors


def _no_positions(_analysis: Analysis, node: NetworkNode, reached: Reached) -> Iterable[Tensor]:
    positions = any(tensor.part == "positions" for tensor in reached.tensors)
    tables = any(tensor.role in {"table", "free"} for tensor in reached.tensors)
    return () if positions or ("pos" in node.name.lower() and tables) else reached.tensors


def full_kernels(analysis: Analysis) -> dict[int, tuple[int, int]]:
    """Return separable convolutions, by the node that mixes the channels: the depthwise node, and the weights
    of the plain convolution that they stand for.
    """
    found = {}
    for index, node in enumerate(analysis.nodes):
        share = node.layer.share()
        depthwise = analysis.source(index) if share == "pointwise" else index
        if share == "both" or (depthwise != index and analysis.nodes[depthwise].layer.share() == "depthwise"):
            kernel = analysis.tensors[depthwise][0].shape
            found[index] = (depthwise, prod(kernel[:-1]) * analysis.outputs[index][-1])
    return found


def _dws_as_conv(analysis: Analysis) -> Analysis | None:
    found = list(analysis.tensors)
    for index, (depthwise, weights) in full_kernels(analysis).items():
        bias = tuple(tensor for tensor in found[index] if tensor.role == "bias")
        found[depthwise] = ()
        found[index] = (Tensor("kernel", (weights,)), *bias)
    return None if found == analysis.tensors else analysis.with_tensors(found)


_SPECIAL: Final = {
    "wrong_prev_channels": _recounted("wrong_prev_channels", _wrong_prev_channels),
    "dws_as_conv": Variation("dws_as_conv", _dws_as_conv),
    "no_positions": _recounted("no_positions", _no_positions),
}
COUNTING: Final = tuple(
    _SPECIAL.get(name) or _recounted(name)
    for name in (
        *("no_bias", "bias_added", "one_bias_per_layer", "no_in_channels", "no_out_channels"),
        *("wrong_prev_channels", "groups_ignored", "dws_as_conv", "bn_2", "bn_all_trainable", "bn_per_pixel"),
        *("lstm_1_gate", "lstm_3_gates", "lstm_no_recurrent", "lstm_two_bias", "lstm_one_bias"),
        *("gru_1_gate", "gru_4_gates", "gru_1_bias", "gru_2_bias", "rnn_two_bias", "rnn_one_bias"),
        *("rnn_no_recurrent", "rnn_times_steps", "one_direction", "no_output_proj", "heads_multiplied"),
        *("one_head", "no_layernorm", "no_positions", "no_embedding", "tied_twice", "pool_has_params"),
        *("unshared", "spatial_in_params"),
    )
)
"""Most likely first."""
