"""Values of formulas with arrays: every vector becomes a column of two, every matrix 2 x 2 small numbers.

Two formulas that differ for such matrices are not equal in general.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import points
from grader.equivalence.numeric.pointvalues import FUNCTIONS, Evaluation, NotEvaluableError, no_data
from grader.equivalence.preparation.symbolshapes import FROBENIUS, IDENTITY, key_of
from grader.equivalence.texts import at_point, pair_text, point_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.preparation.symbolshapes import Shapes

ENOUGH: Final = 12  # points that agree
BITS: Final = 128
ONLY_SQUARE: Final = "The formulas agree where the matrices are square; nothing says that they are."

Square = tuple[tuple["Value", ...], ...]


class MatrixEvaluation(Evaluation):
    """Evaluates formulas whose symbols may be columns of two and 2 x 2 matrices."""

    def __init__(self, point: dict[str, Any], shapes: Shapes, step: int) -> None:
        super().__init__(point, no_data)
        self.shapes = shapes
        self.place = step

    def value(self, node: Node) -> Any:
        """Return the value: a number, or an array as rows. Raises UndefinedError, NotEvaluableError."""
        try:
            return self._value(node)
        except (TypeError, ValueError, AttributeError) as error:  # an array where only a number can be
            raise NotEvaluableError from error

    def _value(self, node: Node) -> Any:
        if isinstance(node, Binder) and self.shapes.of(node.body) != "scalar":
            raise NotEvaluableError
        if not isinstance(node, Apply):
            return super().value(node)
        if node.head == "index":
            return self._item(node)
        if node.head == "norm":
            return _norm(self.value(node.args[0]), *node.args[1:])
        args = [self.value(arg) for arg in node.args]
        if node.head.startswith("call:") and key_of(node) and self.shapes.of(node) != "scalar":
            return self._called(node, args)
        if not any(isinstance(arg, tuple) for arg in args):
            return self.applied("mul" if node.head == "matmul" else node.head, args)
        rule = _RULES.get(node.head)
        if rule is not None:
            return rule(*args)
        if node.head in {"call:softmax", "softmax"}:
            return _softmax(args[0])
        if len(args) == 1 and node.head in FUNCTIONS:
            return _each(args[0], FUNCTIONS[node.head])
        raise NotEvaluableError

    def _called(self, node: Apply, args: list[Any]) -> Any:
        """Return some array for a function whose values are arrays, the same for the same arguments."""
        cells = [
            cell for arg in args for row in (arg if isinstance(arg, tuple) else ((arg,),)) for cell in row
        ]
        if not all(isinstance(cell, Fraction) for cell in cells):
            raise NotEvaluableError
        return _array(f"{node.head}({args})", self.place, self.shapes.of(node))

    def _item(self, node: Apply) -> Any:
        """Return the value of `x_i`: an array where all `x_i` are, else any number."""
        labels = []
        for arg in node.args[1:]:
            known = isinstance(arg, Symbol) and arg.name not in self.point
            value = arg.name if known and isinstance(arg, Symbol) else self.value(arg)
            if isinstance(value, tuple):
                raise NotEvaluableError
            labels.append(str(value))
        if not isinstance(node.args[0], Symbol):
            raise NotEvaluableError
        shape = self.shapes.of(node)
        name = f"{node.args[0].name}[{','.join(labels)}]"
        if shape == "scalar" and self.shapes.of(node.args[0]) == "scalar":
            return _array(name, self.place, "column")[0][0]
        return _array(name, self.place, shape)


def _each(value: Any, function: Callable[[Value], Value]) -> Square:
    return tuple(tuple(function(cell) for cell in row) for row in value)


def _pairwise(left: Any, right: Any, function: Callable[[Value, Value], Value]) -> Square:
    """Combine cell by cell; a number stands for a matrix full of it."""
    if not isinstance(left, tuple):
        return _each(right, lambda cell: function(left, cell))
    if not isinstance(right, tuple):
        return _each(left, lambda cell: function(cell, right))
    _same_size(left, right)
    return tuple(tuple(map(function, *rows)) for rows in zip(left, right, strict=True))


def _same_size(left: Square, right: Square) -> None:
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        raise NotEvaluableError


def _sum(*args: Any) -> Any:
    total = args[0]
    for arg in args[1:]:
        if isinstance(total, tuple) != isinstance(arg, tuple):
            raise NotEvaluableError  # a number is added to an array: what is meant is not written
        total = _pairwise(total, arg, balls.add) if isinstance(arg, tuple) else balls.add(total, arg)
    return total


def _product(*args: Any) -> Any:
    """Multiply in order; numbers scale."""
    total = args[0]
    for arg in args[1:]:
        if isinstance(total, tuple) and isinstance(arg, tuple):
            total = _matrix_product(total, arg)
        elif isinstance(total, tuple) or isinstance(arg, tuple):
            total = _pairwise(total, arg, balls.multiply)
        else:
            total = balls.multiply(total, arg)
    return total


def _matrix_product(left: Square, right: Square) -> Any:
    """Return the product; a 1 x 1 result is a number, and two columns can only be an inner product."""
    if len(left[0]) == len(right[0]) == 1 and len(left) == len(right) > 1:
        left = _transpose(left)
    if len(left[0]) != len(right):
        raise NotEvaluableError
    columns = tuple(zip(*right, strict=True))
    made = tuple(tuple(_dot(row, column) for column in columns) for row in left)
    return made[0][0] if len(made) == len(made[0]) == 1 else made


def _inner(left: Any, right: Any) -> Any:
    """Return the inner product of two vectors."""
    columns = [
        _transpose(value) if isinstance(value, tuple) and len(value) == 1 else value
        for value in (left, right)
    ]
    if not all(isinstance(value, tuple) and len(value[0]) == 1 for value in columns):
        raise NotEvaluableError
    return _matrix_product(columns[0], columns[1])


def _dot(row: tuple[Value, ...], column: tuple[Value, ...]) -> Value:
    total: Value = Fraction(0)
    for left, right in zip(row, column, strict=True):
        total = balls.add(total, balls.multiply(left, right))
    return total


def _hadamard(left: Any, right: Any) -> Any:
    return _pairwise(left, right, balls.multiply)


def _divide(left: Any, right: Any) -> Any:
    return _pairwise(left, right, balls.divide)


def _negate(value: Any) -> Any:
    return _each(value, balls.negate)


def _transpose(value: Any) -> Any:
    return tuple(zip(*value, strict=True))


def _cells(value: Any) -> Square:
    if not (isinstance(value, tuple) and len(value) == len(value[0]) == 2):
        raise NotEvaluableError
    return value


def _determinant(value: Any) -> Value:
    (a, b), (c, d) = _cells(value)
    return balls.add(balls.multiply(a, d), balls.negate(balls.multiply(b, c)))


def _inverse(value: Any) -> Any:
    (a, b), (c, d) = _cells(value)
    adjugate = ((d, balls.negate(b)), (balls.negate(c), a))
    below = _determinant(value)
    return _each(adjugate, lambda cell: balls.divide(cell, below))


def _power(base: Any, exponent: Any) -> Any:
    if (
        isinstance(exponent, Fraction)
        and exponent.denominator == 1
        and 1 <= exponent <= 4
        and isinstance(base, tuple)
    ):
        return _product(*(base,) * int(exponent))
    if exponent == -1 and isinstance(base, tuple):
        return _inverse(base)
    raise NotEvaluableError


def _trace(value: Any) -> Value:
    cells = _cells(value)
    return balls.add(cells[0][0], cells[1][1])


def _norm(value: Any, kind: Node | None = None) -> Value:
    """Return the length of a vector, its sum of absolute values, or Frobenius' norm."""
    vector = not isinstance(value, tuple) or 1 in {len(value), len(value[0])}
    cells = [cell for row in value for cell in row] if isinstance(value, tuple) else [value]
    frobenius = isinstance(kind, Symbol) and kind.name in FROBENIUS
    if vector and isinstance(kind, Number) and kind.value == 1:
        return balls.add(*map(balls.absolute, cells)) if len(cells) > 1 else balls.absolute(cells[0])
    if not frobenius and not (vector and (kind is None or (isinstance(kind, Number) and kind.value == 2))):
        raise NotEvaluableError
    total: Value = Fraction(0)
    for cell in cells:
        total = balls.add(total, balls.multiply(cell, cell))
    return balls.power(total, Fraction(1, 2))


