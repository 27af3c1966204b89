"""Exponents, and what a base raised to one is: a power, `e^x` as exp(x), an inverse, a transposed inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.notation.grammar.matrixlike import is_matrix
from grader.notation.grammar.parser import ANY, POWER, UNARY
from grader.notation.tree import Apply, Collection, Constant, Node, Number, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.parser import Parser


def read_exponent(p: Parser, *, single: bool = False) -> Node:
    """Read the exponent behind `^`; in LaTeX without braces it is one sign, and so it is where `single` says so."""
    opener = p.token
    if single:
        return _one_sign(p)
    if opener.kind == "{":
        p.advance()
        bars, p.bars = p.bars, 0
        parted, p.parted = p.parted, False
        exponent = p.expression(ANY)
        p.close(opener, "}")
        p.bars, p.parted = bars, parted
        if not p.latex and p.token.kind == "^":
            p.advance()
            exponent = power_of(p, exponent, read_exponent(p))
    elif opener.kind in {"-", "+"}:
        p.advance()
        exponent = p.expression(UNARY)
        if opener.kind == "-":
            exponent = Apply("neg", (exponent,), span=p.span_from(opener.start))
    elif p.latex:
        exponent = p.operand()
        if p.token.kind == "^":
            p.advance()
            exponent = power_of(p, exponent, read_exponent(p))
    else:
        exponent = p.expression(POWER - 1)
    if isinstance(exponent, Collection) and exponent.kind == "set" and len(exponent.items) == 1:
        return exponent.items[0]
    return exponent


def _one_sign(p: Parser) -> Node:
    """Read a number, a constant or a letter."""
    token = p.advance()
    span = (token.start, token.end)
    if token.value is not None:
        return Number(token.value, text=token.text, span=span)
    name = p.names.words.get(token.key)
    if name is None and token.key in p.names.constants and token.text not in p.bound:
        return Constant(p.names.constants[token.key], span=span)
    return Symbol(name or token.key, span=span)


def power_of(p: Parser, base: Node, exponent: Node) -> Node:
    """Return base ^ exponent; of e it is exp, and A^{-1} of a known matrix is its inverse."""
    span = p.span_from(base.span[0])
    if (
        isinstance(exponent, Apply) and exponent.head == "neg" and _is_free_t(p, exponent.args[0], base)
    ):  # A^{-T}
        return Apply("transpose", (Apply("inverse", (base,), span=span),), span=span)
    if isinstance(base, Constant) and base.name == "e":
        return Apply("exp", (exponent,), span=span)
    if isinstance(exponent, Apply) and exponent.head == "neg" and is_matrix(p, base):
        one = exponent.args[0]
        if isinstance(one, Number) and one.value == 1:
            return Apply("inverse", (base,), span=span)
    return Apply("pow", (base, exponent), span=span)


def _is_free_t(p: Parser, node: Node, base: Node) -> bool:
    free = isinstance(node, Symbol) and node.name == "T" and "T" not in p.names.symbols
    return free and isinstance(base, Symbol) and base.name.isupper()
