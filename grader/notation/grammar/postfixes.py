"""Signs behind an operand: primes, factorials, percent signs, `.T`, and the table of all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.parser import POSTFIX, POWER, Parser
from grader.notation.grammar.scripts import primed, raised, subscript, transposed
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Node, Number

if TYPE_CHECKING:
    from collections.abc import Callable


def transpose_sign(p: Parser, left: Node) -> Node:
    r"""Read a `\top` that stands directly behind a matrix."""
    p.advance()
    return transposed(p, left)


def prime(p: Parser, left: Node) -> Node:
    """Read `x'`."""
    p.advance()
    return primed(p, left)


def factorial(p: Parser, left: Node) -> Node:
    """Read `n!`; `n!!` means different things to different people and is refused."""
    p.advance()
    if p.token.kind == "!" and not p.token.spaced:
        raise ReadingError(
            f"`!!` at {p.token.start} is ambiguous: write parentheses", p.token.start, "parentheses"
        )
    return Apply("factorial", (left,), span=p.span_from(left.span[0]))


def percent(p: Parser, left: Node) -> Node:
    """Read `11 %`."""
    p.advance()
    return Apply("percent", (left,), span=p.span_from(left.span[0]))


def multiple(p: Parser, left: Node) -> Node:
    """Read `1.5 million`."""
    token = p.advance()
    factor = Number(token.value or Fraction(1), text=token.text)
    return Apply("mul", (left, factor), span=p.span_from(left.span[0]))


def attribute(p: Parser, left: Node) -> Node:
    """Read `.T` of a matrix, as in Python."""
    dot = p.advance()
    if p.token.text == "T" and not p.token.spaced:
        p.advance()
        return transposed(p, left)
    raise ReadingError(f"the `.` at {dot.start + 1} has no meaning here", dot.start, "an operator")


SCRIPTS: Final[dict[str, tuple[int, Callable[[Parser, Node], Node]]]] = {
    "_": (POSTFIX, subscript),
    "^": (POWER, raised),
    "'": (POSTFIX, prime),
    "top": (POSTFIX, transpose_sign),
    "!": (POSTFIX, factorial),
    "percent": (POSTFIX, percent),
    "multiple": (POSTFIX, multiple),
    ".": (POSTFIX, attribute),
}
