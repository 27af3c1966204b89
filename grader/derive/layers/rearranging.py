"""Layers that move values about: padding, cropping, enlarging, flattening, selecting, merging."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

from grader.derive.layers.layer import Layer, LayerProblem, Window
from grader.derive.layers.windows import Padding, read_padding
from grader.derive.specification import read_count

if TYPE_CHECKING:
    from grader.derive.rules import Conventions, Rules
    from grader.derive.specification import Fields, Shape

MANY = 1000  # branches that may be merged


@dataclass(frozen=True, slots=True)
class ZeroPad2d(Layer):
    """Cells of zeros around an image."""

    kind: ClassVar[str] = "zero_pad2d"
    axes: ClassVar[int] = 2
    sign: ClassVar[int] = 1
    padding: Padding

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> ZeroPad2d:
        padding = read_padding(fields, cls.axes, "1")
        if padding.mode != "explicit":
            raise fields.error(f"padding must be a number of cells (got {padding.mode!r})", "padding")
        return cls(padding)

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


@dataclass(frozen=True, slots=True)
class ZeroPad1d(ZeroPad2d):
    """Cells of zeros around a sequence."""

    kind: ClassVar[str] = "zero_pad1d"
    axes: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Cropping2d(ZeroPad2d):
    """Cells cut off around an image; `padding` (or `cropping`) says how many."""

    kind: ClassVar[str] = "cropping2d"
    sign: ClassVar[int] = -1


@dataclass(frozen=True, slots=True)
class Upsampling2d(Layer):
    """Every position repeated `size` times along each axis."""

    kind: ClassVar[str] = "upsampling2d"
    size: Shape

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Upsampling2d:
        fields.raw("interpolation", "")
        return cls(fields.counts("size", (2,), low=1))

    def factors(self, shape: Shape) -> Shape:
        """Return one factor an axis of positions."""
        axes = len(shape) - 1
        if len(self.size) not in {1, axes} or axes < 1:
            raise LayerProblem(f"size {list(self.size)} does not fit {len(shape)} axes", "size")
        return self.size * axes if len(self.size) == 1 else self.size

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        sizes = zip(shapes[0][:-1], self.factors(shapes[0]), strict=True)
        return (*(size * factor for size, factor in sizes), shapes[0][-1])

    def window(self, shapes: tuple[Shape, ...]) -> Window | None:
        factors = self.factors(shapes[0])
        return Window((1,) * len(factors), factors, enlarges=True)


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """All values in one row."""

    kind: ClassVar[str] = "flatten"
    stores: ClassVar[bool] = False

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Flatten:
        fields.raw("start_dim", 1)
        return cls()

    def output(self, shapes: tuple[Shape, ...], rules: Rules) -> Shape:
        return (shapes[0][-1],) if rules.average_positions and shapes[0] else (prod(shapes[0]),)


@dataclass(frozen=True, slots=True)
class Reshape(Layer):
    """The same values under another shape; one axis may be -1."""

    kind: ClassVar[str] = "reshape"
    stores: ClassVar[bool] = False
    shape: Shape

    @classmethod
    def read(cls, fields: Fields, conventions: Conventions) -> Reshape:
        value = fields.raw("shape")
        items = value if isinstance(value, list | tuple) else [value]
        where, what = fields.at("shape"), fields.whose + "shape"
        sizes = tuple(read_count(item, (*where, i), what, low=-1) for i, item in enumerate(items))
        if sizes.count(-1) > 1 or 0 in sizes:
            raise fields.error("shape may have one axis of -1 and none of 0", "shape")
        if conventions.channels_first and len(sizes) == 3:
            sizes = (*sizes[1:], sizes[0])
        return cls(sizes)

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


@dataclass(frozen=True, slots=True)
class Permute(Layer):
    """The axes in another order, `order` counted from 1 without the batch axis as in Keras."""

    kind: ClassVar[str] = "permute"
    order: Shape

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Permute:
        return cls(fields.counts("order", low=1))

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if sorted(self.order) != list(range(1, len(shapes[0]) + 1)):
            raise LayerProblem(f"order {list(self.order)} is no order of {len(shapes[0])} axes", "order")
        return tuple(shapes[0][axis - 1] for axis in self.order)


@dataclass(frozen=True, slots=True)
class Select(Layer):
    """One entry along the first axis: the class token, the last time step (-1)."""

    kind: ClassVar[str] = "select"
    stores: ClassVar[bool] = False
    index: int = 0

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Select:
        return cls(
            read_count(fields.raw("index", 0), fields.at("index"), fields.whose + "index", low=-(10**7))
        )

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        if not shapes[0] or not -shapes[0][0] <= self.index < shapes[0][0]:
            raise LayerProblem(f"there is no entry {self.index} along the first axis", "index")
        return shapes[0][1:]


@dataclass(frozen=True, slots=True)
class RepeatVector(Layer):
    """A vector repeated `times` times, as the input of a decoder."""

    kind: ClassVar[str] = "repeat_vector"
    times: int

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> RepeatVector:
        return cls(fields.count("times", low=1))

    def output(self, shapes: tuple[Shape, ...], _rules: Rules) -> Shape:
        return (self.times, *shapes[0])


@dataclass(frozen=True, slots=True)
class Add(Layer):
    """The sum of inputs of one shape."""

    kind: ClassVar[str] = "add"
    inputs: ClassVar[tuple[int, int]] = (2, MANY)

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


@dataclass(frozen=True, slots=True)
class Multiply(Add):
    """The product of inputs of one shape, or of shapes that repeat along axes of size 1."""

    kind: ClassVar[str] = "multiply"


@dataclass(frozen=True, slots=True)
class Average(Add):
    """The average of inputs of one shape."""

    kind: ClassVar[str] = "average"


@dataclass(frozen=True, slots=True)
class Concat(Layer):
    """Inputs joined along `axis` (default: the channels); all other axes agree."""

    kind: ClassVar[str] = "concat"
    inputs: ClassVar[tuple[int, int]] = (2, MANY)
    axis: int = -1

    @classmethod
    def read(cls, fields: Fields, _conventions: Conventions) -> Concat:
        axis = read_count(fields.raw("axis", -1), fields.at("axis"), fields.whose + "axis", low=-1, high=8)
        return cls(axis)

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
