"""What is done to both trees before they are compared: indices, and what the notation leaves open.

- A bound index gets a canonical name, so that `sum_i x_i` and `sum_j x_j` are one thing.
- A free index that only tells data apart is dropped: `z_i = g x_i + b` says the same as
  `z = g x + b`, unless `x` stands there without it as well.
- Limits of a sum that one side left out are taken from the other side, with a note.
- A sum over `x` without any index is a sum over the data `x_i` where the other side says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.memory import for_small
from grader.equivalence.rewriting import map_children, names_in, substitute
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUND: Final = "index "  # with a space: no student can write such a name
LENGTH: Final = "length"  # of data whose number nobody wrote
NOTE_LIMITS: Final = "The limits of a sum were not written; all the data were taken to be meant."


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both trees ready to be compared, with what had to be assumed."""

    expected: Node
    answer: Node
    notes: tuple[str, ...] = ()
    lengths: frozenset[str] = frozenset()  # symbols that count something: the limits of sums


def same_data(prepared: Prepared) -> bool:
    """Whether equal data stand under equal indices in both formulas, so that a point tells them apart.

    They do where the sums run over the same ranges, and where only one formula has any data.
    """
    expected, answer = (frozenset(limits_of(tree)) for tree in (prepared.expected, prepared.answer))
    if expected == answer:
        return True
    if len(expected) + len(answer) > 1:
        return False
    return not _has_indices(prepared.answer if expected else prepared.expected)


def prepare(expected: Node, answer: Node) -> Prepared:
    """Return both trees with indices in canonical form."""
    if not (_has_indices(expected) or _has_indices(answer)):
        return Prepared(expected, answer)
    alone = [_read_alone(tree) for tree in (expected, answer)]
    effort().spend(alone[0].steps + alone[1].steps)
    data = alone[0].data | alone[1].data
    indexed = [_index_data(each.tree, data) if each.sums else each.tree for each in alone]
    limits = [tuple(limits_of(tree)) for tree in indexed]
    notes: list[str] = []
    trees: list[Node] = []
    for position, tree in enumerate(indexed):
        pair = None
        if (None, None) in limits[position]:
            other = {pair for pair in limits[1 - position] if pair[1] is not None}
            pair = next(iter(other)) if len(other) == 1 else (Number(Fraction(1)), Symbol(LENGTH))
            if len(other) == 1 and position == 1:
                notes.append(NOTE_LIMITS)
        trees.append(_finished(tree, pair))
    lengths = frozenset().union(
        *(names_in(part) for tree in trees for pair in limits_of(tree) for part in pair if part)
    )
    return Prepared(
        trees[0], trees[1], tuple(notes), frozenset(n for n in lengths if not n.startswith(BOUND))
    )


@dataclass(frozen=True, slots=True)
class _Alone:
    """A tree with its letters read as indices, and what the other side has to know of it."""

    tree: Node
    data: frozenset[str]
    sums: bool
    steps: int


@for_small
def _read_alone(tree: Node) -> _Alone:
    """Read a tree; the steps count that each sum renames its index in all that stands below it."""
    size = binders = 0
    for node in tree.walk():
        size += 1
        binders += isinstance(node, Binder)
    tree = _letters(tree)
    return _Alone(tree, _data_names(tree), any(_sums(tree)), size * (4 + binders * 2))


@for_small
def _finished(tree: Node, pair: tuple[Node | None, Node | None] | None) -> Node:
    """Give the sums without limits those of a pair, and the indices their names."""
    tree = _rename_bound(tree if pair is None else _with_limits(tree, pair), 0)
    return drop_free([tree])[0]


def _letters(tree: Node) -> Node:
    """Read `i` and `e` as letters where they are an index, not as the constants."""
    if isinstance(tree, Binder) and tree.index is not None and tree.index.name in {"i", "e"}:
        name = tree.index.name
        tree = replace(tree, body=_constant_to_symbol(tree.body, frozenset({name})))
    elif isinstance(tree, Apply) and tree.head == "index":
        labels = (_constant_to_symbol(arg, frozenset({"i", "e"})) for arg in tree.args[1:])
        tree = replace(tree, args=(tree.args[0], *labels))
    return map_children(tree, _letters)


def _constant_to_symbol(tree: Node, names: frozenset[str]) -> Node:
    if isinstance(tree, Constant):
        return Symbol(tree.name, span=tree.span) if tree.name in names else tree
    return map_children(tree, lambda child: _constant_to_symbol(child, names))


def _has_indices(tree: Node) -> bool:
    return any(
        isinstance(node, Binder) or (isinstance(node, Apply) and node.head == "index") for node in tree.walk()
    )


def _sums(tree: Node) -> Iterator[Binder]:
    for node in tree.walk():
        if isinstance(node, Binder) and node.head in {"sum", "prod"}:
            yield node


def limits_of(tree: Node) -> Iterator[tuple[Node | None, Node | None]]:
    """Yield the limits of every sum and product."""
    for node in _sums(tree):
        yield node.lower, node.upper