def _softmax(value: Any) -> Any:
    if len(value[0]) == 1:
        return _transpose(_softmax(_transpose(value)))
    rows = []
    for row in value:
        powers = [balls.exponential(cell) for cell in row]
        total = balls.add(*powers)
        rows.append(tuple(balls.divide(power, total) for power in powers))
    return tuple(rows)


_RULES: Final[dict[str, Callable[..., Any]]] = {
    "add": _sum,
    "neg": _negate,
    "mul": _product,
    "matmul": _product,
    "hadamard": _hadamard,
    "div": _divide,
    "transpose": _transpose,
    "dot": _inner,
    "inverse": _inverse,
    "det": _determinant,
    "trace": _trace,
    "pow": _power,
}


def compare_by_matrices(expected: Node, answer: Node, shapes: Shapes, options: Options) -> Verdict:
    """Compare two formulas at columns of two and 2 x 2 matrices."""
    names = sorted(names_in(expected) | names_in(answer))
    scalars = [name for name in names if shapes.arrays.get(name, "scalar") == "scalar"]
    domains = {name: options.domain(name) for name in scalars}
    agreed = 0
    with balls.flint().ctx.workprec(BITS):
        for step, point in enumerate(points(scalars, domains, options.seed)) if scalars else _steps():
            arrays = ((name, shapes.arrays.get(name, "scalar")) for name in names)
            try:
                full = point | {
                    name: _array(name, step, shape) for name, shape in arrays if shape != "scalar"
                }
                if shapes.identity and IDENTITY in full:
                    full[IDENTITY] = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
                pair = [MatrixEvaluation(full, shapes, step).value(tree) for tree in (expected, answer)]
            except UndefinedError:
                continue
            except (NotEvaluableError, TypeError):
                break
            if _size(pair[0]) != _size(pair[1]):
                return Verdict(
                    "undecided", "none", "none", "The results of these formulas differ in their shape."
                )
            differing = _difference(pair[0], pair[1])
            if differing is not None:
                return _disproved(differing, full)
            agreed += 1
            if agreed >= ENOUGH and _squared(answer) - _squared(expected):
                return Verdict("undecided", "none", "none", ONLY_SQUARE)
            if agreed >= ENOUGH:
                reason = f"Your formula agrees with the expected one for {agreed} sets of matrices."
                return Verdict("equal", "probable", f"{agreed} sets of matrices", reason)
    return Verdict("undecided", "none", "none", "The machine cannot evaluate this formula.")


