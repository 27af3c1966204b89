"""Matrices with their entries written out: sums, products, transposes and inverses are carried out."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Matrix, Node, Number

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ENTRIES: Final = 400  # of a product that is carried out
MAX_POWER: Final = 8
MAX_NODES: Final = 2_000  # of a product of matrices
MAX_SIZE: Final = 4  # of a determinant or inverse that is written out

Rows = tuple[tuple[Node, ...], ...]


def written_out(tree: Node) -> Node:
    """Return the tree with all arithmetic of explicit matrices carried out."""
    if not tree.holds(Matrix):
        return tree
    return _reduced(map_children(tree, written_out))


def _reduced(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    rule = _RULES.get(node.head)
    if rule is None or not any(isinstance(arg, Matrix) for arg in node.args):
        return node
    return rule(node) or node


def _entries(matrix: Matrix, change: Callable[[Node], Node]) -> Matrix:
    return Matrix(tuple(tuple(change(cell) for cell in row) for row in matrix.rows))


def _add(node: Apply) -> Node | None:
    total = node.args[0]
    for other in node.args[1:]:
        if not (isinstance(total, Matrix) and isinstance(other, Matrix)) or total.shape != other.shape:
            return None
        rows = zip(total.rows, other.rows, strict=True)
        total = Matrix(tuple(tuple(Apply("add", pair) for pair in zip(a, b, strict=True)) for a, b in rows))
    return total


def _multiply(node: Apply) -> Node | None:
    result: Node = node.args[0]
    for other in node.args[1:]:
        if isinstance(result, Matrix) and isinstance(other, Matrix):
            product = _product(result, other)
            if product is None or _too_large(product):
                return None
            result = product
        elif isinstance(result, Matrix):
            result = _scaled(result, other)
        elif isinstance(other, Matrix):
            result = _scaled(other, result)
        else:
            result = Apply("mul", (result, other))
    return result


def _too_large(matrix: Matrix) -> bool:
    """Whether a product has grown beyond use; each factor doubles its entries."""
    size = sum(1 for _ in islice(matrix.walk(), MAX_NODES + 1))
    effort().spend(size)
    return size > MAX_NODES


def _scaled(matrix: Matrix, factor: Node) -> Matrix:
    return _entries(matrix, lambda cell: Apply("mul", (factor, cell)))


def _product(left: Matrix, right: Matrix) -> Matrix | None:
    if left.shape[1] != right.shape[0] or left.shape[0] * right.shape[1] * left.shape[1] > MAX_ENTRIES:
        return None
    columns = tuple(zip(*right.rows, strict=True))
    return Matrix(
        tuple(
            tuple(
                Apply("add", tuple(Apply("mul", pair) for pair in zip(row, column, strict=True)))
                for column in columns
            )
            for row in left.rows
        )
    )


def _hadamard(node: Apply) -> Node | None:
    first, second = node.args[0], node.args[-1]
    if not (isinstance(first, Matrix) and isinstance(second, Matrix)) or first.shape != second.shape:
        return None
    rows = zip(first.rows, second.rows, strict=True)
    return Matrix(tuple(tuple(Apply("mul", pair) for pair in zip(a, b, strict=True)) for a, b in rows))


def _negate(node: Apply) -> Node | None:
    matrix = node.args[0]
    return _entries(matrix, lambda cell: Apply("neg", (cell,))) if isinstance(matrix, Matrix) else None


def _divide(node: Apply) -> Node | None:
    matrix, divisor = node.args
    if not isinstance(matrix, Matrix) or isinstance(divisor, Matrix):
        return None
    return _entries(matrix, lambda cell: Apply("div", (cell, divisor)))


def _transpose(node: Apply) -> Node | None:
    matrix = node.args[0]
    return Matrix(tuple(zip(*matrix.rows, strict=True))) if isinstance(matrix, Matrix) else None


def _power(node: Apply) -> Node | None:
    matrix, exponent = node.args
    if not isinstance(matrix, Matrix) or not isinstance(exponent, Number):
        return None
    if exponent.value.denominator != 1 or not 1 <= exponent.value <= MAX_POWER:
        return None
    return _multiply(Apply("matmul", (matrix,) * int(exponent.value)))


def _determinant(node: Apply) -> Node | None:
    matrix = node.args[0]
    if not isinstance(matrix, Matrix) or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] > MAX_SIZE:
        return None
    return _laplace(matrix.rows)


def _laplace(rows: Rows) -> Node:
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Node] = []
    for column, cell in enumerate(rows[0]):
        minor = tuple((*row[:column], *row[column + 1 :]) for row in rows[1:])
        term: Node = Apply("mul", (cell, _laplace(minor)))
        terms.append(Apply("neg", (term,)) if column % 2 else term)
    return Apply("add", tuple(terms))


def _trace(node: Apply) -> Node | None:
    matrix = node.args[0]
    if not isinstance(matrix, Matrix) or matrix.shape[0] != matrix.shape[1]:
        return None
    return Apply("add", (Number(Fraction(0)), *(row[place] for place, row in enumerate(matrix.rows))))


_RULES: Final[dict[str, Callable[[Apply], Node | None]]] = {
    "add": _add,
    "mul": _multiply,
    "matmul": _multiply,
    "hadamard": _hadamard,
    "neg": _negate,
    "div": _divide,
    "transpose": _transpose,
    "pow": _power,
    "det": _determinant,
    "trace": _trace,
}
