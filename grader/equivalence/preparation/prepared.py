"""What is done to both trees before they are compared: indices, and what the notation leaves open.

- A bound index gets a canonical name, so that `sum_i x_i` and `sum_j x_j` are one thing.
- Subscripts are indices of data or names (`indices`), index sets get one form (`ranges`), and what is
  an unknown of its own, such as a derivative, one name (`unknowns`).
- Limits of a sum that one side left out are taken from the other side, with a note.
- A sum over `x` without any index is a sum over the data `x_i` where the other side says so.
- Data counted from 0 on one side are counted from 1, as on the other.
"""

from __future__ import annotations

from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.preparation.indices import BOUND, align, free_indices, has_indices, named
from grader.equivalence.preparation.ranges import (
    has_domains,
    set_domains,
    used_elsewhere,
    with_ranges,
    with_sizes,
)
from grader.equivalence.preparation.unknowns import Unknowns, abstracted, has_unknowns
from grader.equivalence.rewriting import map_children, substitute
from grader.notation.tree import (
    Apply,
    Binder,
    Constant,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
    fact,
    names_in,
)
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.equivalence.verdict import Options

LENGTH: Final = "length"  # of data whose number nobody wrote
NOTE_LIMITS: Final = "The limits of a sum were not written; all the data were taken to be meant."


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both trees ready to be compared, with what had to be assumed."""

    expected: Node
    answer: Node
    notes: tuple[str, ...] = ()
    lengths: frozenset[str] = frozenset()  # symbols that count something: the limits of sums
    made: Mapping[str, str] = field(default_factory=dict)  # names made of a label -> the name that has it
    known: Unknowns | None = None

    def domains(self, options: Options) -> Mapping[str, str]:
        """Return the declared domains, with those of labelled names and of the lengths of sums."""
        if not (self.lengths or self.made):
            return options.domains
        domains = dict(options.domains)
        for name, base in self.made.items():
            if base in options.domains:
                domains.setdefault(name, options.domains[base])
        for name in self.lengths:
            domains.setdefault(name, "natural")
        return domains


def same_data(prepared: Prepared) -> bool:
    """Whether equal data stand under equal indices in both formulas, so that a point tells them apart.

    They do where the sums run over the same ranges, and where only one formula has any data.
    """
    expected, answer = _ranges_of(prepared.expected), _ranges_of(prepared.answer)
    if expected == answer:
        return True
    if len(expected) + len(answer) > 1:
        return False
    return not has_indices(prepared.answer if expected else prepared.expected)


def prepare(expected: Node, answer: Node, *, declared: frozenset[str] = frozenset()) -> Prepared:
    """Return both trees with indices in canonical form and symbols for unknowns; `declared` names are indices."""
    return _with_unknowns(with_indices(expected, answer, declared=declared))


def with_indices(expected: Node, answer: Node, *, declared: frozenset[str] = frozenset()) -> Prepared:
    """Return both trees with indices in canonical form, their unknowns as they are."""
    if not (has_indices(expected) or has_indices(answer)):
        return Prepared(expected, answer)
    pair = _with_ranges(_letters(expected), _letters(answer))
    alone = [_read_alone(tree) for tree in pair]
    effort().spend(alone[0].steps + alone[1].steps)
    data = alone[0].data | alone[1].data
    indexed = [_index_data(each.tree, data) if each.sums else each.tree for each in alone]
    notes: list[str] = []
    limits = [_missing_limits(indexed, place, notes) for place in (0, 1)]
    whole = [
        tree if pair is None else _with_limits(tree, pair) for tree, pair in zip(indexed, limits, strict=True)
    ]
    limited = _counted_alike(*map(_with_bound_names, whole))
    first, second = align(limited[0], limited[1], declared=declared)
    first, second, made = named(first, second)
    lengths = frozenset().union(
        *(names_in(part) for tree in (first, second) for pair in limits_of(tree) for part in pair if part)
    )
    counts = frozenset(name for name in lengths if not name.startswith(BOUND))
    return Prepared(first, second, tuple(notes), counts, made)


def _with_unknowns(prepared: Prepared) -> Prepared:
    """Put symbols for what stays unknown."""
    expected, answer = prepared.expected, prepared.answer
    if not (has_unknowns(expected) or has_unknowns(answer)):
        return prepared
    expected, answer, known = abstracted(expected, answer)
    return replace(prepared, expected=expected, answer=answer, known=known)


def _with_ranges(expected: Node, answer: Node) -> tuple[Node, Node]:
    """Bring index sets into one form, and the numbers of their members."""
    if not (has_domains(expected) or has_domains(answer)):
        return expected, answer
    elsewhere = used_elsewhere(expected) | used_elsewhere(answer)
    first, second = (with_ranges(tree, elsewhere=elsewhere) for tree in (expected, answer))
    sets = set_domains(first) | set_domains(second)
    return with_sizes(first, sets), with_sizes(second, sets)


_Limits = tuple[Node | None, Node | None]


def _missing_limits(trees: list[Node], place: int, notes: list[str]) -> Mapping[str, _Limits] | None:
    """Return the limits that the sums of a tree lack, by their indices; those of all others stand under "".

    They are those of the other tree's sum with the same index, or in the same place, where all its limits are plain.
    """
    own = [node for node in _sums(trees[place]) if is_ranged(node)]
    lacking = [node for node in own if node.upper is None]
    if not lacking:
        return None
    others = [node for node in _sums(trees[1 - place]) if is_ranged(node)]
    bound = {node.index.name for node in others if node.index}
    plain = [
        node
        for node in others
        if node.upper is not None
        and not any(bound & names_in(part) for part in (node.lower, node.upper) if part)
    ]
    pairs = {(node.lower, node.upper) for node in plain}
    if len(pairs) != 1:
        plainly = _limits_by_index(own, others, plain)
        return {"": (Number(Fraction(1)), Symbol(LENGTH)), **plainly}
    if place == 1 and any(node.lower is None for node in lacking):
        notes.append(NOTE_LIMITS)
    return {"": next(iter(pairs))}


def _limits_by_index(own: list[Binder], others: list[Binder], plain: list[Binder]) -> dict[str, _Limits]:
    """Return limits by the names of indices: of the other sums with these, else of those in the same places."""
    if len(plain) != len(others) or len(own) != len(others):
        return {}
    named = {node.index.name: (node.lower, node.upper) for node in plain if node.index}
    mine = [node.index.name if node.index else "" for node in own]
    if set(mine) <= set(named):
        return {name: named[name] for name in mine}
    if set(mine) & set(named) or len(set(mine)) != len(mine) or "" in mine:
        return {}
    return {name: (node.lower, node.upper) for name, node in zip(mine, others, strict=True)}


@dataclass(frozen=True, slots=True)
class _Alone:
    """A tree with its letters read as indices, and what the other side has to know of it."""

    tree: Node
    data: frozenset[str]
    sums: bool
    steps: int


@fact
def _read_alone(tree: Node) -> _Alone:
    """Read a tree; the steps count that each sum renames its index in all that stands below it."""
    size = binders = 0
    for node in tree.walk():
        size += 1
        binders += isinstance(node, Binder)
    return _Alone(tree, _data_names(tree), bool(_sums(tree)), size * (4 + binders * 2))


@fact
def _with_bound_names(tree: Node) -> Node:
    return _rename_bound(tree, 0)


@fact
def _letters(tree: Node) -> Node:
    """Read `i` and `e` as letters where they are an index, not as the constants."""
    if not tree.holds(Constant):
        return tree
    if isinstance(tree, Binder) and tree.index is not None and tree.index.name in {"i", "e"}:
        name = tree.index.name
        tree = tree.changed(body=_constant_to_symbol(tree.body, frozenset({name})))
    elif isinstance(tree, Apply) and tree.head == "index":
        labels = (_constant_to_symbol(arg, frozenset({"i", "e"})) for arg in tree.args[1:])
        tree = tree.changed(args=(tree.args[0], *labels))
    return map_children(tree, _letters)


def _constant_to_symbol(tree: Node, names: frozenset[str]) -> Node:
    if isinstance(tree, Constant):
        return Symbol(tree.name, span=tree.span) if tree.name in names else tree
    return map_children(tree, lambda child: _constant_to_symbol(child, names))


@fact
def _sums(tree: Node) -> tuple[Binder, ...]:
    if not tree.holds(Binder):
        return ()
    return tuple(node for node in tree.walk() if isinstance(node, Binder) and node.head in {"sum", "prod"})


def limits_of(tree: Node) -> Iterator[tuple[Node | None, Node | None]]:
    """Yield the limits of every sum and product that has limits, or may have some."""
    for node in _sums(tree):
        if is_ranged(node):
            yield node.lower, node.upper


def is_ranged(node: Binder) -> bool:
    """Whether the index runs between limits, rather than over a set."""
    if node.domain is None:
        return True
    if isinstance(node.domain, Logic):
        return all(isinstance(part, Relation | Logic) for part in node.domain.args)
    return isinstance(node.domain, Relation)


@fact
def _ranges_of(tree: Node) -> frozenset[tuple[Node | None, ...]]:
    return frozenset((node.lower, node.upper, node.domain) for node in _sums(tree))


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
    if not tree.holds(Binder):
        return tree
    tree = map_children(tree, lambda child: _index_data(child, data))
    if not isinstance(tree, Binder) or tree.head not in {"sum", "prod"}:
        return tree
    index = tree.index or _only_label(tree.body) or Symbol(BOUND + "unnamed")
    if index.name in names_in(tree.body):
        return tree.changed(index=index)
    bare = _bare_names(tree.body)
    varying = data & bare
    if not varying and tree.index is None:  # `sum (x - mu)^2`; with an index, `sum_{i=1}^n c` is n c
        varying = bare - names_in(tree.upper or Number(Fraction(0)))
    return tree.changed(index=index, body=_with_index(tree.body, varying, index))


def _only_label(body: Node) -> Symbol | None:
    """Return the index that `sum x_i` runs over without saying so."""
    labels = free_indices(body)
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


def _with_limits(tree: Node, limits: Mapping[str, _Limits]) -> Node:
    if not tree.holds(Binder):
        return tree
    tree = map_children(tree, lambda child: _with_limits(child, limits))
    if isinstance(tree, Binder) and tree.head in {"sum", "prod"} and is_ranged(tree) and tree.upper is None:
        pair = limits.get(tree.index.name if tree.index else "", limits[""])
        return tree.changed(lower=pair[0] if tree.lower is None else tree.lower, upper=pair[1])
    return tree


def _rename_bound(tree: Node, depth: int) -> Node:
    """Name bound indices by how deep they stand, and start sums at 1 where no start is written."""
    if not tree.holds(Binder):
        return tree
    if isinstance(tree, Binder) and tree.index is not None:
        # `min_D ... D(x)`: what a function is called is no bound letter in its body, and keeps its name
        called = tree.body.holds("call:" + tree.index.name)
        name = tree.index if called else Symbol(f"{BOUND}{depth}")
        body = _rename_bound(substitute(tree.body, {tree.index.name: name}), depth + 1)
        domain = tree.domain and substitute(tree.domain, {tree.index.name: name})
        lower = tree.lower
        if lower is None and tree.upper is not None:
            lower = Number(Fraction(1))
        upper = tree.upper
        if upper is None and lower is not None and tree.head in {"sum", "prod"}:
            upper = Symbol(LENGTH)
        return tree.changed(body=body, index=name, lower=lower, upper=upper, domain=domain)
    return map_children(tree, lambda child: _rename_bound(child, depth))


def _counted_alike(expected: Node, answer: Node) -> list[Node]:
    """Count data from 1 where one formula counts them from 0 and the other from 1, each throughout."""
    trees = [expected, answer]
    starts = [_starts(tree) for tree in trees]
    for place in (0, 1):
        if starts[place] == {0} and starts[1 - place] == {1}:
            trees[place] = _counted_from_one(trees[place])
    return trees


@fact
def _starts(tree: Node) -> frozenset[object]:
    """Return where the data of a formula begin; None among them where that is not plain."""
    found: set[object] = set()
    for node in _sums(tree):
        plain = node.domain is None and node.index is not None and labels_only(node.body, node.index.name)
        found.add(node.lower.value if plain and isinstance(node.lower, Number) else None)
    numbered = tree.holds("index") and any(
        isinstance(label, Number)
        for node in tree.walk()
        if isinstance(node, Apply) and node.head == "index"
        for label in node.args[1:]
    )
    return frozenset(found | {None} if numbered else found)


def _counted_from_one(tree: Node) -> Node:
    tree = map_children(tree, _counted_from_one)
    if not isinstance(tree, Binder) or tree.head not in {"sum", "prod"} or tree.upper is None:
        return tree
    one = Number(Fraction(1))
    upper = tree.upper
    less = Apply("add", (upper, Apply("neg", (one,))))
    if isinstance(upper, Apply) and upper.head == "add" and upper.args[1:] == less.args[1:]:
        return tree.changed(lower=one, upper=upper.args[0])  # n - 1
    return tree.changed(lower=one, upper=Apply("add", (upper, one)))


def labels_only(body: Node, index: str) -> bool:
    """Whether an index only tells data apart (`x_i`), so that it does not matter where it starts."""
    plain = frozenset({Symbol(index)})
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol) and node.name == index:
            return False
        if isinstance(node, Apply) and node.head == "index":
            waiting.append(node.args[0])
            waiting.extend(arg for arg in node.args[1:] if arg not in plain)
        else:
            waiting.extend(node.children)
    return True
