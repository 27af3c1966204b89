"""LaTeX commands with structure: fractions, roots, binomials, environments."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.derivatives import fraction_derivative, looks_like_derivative
from grader.notation.grammar.parser import ANY, CONDITION, POWER, Parser
from grader.notation.grammar.stacks import group_behind
from grader.notation.grammar.tokens import Token
from grader.notation.numbers.literals import value_of
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Cases, Matrix, Node, Number
from grader.notation.vocabulary import CASES, MATRICES

if TYPE_CHECKING:
    from collections.abc import Callable


def argument(p: Parser) -> Node:
    """Read the argument of a command: a group, one digit, one letter, or one operand."""
    token = p.token
    if token.kind == "{":
        p.advance()
        kept = p.bars, p.parted, p.stop
        p.bars, p.parted, p.stop = 0, False, -1
        node = p.expression(ANY)
        p.close(token, "}")
        p.bars, p.parted, _ = kept
        p.stop = kept[2]
        return node
    if token.kind == "number" and len(token.text) > 1 and token.text.isdigit():
        first, rest = token.text[0], token.text[1:]
        middle = token.start + 1
        p.replace(
            [
                Token(
                    "number", first, token.start, middle, token.spaced, first, value_of(first, token.start)
                ),
                Token("number", rest, middle, token.end, False, rest, value_of(rest, middle)),
            ]
        )
    elif token.kind == "word" and len(token.text) > 1 and p.latex:
        middle = token.start + 1
        p.replace(
            [
                Token("word", token.text[0], token.start, middle, token.spaced, token.text[0]),
                Token("word", token.text[1:], middle, token.end, False, token.text[1:]),
            ]
        )
    return p.operand()


def fraction(p: Parser) -> Node:
    r"""Read `\frac{a}{b}`, `\frac12`, and the derivative `\frac{dy}{dx}`."""
    sign = p.advance()
    if p.token.kind == "{" and looks_like_derivative(p, 1):
        derivative = p.attempt(fraction_derivative)
        if derivative is not None:
            return derivative
    above = argument(p)
    below = argument(p)
    return Apply("div", (above, below), span=p.span_from(sign.start))


def root(p: Parser) -> Node:
    r"""Read `\sqrt{x}`, `\sqrt[n]{x}`, `√x`."""
    sign = p.advance()
    degree: Node = Number(Fraction(2), text="2")
    opener = p.token
    if opener.kind == "[" and p.latex:
        p.advance()
        degree = p.expression(ANY)
        p.close(opener, "]")
    if p.token.kind == "{":
        inner = argument(p)
    elif p.latex and p.token.kind == "word":
        inner = argument(p)
    else:
        inner = p.expression(POWER)
    return Apply("root", (inner, degree), span=p.span_from(sign.start))


def binomial(p: Parser) -> Node:
    r"""Read `\binom{n}{k}`."""
    sign = p.advance()
    n = argument(p)
    k = argument(p)
    return Apply("binomial", (n, k), span=p.span_from(sign.start))


def environment(p: Parser) -> Node:
    r"""Read `\begin{...} ... \end{...}`: a matrix or cases."""
    opener = p.advance()
    name = opener.text
    if name in CASES:
        return _cases(p, opener)
    if name not in MATRICES:
        raise ReadingError(
            f"the environment `{name[:30]}` at {opener.start + 1} cannot be read", opener.start
        )
    rows = _rows(p, opener)
    if len({len(row) for row in rows}) != 1:
        raise ReadingError(f"the rows of the matrix at {opener.start + 1} differ in length", opener.start)
    node = Matrix(tuple(rows), span=p.span_from(opener.start))
    if name == "vmatrix":
        return Apply("det", (node,), span=node.span)
    return Apply("norm", (node,), span=node.span) if name == "Vmatrix" else node


def _rows(p: Parser, opener: Token) -> list[tuple[Node, ...]]:
    kept = p.bars, p.parted
    p.bars, p.parted = 0, False
    rows: list[tuple[Node, ...]] = []
    while p.token.kind != "end_env":
        cells = [_cell(p)]
        while p.take("cell"):
            cells.append(_cell(p))
        rows.append(tuple(cells))
        if not p.take("newline"):
            break
    _end(p, opener)
    p.bars, p.parted = kept
    if not rows:
        raise ReadingError(f"the matrix at {opener.start + 1} is empty", opener.start)
    return rows


def _cell(p: Parser) -> Node:
    """Read a cell; in the second column of a brace's array the word `if` may come first."""
    if p.token.kind == "if":
        p.advance()
    node = p.expression(ANY)
    p.take(",")
    if p.token.kind == "if":
        p.advance()
    return node


def _end(p: Parser, opener: Token) -> None:
    if p.token.kind != "end_env":
        place = "" if p.token.kind == "end" else f" before {p.shown()} at {p.token.start + 1}"
        raise ReadingError(
            f"missing `\\end{{{opener.text}}}` for the `\\begin` at {opener.start + 1}{place}",
            p.token.start,
            f"`\\end{{{opener.text}}}`",
        )
    p.advance()


def _cases(p: Parser, opener: Token) -> Node:
    kept = p.bars, p.parted
    p.bars, p.parted = 0, False
    branches: list[tuple[Node, Node | None]] = []
    while p.token.kind != "end_env":
        branches.append(_branch(p))
        if not p.take("newline"):
            break
    _end(p, opener)
    p.bars, p.parted = kept
    if not branches:
        raise ReadingError(f"the cases at {opener.start + 1} are empty", opener.start)
    return Cases(tuple(branches), span=p.span_from(opener.start))


def _branch(p: Parser) -> tuple[Node, Node | None]:
    """Read `value & if condition`, `value, condition`, `value & otherwise`."""
    value = p.expression(CONDITION)
    while p.token.kind in {",", "cell", "if", ":", ";"}:
        p.advance()
    if p.token.kind == "otherwise":
        p.advance()
        p.take(".")
        return value, None
    if p.token.kind in {"newline", "end_env"}:
        return value, None
    condition = p.expression(ANY)
    while p.token.kind in {",", ".", ";"}:
        p.advance()
    return value, condition


def braced(p: Parser) -> Node:
    r"""Read `\underbrace{x + 1}_{\text{input}}`: what stands under or over the brace is a remark."""
    script = "_" if p.advance().text == "underbrace" else "^"
    node = argument(p)
    if p.token.kind == script:
        end = group_behind(p.tokens, p.at + 1)
        if end:
            p.jump(end)
    return node


def overset(p: Parser) -> Node:
    r"""Refuse `\overset`, whose meaning is what someone says it is."""
    raise ReadingError(f"`\\{p.token.text}` at {p.token.start + 1} cannot be read", p.token.start)


RULES: Final[dict[str, Callable[[Parser], Node]]] = {
    "frac": fraction,
    "sqrt": root,
    "binom": binomial,
    "begin": environment,
    "stackrel": overset,
    "underset": overset,
    "braced": braced,
}
