"""Convolution, transposed convolution and pooling on arrays of exact numbers, channels last."""

from __future__ import annotations

from itertools import product as pairs
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.derive.exactscalars import exactly
from grader.derive.sliding import (
    bent_padding,
    bent_stride,
    cells_at,
    enlarged_sizes,
    output_sizes,
    same_cells,
)
from grader.derive.specification import LayerProblem
from grader.derive.values.exactarrays import (
    MAX_PRODUCTS,
    Array,
    commensurable,
    divided,
    mapped,
    padded,
    zeros,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.derive.rules import Rules
    from grader.derive.sliding import Sliding


@dataclass(frozen=True, slots=True)
class Plan:
    """How a window runs along each axis: outputs, cells in front, stride, distance of kernel cells."""

    outputs: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]


def planned(sizes: tuple[int, ...], sliding: Sliding, rules: Rules) -> Plan:
    """Return the plan for an input; raises LayerProblem where the window does not fit."""
    outputs = output_sizes(sizes, sliding, rules)
    padding = bent_padding(sliding.padding, rules)
    dilations = sliding.dilation if rules.dilation else (1,) * len(sizes)
    strides = tuple(bent_stride(stride, rules) for stride in sliding.stride)
    before, after = [], []
    for axis, size in enumerate(sizes):
        reach = dilations[axis] * (sliding.kernel[axis] - 1) + 1
        if padding.mode == "same":
            front, back = same_cells(size, strides[axis], reach)
        elif padding.mode == "causal":
            front, back = reach - 1, 0
        else:
            front, back = cells_at(padding, axis, reach)
            back = 0 if rules.padding == "once" else back
        before.append(front)
        after.append(back)
    return Plan(outputs, tuple(before), tuple(after), strides, dilations)


