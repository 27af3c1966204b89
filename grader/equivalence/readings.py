"""Comparing what was read, where a text can be read in more than one way.

What the notation leaves open is told by `grader.notation.openreadings`; nothing else is tried in the answer's favour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.equivalence.comparing import compare
from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.notation.openreadings import open_readings
from grader.notation.tree import Apply, Logic, Node, kind_of

if TYPE_CHECKING:
    from grader.notation.formulareader import FormulaReading


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


def _is_listing(tree: Node) -> bool:
    """Whether a tree is a bare listing read as a set, or as the values that a symbol may have."""
    return kind_of(tree) == "set" or (isinstance(tree, Apply) and tree.head == "in")


def _fit(expected: Node, answer: Node) -> bool:
    kinds = {kind_of(expected), kind_of(answer)}
    return len(kinds) == 1 or kinds in ({"condition", "interval"}, {"set", "interval"})