def _squared(tree: Node) -> frozenset[str]:
    """Return the letters that must be square matrices: they are inverted, or raised to a power, by themselves."""
    heads = {"inverse", "pow", "det", "trace"}
    return frozenset(
        key_of(node.args[0]) for node in tree.walk() if isinstance(node, Apply) and node.head in heads
    ) - {""}


def _steps() -> Any:
    return ((step, {}) for step in range(3 * ENOUGH))  # some are singular


def _size(value: Any) -> tuple[int, int]:
    return (len(value), len(value[0])) if isinstance(value, tuple) else (0, 0)


def _array(name: str, step: int, shape: str) -> Square:
    """Return a small array of whole numbers for a name. Raises NotEvaluableError."""
    cells = [
        Fraction(crc32(f"{name}:{step}:{place}".encode()) * 2654435761 % 2**32 % 7 - 2) for place in range(4)
    ]
    if shape == "column":
        return (cells[0],), (cells[1],)
    if shape == "matrix":
        return (cells[0], cells[1]), (cells[2], cells[3])
    raise NotEvaluableError


def _difference(expected: Any, answer: Any) -> tuple[Value, Value, str] | None:
    if not isinstance(expected, tuple):
        expected, answer = ((expected,),), ((answer,),)
    for row, (left, right) in enumerate(zip(expected, answer, strict=True)):
        for column, (first, second) in enumerate(zip(left, right, strict=True)):
            gap = balls.add(first, balls.negate(second))
            if gap if isinstance(gap, Fraction) else not gap.contains(0):
                return first, second, f"row {row + 1}, column {column + 1} of the result"
    return None


def _disproved(differing: tuple[Value, Value, str], point: dict[str, Any]) -> Verdict:
    values = pair_text(differing[0], differing[1])
    shown = point_text({name: value for name, value in point.items() if isinstance(value, Fraction)})
    shown += tuple(
        (name, "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in value) + "]")
        for name, value in point.items()
        if isinstance(value, tuple)
    )
    reason = (
        f"{at_point(shown)} {differing[2]} is {values[1]} by your formula, {values[0]} by the expected one."
    )
    return Verdict("different", "disproved", "matrices", reason, shown, values)
