r"""Derivatives: `\frac{\partial L}{\partial w}`, `d/dx f`, `dy/dx`, `\partial_w L`, `\nabla_w L`.

A superscript on the variable that is no number is an index: `\partial w^l_{jk}`, `\partial a^{(l)}`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.operators import product_of
from grader.notation.grammar.parser import ANY, POWER, PRODUCT, Parser
from grader.notation.grammar.scripts import attach_above, index_list, indices
from grader.notation.grammar.tokens import Token
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Node, Number, Symbol
from grader.notation.vocabulary import ALIASES

if TYPE_CHECKING:
    from grader.notation.tree import Span

_MAX_ORDER: Final = 20


def looks_like_derivative(p: Parser, ahead: int) -> bool:
    """Say whether the token ahead may be the d of a derivative."""
    token = p.peek(ahead)
    return token.kind == "partial" or (token.kind in {"word", "upright"} and token.text[:1] == "d")


def fraction_derivative(p: Parser) -> Node:
    r"""Read `\frac{d^n f}{dx^n}` and `\frac{d}{dx} f`; the cursor stands at the first brace."""
    start = p.tokens[p.at - 1].start
    opener = p.advance()
    order = _differential(p)
    body = None if p.token.kind == "}" else p.expression(ANY)
    p.close(opener, "}")
    opener = p.token
    if not p.take("{"):
        raise p.unexpected("`{`")
    variables = _variables(p, "}")
    p.close(opener, "}")
    return _derived(p, body, variables, order, start)


def plain_derivative(p: Parser) -> Node:
    """Read `dy/dx`, `∂L/∂w`, `d/dx f`."""
    start = p.token.start
    order = _differential(p)
    body = None if p.token.kind == "/" else p.expression(POWER)
    if not p.take("/"):
        raise p.unexpected("`/`")
    if p.take("("):
        variables = _variables(p, ")")
        if not p.take(")"):
            raise p.unexpected("`)`")
    else:
        variables = [_variable(p)]
    return _derived(p, body, variables, order, start)


def partial(p: Parser) -> Node:
    r"""Read an operand that begins with a curly d: `∂L/∂w`, `\partial_w L`."""
    if p.peek().kind != "_":
        return plain_derivative(p)
    start = p.advance().start
    p.advance()
    below = indices(p)
    node = _operand_of_derivative(p)
    for variable in reversed(below):
        node = Apply("derivative", (node, variable), span=p.span_from(start))
    return node


def _differential(p: Parser) -> int:
    """Step over `d` or `d^n`; return the order. A `dy` is cut in two."""
    token = p.token
    if token.kind == "word" and token.text[0] == "d" and len(token.text) > 1:
        rest = token.text[1:]
        p.replace(
            [
                Token("word", "d", token.start, token.start + 1, token.spaced, "d"),
                Token("word", rest, token.start + 1, token.end, False, ALIASES.get(rest, rest)),
            ]
        )
    elif not (token.kind == "partial" or token.text == "d"):
        raise p.unexpected("a derivative")
    p.advance()
    if p.token.kind != "^":
        return 1
    p.advance()
    opener = p.token
    braced = p.take("{")
    number = p.token
    if not (number.kind == "number" and number.text.isdigit() and 0 < int(number.text[:4]) <= _MAX_ORDER):
        raise p.unexpected("the order of a derivative")
    p.advance()
    if braced:
        p.close(opener, "}")
    return int(number.text)


def _variables(p: Parser, closer: str) -> list[tuple[Node, int]]:
    found: list[tuple[Node, int]] = []
    while p.token.kind != closer and len(found) < _MAX_ORDER:
        found.append(_variable(p))
    if not found:
        raise p.unexpected("`dx`")
    return found


def _variable(p: Parser) -> tuple[Node, int]:
    r"""Read `dx`, `dx^2`, `\partial w_i`, `\partial w^l_{jk}`: the variable, and how often."""
    _differential(p)
    variable = p.expression(POWER)
    times = 1
    while p.token.kind == "^" and _is_variable(variable):
        order = _order_behind(p)
        if order:
            times = order
            break
        variable = _with_superscript(p, variable)
    if not _is_variable(variable):
        raise p.unexpected("a variable")
    return variable, times


def _is_variable(node: Node) -> bool:
    return isinstance(node, Symbol) or (isinstance(node, Apply) and node.head == "index")


def _order_behind(p: Parser) -> int:
    """Return the order behind `^` and step over it; 0, with nothing read, where an index stands there."""
    braced = p.peek().kind == "{"
    number = p.peek(2 if braced else 1)
    plain = number.kind == "number" and number.text.isdigit() and 0 < int(number.text[:4]) <= _MAX_ORDER
    if not plain or (braced and p.peek(3).kind != "}"):
        return 0
    for _ in range(4 if braced else 2):
        p.advance()
    return int(number.text)


def _with_superscript(p: Parser, variable: Node) -> Node:
    """Read `^l`, `^{(l)}`, `^{[l]}`, `^{l+1}` as an index, and what stands below behind it."""
    p.advance()
    opener = p.token
    if opener.kind == "{" and p.peek().kind in {"(", "["}:
        p.advance()
        bracket = p.advance()
        found = index_list(p)
        p.close(bracket, ")" if bracket.kind == "(" else "]")
        p.close(opener, "}")
    else:
        found = indices(p)
    below: tuple[Node, ...] = ()
    if p.take("_"):
        below = indices(p)
    return attach_above(p, variable, found, below)


def _derived(p: Parser, body: Node | None, variables: list[tuple[Node, int]], order: int, start: int) -> Node:
    if sum(times for _, times in variables) != order:
        raise ReadingError(f"the orders of the derivative at {start + 1} do not agree", start)
    if body is None:
        body = _operand_of_derivative(p)
    node = body
    for variable, times in reversed(variables):
        node = _once(node, variable, times, p.span_from(start))
    return node


def _once(node: Node, variable: Node, times: int, span: Span) -> Node:
    if times == 1:
        return Apply("derivative", (node, variable), span=span)
    return Apply("derivative", (node, variable, Number(Fraction(times), text=str(times))), span=span)


def _operand_of_derivative(p: Parser) -> Node:
    """Read what `d/dx` stands before: the product that follows."""
    start = p.token.start
    factors = [p.expression(PRODUCT)]
    while p.at != p.stop and p.starts_operand():
        factors.append(p.expression(p.juxtaposition))
    return product_of(p, factors, start)


def gradient(p: Parser) -> Node:
    r"""Read `\nabla_w L` and `\nabla L`."""
    start = p.advance().start
    below: tuple[Node, ...] = ()
    if p.take("_"):
        below = indices(p)
    body = _operand_of_gradient(p)
    return Apply("call:gradient", (body, *below), span=p.span_from(start))


def _operand_of_gradient(p: Parser) -> Node:
    r"""Read what a gradient is of: a function with its argument alone, else the product that follows.

    `\nabla \log \pi(a | s) Q(s, a)` is the gradient of the logarithm, times Q.
    """
    at = p.at
    first = p.expression(PRODUCT)
    if _is_application(first):
        return first
    p.jump(at)
    return _operand_of_derivative(p)


def _is_application(node: Node) -> bool:
    if isinstance(node, Apply) and node.head == "index":
        node = node.args[0]
    return isinstance(node, Apply) and (
        node.head.startswith("call:") or node.head in {"log", "exp", "sigmoid"}
    )
