"""Values of formulas with matrices: every matrix symbol becomes a 2 x 2 matrix of small numbers.

Two formulas that differ for such matrices are not equal in general.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from grader.equivalence import balls
from grader.equivalence.evaluation import FUNCTIONS, Evaluation, NotEvaluableError
from grader.equivalence.points import points
from grader.equivalence.quotients import UndefinedError
from grader.equivalence.rewriting import names_in
from grader.equivalence.texts import at_point, pair_text, point_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.balls import Value

SIZE: Final = 2
ENOUGH: Final = 12  # points that agree
BITS: Final = 128

Square = tuple[tuple["Value", ...], ...]


class MatrixEvaluation(Evaluation):
    """Evaluates trees whose values may be square matrices."""

    def value(self, node: Node) -> Any:
        """Return the value: a number, or a matrix as rows. Raises UndefinedError, NotEvaluableError."""
        try:
            return self._value(node)
        except (TypeError, ValueError, AttributeError) as error:  # a matrix where only a number can be
            raise NotEvaluableError from error

    def _value(self, node: Node) -> Any:
        if not isinstance(node, Apply) or node.head == "index":
            return super().value(node)
        args = [self.value(arg) for arg in node.args]
        if not any(isinstance(arg, tuple) for arg in args):
            return self.applied(node.head, args)
        rule = _RULES.get(node.head)
        if rule is not None:
            return rule(*args)
        if node.head in {"call:softmax", "softmax"}:
            return _softmax(args[0])
        if len(args) == 1 and node.head in FUNCTIONS:
            return _each(args[0], FUNCTIONS[node.head])
        if len(args) == 1 and node.head.startswith("call:"):
            return _each(args[0], lambda cell: self.applied(node.head, [cell]))
        raise NotEvaluableError


def _each(value: Any, function: Callable[[Value], Value]) -> Square:
    return tuple(tuple(function(cell) for cell in row) for row in value)


def _pairwise(left: Any, right: Any, function: Callable[[Value, Value], Value]) -> Square:
    """Combine cell by cell; a number stands for a matrix full of it."""
    if not isinstance(left, tuple):
        return _each(right, lambda cell: function(left, cell))
    if not isinstance(right, tuple):
        return _each(left, lambda cell: function(cell, right))
    return tuple(tuple(map(function, *rows)) for rows in zip(left, right, strict=True))


def _sum(*args: Any) -> Any:
    total = args[0]
    for arg in args[1:]:
        both = isinstance(total, tuple) or isinstance(arg, tuple)
        total = _pairwise(total, arg, balls.add) if both else balls.add(total, arg)
    return total


def _product(*args: Any) -> Any:
    """Multiply in order; numbers scale."""
    total = args[0]
    for arg in args[1:]:
        if isinstance(total, tuple) and isinstance(arg, tuple):
            columns = tuple(zip(*arg, strict=True))
            total = tuple(tuple(_dot(row, column) for column in columns) for row in total)
        elif isinstance(total, tuple) or isinstance(arg, tuple):
            total = _pairwise(total, arg, balls.multiply)
        else:
            total = balls.multiply(total, arg)
    return total


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


def _determinant(value: Any) -> Value:
    (a, b), (c, d) = value
    return balls.add(balls.multiply(a, d), balls.negate(balls.multiply(b, c)))


def _inverse(value: Any) -> Any:
    (a, b), (c, d) = value
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
    return balls.add(value[0][0], value[1][1])


def _norm(value: Any, degree: Value = Fraction(2)) -> Value:
    if degree != 2:
        raise NotEvaluableError
    total: Value = Fraction(0)
    for row in value:
        for cell in row:
            total = balls.add(total, balls.multiply(cell, cell))
    return balls.power(total, Fraction(1, 2))


def _softmax(value: Any) -> Any:
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
    "inverse": _inverse,
    "det": _determinant,
    "trace": _trace,
    "norm": _norm,
    "pow": _power,
}


def compare_by_matrices(expected: Node, answer: Node, matrices: frozenset[str], options: Options) -> Verdict:
    """Compare two matrix formulas at 2 x 2 matrices."""
    names = sorted(names_in(expected) | names_in(answer))
    scalars = [name for name in names if name not in matrices]
    domains = {name: options.domain(name) for name in scalars}
    agreed = 0
    with balls.flint().ctx.workprec(BITS):
        for step, point in enumerate(points(scalars, domains, options.seed)) if scalars else _steps():
            full: dict[str, Any] = {
                **point,
                **{name: _matrix(name, step) for name in names if name in matrices},
            }
            try:
                pair = [MatrixEvaluation(full, _no_data).value(tree) for tree in (expected, answer)]
            except UndefinedError:
                continue
            except NotEvaluableError:
                break
            if isinstance(pair[0], tuple) != isinstance(pair[1], tuple):
                return Verdict(
                    "undecided", "none", "none", "One of the formulas is a matrix, the other a number."
                )
            differing = _difference(pair[0], pair[1])
            if differing is not None:
                return _disproved(differing, full)
            agreed += 1
            if agreed >= ENOUGH:
                reason = f"Your formula agrees with the expected one for {agreed} sets of matrices."
                return Verdict("equal", "probable", f"{agreed} sets of matrices", reason)
    return Verdict("undecided", "none", "none", "The machine cannot evaluate this formula.")


def _steps() -> Any:
    return ((step, {}) for step in range(3 * ENOUGH))  # some are singular


def _no_data(key: str) -> Fraction:
    raise NotEvaluableError(key)


def _matrix(name: str, step: int) -> Square:
    cells = [
        Fraction(crc32(f"{name}:{step}:{place}".encode()) * 2654435761 % 2**32 % 7 - 2) for place in range(4)
    ]
    return (cells[0], cells[1]), (cells[2], cells[3])


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
