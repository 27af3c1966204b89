"""Sliding windows: padding, strides, and the sizes that come of them.

For n positions, kernel k, stride s, dilation d, padding p in total and k' = d(k - 1) + 1:
valid or explicit floor((n + p - k') / s) + 1; same ceil(n / s); transposed (n - 1)s - p + k' + output
padding, or n s with same. (Dumoulin and Visin, A guide to convolution arithmetic, 2016.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.derive.specification import LayerProblem, plain_word, read_count, read_counts, shown
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.rules import Rules
    from grader.derive.specification import Fields, Shape

MODES: Final = ("valid", "same", "full", "causal")


@dataclass(frozen=True, slots=True)
class Padding:
    """A mode, or with mode `explicit` the cells before and after along each axis."""

    mode: str
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def present(self) -> bool:
        return self.mode in {"same", "full", "causal"} or any(cell for pair in self.cells for cell in pair)


@dataclass(frozen=True, slots=True)
class Sliding:
    """A window's geometry: one number an axis."""

    kernel: Shape
    stride: Shape
    padding: Padding
    dilation: Shape
    ceil_mode: bool = False

    @property
    def reach(self) -> Shape:
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))


def read_padding(fields: Fields, axes: int, default: str = "valid") -> Padding:
    """Read `padding`: a mode, cells per side, [h, w], or [[top, bottom], [left, right]]."""
    value: Any = fields.raw("padding", default)
    word = plain_word(value) if isinstance(value, str) else ""
    if word in MODES:
        return Padding(word)
    place, what = fields.at("padding"), fields.whose + "padding"
    if isinstance(value, str) and not word.lstrip("+-").isdigit():
        raise fields.error(
            f"padding must be one of {', '.join(MODES)}, a number of cells per side, [h, w] or"
            f" [[top, bottom], [left, right]] (got {shown(value)})",
            "padding",
        )
    if not isinstance(value, list | tuple):
        cells = read_count(value, place, what)
        return Padding("explicit", ((cells, cells),) * axes)
    if len(value) != axes:
        raise fields.error(
            f"padding must have one entry for each of {axes} axes (got {shown(value)})", "padding"
        )
    pairs = [read_counts(item, (*place, index), what) for index, item in enumerate(value)]
    if any(len(pair) not in {1, 2} for pair in pairs):
        raise fields.error(
            f"padding must be [h, w] or [[top, bottom], [left, right]] (got {shown(value)})", "padding"
        )
    return Padding("explicit", tuple((pair[0], pair[-1]) for pair in pairs))


def read_sliding(
    fields: Fields, axes: int, *, stride: Shape | None = (1,), padding: str = "valid"
) -> Sliding:
    """Read kernel, stride, padding, dilation and ceil_mode; a stride of None is the kernel's size."""
    kernel = fields.sizes("kernel", axes)
    return Sliding(
        kernel,
        fields.sizes("stride", axes, kernel if stride is None else stride),
        read_padding(fields, axes, padding),
        fields.sizes("dilation", axes, (1,)),
        fields.flag("ceil_mode", default=False),
    )


def output_sizes(sizes: Shape, sliding: Sliding, rules: Rules) -> Shape:
    """Return how many positions the window takes along each axis."""
    return tuple(_output_size(size, sliding, axis, rules) for axis, size in enumerate(sizes))


def _output_size(size: int, sliding: Sliding, axis: int, rules: Rules) -> int:
    stride = bent_stride(sliding.stride[axis], rules)
    reach = sliding.reach[axis] if rules.dilation else sliding.kernel[axis]
    padding = bent_padding(sliding.padding, rules)
    if padding.mode in {"same", "causal"}:
        return -(-size // stride) if rules.same_rounds_up else max(size // stride, 1)
    before, after = cells_at(padding, axis, reach)
    total = before if rules.padding == "once" else before + after
    if size + total < reach:
        padded = f" with {total} cells of padding" if total else ""
        raise LayerProblem(
            f"the kernel covers {reach} positions, but axis {axis} of its input has {size}{padded};"
            " use a smaller kernel or more padding",
            "kernel",
        )
    steps, rest = divmod(size + total - reach, stride)
    count = steps + (1 if rules.plus_one else 0)
    ceil_mode = sliding.ceil_mode and rules.ceil_mode
    if rest and (ceil_mode or rules.rounding == "ceil"):
        count += 1
        # A last window must begin inside the input or the padding before it (PyTorch's rule).
        if ceil_mode and (count - 1) * stride >= size + before:
            count -= 1
    if count < 1:
        raise LayerProblem("nothing is left of the input", "kernel")
    return count


def cells_at(padding: Padding, axis: int, reach: int) -> tuple[int, int]:
    """Return the explicit cells before and after along an axis."""
    if padding.mode == "full":
        return reach - 1, reach - 1
    return padding.cells[axis] if padding.cells else (0, 0)


def same_cells(size: int, stride: int, reach: int) -> tuple[int, int]:
    """Return the cells that padding `same` adds: the smaller half first, as TensorFlow does."""
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def bent_stride(stride: int, rules: Rules) -> int:
    """Return a stride as the rules take it."""
    if not rules.stride:
        return stride
    return 1 if rules.stride == "one" else stride * stride


def bent_padding(padding: Padding, rules: Rules) -> Padding:
    """Return a padding as the rules take it."""
    if rules.padding in {"valid", "same"}:
        return Padding(rules.padding)
    return padding


def enlarged_sizes(sizes: Shape, sliding: Sliding, output_padding: Shape, rules: Rules) -> Shape:
    """Return the sizes a transposed convolution gives."""
    found = []
    padding = bent_padding(sliding.padding, rules)
    for axis, size in enumerate(sizes):
        stride = bent_stride(sliding.stride[axis], rules)
        reach = sliding.reach[axis] if rules.dilation else sliding.kernel[axis]
        if padding.mode == "same":
            found.append(size * stride)
            continue
        before, after = cells_at(padding, axis, reach)
        total = before if rules.padding == "once" else before + after
        result = (size - 1) * stride - total + reach + output_padding[axis]
        if result < 1:
            raise LayerProblem(
                f"padding {total} leaves nothing of axis {axis} with {size} positions", "padding"
            )
        found.append(result)
    return tuple(found)
