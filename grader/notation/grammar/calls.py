r"""Functions and what they are applied to: `sin x`, `sin^2(x)`, `log_2 n`, `max(a, b)`, `softmax(z)_i`.

Conventions: without parentheses a function takes the product that follows, up to the next `+ - * /`
or the next function. `log` without a base is the natural one, `lg` has base 10, `ld` base 2.
`\sin^2 x` is the square of the sine, `\sin^{-1} x` the arcsine.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.binders import BINDERS, binder
from grader.notation.grammar.brackets import CLOSERS, bracketed
from grader.notation.grammar.constructors import CONSTRUCTORS
from grader.notation.grammar.indicators import indicator
from grader.notation.grammar.operators import product_of
from grader.notation.grammar.parser import PRODUCT, Parser
from grader.notation.grammar.powers import power_of, read_exponent
from grader.notation.grammar.scripts import indices
from grader.notation.heads import HEADS
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Collection, Constant, Node, Number, Symbol
from grader.notation.vocabulary import BARE_FUNCTIONS, word_set

if TYPE_CHECKING:
    from grader.notation.grammar.tokens import Token

_INVERSES: Final = {
    **{stem: "arc" + stem for stem in ("sin", "cos", "tan", "cot", "sec", "csc")},
    **{stem + "h": "ar" + stem + "h" for stem in ("sin", "cos", "tan", "cot", "sec", "csc")},
}
_ONE: Final = word_set(
    "exp factorial abs floor ceil sign transpose inverse det trace variance re im conjugate "
    "sigmoid relu big_o big_theta big_omega little_o sqrt cbrt log2 log10 square"
).union(_INVERSES, _INVERSES.values())
"""Heads with exactly one argument."""
_AT_MOST: Final = {
    "given": 2,
    "hadamard": 2,
    "openinterval": 2,
    "closedinterval": 2,
    "log": 2,
    "root": 2,
    "norm": 2,
    "round": 2,
    "mod": 2,
    "binomial": 2,
    "dot": 2,
    "pow": 2,
    "where": 3,
}
_EXACTLY: Final = {
    "given": 2,
    "hadamard": 2,
    "openinterval": 2,
    "closedinterval": 2,
    "mod": 2,
    "binomial": 2,
    "dot": 2,
    "pow": 2,
    "where": 3,
}
_FIXED: Final = {
    "square": ("pow", 2),
    "sqrt": ("root", 2),
    "cbrt": ("root", 3),
    "log2": ("log", 2),
    "log10": ("log", 10),
}


def call(p: Parser, head: str, word: Token) -> Node:
    """Read a function from behind its word: scripts, then its argument."""
    if head in BINDERS and (p.token.kind == "_" or head not in {"max", "min"}):
        return binder(p, head, word)
    if head == "indicator":
        return indicator(p, word)
    power: Node | None = None
    below: tuple[Node, ...] = ()
    while p.token.kind in {"_", "^"}:
        if p.advance().kind == "_":
            below = (*below, *indices(p))
        else:
            power = read_exponent(p)
    args = arguments(p, head, word)
    return finish(p, head, args, below, power, word)


def finish(
    p: Parser, head: str, args: tuple[Node, ...], below: tuple[Node, ...], power: Node | None, word: Token
) -> Node:
    """Return the application with its index and power."""
    if power is not None and _is_minus_one(power):
        if head not in _INVERSES:
            raise ReadingError(
                f"`{word.text}^(-1)` at {word.start + 1} may be an inverse or a reciprocal: write which",
                word.start,
                "a power behind the argument",
            )
        head, power = _INVERSES[head], None
    node = build(p, head, args, below, word)
    return node if power is None else power_of(p, node, power)


def _is_minus_one(node: Node) -> bool:
    if not (isinstance(node, Apply) and node.head == "neg"):
        return False
    one = node.args[0]
    return isinstance(one, Number) and one.value == 1


def arguments(p: Parser, head: str, word: Token) -> tuple[Node, ...]:
    """Read an argument list in any brackets, or the product that follows."""
    kind = p.token.kind
    if kind == "(" or (kind in CLOSERS and (kind != "[" or not p.token.spaced)):
        return bracketed(p)
    if (
        head in BARE_FUNCTIONS.values()
        or head in {"arg", "expectation", "probability", "trace"}
        or head.startswith("call:")
    ):
        return (_bare(p),)
    raise ReadingError(f"expected `(` behind `{word.text}` at {word.end + 1}", word.end, "`(`")


def _bare(p: Parser) -> Node:
    """Read the argument of a function without parentheses: `2 pi x` of `sin 2 pi x`."""
    start = p.token.start
    factors = [p.expression(PRODUCT)]
    while p.starts_operand() and p.token.kind not in {"function", "(", "["} and p.at != p.stop:
        if p.token.kind == "number" and p.tokens[p.at - 1].kind == "number":
            break
        if p.token.kind in {"word", "upright"} and (p.token.text in BARE_FUNCTIONS or p.peek().kind == "("):
            break
        factors.append(p.expression(p.juxtaposition))
    return product_of(p, factors, start)


def build(p: Parser, head: str, args: tuple[Node, ...], below: tuple[Node, ...], word: Token) -> Node:
    """Return a function of its arguments, in the words of the tree. Raises ReadingError for a wrong number."""
    span = p.span_from(word.start)
    if len(args) == 1 and isinstance(args[0], Collection) and head in {"max", "min", "gcd", "lcm"}:
        args = args[0].items or args
    if head in {"log", "softmax", "expectation", "probability", "norm"} and below:
        if head == "log":
            below = tuple(_as_constant(p, base) for base in below)
        args = (*args, *below)
        below = ()
    _check_count(head, args, word)
    if head == "log" and len(args) == 2 and args[1] == Constant("e"):
        args = args[:1]
    first = args[0]
    if head == "root" and len(args) == 1:
        head = "sqrt"
    if head in _FIXED:
        target, extra = _FIXED[head]
        node: Node = Apply(target, (first, Number(Fraction(extra), text=str(extra))), span=span)
    elif head in CONSTRUCTORS:
        node = CONSTRUCTORS[head](args, word, span)
    elif head in HEADS or head.startswith("call:"):
        node = Apply(head, args, span=span)
    else:
        raise ReadingError(f"`{word.text}` at {word.start + 1} cannot be read as a function", word.start)
    return Apply("index", (node, *below), span=span) if below else node


def _as_constant(p: Parser, node: Node) -> Node:
    """Return the base of a logarithm as the constant it is: `log_e x`."""
    if isinstance(node, Symbol) and node.name in p.names.constants:
        return Constant(p.names.constants[node.name], span=node.span)
    return node


def _check_count(head: str, args: tuple[Node, ...], word: Token) -> None:
    least = _EXACTLY.get(head, 1)
    most = 1 if head in _ONE else _AT_MOST.get(head, len(args))
    if not least <= len(args) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        plural = "" if wanted == "1" else "s"
        raise ReadingError(
            f"`{word.text}` at {word.start + 1} takes {wanted} argument{plural}, not {len(args)}", word.start
        )
