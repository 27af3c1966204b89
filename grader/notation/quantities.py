r"""A unit of the field behind a formula: `4 n bytes`, `3 MiB`, `2 \text{ GFLOPs}`.

A word counts as a unit only at the end, behind a number, a bracket or a symbol, and only where
nobody declared it or its letters: `2 ms` is a time, but a product where m and s are symbols. One
letter is a unit only when it is set upright (`\text{s}`) or where a quantity is asked for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.notation.tree import Node, Quantity, Relation
from grader.notation.units import unit_named

if TYPE_CHECKING:
    from grader.notation.lexer import Token
    from grader.notation.names import Names

_BEHIND: Final = re.compile(r"[ \t$`)}]{0,4}(?:\\(?:text|mathrm)\{\s?)?([A-Za-zµμ]{1,24})(?![\w])")
_BEFORE: Final = frozenset({"number", ")", "}", "]", "name", "constant", "percent"})


def without_unit(tokens: list[Token], names: Names) -> tuple[list[Token], str]:
    """Return the tokens without the unit they end with, and that unit; "" where there is none."""
    at = len(tokens) - 2  # the last one is the end
    if at < 1 or tokens[at].kind not in {"word", "upright", "quoted"}:
        return tokens, ""
    token, before = tokens[at], tokens[at - 1]
    unit = unit_named(token.text)
    if unit is None or token.text in names.words:
        return tokens, ""
    if len(token.text) == 1 and token.kind == "word" and not names.quantity:
        return tokens, ""
    if token.kind == "word" and all(letter in names.words for letter in token.text):
        return tokens, ""
    symbol = before.kind == "word" and (len(before.text) == 1 or before.text in names.words)
    if before.kind not in _BEFORE and not symbol:
        return tokens, ""
    return [*tokens[:at], tokens[-1]], token.text


def for_answers(names: Names, expected: Node) -> Names:
    """Return the names with which answers are read: one letter may be a unit where a quantity is expected."""
    return replace(names, quantity=True) if isinstance(expected, Quantity) else names


def unit_behind(text: str, at: int) -> str:
    """Return the unit that stands behind a formula in a sentence (`$4n$ bytes`), "" where there is none."""
    match = _BEHIND.match(text, at)
    return match[1] if match and unit_named(match[1]) else ""


def with_unit(tree: Node, unit: str) -> Node:
    """Return the tree, or the last side of an equation, as a quantity with a unit."""
    if not unit:
        return tree
    if isinstance(tree, Relation):
        last = with_unit(tree.operands[-1], unit)
        return replace(tree, operands=(*tree.operands[:-1], last))
    return Quantity(tree, unit, span=tree.span)
