"""What stands on the right of equations: the values that an answer gives, without their names.

`x = 3` says 3 where a value is asked for, `(p, q) = (3, 2)` the pair, `x = 1 or x = -1` and
`x = 1, -1` the values 1 and -1, `p = 5, q = 2; p = 7, q = 2` the pairs (5, 2) and (7, 2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.equivalence.kinds.members import combined, compare_sets
from grader.equivalence.readings import compare_readings
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import MAX_LENGTH, ReadingError
from grader.notation.tree import Apply, Collection, Logic, Node, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notation.names import Names

_EQUALS_SIGN: Final = deferred(r"(?<![<>!:=])=(?![=>])")
_PARTED: Final = deferred(r"[,;\n]|\\\\")
_EQUALS: Final = frozenset({"=", ":="})


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


def compare_conclusions(
    expected: Sequence[FormulaReading], answer: Sequence[FormulaReading], *, options: Options = DEFAULT
) -> Verdict:
    """Compare what two texts conclude with: value by value, or as sets where one lists what the other parts."""

    def compare(wanted: FormulaReading, found: FormulaReading) -> Verdict:
        verdict = compare_readings(wanted, found, options=options)[0]
        if verdict.accepted or _is_named(wanted) == _is_named(found):
            return verdict  # `x = 3` is not `y = 3`
        bare = compare_readings(reading_of_value(wanted), reading_of_value(found), options=options)[0]
        return bare if bare.accepted else verdict

    wanted, found = _members(expected, len(answer)), _members(answer, len(expected))
    if len(wanted) == len(found):
        verdict = combined([compare(e, a) for e, a in zip(wanted, found, strict=True)], "conclusions")
        if verdict.accepted or len(expected) == len(answer):
            return verdict
    if len(expected) == len(answer) or len(wanted) != len(found):
        reason = f"Your answer concludes with {len(found)} values, expected were {len(wanted)}."
        return Verdict("different", "disproved", "number of values", reason)
    table = {id(reading.tree): reading for reading in (*wanted, *found)}
    return compare_sets(
        [reading.tree for reading in wanted],
        [reading.tree for reading in found],
        lambda e, a: compare(table[id(e)], table[id(a)]),
    )


def _is_named(reading: FormulaReading) -> bool:
    return value_of(reading.tree) != reading.tree


def _members(readings: Sequence[FormulaReading], others: int) -> list[FormulaReading]:
    """Return the values; a single listing is several where the other side has several."""
    if len(readings) != 1 or others == 1:
        return list(readings)
    for tree in map(value_of, (readings[0].tree, *readings[0].alternatives)):
        if isinstance(tree, Collection) and tree.kind != "tuple" and len(tree.items) == others:
            return [FormulaReading(item, "") for item in tree.items]
    return list(readings)
