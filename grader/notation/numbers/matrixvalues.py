"""Exact values of expressions over matrices that are written out: sums, products, powers, transposes, inverses.

Cells keep how precisely they were written: a multiple or a sum of rounded cells is rounded as well.
Only numbers and the given matrices have a value; the unit matrix `I` has the size that fits.
"""

from __future__ import annotations

import operator
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.numbers.cells import Cell
from grader.notation.numbers.exact import NumberReading, shown
from grader.notation.tree import Apply, Collection, Matrix, Node, Number, Symbol
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_CELLS: Final = 400  # of a matrix that is computed with: nobody multiplies larger ones by hand
MAX_INVERTED: Final = 8  # rows of a matrix that is inverted
MAX_POWER: Final = 16
MAX_BITS: Final = 2_048  # of any numerator or denominator on the way
ROOT_DIGITS: Final = 40  # to which a root that is no fraction is taken
_SNAPPED: Final = Fraction(1, 10**30)  # a product of two roots this near to a short fraction is that fraction
_SHORT: Final = 10**9
_ROOT_STEP: Final = Fraction(1, 10**35)

Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A number on the way, and one unit in its last place; 0 where it is exact."""

    value: Fraction
    step: Fraction = Fraction(0)

    def __add__(self, other: _Entry) -> _Entry:
        return _Entry(_bounded(self.value + other.value), self.step + other.step)

    def __mul__(self, other: _Entry) -> _Entry:
        step = abs(self.value) * other.step + abs(other.value) * self.step
        return _Entry(_bounded(self.value * other.value), step)

    def __neg__(self) -> _Entry:
        return _Entry(-self.value, self.step)


_Grid = tuple[tuple[_Entry, ...], ...]
_Value = _Entry | _Grid
_ONE: Final = _Entry(Fraction(1))
_ZERO: Final = _Entry(Fraction(0))


class NoValueError(ValueError):
    """Say why an expression has no value that could be compared."""


def agree(left: Rows, right: Rows) -> bool:
    """Whether two matrices are the same, to the digits their cells show."""
    if [len(row) for row in left] != [len(row) for row in right]:
        return False
    pairs = zip((c for row in left for c in row), (c for row in right for c in row), strict=True)
    return all(
        one.reading is not None
        and other.reading is not None
        and 2 * abs(one.reading.value - other.reading.value) <= max(_step(one), _step(other))
        for one, other in pairs
    )


def _step(cell: Cell) -> Fraction:
    reading = cell.reading
    return reading.step if reading is not None and reading.value.denominator != 1 else Fraction(0)


def evaluate(tree: Node, values: Mapping[str, Rows], *, elementwise: bool = False) -> Rows:
    """Return the matrix that an expression is equal to, a lone literal as it was written.

    `elementwise` says that a product of two matrices is written with a sign that may also mean
    another product than that of matrices. Raises NoValueError.
    """
    if isinstance(tree, Symbol) and tree.name in values:
        return values[tree.name]
    value = _Evaluation(values, elementwise=elementwise).value(tree)
    if isinstance(value, _Entry):
        raise NoValueError("What is written here is a number, not a matrix.")
    return tuple(tuple(_cell(entry) for entry in row) for row in value)


def _cell(entry: _Entry) -> Cell:
    value, step = entry.value, entry.step
    near = value.limit_denominator(_SHORT)
    if abs(near - value) < _SNAPPED:
        value, step = near, Fraction(0) if step <= _ROOT_STEP else step
    decimals = max(0, len(str(step.denominator)) - 1) if step else 0
    text = shown(value)
    digits = max(1, len(str(abs(value.numerator) // value.denominator).lstrip("0")) + decimals)
    return Cell(
        text, NumberReading(value, text, decimals, digits, step or Fraction(int(value.denominator == 1)))
    )


class _Evaluation:
    """Evaluates trees over numbers and grids of entries."""

    def __init__(self, values: Mapping[str, Rows], *, elementwise: bool) -> None:
        self.values = values
        self.elementwise = elementwise

    def value(self, node: Node) -> _Value:
        if isinstance(node, Number):
            return _Entry(node.value)
        if isinstance(node, Symbol) and node.name in self.values:
            return _grid(self.values[node.name])
        if isinstance(node, Matrix | Collection) and len(node.children) == 1:
            return self.value(node.children[0])  # brackets around an array
        if not isinstance(node, Apply):
            raise NoValueError("A name stands beside the matrix, so its value is not known.")
        if node.head in {"add", "mul", "matmul"}:
            return self._joined(node)
        rule = _RULES.get(node.head)
        if rule is None:
            raise NoValueError("What is done to this matrix could not be computed.")
        return rule(*map(self.value, node.args))

    def _joined(self, node: Apply) -> _Value:
        """Add or multiply in order; `I` has the size of the matrices beside it."""
        known: list[_Value] = []
        units: list[int] = []  # the signs of the unit matrices
        for arg in node.args:
            sign, inner = (-1, arg.args[0]) if isinstance(arg, Apply) and arg.head == "neg" else (1, arg)
            if isinstance(inner, Symbol) and inner.name == "I" and "I" not in self.values:
                units.append(sign)
            else:
                known.append(_negate(self.value(inner)) if sign < 0 else self.value(inner))
        grids = [value for value in known if not isinstance(value, _Entry)]
        if units and not grids:
            raise NoValueError("The size of the unit matrix is not known.")
        if node.head != "add":
            if len(grids) > 1 and self.elementwise:
                raise NoValueError("This product of matrices can be meant in more than one way.")
            total = _product(known)
            return _negate(total) if units.count(-1) % 2 else total
        total = known[0]
        for value in (*known[1:], *(_unit(grids[0], sign) for sign in units)):
            total = _plus(total, value)
        return total


def _grid(rows: Rows) -> _Grid:
    if len({len(row) for row in rows}) != 1 or sum(map(len, rows)) > MAX_CELLS:
        raise NoValueError("The rows differ in length, or are too many to compute with.")
    if any(cell.reading is None for row in rows for cell in row):
        raise NoValueError("Some cells could not be read.")
    return tuple(
        tuple(_Entry(cell.reading.value, _step(cell)) for cell in row if cell.reading is not None)
        for row in rows
    )


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise NoValueError("The values are too large to compute with.")
    return value


def _each(value: _Value, change: Callable[[_Entry], _Entry]) -> _Value:
    if isinstance(value, _Entry):
        return change(value)
    return tuple(tuple(change(entry) for entry in row) for row in value)


def _pairwise(left: _Grid, right: _Grid, join: Callable[[_Entry, _Entry], _Entry]) -> _Grid:
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        raise NoValueError("The sizes of these matrices do not fit.")
    return tuple(tuple(map(join, *rows)) for rows in zip(left, right, strict=True))


def _negate(value: _Value) -> _Value:
    return _each(value, operator.neg)


def _plus(left: _Value, right: _Value) -> _Value:
    """Add; a number is added to every cell, as programs do."""
    if isinstance(left, _Entry):
        return _each(right, lambda entry: left + entry)
    if isinstance(right, _Entry):
        return _each(left, lambda entry: entry + right)
    return _pairwise(left, right, operator.add)


def _unit(like: _Value, sign: int = 1) -> _Value:
    if isinstance(like, _Entry):
        return _Entry(Fraction(sign))
    size = len(like)
    if size != len(like[0]):
        raise NoValueError("A unit matrix is square.")
    one = _Entry(Fraction(sign))
    return tuple(tuple(one if i == j else _ZERO for j in range(size)) for i in range(size))


def _product(values: Sequence[_Value]) -> _Value:
    total = values[0]
    for value in values[1:]:
        total = _times(total, value)
    return total


def _times(left: _Value, right: _Value) -> _Value:
    if isinstance(left, _Entry):
        return _each(right, lambda entry: left * entry)
    if isinstance(right, _Entry):
        return _each(left, lambda entry: entry * right)
    if len(left[0]) != len(right):
        raise NoValueError("The sizes of these matrices do not fit for a product.")
    columns = tuple(zip(*right, strict=True))
    if len(left) * len(columns) > MAX_CELLS:
        raise NoValueError("The matrices are too large to compute with.")
    return tuple(tuple(_dot(row, column) for column in columns) for row in left)


def _dot(row: tuple[_Entry, ...], column: tuple[_Entry, ...]) -> _Entry:
    total = _ZERO
    for left, right in zip(row, column, strict=True):
        total = total + left * right
    return total


def _divide(left: _Value, right: _Value) -> _Value:
    if not isinstance(right, _Entry):
        raise NoValueError("A division by a matrix can be meant in more than one way.")
    if not right.value:
        raise NoValueError("There is a division by zero.")
    return _times(left, _Entry(1 / right.value, right.step / right.value**2))


def _power(base: _Value, exponent: _Value) -> _Value:
    if not isinstance(exponent, _Entry):
        raise NoValueError("A power with a matrix as its exponent is not computed.")
    if exponent.value == Fraction(1, 2):
        return _root(base, _Entry(Fraction(2)))
    if exponent.value.denominator != 1 or abs(exponent.value) > MAX_POWER:
        raise NoValueError("A power with this exponent is not computed.")
    count = int(exponent.value)
    factor = base if count > 0 else _invert(base)
    return _product([factor] * abs(count)) if count else _unit(base)


def _invert(value: _Value) -> _Value:
    """Invert by Gauss and Jordan; the inverse is as coarse as the coarsest cell."""
    if isinstance(value, _Entry):
        return _divide(_ONE, value)
    size = len(value)
    if size != len(value[0]) or size > MAX_INVERTED:
        raise NoValueError("This matrix is not square, or too large to invert.")
    step = max(entry.step for row in value for entry in row)
    rows = [
        [entry.value for entry in row] + [Fraction(int(i == j)) for j in range(size)]
        for i, row in enumerate(value)
    ]
    for at in range(size):
        pivot = next((row for row in range(at, size) if rows[row][at]), None)
        if pivot is None:
            raise NoValueError("This matrix has no inverse.")
        rows[at], rows[pivot] = rows[pivot], rows[at]
        lead = rows[at][at]
        rows[at] = [_bounded(cell / lead) for cell in rows[at]]
        for row in range(size):
            factor = rows[row][at]
            if row != at and factor:
                rows[row] = [_bounded(a - factor * b) for a, b in zip(rows[row], rows[at], strict=True)]
    return tuple(tuple(_Entry(cell, step) for cell in row[size:]) for row in rows)


def _transpose(value: _Value) -> _Value:
    return value if isinstance(value, _Entry) else tuple(zip(*value, strict=True))


def _hadamard(left: _Value, right: _Value) -> _Value:
    if isinstance(left, _Entry) or isinstance(right, _Entry):
        return _times(left, right)
    return _pairwise(left, right, operator.mul)


def _root(base: _Value, degree: _Value) -> _Value:
    if not (isinstance(base, _Entry) and isinstance(degree, _Entry)) or degree.value != 2 or base.value < 0:
        raise NoValueError("Only square roots of numbers are computed.")
    value = _bounded(base.value)
    with localcontext() as context:
        context.prec = ROOT_DIGITS
        found = Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())
    near = found.limit_denominator(_SHORT)
    return _Entry(near) if near * near == value else _Entry(found, _ROOT_STEP)


def _belonging_number(value: _Value) -> _Value:
    del value
    raise NoValueError("This is a number that belongs to the matrix, not the matrix itself.")


_RULES: Final[Mapping[str, Callable[..., _Value]]] = {
    "neg": _negate,
    "div": _divide,
    "pow": _power,
    "root": _root,
    "transpose": _transpose,
    "inverse": _invert,
    "hadamard": _hadamard,
    "det": _belonging_number,
    "trace": _belonging_number,
}
