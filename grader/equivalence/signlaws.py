"""Laws that hold only where nothing is negative: sqrt(a b) = sqrt(a) sqrt(b), log(a b) = log(a) + log(b), (a^b)^c = a^(b c)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.equivalence.rewriting import with_values
from grader.notation.tree import Apply, Node, Number

if TYPE_CHECKING:
    from collections.abc import Iterator


def rewritten_by_signs(tree: Node) -> Iterator[tuple[Node, Node]]:
    """Yield a tree with one of its parts rewritten by such a law, each with the part as it was."""
    for node in dict.fromkeys(tree.walk()):
        if isinstance(node, Apply) and (other := _other_form(node)) is not None:
            yield with_values(tree, {node: other}), node


def _other_form(node: Apply) -> Node | None:
    inner = node.args[0] if node.args else None
    if not isinstance(inner, Apply):
        return None
    if node.head == "root":
        return _root(inner, node.args[1])
    if node.head == "log":
        return _log(inner, node.args[1:])
    if node.head == "pow" and inner.head == "pow":
        return Apply("pow", (inner.args[0], Apply("mul", (inner.args[1], node.args[1]))))
    return None


def _root(inner: Apply, degree: Node) -> Node | None:
    if inner.head in {"mul", "div"}:
        return Apply(inner.head, tuple(Apply("root", (each, degree)) for each in inner.args))
    if inner.head == "pow" and inner.args[1] == degree:
        return inner.args[0]
    if inner.head == "pow":
        return Apply("pow", (inner.args[0], Apply("div", (inner.args[1], degree))))
    return None


def _log(inner: Apply, base: tuple[Node, ...]) -> Node | None:
    parts = tuple(Apply("log", (each, *base)) for each in inner.args)
    if inner.head == "mul":
        return Apply("add", parts)
    if inner.head == "div":
        return Apply("add", (parts[0], Apply("mul", (Number(Fraction(-1)), parts[1]))))
    if inner.head == "pow":
        return Apply("mul", (inner.args[1], Apply("log", (inner.args[0], *base))))
    return None