def _data_names(tree: Node) -> frozenset[str]:
    """Return the names that carry the index of a sum around them."""
    found: set[str] = set()
    for binder in _sums(tree):
        if binder.index is None:
            continue
        for node in binder.body.walk():
            if not isinstance(node, Apply) or node.head != "index" or not isinstance(node.args[0], Symbol):
                continue
            if any(binder.index.name in names_in(arg) for arg in node.args[1:]):
                found.add(node.args[0].name)
    return frozenset(found)


def _index_data(tree: Node, data: frozenset[str]) -> Node:
    """Give every sum an index, and the data in it that index where none is written."""
    tree = map_children(tree, lambda child: _index_data(child, data))
    if not isinstance(tree, Binder) or tree.head not in {"sum", "prod"}:
        return tree
    index = tree.index or _only_label(tree.body) or Symbol(BOUND + "unnamed")
    if index.name in names_in(tree.body):
        return replace(tree, index=index)
    bare = _bare_names(tree.body)
    varying = data & bare or bare - names_in(tree.upper or Number(Fraction(0)))
    return replace(tree, index=index, body=_with_index(tree.body, varying, index))


def _only_label(body: Node) -> Symbol | None:
    """Return the index that `sum x_i` runs over without saying so."""
    labels = list(_free_indices(body))
    return Symbol(labels[0]) if len(labels) == 1 else None


def _bare_names(tree: Node) -> frozenset[str]:
    """Return the symbols that stand without an index and are none themselves."""
    found: set[str] = set()
    bound: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            found.add(node.name)
        elif not (isinstance(node, Apply) and node.head == "index"):
            if isinstance(node, Binder) and node.index is not None:
                bound.add(node.index.name)
            waiting.extend(node.children)
    return frozenset(found - bound)


def _with_index(tree: Node, names: frozenset[str], index: Symbol) -> Node:
    if isinstance(tree, Symbol):
        return Apply("index", (tree, index)) if tree.name in names else tree
    if isinstance(tree, Apply) and tree.head == "index":
        return tree
    return map_children(tree, lambda child: _with_index(child, names, index))


def _with_limits(tree: Node, pair: tuple[Node | None, Node | None]) -> Node:
    tree = map_children(tree, lambda child: _with_limits(child, pair))
    if (
        isinstance(tree, Binder)
        and tree.head in {"sum", "prod"}
        and tree.lower is None
        and tree.upper is None
    ):
        return replace(tree, lower=pair[0], upper=pair[1])
    return tree


def _rename_bound(tree: Node, depth: int) -> Node:
    """Name bound indices by how deep they stand, and start sums at 1 where no start is written."""
    if isinstance(tree, Binder) and tree.index is not None:
        name = Symbol(f"{BOUND}{depth}")
        body = _rename_bound(substitute(tree.body, {tree.index.name: name}), depth + 1)
        lower = tree.lower
        if lower is None and tree.upper is not None:
            lower = Number(Fraction(1))
        upper = tree.upper
        if upper is None and lower is not None and tree.head in {"sum", "prod"}:
            upper = Symbol(LENGTH)
        return replace(tree, body=body, index=name, lower=lower, upper=upper)
    return map_children(tree, lambda child: _rename_bound(child, depth))


def drop_free(trees: list[Node]) -> list[Node]:
    """Drop free indices from names that never stand without, and name the others in order."""
    found = [_free_indices(tree) for tree in trees]
    dropped: list[Node] = []
    for tree, free in zip(trees, found, strict=True):
        order = list(free)
        names = {name: Symbol(f"free {position}") for position, name in enumerate(order)}
        bases = _bases(tree, frozenset(order))
        alone = {base for base, patterns in bases.items() if len(patterns) == 1}
        dropped.append(substitute(_without_index(tree, frozenset(alone), frozenset(order)), names))
    return dropped


def _free_indices(tree: Node) -> Counter[str]:
    """Return the symbols that are used as indices only and are not bound, in order."""
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    waiting = [(tree, False)]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, Symbol):
            (inside if within else outside)[node.name] += 1
        elif isinstance(node, Apply) and node.head == "index":
            waiting.extend((arg, True) for arg in reversed(node.args[1:]))
            waiting.append((node.args[0], within))
        else:
            waiting.extend((child, within) for child in reversed(node.children))
    for name in tuple(inside):
        if name in outside or name.startswith(BOUND):
            del inside[name]
    return inside


def _bases(tree: Node, free: frozenset[str]) -> dict[Node, set[tuple[Node, ...]]]:
    """Return for each indexed base all the index lists it has in the tree; () where it has none."""
    found: dict[Node, set[tuple[Node, ...]]] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Apply) and node.head == "index":
            found.setdefault(node.args[0], set()).add(node.args[1:])
            waiting.extend(node.args[1:])
        else:
            if isinstance(node, Symbol) and node.name not in free:
                found.setdefault(node, set()).add(())
            waiting.extend(node.children)
    return found


def _without_index(tree: Node, bases: frozenset[Node], free: frozenset[str]) -> Node:
    if isinstance(tree, Apply) and tree.head == "index" and tree.args[0] in bases:
        kept = tuple(arg for arg in tree.args[1:] if not (isinstance(arg, Symbol) and arg.name in free))
        return replace(tree, args=(tree.args[0], *kept)) if kept else tree.args[0]
    return map_children(tree, lambda child: _without_index(child, bases, free))
