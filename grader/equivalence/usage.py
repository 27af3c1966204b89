"""What an answer must use or must not use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.tree import Apply, Binder, Node, Symbol

if TYPE_CHECKING:
    from grader.equivalence.verdict import Options

_ALIASES: Final = {
    "+": "add",
    "*": "mul",
    "/": "div",
    "^": "pow",
    "sqrt": "root",
    "ln": "log",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "!": "factorial",
}


def missing_or_forbidden(answer: Node, options: Options) -> str:
    """Return one sentence about a part that is missing or not allowed, "" where all is well."""
    if not options.require and not options.forbid:
        return ""
    used = parts_of(answer)
    for name in options.require:
        if _ALIASES.get(name, name) not in used:
            return f"The answer must use {name}."
    for name in options.forbid:
        if _ALIASES.get(name, name) in used:
            return f"The answer must not use {name}."
    return ""


def parts_of(tree: Node) -> frozenset[str]:
    """Return the heads, functions and symbols a formula uses."""
    used: set[str] = set()
    for node in tree.walk():
        if isinstance(node, Apply):
            used.add(node.head.removeprefix("call:"))
        elif isinstance(node, Binder):
            used.add(node.head)
        elif isinstance(node, Symbol):
            used.add(node.name)
    return frozenset(used)
