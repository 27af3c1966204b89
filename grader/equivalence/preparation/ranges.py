"""What sums and products run over: index sets and conditions, brought into one form.

- `sum_{i<l}`, `sum_{1 <= i <= n}` and `i in {1, ..., n}` are limits; `sum_{i in {1, 4}}` is written out.
- `sum_{j != i} f(j)` is the sum over all j less `f(i)`, as `sum_{j=1, j != i}^n` is.
- `sum_{i<j}` with two letters that stand nowhere else is one over pairs; so is `sum_{i != j}`.
- Any other set or condition stays with its sum: another one is another sum.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import map_children, substitute
from grader.notation.tree import (
    Apply,
    Binder,
    Collection,
    Constant,
    Interval,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
    names_in,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS: Final = 24  # of a set of numbers that a sum is written out over
ONE: Final = Number(Fraction(1))
SIZE: Final = "call:size"
"""The number of members of a set that a sum runs over."""
RUNNING: Final = frozenset({"sum", "prod", "max", "min"})
COUNTS: Final = frozenset({"n", "m", "k", "d"})
"""Letters of numbers: an index in `[n]`, whose brackets say no more than round ones, runs from 1 to n."""
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=", "=": "="}
_ORDERED: Final = frozenset({"<", "<="})
_DESCENDING: Final = frozenset({">", ">="})


@dataclass(slots=True)
class _Range:
    """What is known about the range of an index so far."""

    lower: Node | None = None
    upper: Node | None = None
    over: Node | None = None  # a set
    without: tuple[Node, ...] = ()  # values that are left out
    conditions: tuple[Node, ...] = ()  # whatever else
    pair: tuple[Symbol, _Range] | None = None  # an index that runs as well, around this one


def has_domains(tree: Node) -> bool:
    """Whether some sum or the like names a set or a condition."""
    return tree.holds(Binder) and any(
        isinstance(node, Binder) and node.domain is not None for node in tree.walk()
    )


def with_ranges(tree: Node, *, elsewhere: frozenset[str]) -> Node:
    """Return the tree with index sets in one form; `elsewhere` are names that stand outside of such sums."""
    inside = elsewhere
    if isinstance(tree, Binder) and tree.index is not None:
        inside |= {tree.index.name}
    tree = map_children(tree, lambda child: with_ranges(child, elsewhere=inside))
    if not isinstance(tree, Binder) or tree.head not in RUNNING or tree.index is None or tree.domain is None:
        return tree
    found = _Range(tree.lower, tree.upper)
    for condition in conditions_of(tree.domain):
        _note(found, condition, tree, elsewhere)
    return _bound(tree, found)


def used_elsewhere(tree: Node) -> frozenset[str]:
    """Return the names that are used outside of sums with conditions and that no sum binds."""
    if isinstance(tree, Binder):
        if isinstance(tree.domain, Relation | Logic):
            return frozenset()
        inside = frozenset[str]().union(*(map(used_elsewhere, tree.children)))
        return inside - ({tree.index.name} if tree.index is not None else set())
    if isinstance(tree, Symbol):
        return frozenset((tree.name,))
    return frozenset[str]().union(*(map(used_elsewhere, tree.children)))


def conditions_of(domain: Node | None) -> Iterator[Node]:
    """Yield what limits an index: sets and conditions that hold together."""
    if domain is None:
        return
    if isinstance(domain, Logic) and domain.operator == "and":
        for arg in domain.args:
            yield from conditions_of(arg)
    elif isinstance(domain, Relation) and len(domain.operators) > 1 and not set(domain.operators) <= _ORDERED:
        pairs = zip(domain.operands, domain.operands[1:], strict=False)
        for operator, pair in zip(domain.operators, pairs, strict=True):
            yield Relation((operator,), pair)
    else:
        yield domain


def _note(found: _Range, condition: Node, binder: Binder, elsewhere: frozenset[str]) -> None:
    index = binder.index
    assert index is not None  # noqa: S101 - looked at before
    if isinstance(condition, Apply) and condition.head == "in" and condition.args[0] == index:
        _note_set(found, condition.args[1])
    elif not isinstance(condition, Relation | Logic):
        _note_set(found, condition)
    elif isinstance(condition, Relation) and len(condition.operators) > 1:
        _note_chain(found, condition, index)
    elif not (isinstance(condition, Relation) and _note_relation(found, condition, binder, elsewhere)):
        found.conditions = (*found.conditions, condition)


def _note_set(found: _Range, members: Node) -> None:
    """Note `i in S`; whole numbers from 1 to n may be written as `[n]` or `[1, n]`."""
    if isinstance(members, Collection) and members.kind == "list" and len(members.items) in {1, 2}:
        found.lower = members.items[0] if len(members.items) == 2 else ONE
        found.upper = members.items[-1]
    elif isinstance(members, Symbol) and members.name in COUNTS:
        found.lower, found.upper = ONE, members
    elif isinstance(members, Interval) and members.includes_lower and members.includes_upper:
        found.lower, found.upper = members.lower, members.upper
    else:
        found.over = members


def _note_relation(found: _Range, condition: Relation, binder: Binder, elsewhere: frozenset[str]) -> bool:
    """Note a comparison of the index with something; False where the index is no side of it."""
    index = binder.index
    operator, (left, right) = condition.operators[0], condition.operands
    if right == index:
        operator, left, right = _FLIPPED.get(operator, operator), right, left
    if left != index or index is None or index.name in names_in(right):
        return False
    partner = right if _runs_as_well(right, binder, elsewhere) else None
    if operator == "!=" and partner is not None and not _is_of_pairs(binder, right):
        partner = None
    if isinstance(partner, Symbol):
        found.pair = partner, _Range()
    if operator == "!=":
        found.without = (*found.without, right)
    elif operator == "=":
        found.lower = found.upper = right
    elif operator in _ORDERED:
        found.upper = right if operator == "<=" else _less_one(right)
        found.lower = found.lower or ONE
    elif operator in _DESCENDING:
        if partner is not None:  # sum_{j>i}: i runs below j, as in sum_{i<j}
            return _note_greater_of_pair(found, operator, index, right)
        found.lower = right if operator == ">=" else _plus_one(right)
    else:
        return False
    return True


def _note_greater_of_pair(found: _Range, operator: str, index: Symbol, partner: Node) -> bool:
    found.pair = index, _Range()
    found.lower, found.upper = ONE, index if operator == ">=" else _less_one(index)
    return isinstance(partner, Symbol)


def _runs_as_well(other: Node, binder: Binder, elsewhere: frozenset[str]) -> bool:
    """Whether the other side of a condition is an index that nothing else binds: the sum is over pairs."""
    return (
        isinstance(other, Symbol)
        and binder.lower is None
        and binder.upper is None
        and len(other.name) == 1
        and other.name not in elsewhere
        and other.name in names_in(binder.body)
    )


def _is_of_pairs(binder: Binder, other: Node) -> bool:
    """Whether `i != j` stands for all pairs: in a sum with the first letter first; `prod_{j != i}` keeps its i."""
    assert binder.index is not None  # noqa: S101 - looked at before
    return binder.head == "sum" and isinstance(other, Symbol) and binder.index.name < other.name


def _note_chain(found: _Range, condition: Relation, index: Symbol) -> None:
    """Note `1 <= i <= n`, `1 <= i < j <= n`."""
    operands, operators = condition.operands, condition.operators
    if index not in operands[1:-1] and index != operands[0]:
        found.conditions = (*found.conditions, condition)
        return
    place = operands.index(index)
    if place:
        lower = operands[place - 1]
        found.lower = lower if operators[place - 1] == "<=" else _plus_one(lower)
    else:
        found.lower = ONE
    above = operands[place + 1]
    found.upper = above if operators[place] == "<=" else _less_one(above)
    if isinstance(above, Symbol) and place + 2 < len(operands):
        last = operands[place + 2]
        upper = last if operators[place + 1] == "<=" else _less_one(last)
        found.pair = above, _Range(found.lower, upper)


def _bound(tree: Binder, found: _Range) -> Node:
    index = tree.index
    assert index is not None  # noqa: S101 - looked at before
    if found.pair is not None and found.pair[0] == index:  # sum_{j>i}: the other letter is the inner one
        other = _partner(tree, index)
        inner = Binder(tree.head, tree.body, other, lower=found.lower, upper=found.upper, span=tree.span)
        return Binder(tree.head, inner, index, span=tree.span)
    node = _single(tree, index, found)
    if found.pair is not None:
        letter, outer = found.pair
        node = Binder(tree.head, node, letter, lower=outer.lower, upper=outer.upper, span=tree.span)
    return node


def _partner(tree: Binder, index: Symbol) -> Symbol:
    """Return the letter that an index is greater than."""
    domain = tree.domain
    assert isinstance(domain, Relation)  # noqa: S101 - looked at before
    return next(side for side in domain.operands if isinstance(side, Symbol) and side != index)


def _single(tree: Binder, index: Symbol, found: _Range) -> Node:
    members = found.over
    if isinstance(members, Collection) and members.kind == "set" and not found.conditions:
        written = _written_out(tree, index, members, found.without)
        if written is not None:
            return written
    conditions = found.conditions
    if found.without and (tree.head != "sum" or members is not None or conditions):
        conditions = (*conditions, *(Relation(("!=",), (index, value)) for value in found.without))
        found.without = ()
    domain: Node | None = members
    if conditions:
        parts = conditions if members is None else (Apply("in", (index, members)), *conditions)
        domain = parts[0] if len(parts) == 1 else Logic("and", parts)
    node: Node = Binder(tree.head, tree.body, index, found.lower, found.upper, domain, span=tree.span)
    for value in found.without:
        node = Apply("add", (node, Apply("neg", (substitute(tree.body, {index.name: value}),))))
    return node


def _written_out(tree: Binder, index: Symbol, members: Collection, without: tuple[Node, ...]) -> Node | None:
    items = tuple(dict.fromkeys(members.items))
    if without or len(items) > MAX_MEMBERS or not all(isinstance(item, Number) for item in items):
        return None
    heads = {"sum": "add", "prod": "mul"}
    parts = tuple(substitute(tree.body, {index.name: item}) for item in items)
    if not parts:
        return Number(Fraction(0 if tree.head == "sum" else 1)) if tree.head in heads else None
    return parts[0] if len(parts) == 1 else Apply(heads.get(tree.head, tree.head), parts)


def _less_one(node: Node) -> Node:
    return Apply("add", (node, Apply("neg", (ONE,))))


def _plus_one(node: Node) -> Node:
    return Apply("add", (node, ONE))


def set_domains(tree: Node) -> frozenset[Node]:
    """Return the sets that sums run over."""
    found = (set_of(node) for node in tree.walk() if isinstance(node, Binder))
    return frozenset(members for members in found if members is not None)


def set_of(binder: Binder) -> Node | None:
    """Return the set that an index runs over."""
    for condition in conditions_of(binder.domain):
        if isinstance(condition, Apply) and condition.head == "in":
            return condition.args[1]
        if not isinstance(condition, Relation | Logic):
            return condition
    return None


def with_sizes(tree: Node, sets: frozenset[Node]) -> Node:
    """Read `|B|` as the number of members of B where a sum runs over B."""
    if isinstance(tree, Apply) and tree.head == "abs" and tree.args[0] in sets:
        return Apply(SIZE, tree.args, span=tree.span)
    if isinstance(tree, Constant | Number | Symbol):
        return tree
    return map_children(tree, lambda child: with_sizes(child, sets))
