"""What a text may mean besides what was read first.

Another reading counts only where the notation itself leaves it open: `(0, 1)` is a pair or an interval, `1,5` one
number or two, a bare listing `6, 8` a list or a set. A reading that would change the formula (`1/ab`) is none.

Where a value is asked for, what stands on the right of equations is meant as well: `x = 3` says 3, `(p, q) = (3, 2)`
the pair, `x = 1 or x = -1` and `x = 1, -1` the values 1 and -1, `p = 5, q = 2; p = 7, q = 2` the pairs (5, 2) and (7, 2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.grammar.quantities import LETTERS
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import MAX_LENGTH, ReadingError
from grader.notation.tree import Apply, Binder, Collection, Logic, Node, Number, Relation, Symbol, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.notation.names import Names

_ANGLES: Final = deferred(r"[\s$]*(?:\\langle|⟨|〈)")
_MARKS: Final = deferred(r"^(?:[\s$]|\\[(\[]|\\boxed\{)+")
_EQUALS_SIGN: Final = deferred(r"(?<![<>!:=])=(?![=>])")
_PARTED: Final = deferred(r"[,;\n]|\\\\")
_EQUALS: Final = frozenset({"=", ":="})


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


def _without_numbers(tree: Node) -> tuple[object, ...]:
    """Return the shape of a tree, its numbers left out."""
    return tuple(Number if isinstance(node, Number) else _label(node) for node in tree.walk())


def _label(node: Node) -> object:
    return getattr(node, "head", None) or getattr(node, "name", None) or type(node)


def value_of(tree: Node) -> Node:
    """Return the value that an equation gives, or the values of several; any other tree as it is."""
    if _is_equation(tree):
        return tree.children[-1]
    if isinstance(tree, Apply) and tree.head == "in" and isinstance(tree.args[1], Collection):
        return tree.args[1]
    if isinstance(tree, Logic) and tree.operator in {"and", "or"}:
        return _values(tree, tree.args, "listing")
    if isinstance(tree, Collection):
        return _values(tree, tree.items, tree.kind)
    return tree


def _is_equation(tree: Node) -> bool:
    return isinstance(tree, Relation) and set(tree.operators) <= _EQUALS


def _values(tree: Node, items: tuple[Node, ...], kind: str) -> Node:
    """Return the values of equations in a row; what stands behind one without a name is its next value."""
    named = [item for item in items if _is_equation(item)]
    if not items or not _is_equation(items[0]):
        return tree
    if any(isinstance(item, Relation | Logic) and not _is_equation(item) for item in items):
        return tree
    values = tuple(item.children[-1] if _is_equation(item) else item for item in items)
    names = [item.children[0] for item in named]
    if 1 < len(names) < len(items):
        return tree
    period = len(dict.fromkeys(names))
    if 1 < period < len(names) and names == names[:period] * (len(names) // period):
        rows = (values[at : at + period] for at in range(0, len(values), period))
        values = tuple(Collection("tuple", row) for row in rows)
    return Collection(kind, values, span=tree.span)


def reading_of_value(reading: FormulaReading) -> FormulaReading:
    """Return a reading without the names on the left of its equations, in all that the text may mean."""
    others = tuple(dict.fromkeys(map(value_of, reading.alternatives)))
    return FormulaReading(value_of(reading.tree), reading.text, reading.notes, others)


def read_tail(text: str, *, names: Names, syntax: str = "auto") -> FormulaReading | None:
    r"""Read the value behind the last `=` of a text whose left side cannot be read: `\zzz = x = 0`.

    Returns None where that cannot be read either, or where the text is more than one equation.
    """
    signs = list(_EQUALS_SIGN.finditer(text)) if len(text) <= MAX_LENGTH else []
    if not signs or _PARTED.search(text, 0, signs[-1].start()):
        return None
    try:
        reading = read_formula(text[signs[-1].end() :], names=names, syntax=syntax)
    except ReadingError:
        return None
    if not isinstance(reading.tree, Relation | Logic):
        return replace(reading, notes=(*reading.notes, "only what stands behind the last `=` could be read"))
    return None
