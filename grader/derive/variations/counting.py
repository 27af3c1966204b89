"""Mistakes in counting parameters: some layers' tensors are left out, added or shaped otherwise."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

from grader.derive.layers.attention import MultiHeadAttention
from grader.derive.layers.convolution import (
    Convolution,
    DepthwiseConvolution,
    SeparableConvolution,
    TransposedConvolution,
)
from grader.derive.layers.dense import Dense, Embedding
from grader.derive.layers.layer import Tensor
from grader.derive.layers.normalization import BatchNorm
from grader.derive.layers.pooling import Pooling
from grader.derive.layers.recurrent import Gru, Lstm, Recurrent, SimpleRnn
from grader.derive.variations.variation import Variation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.derive.analysis import Analysis, Tensors
    from grader.derive.layers.layer import Layer
    from grader.derive.specification import Shape

    Change = Callable[[Layer, Tensors, tuple[Shape, ...], Shape], Iterable[Tensor]]

FILTERING: Final = (Convolution, SeparableConvolution, TransposedConvolution)
SLIDING: Final = (*FILTERING, DepthwiseConvolution)


def _changed(name: str, change: Change) -> Variation:
    """Make the variation that changes the tensors of each layer by itself."""

    def remake(analysis: Analysis) -> Analysis | None:
        found = []
        for node, tensors, inputs, output in zip(
            analysis.nodes, analysis.tensors, analysis.inputs, analysis.outputs, strict=True
        ):
            found.append(tuple(change(node.layer, tensors, inputs, output)) if node.sources else tensors)
        return None if found == analysis.tensors else analysis.with_tensors(found)

    return Variation(name, remake)


def _without(name: str, drop: Callable[[Layer, Tensor], bool]) -> Variation:
    return _changed(name, lambda layer, tensors, *_: [each for each in tensors if not drop(layer, each)])


def _mapped(name: str, change: Callable[[Layer, Tensor], Tensor]) -> Variation:
    return _changed(name, lambda layer, tensors, *_: [change(layer, each) for each in tensors])


def _scaled(tensor: Tensor, factor: int) -> Tensor:
    return tensor._replace(copies=tensor.copies * factor)


def _bias_added(
    layer: Layer, tensors: Tensors, _inputs: tuple[Shape, ...], output: Shape
) -> Iterator[Tensor]:
    yield from tensors
    if any(tensor.role == "bias" for tensor in tensors) or not any(
        tensor.role == "kernel" for tensor in tensors
    ):
        return
    if isinstance(layer, MultiHeadAttention):
        for tensor in tensors:
            yield Tensor("bias", tensor.shape[-1:])
    elif isinstance(layer, Recurrent):
        yield Tensor("bias", (layer.gates, layer.units), tensors[0].copies)
    else:
        yield Tensor("bias", output[-1:])


def _one_bias(_layer: Layer, tensor: Tensor) -> Tensor:
    return tensor._replace(shape=(1,), copies=1) if tensor.role == "bias" else tensor


def _with_channels(tensor: Tensor, channels: int) -> Tensor:
    return tensor._replace(shape=(*tensor.shape[:-2], channels, tensor.shape[-1]))


def _no_in_channels(layer: Layer, tensor: Tensor) -> Tensor:
    if isinstance(layer, FILTERING) and tensor.role == "kernel" and tensor.part != "depthwise":
        return _with_channels(tensor, 1)
    return tensor


def _no_out_channels(layer: Layer, tensor: Tensor) -> Tensor:
    return tensor._replace(shape=(*tensor.shape[:-1], 1)) if isinstance(layer, FILTERING) else tensor


def _wrong_prev_channels(analysis: Analysis) -> Analysis | None:
    image = analysis.outputs[0]
    if len(image) != 3:
        return None
    found = [
        tuple(
            _with_channels(tensor, image[-1])
            if isinstance(node.layer, Convolution) and node.layer.groups == 1 and tensor.role == "kernel"
            else tensor
            for tensor in tensors
        )
        for node, tensors in zip(analysis.nodes, analysis.tensors, strict=True)
    ]
    return None if found == analysis.tensors else analysis.with_tensors(found)


def _unshared(layer: Layer, tensors: Tensors, _inputs: tuple[Shape, ...], output: Shape) -> Iterable[Tensor]:
    positions = prod(output[:-1]) if isinstance(layer, SLIDING) else 1
    return [_scaled(tensor, positions) for tensor in tensors]


def _spatial(layer: Layer, tensors: Tensors, inputs: tuple[Shape, ...], _output: Shape) -> Iterable[Tensor]:
    positions = prod(inputs[0][:-1]) if isinstance(layer, SLIDING) else 1
    return [_scaled(tensor, positions) if tensor.role == "kernel" else tensor for tensor in tensors]


def _groups_ignored(layer: Layer, tensor: Tensor) -> Tensor:
    if tensor.role != "kernel":
        return tensor
    if isinstance(layer, Convolution | TransposedConvolution):
        return _scaled(tensor, layer.groups)
    if isinstance(layer, DepthwiseConvolution):
        return _scaled(tensor, tensor.shape[-2])
    return tensor


def _pool_has_params(
    layer: Layer, tensors: Tensors, inputs: tuple[Shape, ...], _output: Shape
) -> Iterable[Tensor]:
    if isinstance(layer, Pooling):
        return (*tensors, Tensor("kernel", (*layer.sliding.kernel, inputs[0][-1])))
    return tensors


def _bn_per_pixel(
    layer: Layer, tensors: Tensors, inputs: tuple[Shape, ...], _output: Shape
) -> Iterable[Tensor]:
    positions = prod(inputs[0][:-1]) if isinstance(layer, BatchNorm) else 1
    return [_scaled(tensor, positions) for tensor in tensors]


def _bn_all_trainable(layer: Layer, tensor: Tensor) -> Tensor:
    return tensor._replace(trainable=True) if isinstance(layer, BatchNorm) else tensor


def _gates(kind: type[Recurrent], gates: int) -> Callable[[Layer, Tensor], Tensor]:
    def change(layer: Layer, tensor: Tensor) -> Tensor:
        if not isinstance(layer, kind):
            return tensor
        return tensor._replace(shape=(tensor.shape[0], gates, tensor.shape[2]))

    return change


def _bias_vectors(kind: type[Recurrent], vectors: int) -> Callable[[Layer, Tensor], Tensor]:
    def change(layer: Layer, tensor: Tensor) -> Tensor:
        if not isinstance(layer, kind) or tensor.role != "bias":
            return tensor
        return tensor._replace(shape=(vectors, *tensor.shape[1:]))

    return change


def _times_steps(
    layer: Layer, tensors: Tensors, inputs: tuple[Shape, ...], _output: Shape
) -> Iterable[Tensor]:
    steps = inputs[0][0] if isinstance(layer, Recurrent) else 1
    return [_scaled(tensor, steps) for tensor in tensors]


def _one_direction(layer: Layer, tensor: Tensor) -> Tensor:
    return tensor._replace(copies=1) if isinstance(layer, Recurrent) else tensor


def _heads(layer: Layer) -> int:
    return int(getattr(layer, "heads", 1))


def _heads_multiplied(layer: Layer, tensor: Tensor) -> Tensor:
    return _scaled(tensor, _heads(layer)) if tensor.part in {"query", "key", "value", "output"} else tensor


def _one_head(layer: Layer, tensor: Tensor) -> Tensor:
    if tensor.part not in {"query", "key", "value"} or tensor.shape[-1] % _heads(layer):
        return tensor
    return tensor._replace(shape=(*tensor.shape[:-1], tensor.shape[-1] // _heads(layer)))


def _tied_twice(
    layer: Layer, tensors: Tensors, inputs: tuple[Shape, ...], _output: Shape
) -> Iterable[Tensor]:
    if isinstance(layer, Dense) and layer.tied:
        return (*tensors, Tensor("kernel", (inputs[0][-1], layer.units)))
    return tensors


def _no_positions(analysis: Analysis) -> Analysis | None:
    found = [
        ()
        if any(tensor.part == "positions" for tensor in tensors)
        or ("pos" in node.name.lower() and any(tensor.role in {"table", "free"} for tensor in tensors))
        else tensors
        for node, tensors in zip(analysis.nodes, analysis.tensors, strict=True)
    ]
    return None if found == analysis.tensors else analysis.with_tensors(found)


def separable_pairs(analysis: Analysis) -> list[tuple[int, int]]:
    """Return depthwise convolutions with the 1 x 1 convolution that mixes their channels, as indices."""
    found = []
    for index, node in enumerate(analysis.nodes):
        if not isinstance(node.layer, Convolution) or set(node.layer.sliding.kernel) != {1}:
            continue
        before = node.sources[0]
        while analysis.nodes[before].kind in {"batch_norm", "activation", "dropout"}:
            before = analysis.nodes[before].sources[0]
        if isinstance(analysis.nodes[before].layer, DepthwiseConvolution):
            found.append((before, index))
    return found


def full_kernel(analysis: Analysis, depthwise: int, pointwise: int) -> int:
    """Return the weights of the plain convolution that a separable pair stands for."""
    kernel = analysis.tensors[depthwise][0].shape
    return prod(kernel[:-1]) * analysis.outputs[pointwise][-1]


def _dws_as_conv(analysis: Analysis) -> Analysis | None:
    found = list(analysis.tensors)
    for depthwise, pointwise in separable_pairs(analysis):
        bias = tuple(tensor for tensor in found[pointwise] if tensor.role == "bias")
        found[pointwise] = (Tensor("kernel", (full_kernel(analysis, depthwise, pointwise),)), *bias)
        found[depthwise] = ()
    for index, node in enumerate(analysis.nodes):
        if isinstance(node.layer, SeparableConvolution):
            bias = tuple(tensor for tensor in found[index] if tensor.role == "bias")
            found[index] = (Tensor("kernel", (full_kernel(analysis, index, index),)), *bias)
    return None if found == analysis.tensors else analysis.with_tensors(found)


COUNTING: Final = (
    _without("no_bias", lambda _, tensor: tensor.role == "bias"),
    _changed("bias_added", _bias_added),
    _mapped("one_bias_per_layer", _one_bias),
    _mapped("no_in_channels", _no_in_channels),
    _mapped("no_out_channels", _no_out_channels),
    Variation("wrong_prev_channels", _wrong_prev_channels),
    _mapped("groups_ignored", _groups_ignored),
    Variation("dws_as_conv", _dws_as_conv),
    _without("bn_2", lambda _, tensor: tensor.role == "moving"),
    _mapped("bn_all_trainable", _bn_all_trainable),
    _changed("bn_per_pixel", _bn_per_pixel),
    _mapped("lstm_1_gate", _gates(Lstm, 1)),
    _mapped("lstm_3_gates", _gates(Lstm, 3)),
    _without(
        "lstm_no_recurrent", lambda layer, tensor: isinstance(layer, Lstm) and tensor.role == "recurrent"
    ),
    _mapped("lstm_two_bias", _bias_vectors(Lstm, 2)),
    _mapped("lstm_one_bias", _bias_vectors(Lstm, 1)),
    _mapped("gru_1_gate", _gates(Gru, 1)),
    _mapped("gru_4_gates", _gates(Gru, 4)),
    _mapped("gru_1_bias", _bias_vectors(Gru, 1)),
    _mapped("gru_2_bias", _bias_vectors(Gru, 2)),
    _mapped("rnn_two_bias", _bias_vectors(SimpleRnn, 2)),
    _mapped("rnn_one_bias", _bias_vectors(SimpleRnn, 1)),
    _without(
        "rnn_no_recurrent",
        lambda layer, tensor: isinstance(layer, SimpleRnn | Gru) and tensor.role == "recurrent",
    ),
    _changed("rnn_times_steps", _times_steps),
    _mapped("one_direction", _one_direction),
    _without("no_output_proj", lambda _, tensor: tensor.part == "output"),
    _mapped("heads_multiplied", _heads_multiplied),
    _mapped("one_head", _one_head),
    _without("no_layernorm", lambda _, tensor: tensor.part == "layer"),
    Variation("no_positions", _no_positions),
    _without("no_embedding", lambda layer, _: isinstance(layer, Embedding)),
    _changed("tied_twice", _tied_twice),
    _changed("pool_has_params", _pool_has_params),
    _changed("unshared", _unshared),
    _changed("spatial_in_params", _spatial),
)
"""Most likely first."""
