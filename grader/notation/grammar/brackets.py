"""Brackets of every kind: groups, tuples, lists, sets, intervals, bars, floors, angles.

A pair in matching brackets is read as tuple `(a, b)` or list `[a, b]`; where a set is wanted it is
the open or closed interval. Lists of lists of one length are matrices.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.parser import ANY, Parser
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Constant,
    Interval,
    Matrix,
    Node,
    Number,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.notation.grammar.tokens import Token

CLOSERS: Final = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_BEFORE_AN_ITEM: Final = frozenset({"[", ",", ";", "(", "relation", "\\{"})
_BEHIND_AN_ITEM: Final = frozenset({"]", ",", ";", ")", "end", "\\}", "}"})


def bracketed(p: Parser) -> tuple[Node, ...]:
    """Read the arguments between brackets; the cursor stands at the opening one."""
    opener = p.advance()
    p.depth += 1  # a call takes twice the frames of a plain bracket
    items, _ = _inside(p, "call", CLOSERS[opener.kind])
    p.depth -= 1
    p.close(opener, CLOSERS[opener.kind])
    if not items:
        raise ReadingError(
            f"nothing stands in the brackets at {opener.start + 1}", opener.start, "an argument"
        )
    return tuple(items)


def _inside(p: Parser, opener: str, *closers: str, parted: bool = False) -> tuple[list[Node], list[int]]:
    """Read items up to a closing bracket; also return after how many items a `;` stood."""
    kept = p.bars, p.parted, p.inside
    p.bars, p.parted, p.inside = 0, parted, opener
    items: list[Node] = []
    rows: list[int] = []
    while p.token.kind not in closers and p.token.kind != "end":
        items.append(p.expression(ANY))
        if p.token.kind in {",", ";", "newline", "divides"}:
            if p.advance().kind in {";", "newline"}:
                rows.append(len(items))
        elif p.token.key == ".." and opener == "call" and isinstance(items[-1], Relation):
            p.advance()  # `sum(x_i, i=1..n)`
        elif not (parted and p.token.spaced and p.token.kind not in closers):
            break
    p.bars, p.parted, p.inside = kept
    return items, rows


def parenthesis(p: Parser) -> Node:
    """Read `(a)`, the tuple `(a, b)`, and the half-open interval `(a, b]`."""
    opener = p.advance()
    items, _ = _inside(p, "(", ")", "]")
    if not items:
        raise p.unexpected("something in the parentheses")
    if len(items) != 2:
        p.close(opener, ")")
        return (
            items[0] if len(items) == 1 else Collection("tuple", tuple(items), span=p.span_from(opener.start))
        )
    return _pair(items, "(", p.close(opener, ")", "]").kind, p.span_from(opener.start))


def _pair(items: list[Node], opener: str, closer: str, span: tuple[int, int]) -> Node:
    """Return two things in brackets: an interval where the brackets differ or an end is infinite."""
    infinite = any(_is_infinite(item) for item in items)
    if infinite or (opener == "(") != (closer == ")"):
        return Interval(items[0], items[1], opener == "[", closer == "]", span=span)
    return Collection("tuple" if opener == "(" else "list", tuple(items), span=span)


def _is_infinite(node: Node) -> bool:
    if isinstance(node, Apply) and node.head == "neg":
        node = node.args[0]
    return isinstance(node, Constant) and node.name == "infinity"


def square(p: Parser) -> Node:
    """Read a list, matrix or interval; around a single thing in a formula `[ ]` only groups."""
    before = p.tokens[p.at - 1].kind if p.at else "start"
    parted = _parted_by_blanks(p)
    opener = p.advance()
    items, rows = _inside(p, "[", "]", ")", parted=parted)
    if len(items) != 2 or rows:
        p.close(opener, "]")
        span = p.span_from(opener.start)
        if rows:
            return _matrix_of_rows(items, rows, opener, span)
        if len(items) == 1 and not isinstance(items[0], Collection):
            listed = before in _BEFORE_AN_ITEM or (before == "start" and not p.latex)
            if isinstance(items[0], Matrix) or not (listed and p.token.kind in _BEHIND_AN_ITEM):
                return items[0]
        return list_or_matrix(items, span)
    closer = p.close(opener, "]", ")").kind
    span = p.span_from(opener.start)
    if p.inside == "[" and closer == "]":  # a row of a matrix, even with an infinite entry
        return list_or_matrix(items, span)
    node = _pair(items, "[", closer, span)
    return list_or_matrix(items, node.span) if isinstance(node, Collection) else node


def list_or_matrix(items: list[Node], span: tuple[int, int]) -> Node:
    """Return lists of one length as a matrix, anything else as a list."""
    rows = [item.items for item in items if isinstance(item, Collection) and item.kind == "list"]
    if rows and len(rows) == len(items) and rows[0] and all(len(row) == len(rows[0]) for row in rows):
        return Matrix(tuple(rows), span=span)
    return Collection("list", tuple(items), span=span)


def _matrix_of_rows(items: list[Node], ends: list[int], opener: Token, span: tuple[int, int]) -> Node:
    """Return `[1 2; 3 4]`."""
    bounds = [0, *ends]
    if ends[-1] != len(items):
        bounds.append(len(items))
    rows = tuple(tuple(items[start:end]) for start, end in pairwise(bounds))
    stacked = list_or_matrix(items, span)  # `[[1 2]; [3 4]]`
    if isinstance(stacked, Matrix) and all(len(row) == 1 for row in rows):
        return stacked
    if len({len(row) for row in rows}) != 1:
        raise ReadingError(f"the rows in the brackets at {opener.start + 1} differ in length", opener.start)
    return Matrix(rows, span=span)


def _parted_by_blanks(p: Parser) -> bool:
    """Say whether the entries of this `[ ]` are parted by blanks only, as in `[1 2; 3 4]`."""
    depth = 0
    numbers = False
    at = p.at
    before = ""
    for token in p.tokens[at : at + 400]:
        if token.kind in CLOSERS:
            numbers = numbers or (depth == 1 and token.kind == "[" and before == "]")
            depth += 1
        elif token.kind in {")", "]", "\\}", "}", "end"}:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            if token.kind == ",":
                return False
            spaced_number = token.kind in {"number", "-"} and before == "number" and token.spaced
            numbers = numbers or spaced_number or (token.kind == ";" and p.tokens[at].kind == "[")
        before = token.kind
    return numbers


def brace(p: Parser) -> Node:
    """Read `{...}`: in LaTeX it only groups, in plain text it is a set."""
    opener = p.advance()
    if not p.latex:
        return _set(p, opener, "}")
    if p.take("}"):  # `{}^T x`
        return p.operand()
    kept = p.bars, p.parted
    p.bars, p.parted = 0, False
    node = p.expression(ANY)
    if p.token.kind == ",":
        items = [node]
        while p.take(","):
            items.append(p.expression(ANY))
        node = Collection("set", tuple(items), span=p.span_from(opener.start))
    p.close(opener, "}")
    p.bars, p.parted = kept
    return node


def set_brace(p: Parser) -> Node:
    r"""Read `\{...\}`, or cases behind a single brace."""
    opener = p.advance()
    if p.token.kind == "begin":
        node = p.operand()
        if p.take("nothing"):
            return cases_of(node, opener)
        p.close(opener, "\\}")
        return node
    return _set(p, opener, "\\}")


def cases_of(node: Node, opener: Token) -> Node:
    """Return a two-column array behind a brace as cases."""
    if isinstance(node, Cases):
        return node
    if isinstance(node, Matrix) and node.shape[1] == 2:
        return Cases(tuple((value, condition) for value, condition in node.rows), span=node.span)
    raise ReadingError(f"missing `}}` for the `{{` at {opener.start + 1}", opener.start, "`}`")


def _set(p: Parser, opener: Token, closer: str) -> Node:
    items, _ = _inside(p, opener.kind, closer, ":", "nothing")
    if p.token.kind == ":" and len(items) == 1:
        p.advance()
        condition = p.expression(ANY)
        p.close(opener, closer)
        return _builder(items[0], condition, p.span_from(opener.start))
    if p.take("nothing") and items and all(isinstance(item, Cases) for item in items):
        return Cases(tuple(branch for item in items if isinstance(item, Cases) for branch in item.branches))
    p.close(opener, closer)
    span = p.span_from(opener.start)
    if not items:
        return Constant("empty_set", span=span)
    first = items[0]
    if len(items) == 1 and isinstance(first, Apply) and first.head == "given":
        return _builder(first.args[0], first.args[1], span)
    if all(isinstance(item, Cases) and len(item.branches) == 1 for item in items):
        return Cases(
            tuple(branch for item in items if isinstance(item, Cases) for branch in item.branches), span=span
        )
    if len(items) == 1 and p.token.kind in {"_", "^"} and closer == "}":  # {x}_i
        return first
    return Collection("set", tuple(items), span=span)


def _builder(body: Node, condition: Node, span: tuple[int, int]) -> Node:
    """Return `{x | condition}`; `{x in A | condition}` has both conditions."""
    index = body if isinstance(body, Symbol) else None
    if isinstance(body, Apply) and body.head == "in" and isinstance(body.args[0], Symbol):
        index = body.args[0]
    return Binder("set", body, index, domain=condition, span=span)


def bar(p: Parser) -> Node:
    """Read `|x|`, and `||x||` as a norm."""
    after = p.peek()
    if p.token.kind == "|" and after.kind == "|" and not after.spaced:
        node = p.attempt(_double_bar)
        if node is not None:
            return node
    opener = p.advance()
    p.bars += 1
    inner = p.expression(ANY)
    p.close(opener, "|")
    p.bars -= 1
    return _absolute(inner, p.span_from(opener.start))


def _absolute(inner: Node, span: tuple[int, int]) -> Node:
    return Apply("det" if isinstance(inner, Matrix) else "abs", (inner,), span=span)


def _double_bar(p: Parser) -> Node:
    opener = p.advance()
    p.advance()
    p.bars += 2
    inner = p.expression(ANY)
    p.close(opener, "|")
    p.close(opener, "|")
    p.bars -= 2
    return _norm(p, inner, opener)


def norm_bar(p: Parser) -> Node:
    """Read `‖x‖`, with its kind below: `‖x‖_1`."""
    opener = p.advance()
    p.bars += 1
    inner = p.expression(ANY)
    p.close(opener, "‖")
    p.bars -= 1
    return _norm(p, inner, opener)


def sided_bar(p: Parser) -> Node:
    r"""Read `\left| x \right|` and `\lVert x \rVert`."""
    opener = p.advance()
    bars, p.bars = p.bars, 0
    inner = p.expression(ANY)
    p.bars = bars
    p.close(opener, opener.kind[0] + ")")
    if opener.kind == "|(":
        return _absolute(inner, p.span_from(opener.start))
    return _norm(p, inner, opener)


def _norm(p: Parser, inner: Node, opener: Token) -> Node:
    args: tuple[Node, ...] = (inner,)
    if p.token.kind == "_":
        p.advance()
        kind = p.operand() if p.token.kind != "{" else bracketed(p)[0]
        if not (isinstance(kind, Number) and kind.value == 2):
            args = (inner, kind)
    return Apply("norm", args, span=p.span_from(opener.start))


def between(closer: str, head: str) -> Callable[[Parser], Node]:
    """Return the rule for brackets that are a function: floor and ceiling."""

    def rule(p: Parser) -> Node:
        opener = p.advance()
        bars, p.bars = p.bars, 0
        inner = p.expression(ANY)
        p.bars = bars
        p.close(opener, closer)
        return Apply(head, (inner,), span=p.span_from(opener.start))

    return rule


def angle(p: Parser) -> Node:
    """Read the inner product of two vectors; one thing in angles is its mean."""
    opener = p.advance()
    items, _ = _inside(p, "⟨", "⟩")
    p.close(opener, "⟩")
    span = p.span_from(opener.start)
    if len(items) == 1 and isinstance(items[0], Apply) and items[0].head == "given":
        return Apply("dot", items[0].args, span=span)
    if len(items) == 2:
        return Apply("dot", tuple(items), span=span)
    if len(items) == 1:
        return Apply("expectation", tuple(items), span=span)
    raise ReadingError(f"expected one or two things between the angles at {opener.start + 1}", opener.start)
