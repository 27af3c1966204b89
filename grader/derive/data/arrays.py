"""Small rectangular arrays of exact numbers: element by element operations, sums along an axis, products.

They follow the broadcasting rules of numerical Python so that `np.mean(X, axis=0)` in an expression means
what its author expects, but hold fractions.
"""

from __future__ import annotations

from itertools import product as pairs
from typing import TYPE_CHECKING, Any, Final

from grader.derive.exactscalars import Scalar, total
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_CELLS: Final = 20_000  # of one array in an expression
MAX_AXES: Final = 4


@dataclass(frozen=True)
class Array:
    """Hold cells in row order with their shape."""

    shape: tuple[int, ...]
    cells: tuple[Scalar, ...]

    @property
    def nested(self) -> Any:
        """The cells as nested lists; a number for an array without axes."""
        return _nested(self.shape, iter(self.cells))

    def __getitem__(self, where: tuple[int | slice, ...]) -> Any:
        """Return a cell or a part, as numerical Python does for whole numbers and slices."""
        if len(where) > len(self.shape):
            raise IndexError(f"{len(where)} indices for an array with {len(self.shape)} axes")
        full = (*where, *[slice(None)] * (len(self.shape) - len(where)))
        chosen = [
            [range(size)[index]] if isinstance(index, int) else list(range(size)[index])
            for index, size in zip(full, self.shape, strict=True)
        ]
        shape = tuple(
            len(kept) for kept, index in zip(chosen, full, strict=True) if not isinstance(index, int)
        )
        cells = tuple(self.cells[self._offset(place)] for place in pairs(*chosen))
        return Array(shape, cells) if shape else cells[0]

    def _offset(self, place: tuple[int, ...]) -> int:
        offset = 0
        for index, size in zip(place, self.shape, strict=True):
            offset = offset * size + index
        return offset

    def apply(self, function: Callable[[Scalar], Scalar]) -> Array:
        """Return the function's value of every cell."""
        return Array(self.shape, tuple(function(cell) for cell in self.cells))

    def transposed(self) -> Array:
        """Return the array with its axes in reverse order."""
        shape = self.shape[::-1]
        places = pairs(*(range(size) for size in shape))
        return Array(shape, tuple(self.cells[self._offset(place[::-1])] for place in places))

    def along(self, axis: int | None, function: Callable[[Sequence[Scalar]], Scalar]) -> Array | Scalar:
        """Return the function of all cells (None) or of every line along an axis."""
        if axis is None:
            return function(self.cells)
        axis = range(len(self.shape))[axis]
        shape = (*self.shape[:axis], *self.shape[axis + 1 :])
        found = []
        for place in pairs(*(range(size) for size in shape)):
            line = [
                self.cells[self._offset((*place[:axis], index, *place[axis:]))]
                for index in range(self.shape[axis])
            ]
            found.append(function(line))
        return Array(shape, tuple(found)) if shape else found[0]


def _nested(shape: tuple[int, ...], cells: Iterator[Scalar]) -> Any:
    if not shape:
        return next(cells)
    return [_nested(shape[1:], cells) for _ in range(shape[0])]


def array_of(value: Any) -> Array:
    """Return a number, a nested list or an array as an array. Raises ValueError for ragged or large ones."""
    if isinstance(value, Array):
        return value
    if not isinstance(value, list | tuple):
        return Array((), (value,))
    parts = [array_of(item) for item in value]
    shapes = {part.shape for part in parts}
    if len(shapes) > 1:
        raise ValueError("the rows of an array have one length")
    inner = shapes.pop() if shapes else ()
    if len(inner) >= MAX_AXES or sum(len(part.cells) for part in parts) > MAX_CELLS:
        raise ValueError(f"an array has at most {MAX_AXES} axes and {MAX_CELLS} cells")
    return Array((len(parts), *inner), tuple(cell for part in parts for cell in part.cells))


def combine(left: Array, right: Array, function: Callable[[Scalar, Scalar], Scalar]) -> Array:
    """Return the function of the cells that meet; axes of size 1 are repeated. Raises ValueError."""
    axes = max(len(left.shape), len(right.shape))
    first = (1,) * (axes - len(left.shape)) + left.shape
    second = (1,) * (axes - len(right.shape)) + right.shape
    if any(a != b and 1 not in (a, b) for a, b in zip(first, second, strict=True)):
        raise ValueError(f"arrays of shapes {left.shape} and {right.shape} do not fit together")
    shape = tuple(b if a == 1 else a for a, b in zip(first, second, strict=True))
    if _count(shape) > MAX_CELLS:
        raise ValueError(f"an array has at most {MAX_CELLS} cells")
    one, two = Array(first, left.cells), Array(second, right.cells)
    cells = []
    for place in pairs(*(range(size) for size in shape)):
        a = one.cells[one._offset(tuple(i % n for i, n in zip(place, first, strict=True)))]  # noqa: SLF001 - same class
        b = two.cells[two._offset(tuple(i % n for i, n in zip(place, second, strict=True)))]  # noqa: SLF001
        cells.append(function(a, b))
    return Array(shape, tuple(cells))


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def matrix_product(left: Array, right: Array) -> Array | Scalar:
    """Return the product of vectors or matrices (one or two axes). Raises ValueError where they do not fit."""
    if not 1 <= len(left.shape) <= 2 or not 1 <= len(right.shape) <= 2 or left.shape[-1] != right.shape[0]:
        raise ValueError(f"there is no matrix product of shapes {left.shape} and {right.shape}")
    rows = [left.nested] if len(left.shape) == 1 else left.nested
    columns = [right.nested] if len(right.shape) == 1 else right.transposed().nested
    if len(rows) * len(columns) > MAX_CELLS:
        raise ValueError(f"an array has at most {MAX_CELLS} cells")
    cells = tuple(
        total(a * b for a, b in zip(row, column, strict=True)) for row in rows for column in columns
    )
    shape = (*left.shape[:-1], *right.shape[1:])
    return Array(shape, cells) if shape else cells[0]
