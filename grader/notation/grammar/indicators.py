r"""Indicators of conditions: `\mathbb{1}[y = k]`, `\mathbf 1_{x > 0}`, `1_{x>0}`, `I(x > 0)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.brackets import CLOSERS, bracketed
from grader.notation.grammar.scripts import indices
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Collection, Logic, Node, Relation, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.parser import Parser
    from grader.notation.grammar.tokens import Token

_REACH: Final = 100
"""Tokens behind a 1 or I that are looked at for a condition."""
INDICATED: Final = frozenset(CLOSERS) | {"_"}
"""What an indicator's condition begins with."""
_CONDITIONS: Final = frozenset({"relation", "in", "notin"})


def indicates(p: Parser) -> bool:
    """Say whether a condition in brackets or as an index stands directly at the cursor."""
    at = p.at
    if p.tokens[at].kind == "_":
        at += 1
    opener = p.tokens[at]
    if opener.kind not in CLOSERS or opener.spaced:
        return False
    depth = 0
    for token in p.tokens[at : at + _REACH]:
        depth += (token.kind in CLOSERS) - (token.kind in CLOSERS.values())
        if depth == 0:
            return False
        if depth == 1 and token.kind in _CONDITIONS:
            return True
        if depth == 2 and token.kind in _CONDITIONS and opener.kind == "{":  # 1_{\{x > 0\}}
            return True
    return False


def indicator(p: Parser, word: Token) -> Node:
    """Read an indicator from behind its sign."""
    below = indices(p) if p.take("_") else ()
    if below:
        return _indexed(p, below, word)
    if p.token.kind not in CLOSERS:
        raise ReadingError(f"the indicator at {word.start + 1} has no condition", word.start, "a condition")
    return Apply("indicator", (_one(bracketed(p)),), span=p.span_from(word.start))


def _indexed(p: Parser, below: tuple[Node, ...], word: Token) -> Node:
    """Return the indicator of a condition, of a set at an argument, or the vector of ones."""
    condition = _one(below)
    span = p.span_from(word.start)
    if isinstance(condition, Relation | Logic) or (isinstance(condition, Apply) and condition.head == "in"):
        return Apply("indicator", (condition,), span=span)
    if p.token.kind == "(" and not p.token.spaced:
        member = Apply("in", (_one(bracketed(p)), condition), span=p.span_from(word.start))
        return Apply("indicator", (member,), span=member.span)
    return Apply("index", (Symbol("ones", span=span), *below), span=span)


def _one(conditions: tuple[Node, ...]) -> Node:
    """Return the conditions as one; braces around it only group."""
    only = conditions[0]
    if len(conditions) > 1:
        return Logic("and", conditions)
    return only.items[0] if isinstance(only, Collection) and len(only.items) == 1 else only
