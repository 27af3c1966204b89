"""The operations on one matrix: convolution, transposed convolution and pooling, written as on paper.

An image is [[...]] or, with several channels, [[[...]], [[...]]] (channels first, as on paper). A kernel
is kh x kw, C x kh x kw for an image of C channels, or F x C x kh x kw for F filters.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.catalogue import mistake
from grader.derive.result import Derived
from grader.derive.rules import Rules
from grader.derive.sliding import Sliding, read_padding
from grader.derive.specification import ACTIVATION_NAMES, Fields, LayerProblem, SpecError, shape_of, spelled
from grader.derive.values.arrayactivations import activate
from grader.derive.values.exactarrays import Array, array_of, mapped, nested_of
from grader.derive.values.windowvalues import convolve, convolve_transposed, pool
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Compute = Callable[[Rules], Array]

_ALIASES: Final = spelled(
    {
        "input": "image x",
        "kernel": "filter weights kernel_size pool_size size",
        "stride": "strides",
        "padding": "pad",
        "dilation": "dilation_rate",
        "convolution": "flip",
        "mode": "kind pool type",
        "bias": "b",
    }
)
_POOLS: Final = spelled(
    {
        "max": "maximum",
        "avg": "average mean",
        "min": "",
        "sum": "",
    }
)
_ASKS: Final = spelled(
    {
        "value": "matrix output",
        "shape": "size",
    }
)
_RULES: Final = ("padding_valid", "padding_same", "pad_once", "stride_1", "dilation_ignored")


@dataclass(frozen=True, slots=True)
class _Image:
    """What an operation works on: channels last, and how to write a result as the input was written."""

    array: Array
    axes: int
    last: bool
    several: bool  # whether the result keeps an axis of channels

    def written(self, result: Array) -> Any:
        if not self.several:
            return nested_of(result[..., 0])
        return nested_of(result if self.last else np.moveaxis(result, -1, 0))


def _opened(spec: Mapping[str, Any]) -> tuple[Fields, str, bool]:
    fields = Fields(spec, aliases=_ALIASES)
    for name in ("op", "name", "note", "mistakes"):
        fields.raw(name, None)
    last = (
        fields.choice("data_format", ("channels_first", "channels_last"), "channels_first") == "channels_last"
    )
    return fields, fields.choice("ask", _ASKS, "value"), last


def _channels_last(fields: Fields, name: str, axes: int, *, last: bool) -> tuple[Array, bool]:
    """Read an array of positions, with or without channels; return it channels last."""
    nested = fields.array(name)
    rank = len(shape_of(nested))
    if rank not in {axes, axes + 1}:
        raise fields.error(
            f"{name} must have {axes} axes, or {axes + 1} with its channels (got {rank})", name
        )
    array = array_of(nested)
    if rank == axes:
        return array[..., None], False
    return (array if last else np.moveaxis(array, 0, -1)), True


def _kernel(fields: Fields, axes: int, channels: int, *, last: bool) -> tuple[Array, bool]:
    """Read a kernel as (..., C, F); return it and whether it holds several filters."""
    nested = fields.array("kernel")
    shape = shape_of(nested)
    array = array_of(nested)
    if len(shape) == axes:
        found, several = array[..., None, None], False
    elif len(shape) == axes + 1 and channels > 1:
        found, several = (array if last else np.moveaxis(array, 0, -1))[..., None], False
    elif len(shape) == axes + 1:
        found, several = np.moveaxis(array, 0, -1)[..., None, :], True
    elif len(shape) == axes + 2:
        found, several = (array, True) if last else (np.moveaxis(array, (1, 0), (-2, -1)), True)
    else:
        raise fields.error(f"kernel must have from {axes} to {axes + 2} axes (got {len(shape)})", "kernel")
    if found.shape[-2] != channels:
        raise fields.error(
            f"the kernel has {found.shape[-2]} channels (its shape is {list(shape)}), the input {channels}",
            "kernel",
        )
    return found, several


def _sliding(
    fields: Fields, kernel: tuple[int, ...], axes: int, *, stride: tuple[int, ...] = (1,)
) -> Sliding:
    return Sliding(
        kernel,
        fields.sizes("stride", axes, stride),
        read_padding(fields, axes),
        fields.sizes("dilation", axes, (1,)),
        fields.flag("ceil_mode", default=False),
    )


def derive_conv2d(spec: Mapping[str, Any]) -> Derived:
    """Derive the output of a convolution of an image with given weights.

    `input`, `kernel`, `stride` (1), `padding` (valid), `dilation` (1), `bias` (0, or one a filter),
    `activation`, `convolution: true` for a flipped kernel, `data_format` (channels_first).
    """
    return _convolution(spec, 2)


def derive_conv1d(spec: Mapping[str, Any]) -> Derived:
    """Derive the output of a convolution along a sequence; fields as in conv2d."""
    return _convolution(spec, 1)


def _convolution(spec: Mapping[str, Any], axes: int) -> Derived:
    fields, ask, last = _opened(spec)
    array, _ = _channels_last(fields, "input", axes, last=last)
    kernel, several = _kernel(fields, axes, array.shape[-1], last=last)
    flips = _flips(fields)
    sliding = _sliding(fields, kernel.shape[:axes], axes)
    bias = _bias(fields, kernel.shape[-1])
    function = fields.choice("activation", ACTIVATION_NAMES, "linear")
    rounding = fields.choice("rounding", ("floor", "ceil"), "floor")
    fields.finish()
    image = _Image(array, axes, last, several)
    turned = kernel[tuple(slice(None, None, -1) for _ in range(axes))]
    own, other = (turned, kernel) if flips else (kernel, turned)
    base = Rules(rounding=rounding)

    def linear(rules: Rules, weights: Array, data: Array) -> Array:
        return convolve(data, weights, sliding, rules) + bias

    def whole(rules: Rules, weights: Array = own, data: Array = array) -> Array:
        return activate(linear(rules, weights, data), function)

    alternatives: dict[str, Callable[[], Array]] = {
        "not_flipped" if flips else "flip_kernel": lambda: whole(base, other),
        **_ruled(whole, base),
        "bias_ignored": lambda: activate(linear(base, own, array) - bias, function),
        "no_relu" if function == "relu" else "relu_added": lambda: (
            linear(base, own, array) if function == "relu" else mapped(lambda x: max(x, 0), whole(base))
        ),
    }
    if array.shape[-1] > 1:
        alternatives["one_channel"] = lambda: whole(base, own[..., :1, :], array[..., :1])
    if axes == 2:
        alternatives |= {
            "kernel_transposed": lambda: activate(
                convolve(array, np.swapaxes(own, 0, 1), _turned(sliding), base) + bias, function
            ),
            "output_transposed": lambda: np.swapaxes(whole(base), 0, 1),
        }
    alternatives["scaled"] = lambda: mapped(lambda x: x * Fraction(1, prod(kernel.shape[:-1])), whole(base))
    return _finished(fields, image, ask, lambda: whole(base), alternatives)


def _flips(fields: Fields) -> bool:
    """Read `convolution: true` or `mode: convolution`; cross-correlation is the default."""
    if "mode" in fields:
        modes = {
            "convolution": "convolution",
            "cross_correlation": "correlation",
            "correlation": "correlation",
        }
        return fields.choice("mode", modes) == "convolution"
    return fields.flag("convolution", default=False)


def _turned(sliding: Sliding) -> Sliding:
    return replace(sliding, kernel=sliding.kernel[::-1])


def _ruled(whole: Compute, base: Rules) -> dict[str, Callable[[], Array]]:
    def bent(name: str) -> Callable[[], Array]:
        return lambda: whole(base.bent(name))

    return {name: bent(name) for name in _RULES}


def _bias(fields: Fields, filters: int) -> Array:
    nested = fields.array("bias") if "bias" in fields else 0
    shape = shape_of(nested)
    if shape not in {(), (filters,)}:
        raise fields.error(f"bias must be a number, or one for each of {filters} filters", "bias")
    return array_of(nested)


def derive_conv2d_transpose(spec: Mapping[str, Any]) -> Derived:
    """Derive the output of a transposed convolution: stride, padding and output_padding as in PyTorch.

    The kernel is kh x kw, or C x F x kh x kw.
    """
    fields, ask, last = _opened(spec)
    array, several = _channels_last(fields, "input", 2, last=last)
    nested = fields.array("kernel")
    rank = len(shape_of(nested))
    if rank not in {2, 4}:
        raise fields.error(f"kernel must be kh x kw or C x F x kh x kw (got {rank} axes)", "kernel")
    weights = array_of(nested)
    kernel = weights[..., None, None] if rank == 2 else np.moveaxis(weights, (0, 1), (-2, -1))
    if kernel.shape[-2] != array.shape[-1]:
        raise fields.error(
            f"the kernel takes {kernel.shape[-2]} channels, the input has {array.shape[-1]}", "kernel"
        )
    sliding = _sliding(fields, kernel.shape[:2], 2)
    extra = fields.sizes("output_padding", 2, (0,), low=0)
    bias = _bias(fields, kernel.shape[-1])
    fields.finish()
    image = _Image(array, 2, last, several or rank == 4)

    def whole(rules: Rules, weights: Array = kernel) -> Array:
        return convolve_transposed(array, weights, sliding, extra, rules) + bias

    alternatives: dict[str, Callable[[], Array]] = {
        "transposed_as_conv": lambda: convolve(array, kernel, sliding, Rules()) + bias,
        "flip_kernel": lambda: whole(Rules(), kernel[::-1, ::-1]),
        **{name: run for name, run in _ruled(whole, Rules()).items() if name != "padding_same"},
        "kernel_transposed": lambda: convolve_transposed(
            array, np.swapaxes(kernel, 0, 1), _turned(sliding), extra, Rules()
        ),
    }
    return _finished(fields, image, ask, lambda: whole(Rules()), alternatives)


def derive_pool2d(spec: Mapping[str, Any]) -> Derived:
    """Derive the output of pooling: `mode` max (default), avg, sum or min; the stride is the kernel's size.

    `count_include_pad` says whether padding counts in an average (default: no).
    """
    fields, ask, last = _opened(spec)
    array, several = _channels_last(fields, "input", 2, last=last)
    kind = fields.choice("mode", _POOLS, "avg" if "a" in str(spec["op"])[:1].lower() else "max")
    kernel = fields.sizes("kernel", 2)
    sliding = _sliding(fields, kernel, 2, stride=kernel)
    counts = fields.flag("count_include_pad", default=False)
    rounding = fields.choice("rounding", ("floor", "ceil"), "floor")
    fields.finish()
    base = Rules(rounding=rounding)

    def whole(rules: Rules, mode: str = kind, *, counted: bool = counts) -> Array:
        return pool(array, sliding, rules, kind=mode, count_padding=counted)

    alternatives: dict[str, Callable[[], Array]] = _ruled(whole, base)
    if kind == "max":
        alternatives = {"avg_for_max": lambda: whole(base, "avg")} | alternatives
        alternatives |= {
            "min_for_max": lambda: whole(base, "min"),
            "zero_pad_in_max": lambda: _zero_padded(whole(base)),
        }
    if kind == "avg":
        alternatives = {
            "max_for_avg": lambda: whole(base, "max"),
            "sum_for_avg": lambda: whole(base, "sum"),
        } | (alternatives)
        alternatives["pad_not_counted" if counts else "zero_pad_in_avg"] = lambda: whole(
            base, counted=not counts
        )
    alternatives["ceil_valid"] = lambda: whole(base.bent("ceil_valid"))

    def _zero_padded(result: Array) -> Array:
        """A window that reaches into the padding has at least the value 0."""
        touched = pool(np.full_like(array, 1), sliding, base, kind="sum")
        return np.where(touched < prod(kernel), mapped(lambda x: max(x, 0), result), result)

    return _finished(fields, _Image(array, 2, last, several), ask, lambda: whole(base), alternatives)


def _finished(
    fields: Fields,
    image: _Image,
    ask: str,
    right: Callable[[], Array],
    alternatives: Mapping[str, Callable[[], Array]],
) -> Derived:
    def told(result: Array) -> Any:
        value = image.written(result)
        return shape_of(value) if ask == "shape" else value

    try:
        value = told(right())
    except LayerProblem as problem:
        raise fields.error(
            f"on an input of {list(image.array.shape[:-1])}: {problem}", problem.field
        ) from problem
    return Derived(value, tuple(mistake(name, wrong) for name, wrong in _wrong(alternatives, told, value)))


def _wrong(
    alternatives: Mapping[str, Callable[[], Array]], told: Callable[[Array], Any], value: Any
) -> Iterator[tuple[str, Any]]:
    for name, run in alternatives.items():
        try:
            wrong = told(run())
        except (LayerProblem, SpecError, ValueError):  # the mistake leads to nothing here
            continue
        if wrong != value:
            yield name, wrong
