"""Steps of an algorithm, `w = w - a g`: an equation that gives a symbol a new value, and is no equation for it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Node, Relation, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.verdict import Verdict


def compare_updates(expected: Node, answer: Node, compare: Callable[[Node, Node], Verdict]) -> Verdict | None:
    """Compare `w = w - a g`, which is no equation for w: its sides one by one. None where it is none.

    The w on the left is the new one; so are `w := ...` and `w <- ...`.
    """
    sides = [_update(tree) for tree in (expected, answer)]
    plain = [side is not None and isinstance(side[0], Symbol) for side in sides]
    if any(plain) and not all(plain):  # only one of them numbers its steps
        sides = [_update(in_steps(tree)) for tree in (expected, answer)]
    if sides[0] is None or sides[1] is None:
        return None
    names = compare(sides[0][0], sides[1][0])
    return compare(sides[0][1], sides[1][1]) if names.equal == "equal" else names


def is_update(tree: Node) -> bool:
    """Whether an equation gives a symbol a new value out of the old one."""
    return _update(tree) is not None


def _update(tree: Node) -> tuple[Node, Node] | None:
    """Return both sides of an equation that gives a symbol a new value out of the old one.

    So does `w_{t+1} = w_t - a g`, and `w_new = w_old - a g`: these labels are left out.
    """
    if not (isinstance(tree, Relation) and tree.operators in {("=",), (":=",)}):
        return None
    left, right = tree.operands
    if not (isinstance(left, Symbol) or (isinstance(left, Apply) and left.head == "index")):
        return None
    if any(node == left for node in right.walk()):
        return left, right
    return None


def in_steps(tree: Node) -> Node:
    """Return `w := w - a g` for an update whose steps are numbered or named, the tree as it is for any other."""
    if not (isinstance(tree, Relation) and tree.operators in {("=",), (":=",)}):
        return tree
    left, right = tree.operands
    if not (isinstance(left, Apply) and left.head == "index" and len(left.args) == 2):
        return tree
    base, new = left.args
    old = {
        node.args[1:]
        for node in right.walk()
        if isinstance(node, Apply) and node.head == "index" and node.args[0] == base
    }
    if len(old) != 1 or not _is_step(new, next(iter(old))):
        return tree
    return Relation(tree.operators, (base, _without_label(right, base)))


def _is_step(new: Node, old: tuple[Node, ...]) -> bool:
    """Whether a label follows another one: t+1 after t, t after t-1, new after old."""
    if len(old) != 1:
        return False
    names = [label.name if isinstance(label, Symbol) else "" for label in (new, old[0])]
    if names == ["new", "old"]:
        return True
    field = Normalizer({})
    with suppress(TooLargeError, UndefinedError):
        return field.minus(field.normal(new), field.normal(old[0])).constant == 1
    return False


def _without_label(tree: Node, base: Node) -> Node:
    if isinstance(tree, Apply) and tree.head == "index" and tree.args[0] == base:
        return base
    return map_children(tree, lambda child: _without_label(child, base))
