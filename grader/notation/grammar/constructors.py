"""Functions that build something else than an application: matrices, cases, sums, derivatives, sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.brackets import list_or_matrix
from grader.notation.grammar.operators import as_set
from grader.notation.grammar.specifications import from_arguments
from grader.notation.syntaxerrors import MAX_NESTING, ReadingError
from grader.notation.tree import Apply, Cases, Collection, Constant, Interval, Matrix, Node, Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.notation.grammar.tokens import Token
    from grader.notation.tree import Span

    Args = tuple[Node, ...]


def _matrix(args: Args, word: Token, span: Span) -> Node:
    if len(args) == 1:
        only = args[0]
        if isinstance(only, Matrix):
            return only
        if isinstance(only, Collection):
            return Matrix(tuple((item,) for item in only.items), span=span) if only.items else only
    made = list_or_matrix(list(args), span)
    if isinstance(made, Matrix):
        return made
    raise ReadingError(f"the rows of the matrix at {word.start + 1} are not lists of one length", word.start)


def _vector(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
    items = args[0].items if len(args) == 1 and isinstance(args[0], Collection) else args
    return Matrix(tuple((item,) for item in items), span=span)


def _derivative(args: Args, word: Token, span: Span) -> Node:
    if len(args) == 1:
        raise ReadingError(
            f"`{word.text}` at {word.start + 1} does not say by which variable", word.start, "a variable"
        )
    node, *rest = args
    at = 0
    while at < len(rest):
        variable = rest[at]
        at += 1
        order: Node | None = None
        if isinstance(variable, Collection) and len(variable.items) == 2:
            variable, order = variable.items
        elif at < len(rest) and isinstance(rest[at], Number):
            order = rest[at]
            at += 1
        if isinstance(order, Number) and not (
            order.value.denominator == 1 and 0 < order.value <= MAX_NESTING
        ):
            raise ReadingError(
                f"the order of the derivative at {word.start + 1} is not a small whole number", word.start
            )
        once = order is None or (isinstance(order, Number) and order.value == 1)
        node = Apply(
            "derivative", (node, variable) if once or order is None else (node, variable, order), span=span
        )
    return node


def _piecewise(args: Args, word: Token, span: Span) -> Node:
    branches: list[tuple[Node, Node | None]] = []
    for arg in args:
        if isinstance(arg, Interval) or (isinstance(arg, Collection) and len(arg.items) == 2):
            value, condition = arg.children  # `(oo, x > 0)` looks like an interval
            certain = isinstance(condition, Constant) and condition.name == "true"
            branches.append((value, None if certain else condition))
        elif isinstance(arg, Cases):
            branches.extend(arg.branches)
        else:
            raise ReadingError(
                f"`{word.text}` at {word.start + 1} takes pairs (value, condition)", word.start, "(a, b)"
            )
    return Cases(tuple(branches), span=span)


def _where(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
    condition, value, other = args
    return Cases(((value, condition), (other, None)), span=span)


def _collection(kind: str) -> Callable[[Args, Token, Span], Node]:
    def build(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
        if len(args) == 1 and isinstance(args[0], Collection):
            return Collection(kind, args[0].items, span=span)
        return Collection(kind, args, span=span)

    return build


def _sets(head: str) -> Callable[[Args, Token, Span], Node]:
    def build(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
        return Apply(head, tuple(as_set(arg) for arg in args), span=span)

    return build


def _interval(*, closed: bool) -> Callable[[Args, Token, Span], Node]:
    def build(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
        return Interval(args[0], args[1], closed, closed, span=span)

    return build


def _operation(head: str) -> Callable[[Args, Token, Span], Node]:
    def build(args: Args, word: Token, span: Span) -> Node:  # noqa: ARG001 - one shape for all constructors
        return Apply(head, args, span=span)

    return build


def _binder(head: str) -> Callable[[Args, Token, Span], Node]:
    def build(args: Args, word: Token, span: Span) -> Node:
        return from_arguments(head, args, word, span)

    return build


CONSTRUCTORS: Final[dict[str, Callable[[Args, Token, Span], Node]]] = {
    "matrix": _matrix,
    "vector": _vector,
    "diff": _derivative,
    "piecewise": _piecewise,
    "where": _where,
    "union": _sets("union"),
    "intersection": _sets("intersection"),
    "set": _collection("set"),
    "list": _collection("list"),
    "tuple": _collection("tuple"),
    "openinterval": _interval(closed=False),
    "closedinterval": _interval(closed=True),
    "add": _operation("add"),
    "pow": _operation("pow"),
    "matmul": _operation("matmul"),
    "sum": _binder("sum"),
    "prod": _binder("prod"),
    "integral": _binder("integral"),
    "limit": _binder("limit"),
}
"""Function -> what it builds from (arguments, its word, its span)."""
