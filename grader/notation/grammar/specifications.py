"""What a sum or a limit runs over: index, bounds and domain, as they are told in an index or as arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Binder, Collection, Constant, Node, Relation, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.tokens import Token
    from grader.notation.tree import Span

Specification: TypeAlias = tuple[Symbol | None, Node | None, Node | None, Node | None]
"""Index, lower and upper bound, domain."""


def index_of(spec: Node, word: Token, known: tuple[Symbol | None, ...] = ()) -> Specification:
    """Return index, lower and upper bound, domain of one specification; `known` are indices before it."""
    if isinstance(spec, Symbol):
        return spec, None, None, None
    if isinstance(spec, Relation):
        spec = upwards(spec)
        left, right = spec.operands[0], spec.operands[-1]
        if spec.operators in {("=",), ("->",), (":=",)} and isinstance(left, Symbol):
            return left, right, None, None
        middle = spec.operands[1]
        if spec.operators == ("<=", "<=") and isinstance(middle, Symbol):
            return middle, left, right, None
        symbols = [operand for operand in spec.operands if isinstance(operand, Symbol)]
        if len(spec.operands) == 3 and isinstance(middle, Symbol) and not are_indices(spec.operands):
            symbols = [middle]  # `m < i < n`
        found = next((symbol for symbol in symbols if symbol in known), symbols[0] if symbols else None)
        if found is not None:
            return found, None, None, spec
    if isinstance(spec, Apply):
        if spec.head == "given" and isinstance(spec.args[0], Symbol):
            condition = spec.args[1]
            listed = isinstance(condition, Apply) and condition.head == "in"
            return spec.args[0], None, None, condition.children[1] if listed else condition
        if spec.head == "in" and isinstance(spec.args[0], Symbol):
            return spec.args[0], None, None, spec.args[1]
        member = spec.args[0] if spec.head == "in" else spec
        if isinstance(member, Apply) and member.head == "index":
            return None, None, None, spec
    raise ReadingError(
        f"the index of `{word.text}` at {word.start + 1} cannot be read", word.start, "such as `i=1`"
    )


def upwards(chain: Relation) -> Relation:
    r"""Return `n \ge i > 1` as `1 < i \le n`."""
    if len(chain.operators) < 2 or not set(chain.operators) <= {">", ">="}:
        return chain  # `j > i` has its own index first
    operators = tuple("<" if each == ">" else "<=" for each in reversed(chain.operators))
    return Relation(operators, chain.operands[::-1], span=chain.span)


def are_indices(operands: tuple[Node, ...]) -> bool:
    """Whether a chain is of indices alone, as in `i < j < k`."""
    return all(isinstance(each, Symbol) and each.name in "hijklpqrst" for each in operands)


def from_arguments(head: str, args: tuple[Node, ...], word: Token, span: Span) -> Node:
    """Return `sum(f, i, 1, m)`, `sum(f, (i, 1, m))`, `limit(f, x, 0)`, and so on."""
    body, *rest = args
    if len(rest) == 1 and isinstance(rest[0], Collection):
        rest = list(rest[0].items)
    elif rest and all(isinstance(arg, Collection) for arg in rest):
        node = body
        for arg in rest:
            node = from_arguments(head, (node, arg), word, span)
        return node
    if not rest:
        return Binder(head, body, None, span=span)
    index, low, high, domain = index_of(as_symbol(rest[0]), word)
    bounds = [low] if low is not None else []
    bounds += rest[1:]
    if len(bounds) > 2 or high is not None:
        raise ReadingError(f"`{word.text}` at {word.start + 1} has too many arguments", word.start)
    lower = bounds[0] if bounds else None
    upper = bounds[1] if len(bounds) == 2 else None
    return Binder(head, body, index, lower=lower, upper=upper, domain=domain, span=span)


def as_symbol(node: Node) -> Node:
    """Return an index that was taken for a constant as the letter it is."""
    return Symbol(node.name, span=node.span) if isinstance(node, Constant) and len(node.name) == 1 else node
