"""Comparing what was read, where a text can be read in more than one way.

Another reading counts only where the notation itself leaves it open: `(0, 1)` is a pair or an
interval, `1,5` one number or two, a bare listing `6, 8` a list or a set. A reading that would
change the formula (`1/ab`) is never tried in the answer's favour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.comparing import compare, kind_of
from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.notation.grammar.quantities import LETTERS
from grader.notation.lazypatterns import deferred
from grader.notation.tree import Apply, Binder, Collection, Logic, Node, Number, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.notation.formulareader import FormulaReading

_ANGLES: Final = deferred(r"[\s$]*(?:\\langle|⟨|〈)")
_MARKS: Final = deferred(r"^(?:[\s$]|\\[(\[]|\\boxed\{)+")


def compare_readings(
    expected: FormulaReading, answer: FormulaReading, *, options: Options = DEFAULT
) -> tuple[Verdict, Node]:
    """Return the verdict, with the tree of the answer that it is about.

    Conditions behind the formulas (`, x > 0`) are compared where the expected formula has some.
    """
    verdict, tree = _compare_trees(expected, answer, options)
    if verdict.equal != "equal" or not expected.conditions:
        return verdict, tree
    if not answer.conditions:
        return undecided("Your formula is equal to the expected one, but states no condition."), tree
    conditions = compare(_all_of(expected.conditions), _all_of(answer.conditions), options=options)
    return (verdict if conditions.accepted else conditions), tree


def _all_of(conditions: tuple[Node, ...]) -> Node:
    return conditions[0] if len(conditions) == 1 else Logic("and", conditions)


def _compare_trees(
    expected: FormulaReading, answer: FormulaReading, options: Options
) -> tuple[Verdict, Node]:
    """Compare in every way that the notation leaves open."""
    first = compare(expected.tree, answer.tree, options=options)
    if first.equal == "equal":
        return first, answer.tree
    left_open = None  # of things of one kind, where as read first they are none
    for wanted in open_readings(expected):
        for tree in open_readings(answer):
            as_read = (wanted is expected.tree, tree is answer.tree)
            sets = _is_listing(wanted) and _is_listing(tree) and kind_of(wanted) == kind_of(tree)
            if (any(as_read) or sets) and not all(as_read) and _fit(wanted, tree):
                verdict = compare(wanted, tree, options=options)
                if verdict.equal == "equal":
                    return verdict, tree
                if verdict.equal == "undecided" and first.method == "kind":
                    left_open = left_open or (verdict, tree)
    return left_open or (first, answer.tree)


def open_readings(reading: FormulaReading) -> tuple[Node, ...]:
    """Return the tree that was read and those that the notation leaves open as well."""
    kind, shape = kind_of(reading.tree), _without_numbers(reading.tree)
    found = (
        reading.tree,
        *(
            other
            for other in reading.alternatives
            if kind_of(other) != kind
            or _without_numbers(other) == shape
            or _other_count(reading.tree, other)
            or _numbers(other) < _numbers(reading.tree)  # a comma was read as a decimal one
            or _has_multiple(other)  # a letter was read as a million
            # In a sum `xj` was read as x_j; elsewhere x1 may be another letter than x_1.
            or (other.holds(Binder) and _indices(other) > _indices(reading.tree))
        ),
    )
    solutions = tuple(each for each in map(_as_solutions, found) if each is not None)
    if _is_bracketed(reading.text):
        return found
    return (
        *found,
        *_in_angles(reading),
        *solutions,
        *(each.args[-1] for each in solutions),
        *unordered(found),
    )


def _in_angles(reading: FormulaReading) -> tuple[Node, ...]:
    r"""Read `\langle 2, 3 \rangle`, an inner product, as the vector with these entries as well."""
    tree = reading.tree
    angles = _ANGLES.match(reading.text) is not None and isinstance(tree, Apply) and tree.head == "dot"
    return (Collection("tuple", tree.children, span=tree.span),) if angles else ()


def unordered(trees: Iterable[Node]) -> tuple[Node, ...]:
    """Return the bare listings among trees as sets: nothing asks for an order of `1, -2`."""
    lists = (tree for tree in trees if isinstance(tree, Collection) and tree.kind == "listing")
    return tuple(Collection("set", tree.items, span=tree.span) for tree in lists)


def _as_solutions(tree: Node) -> Apply | None:
    """Read `k = 3, 5, 7`, `k = 3, k = 5` and `k = 3 or k = 5` as what k may be: in no order."""
    if isinstance(tree, Logic) and tree.operator == "or":
        tree = Collection("listing", tree.args, span=tree.span)
    if not isinstance(tree, Collection) or tree.kind not in {"list", "listing"} or not tree.items:
        return None
    names: list[Node] = []
    values: list[Node] = []
    for item in tree.items:
        if isinstance(item, Relation) and item.operators == ("=",) and isinstance(item.operands[0], Symbol):
            names.append(item.operands[0])
            values.append(item.operands[1])
        elif isinstance(item, Relation | Logic | Collection):
            return None
        else:
            values.append(item)
    if len(set(names)) != 1 or not isinstance(tree.items[0], Relation) or 1 < len(names) < len(values):
        return None
    return Apply("in", (names[0], Collection("set", tuple(values))), span=tree.span)


def _is_listing(tree: Node) -> bool:
    """Whether a tree is a bare listing read as a set, or as the values that a symbol may have."""
    return kind_of(tree) == "set" or (isinstance(tree, Apply) and tree.head == "in")


def _indices(tree: Node) -> int:
    return sum(isinstance(node, Apply) and node.head == "index" for node in tree.walk())


def _numbers(tree: Node) -> int:
    return sum(1 for node in tree.walk() if isinstance(node, Number))


def _has_multiple(tree: Node) -> bool:
    return any(isinstance(node, Number) and node.text in LETTERS for node in tree.walk())


def _other_count(tree: Node, other: Node) -> bool:
    """Whether two listings differ in how many members their commas part."""
    return (
        isinstance(tree, Collection) and isinstance(other, Collection) and len(tree.items) != len(other.items)
    )


def _is_bracketed(text: str) -> bool:
    """Whether brackets stand around the whole text, so that its order is part of it: not `(1, 2), (3, 4)`."""
    bare = _MARKS.sub("", text, count=1)
    if "\\{" in bare or bare[:1] not in {"(", "["}:
        return "\\{" in bare
    depth = 0
    for place, sign in enumerate(bare):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0:
            return not bare[place + 1 :].strip(" $.}\\)]")
    return True


def _fit(expected: Node, answer: Node) -> bool:
    kinds = {kind_of(expected), kind_of(answer)}
    return len(kinds) == 1 or kinds in ({"condition", "interval"}, {"set", "interval"})


def _without_numbers(tree: Node) -> tuple[object, ...]:
    """Return the shape of a tree, its numbers left out."""
    return tuple(Number if isinstance(node, Number) else _label(node) for node in tree.walk())


def _label(node: Node) -> object:
    return getattr(node, "head", None) or getattr(node, "name", None) or type(node)