def _views(
    array: Array, kernel: tuple[int, ...], plan: Plan, fill: Any
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield for every kernel cell the input values under it, one for each output position."""
    width = []
    for axis, size in enumerate(array.shape[:-1]):
        reach = plan.dilations[axis] * (kernel[axis] - 1) + 1
        needed = (plan.outputs[axis] - 1) * plan.strides[axis] + reach
        width.append((plan.before[axis], max(needed - size - plan.before[axis], 0)))
    if (
        prod(size + sum(more) for size, more in zip(array.shape, [*width, (0, 0)], strict=True))
        > MAX_PRODUCTS
    ):
        raise LayerProblem("the padded input is too large to compute values", "padding")
    whole = padded(array, [*width, (0, 0)], fill)
    for cell in pairs(*(range(size) for size in kernel)):
        slices = tuple(
            slice(
                offset * plan.dilations[axis],
                offset * plan.dilations[axis] + (plan.outputs[axis] - 1) * plan.strides[axis] + 1,
                plan.strides[axis],
            )
            for axis, offset in enumerate(cell)
        )
        yield cell, whole[slices]


def check_affordable(products: int) -> None:
    """Refuse more products than a question is worth."""
    if products > MAX_PRODUCTS:
        raise LayerProblem(
            f"{products:,} products are more than are computed ({MAX_PRODUCTS:,}); ask for counts only"
        )


def convolve(array: Array, kernel: Array, sliding: Sliding, rules: Rules, groups: int = 1) -> Array:
    """Return the cross-correlation: array (..., C), kernel (..., C / groups, F), result (..., F)."""
    plan = planned(array.shape[:-1], sliding, rules)
    filters = kernel.shape[-1]
    check_affordable(prod(plan.outputs) * kernel.size)
    (array, kernel), divisor = commensurable(array, kernel)
    found = zeros((*plan.outputs, filters))
    share, each = array.shape[-1] // groups, filters // groups
    for cell, view in _views(array, sliding.kernel, plan, 0):
        for group in range(groups):
            channels, own = slice(group * share, (group + 1) * share), slice(group * each, (group + 1) * each)
            found[..., own] = found[..., own] + np.tensordot(
                view[..., channels], kernel[cell][:, own], axes=1
            )
    return divided(found, divisor)


def convolve_transposed(
    array: Array,
    kernel: Array,
    sliding: Sliding,
    output_padding: tuple[int, ...],
    rules: Rules,
    groups: int = 1,
) -> Array:
    """Return what every input position adds up to: array (..., C), kernel (..., C, F / groups), result (..., F)."""
    sizes = array.shape[:-1]
    outputs = enlarged_sizes(sizes, sliding, output_padding, rules)
    strides = tuple(bent_stride(stride, rules) for stride in sliding.stride)
    padding = bent_padding(sliding.padding, rules)
    check_affordable(prod(sizes) * kernel.size)
    (array, kernel), divisor = commensurable(array, kernel)
    whole = tuple(
        max((n - 1) * s + reach, out + reach)
        for n, s, reach, out in zip(sizes, strides, sliding.reach, outputs, strict=True)
    )
    check_affordable(prod(whole) * kernel.shape[-1] * groups)
    found = zeros((*whole, kernel.shape[-1] * groups))
    share, each = array.shape[-1] // groups, kernel.shape[-1]
    for cell in pairs(*(range(size) for size in sliding.kernel)):
        slices = tuple(
            slice(offset * d, offset * d + (n - 1) * s + 1, s)
            for offset, d, n, s in zip(cell, sliding.dilation, sizes, strides, strict=True)
        )
        for group in range(groups):
            channels, own = slice(group * share, (group + 1) * share), slice(group * each, (group + 1) * each)
            added = np.tensordot(array[..., channels], kernel[cell][channels], axes=1)
            found[(*slices, own)] = found[(*slices, own)] + added
    cut = []
    for axis, out in enumerate(outputs):
        reach, stride = sliding.reach[axis], strides[axis]
        # With `same` the surplus k' - s is cut off, the smaller half in front, as TensorFlow does.
        front = max(reach - stride, 0) // 2 if padding.mode == "same" else cells_at(padding, axis, reach)[0]
        cut.append(slice(front, front + out))
    return divided(found[tuple(cut)], divisor)


def pool(array: Array, sliding: Sliding, rules: Rules, *, kind: str, count_padding: bool = False) -> Array:
    """Return the largest, smallest, average or summed value under the window, channel by channel.

    Padding takes no part in a maximum; in an average only where `count_padding` says so.
    """
    plan = planned(array.shape[:-1], sliding, rules)
    check_affordable(prod(plan.outputs) * prod(sliding.kernel) * array.shape[-1])
    (array, _), divisor = commensurable(array, np.full((1,), 1, dtype=object))
    if kind in {"max", "min"}:
        return divided(_extreme(array, sliding.kernel, plan, largest=kind == "max"), divisor)
    found = zeros((*plan.outputs, array.shape[-1]))
    for _, view in _views(array, sliding.kernel, plan, 0):
        found = found + view
    found = divided(found, divisor)
    if kind == "sum":
        return found
    return np.asarray(mapped(exactly, found) / _counts(array, sliding, plan, count_padding=count_padding))


def _extreme(array: Array, kernel: tuple[int, ...], plan: Plan, *, largest: bool) -> Array:
    nothing = float("-inf") if largest else float("inf")
    found = np.full((*plan.outputs, array.shape[-1]), nothing, dtype=object)
    for _, view in _views(array, kernel, plan, nothing):
        found = np.where((view > found) if largest else (view < found), view, found)
    if any(value == nothing for value in found.reshape(-1)):
        raise LayerProblem("a window sees nothing but padding", "padding")
    return found


def _counts(array: Array, sliding: Sliding, plan: Plan, *, count_padding: bool) -> Array:
    """Count the cells under each window that an average divides by."""
    axes = []
    for axis, size in enumerate(array.shape[:-1]):
        low, high = (-plan.before[axis], size + plan.after[axis]) if count_padding else (0, size)
        row = []
        for position in range(plan.outputs[axis]):
            start = position * plan.strides[axis] - plan.before[axis]
            cells = (start + offset * plan.dilations[axis] for offset in range(sliding.kernel[axis]))
            row.append(sum(low <= cell < high for cell in cells))
        axes.append(row)
    found = np.array([prod(each) for each in pairs(*axes)], dtype=object).reshape(plan.outputs)
    if not found.all():
        raise LayerProblem("a window sees nothing but padding", "padding")
    return np.asarray(found[..., None], dtype=object)
