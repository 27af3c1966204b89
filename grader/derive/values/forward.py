"""Compute what a network of given weights makes of given inputs."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.layers import convolution, dense, normalization, pooling, rearranging
from grader.derive.layers.attention import MultiHeadAttention
from grader.derive.layers.layer import LayerProblem
from grader.derive.layers.recurrent import Recurrent
from grader.derive.rules import Rules
from grader.derive.specification import SpecError
from grader.derive.values.activations import activate
from grader.derive.values.arrays import (
    Array,
    exactly,
    mapped,
    padded,
    product,
    root,
    softmax,
    tidy,
)
from grader.derive.values.recurrence import run_recurrent
from grader.derive.values.weights import Weights, input_array
from grader.derive.values.windows import check_affordable, convolve, convolve_transposed, pool

if TYPE_CHECKING:
    from grader.derive.graph import Network, NetworkNode


@dataclass(frozen=True, slots=True)
class Twist:
    """A mistake in computing values: a name, other rules, or a flag that the layers look at."""

    name: str = ""
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class ForwardRun:
    """All values of one pass: the output of every node, and what stood before its activation."""

    network: Network
    outputs: list[Array]
    before: list[Array]


def run_forward(network: Network, twist: Twist) -> ForwardRun:
    """Compute every node; raises SpecError where weights are missing or the network is too large."""
    outputs: list[Array] = []
    before: list[Array] = []
    spent = 0
    for node in network.nodes:
        inputs = [outputs[index] for index in node.sources]
        shapes = tuple(array.shape for array in inputs)
        try:
            shape = node.layer.output(shapes, twist.rules)
            spent += node.layer.macs(shapes, shape) + prod(shape)
            check_affordable(spent)
            value = _computed(network, node, inputs, twist)
        except LayerProblem as problem:
            raise SpecError(f"{network.label(node, shapes)}: {problem}", node.path) from problem
        value = mapped(tidy, value) if value.size else value
        before.append(value)
        if twist.name != "no_relu":
            value = activate(value, node.activation)
        outputs.append(value)
    return ForwardRun(network, outputs, before)


def _computed(network: Network, node: NetworkNode, inputs: list[Array], twist: Twist) -> Array:
    if not node.sources:
        return input_array(network)
    weights = Weights(network, node)
    layer = node.layer
    for kinds, compute in _WEIGHTED:
        if isinstance(layer, kinds):
            result: Array = compute(layer, inputs, weights, twist)
            return result
    found = _moved(network, layer, inputs, twist)
    if found is None:
        raise weights.error("values are not computed for this layer; ask for its figures only")
    return found


def _bias(weights: Weights, size: int, twist: Twist) -> Array | int:
    return 0 if twist.name == "bias_ignored" or "bias" not in weights else weights.shaped("bias", (size,))


def _dense(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    kernel = weights.matrix("kernel", inputs[0].shape[-1], layer.units)
    if twist.name == "weights_transposed" and kernel.shape[0] == kernel.shape[1]:
        kernel = kernel.T
    return np.asarray(product(inputs[0], kernel) + _bias(weights, layer.units, twist))


def _embedding(layer: Any, inputs: list[Array], weights: Weights, _twist: Twist) -> Array:
    table = weights.shaped("kernel", (layer.vocab, layer.dim))
    for index in inputs[0].reshape(-1):
        if not isinstance(index, int) or not 0 <= index < layer.vocab:
            raise weights.error(f"the input {index} is no index of {layer.vocab} entries")
    return np.asarray(table[inputs[0].astype(int)])


def _param(layer: Any, inputs: list[Array], weights: Weights, _twist: Twist) -> Array:
    if layer.merge == "none":
        return inputs[0]
    own = weights.shaped("kernel", layer.shape)
    return np.concatenate([own, inputs[0]]) if layer.merge == "prepend" else np.asarray(inputs[0] + own)


def _twisted_kernel(kernel: Array, weights: Weights, twist: Twist, *, flips: bool) -> Array:
    axes = kernel.ndim - 2
    if flips != (twist.name in {"flip_kernel", "not_flipped"}):
        kernel = kernel[tuple(slice(None, None, -1) for _ in range(axes))]
    if twist.name == "kernel_transposed":
        if axes != 2 or kernel.shape[0] != kernel.shape[1]:
            raise weights.error("only a square kernel can be transposed")
        kernel = np.swapaxes(kernel, 0, 1)
    return kernel


def _convolution(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    channels = inputs[0].shape[-1] // layer.groups
    kernel = weights.filters("kernel", layer.sliding.kernel, channels, layer.filters)
    kernel = _twisted_kernel(kernel, weights, twist, flips=weights.flips)
    array, groups = inputs[0], layer.groups
    if twist.name == "one_channel" and groups == 1:
        array, kernel = array[..., :1], kernel[..., :1, :]
    found = convolve(array, kernel, layer.sliding, twist.rules, groups)
    if twist.name == "scaled":
        found = found * Fraction(1, prod(kernel.shape[:-1]))
    return np.asarray(found + _bias(weights, layer.filters, twist))


def _depthwise(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    channels = inputs[0].shape[-1]
    kernel = weights.filters("kernel", layer.sliding.kernel, 1, channels * layer.multiplier)
    kernel = _twisted_kernel(kernel, weights, twist, flips=weights.flips)
    found = convolve(inputs[0], kernel, layer.sliding, twist.rules, channels)
    return np.asarray(found + _bias(weights, kernel.shape[-1], twist))


def _separable(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    channels = inputs[0].shape[-1]
    first = weights.filters("depthwise", layer.sliding.kernel, 1, channels * layer.multiplier)
    second = weights.matrix("pointwise", channels * layer.multiplier, layer.filters)
    found = convolve(inputs[0], first, layer.sliding, twist.rules, channels)
    return np.asarray(product(found, second) + _bias(weights, layer.filters, twist))


def _transposed(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    channels = inputs[0].shape[-1]
    kernel = weights.filters("kernel", layer.sliding.kernel, layer.filters // layer.groups, channels)
    kernel = np.swapaxes(kernel, -1, -2)  # written input channels first, as PyTorch does
    kernel = _twisted_kernel(kernel, weights, twist, flips=False)
    found = convolve_transposed(
        inputs[0], kernel, layer.sliding, layer.output_padding, twist.rules, layer.groups
    )
    return np.asarray(found + _bias(weights, layer.filters, twist))


def _batch_norm(layer: Any, inputs: list[Array], weights: Weights, _twist: Twist) -> Array:
    shape = inputs[0].shape[-1:]
    mean, variance = weights.shaped("mean", shape), weights.shaped("variance", shape)
    spread = mapped(root, variance + layer.epsilon)
    scaled = mapped(exactly, inputs[0] - mean) / spread
    return np.asarray(weights.shaped("gamma", shape, 1) * scaled + weights.shaped("beta", shape, 0))


def _layer_norm(layer: Any, inputs: list[Array], weights: Weights, _twist: Twist) -> Array:
    array = mapped(exactly, inputs[0])
    shape = array.shape[-1:]
    if len(layer.shape) > 1:
        raise weights.error("values are computed for normalization over the last axis only")
    centred = array - array.sum(axis=-1, keepdims=True) / shape[0] if layer.center else array
    variance = (centred * centred).sum(axis=-1, keepdims=True) / shape[0]
    spread = mapped(root, variance + layer.epsilon)
    if not spread.all():
        raise weights.error("all features are equal and epsilon is 0: the values are not defined")
    return np.asarray(
        weights.shaped("gamma", shape, 1) * (centred / spread) + weights.shaped("beta", shape, 0)
    )


def _attention(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    asked, memory = inputs[0], inputs[-1]
    key, value = layer.sizes(asked.shape[-1])
    if layer.kv_heads not in {0, layer.heads}:
        raise weights.error("values are not computed for shared key heads")
    queries = _projected(asked, weights, "query", layer.heads * key)
    keys = _projected(memory, weights, "key", layer.heads * key)
    values = _projected(memory, weights, "value", layer.heads * value)
    joined = []
    for head in range(layer.heads):
        own, given = slice(head * key, (head + 1) * key), slice(head * value, (head + 1) * value)
        scores = product(queries[:, own], keys[:, own].T)
        if twist.name != "attn_no_scale":
            scores = mapped(exactly, scores) / root(key)
        shares = softmax(scores, 0 if twist.name == "softmax_axis" else -1)
        joined.append(product(shares, values[:, given]))
    found = np.concatenate(joined, axis=-1)
    if not layer.projection or ("output" not in weights and layer.heads == 1):
        return found
    return _projected(found, weights, "output", layer.width or asked.shape[-1])


def _projected(array: Array, weights: Weights, part: str, size: int) -> Array:
    kernel = weights.matrix(part, array.shape[-1], size)
    return np.asarray(product(array, kernel) + weights.shaped(part + "_bias", (size,), 0))


def _recurrent(layer: Any, inputs: list[Array], weights: Weights, twist: Twist) -> Array:
    return run_recurrent(layer, inputs[0], weights, carried=twist.name != "state_not_carried")


_WEIGHTED: Final[tuple[tuple[type | tuple[type, ...], Any], ...]] = (
    (dense.Dense, _dense),
    (dense.Embedding, _embedding),
    (dense.Param, _param),
    (convolution.Convolution, _convolution),
    (convolution.DepthwiseConvolution, _depthwise),
    (convolution.SeparableConvolution, _separable),
    (convolution.TransposedConvolution, _transposed),
    (normalization.BatchNorm, _batch_norm),
    (normalization.LayerNorm, _layer_norm),
    (MultiHeadAttention, _attention),
    (Recurrent, _recurrent),
)


def _moved(network: Network, layer: Any, inputs: list[Array], twist: Twist) -> Array | None:
    """Compute layers without weights; None for those whose values are not computed."""
    array = inputs[0]
    if isinstance(layer, pooling.Pooling):
        kind = "avg" if layer.average else "max"
        kind = {"avg_for_max": "avg", "max_for_avg": "max", "sum_for_avg": "sum"}.get(twist.name, kind)
        return pool(array, layer.sliding, twist.rules, kind=kind, count_padding=layer.count_padding)
    if isinstance(layer, pooling.GlobalPooling):
        axes = tuple(range(array.ndim - 1))
        total = (
            array.sum(axis=axes, keepdims=layer.keep)
            if layer.average
            else array.max(axis=axes, keepdims=layer.keep)
        )
        return np.asarray(
            total * Fraction(1, prod(array.shape[:-1])) if layer.average else total, dtype=object
        )
    if isinstance(layer, normalization.Activation):
        return activate(array, "linear" if twist.name == "no_relu" else layer.function, layer.alpha)
    if isinstance(layer, normalization.Dropout):
        return array
    if isinstance(layer, rearranging.Multiply):
        return _reduced(inputs, operator.mul)
    if isinstance(layer, rearranging.Add):
        found = _reduced(inputs, operator.add)
        return found * Fraction(1, len(inputs)) if isinstance(layer, rearranging.Average) else found
    if isinstance(layer, rearranging.Concat):
        return np.concatenate(inputs, axis=-1 if layer.axis == -1 else layer.axis - 1)
    return _rearranged(network, layer, array, twist)


def _reduced(inputs: list[Array], function: Any) -> Array:
    found = inputs[0]
    for other in inputs[1:]:
        found = mapped(function, found, other)
    return found


def _rearranged(network: Network, layer: Any, array: Array, twist: Twist) -> Array | None:
    if isinstance(layer, rearranging.Flatten):
        first = network.conventions.channels_first and array.ndim > 1
        return (np.moveaxis(array, -1, 0) if first else array).reshape(-1)
    if isinstance(layer, rearranging.Reshape):
        return array.reshape(layer.output((array.shape,), twist.rules))
    if isinstance(layer, rearranging.Permute):
        return np.transpose(array, [axis - 1 for axis in layer.order])
    if isinstance(layer, rearranging.Select):
        return np.asarray(array[layer.index], dtype=object)
    if isinstance(layer, rearranging.RepeatVector):
        return np.broadcast_to(array, (layer.times, *array.shape)).copy()
    if isinstance(layer, rearranging.Upsampling2d):
        for axis, factor in enumerate(layer.factors(array.shape)):
            array = np.repeat(array, factor, axis=axis)
        return array
    if isinstance(layer, rearranging.ZeroPad2d):
        cells = layer.padding.cells
        if layer.sign < 0:
            return array[tuple(slice(a, size - b) for (a, b), size in zip(cells, array.shape, strict=False))]
        return padded(array, [*cells, (0, 0)])
    return None
