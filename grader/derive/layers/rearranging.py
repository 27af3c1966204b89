"""Layers that move values about: padding, cropping, enlarging, flattening, selecting, merging."""

from __future__ import annotations

import operator
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from grader.derive.layers.layer import Layer, Window, fit_axes, option
from grader.derive.sliding import Padding, read_padding
from grader.derive.specification import LayerProblem, read_count
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape
    from grader.derive.values.exactarrays import Array
    from grader.derive.values.layerstep import LayerStep

MANY = 1000  # branches that may be merged


def _cells(cls: type[Padded], fields: Fields, _conventions: Any) -> Padding:
    padding = read_padding(fields, cls.axes, "1")
    if padding.mode != "explicit":
        raise fields.error(f"padding must be a number of cells (got {padding.mode!r})", "padding")
    return padding


@dataclass(frozen=True, slots=True)
class Padded(Layer):
    """Cells of zeros around what reaches the layer, or cut off; `padding` (or `cropping`) says how many."""

    axes: ClassVar[int] = 2
    sign: ClassVar[int] = 1
    padding: Padding = option(read=_cells)

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        shape = shapes[0]
        if len(shape) != self.axes + 1:
            raise LayerProblem(f"{self.kind} takes {self.axes + 1} axes, not {len(shape)}")
        once = rules.padding == "once"
        added = [before if once else before + after for before, after in self.padding.cells]
        if rules.padding == "valid":
            added = [0] * len(added)
        found = tuple(size + self.sign * more for size, more in zip(shape[:-1], added, strict=True))
        if min(found) < 1:
            raise LayerProblem("nothing is left of the input", "padding")
        return (*found, shape[-1])

    def misshapes(self) -> frozenset[str]:
        return frozenset({"padding_valid", "pad_once"} if self.padding.present else ())

    def values(self, step: LayerStep) -> Array:
        cells = self.padding.cells
        if self.sign > 0:
            return step.padded(step.array, [*cells, (0, 0)])
        return step.array[
            tuple(slice(a, size - b) for (a, b), size in zip(cells, step.array.shape, strict=False))
        ]


