"""Indices as plain text has them, without a sign: `xi` and `x(i)` for x_i.

Both may mean a product, and `xi` and `pi` are Greek letters as well. Where a sum runs over the letter, it is an index;
elsewhere that is another reading of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.scripts import attach
from grader.notation.numbers.literals import value_of
from grader.notation.tree import Number, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.parser import Parser
    from grader.notation.tree import Node

_LETTERS: Final = frozenset("ijkmnt")


def run_index(p: Parser) -> Node | None:
    """Read `xj` and `x12` of a declared x and a letter or number behind it as x_j and x_12; None where it is read otherwise."""
    text = p.token.text
    head, tail = text[:1], text[1:]
    if p.latex or head not in p.names.words or text in p.names.words:
        return None
    start, place = p.token.start, (p.token.start + 1, p.token.end)
    if not (tail.isdecimal() or _is_index(p, tail)):
        return None
    note = f"`{text}` at {start + 1} may be {head} with the index {tail}"
    if tail not in p.bound and p.choose("run of letters", "letters", ("index",), note) != "index":
        return None
    index: Node = Symbol(p.names.words.get(tail, tail), span=place)
    if tail.isdecimal():
        index = Number(value_of(tail, 0), text=tail, span=place)
    p.advance()
    return attach(p, Symbol(p.names.words[head], span=(start, start + 1)), (index,))


def bracketed_index(p: Parser, symbol: Node) -> Node | None:
    """Read the `(i)` or `(1)` directly behind a declared x as its index; None where it is read otherwise."""
    if p.latex or p.token.kind != "(" or p.token.spaced or p.peek(2).kind != ")":
        return None
    inner = p.peek()
    numbered = inner.kind == "number" and inner.text.isdecimal()
    if not numbered and not (inner.kind == "word" and _is_index(p, inner.text)):
        return None
    note = f"`({inner.text})` at {p.token.start + 1} may be an index"
    if inner.text not in p.bound and p.choose("bracketed letter", "factor", ("index",), note) != "index":
        return None
    for _ in range(3):
        p.advance()
    place = (inner.start, inner.end)
    if numbered:
        return attach(p, symbol, (Number(value_of(inner.text, 0), text=inner.text, span=place),))
    return attach(p, symbol, (Symbol(p.names.words.get(inner.text, inner.text), span=place),))


def _is_index(p: Parser, letter: str) -> bool:
    """Say whether a letter may count: the key's own index and its end are among the declared names."""
    constant = letter in p.names.constants and letter not in p.bound
    return letter in _LETTERS and not constant