@dataclass(frozen=True, slots=True)
class Upsampling2d(Layer):
    """Every position repeated `size` times along each axis."""

    kind: ClassVar[str] = "upsampling2d"
    ignores: ClassVar[tuple[str, ...]] = ("interpolation",)
    size: Shape = option((2,), low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        sizes = zip(shapes[0][:-1], fit_axes(self.size, shapes[0]), strict=True)
        return (*(size * factor for size, factor in sizes), shapes[0][-1])

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        factors = fit_axes(self.size, shapes[0])
        return Window((1,) * len(factors), factors, enlarges=True)

    def values(self, step: LayerStep) -> Array:
        array = step.array
        for axis, factor in enumerate(fit_axes(self.size, array.shape)):
            array = array.repeat(factor, axis=axis)
        return array


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """All values in one row."""

    kind: ClassVar[str] = "flatten"
    stores: ClassVar[bool] = False
    ignores: ClassVar[tuple[str, ...]] = ("start_dim",)

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        return (shapes[0][-1],) if rules.average_positions and shapes[0] else (prod(shapes[0]),)

    def values(self, step: LayerStep) -> Array:
        first = step.channels_first and step.array.ndim > 1
        return (step.moveaxis(step.array, -1, 0) if first else step.array).reshape(-1)

    def gradients(self, step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        return {} if step.channels_first else {"input": upstream.reshape(step.array.shape)}


def _sizes(_cls: Any, fields: Fields, conventions: Conventions) -> Shape:
    value = fields.raw("shape")
    items = value if isinstance(value, list | tuple) else [value]
    where, what = fields.at("shape"), fields.whose + "shape"
    sizes = tuple(read_count(item, (*where, i), what, low=-1) for i, item in enumerate(items))
    if sizes.count(-1) > 1 or 0 in sizes:
        raise fields.error("shape may have one axis of -1 and none of 0", "shape")
    return conventions.channels_last(sizes)


@dataclass(frozen=True, slots=True)
class Reshape(Layer):
    """The same values under another shape; one axis may be -1."""

    kind: ClassVar[str] = "reshape"
    stores: ClassVar[bool] = False
    shape: Shape = option(read=_sizes)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        total = prod(shapes[0])
        known = prod(size for size in self.shape if size != -1)
        if -1 in self.shape:
            if total % known:
                raise LayerProblem(f"{total} values do not fill rows of {known}", "shape")
            return tuple(total // known if size == -1 else size for size in self.shape)
        if known != total:
            raise LayerProblem(f"{total} values cannot take the shape {list(self.shape)} of {known}", "shape")
        return self.shape

    def values(self, step: LayerStep) -> Array:
        return step.array.reshape(self.output((step.array.shape,), step.rules))

    def gradients(self, step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        return {} if step.channels_first else {"input": upstream.reshape(step.array.shape)}


@dataclass(frozen=True, slots=True)
class Permute(Layer):
    """The axes in another order, `order` counted from 1 without the batch axis as in Keras."""

    kind: ClassVar[str] = "permute"
    order: Shape = option(low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if sorted(self.order) != list(range(1, len(shapes[0]) + 1)):
            raise LayerProblem(f"order {list(self.order)} is no order of {len(shapes[0])} axes", "order")
        return tuple(shapes[0][axis - 1] for axis in self.order)

    def values(self, step: LayerStep) -> Array:
        return step.array.transpose([axis - 1 for axis in self.order])


@dataclass(frozen=True, slots=True)
class Select(Layer):
    """One entry along the first axis: the class token, the last time step (-1)."""

    kind: ClassVar[str] = "select"
    stores: ClassVar[bool] = False
    index: int = option(0, low=-(10**7))

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if not shapes[0] or not -shapes[0][0] <= self.index < shapes[0][0]:
            raise LayerProblem(f"there is no entry {self.index} along the first axis", "index")
        return shapes[0][1:]

    def values(self, step: LayerStep) -> Array:
        found: Array = step.array[self.index]
        return found


@dataclass(frozen=True, slots=True)
class RepeatVector(Layer):
    """A vector repeated `times` times, as the input of a decoder."""

    kind: ClassVar[str] = "repeat_vector"
    times: int = option(low=1)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return (self.times, *shapes[0])

    def values(self, step: LayerStep) -> Array:
        return step.array[None].repeat(self.times, axis=0)


@dataclass(frozen=True, slots=True)
class Elementwise(Layer):
    """Inputs of one shape, or of shapes that repeat along axes of size 1, combined place by place."""

    inputs: ClassVar[tuple[int, int]] = (2, MANY)
    combine: ClassVar[Callable[[Any, Any], Any]]
    averages: ClassVar[bool] = False

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        longest = max(shapes, key=len)
        found = list(longest)
        for shape in shapes:
            offset = len(longest) - len(shape)
            for axis, size in enumerate(shape):
                if 1 not in {size, found[offset + axis]} and size != found[offset + axis]:
                    listed = ", ".join(str(list(each)) for each in shapes)
                    raise LayerProblem(f"its inputs must have one shape, but have {listed}", "from")
                found[offset + axis] = max(size, found[offset + axis])
        return tuple(found)

    def values(self, step: LayerStep) -> Array:
        found = step.inputs[0]
        for other in step.inputs[1:]:
            found = step.mapped(self.combine, found, other)
        return found * Fraction(1, len(step.inputs)) if self.averages else found


@dataclass(frozen=True, slots=True)
class Add(Elementwise):
    """The sum of its inputs."""

    kind: ClassVar[str] = "add"
    combine = operator.add

    def gradients(self, step: LayerStep, upstream: Array) -> Mapping[str, Array]:
        return {"input": upstream} if all(each.shape == upstream.shape for each in step.inputs) else {}


Multiply = Elementwise.variant("multiply", combine=operator.mul)
Average = Elementwise.variant("average", combine=operator.add, averages=True)
ZeroPad1d, ZeroPad2d = (Padded.variant(f"zero_pad{axes}d", axes=axes) for axes in (1, 2))
Cropping2d = Padded.variant("cropping2d", sign=-1)


@dataclass(frozen=True, slots=True)
class Concat(Layer):
    """Inputs joined along `axis` (default: the channels); all other axes agree."""

    kind: ClassVar[str] = "concat"
    inputs: ClassVar[tuple[int, int]] = (2, MANY)
    axis: int = option(-1, low=-1, high=8)

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        first = shapes[0]
        # Keras counts the batch as axis 0, so axis 1 is the first of a shape without it.
        axis = len(first) - 1 if self.axis == -1 else self.axis - 1
        if not 0 <= axis < len(first):
            raise LayerProblem(f"there is no axis {self.axis} in {len(first)} axes and the batch", "axis")
        rest = [(len(shape), shape[:axis], shape[axis + 1 :]) for shape in shapes]
        if any(each != rest[0] for each in rest):
            listed = ", ".join(str(list(each)) for each in shapes)
            raise LayerProblem(f"its inputs may differ along one axis only, but have {listed}", "from")
        return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])

    def values(self, step: LayerStep) -> Array:
        return step.joined(step.inputs, axis=-1 if self.axis == -1 else self.axis - 1)
