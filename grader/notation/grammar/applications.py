r"""A name before parentheses: a function of what they hold, or a factor.

Convention: a letter before parentheses is a factor, except where it must be a function: f, g, h and
names declared so; a letter before a single other letter, `q(s)`; a word, `loss(w)`; `\sigma(z)`, the
logistic function; a letter before a condition or a list, `p(y | x)`; a capital before a call, `D(G(z))`.
The other reading is offered. Accents and stars do not count: `\hat{y}(1 - t)` is a product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.grammar.brackets import bracketed
from grader.notation.numbers.literals import value_of
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Constant, Node, Number, Symbol
from grader.notation.vocabulary import ACCENTS, GREEK

if TYPE_CHECKING:
    from grader.notation.grammar.parser import Parser

ACCENT_WORDS: Final = frozenset(ACCENTS.values()) | {"star"}
FUNCTION_LETTERS: Final = frozenset({"f", "g", "h", "F", "G", "H", "phi", "psi", "Phi", "Psi"})
_PARAMETERS: Final = frozenset({"theta", "phi", "psi", "omega", "pi"})
"""Indices that name what a function is learned or given by: `p_theta(x)`, `V^pi(s)`."""
_LOSSES: Final = frozenset({"J", "L", "E"})
_NESTED: Final = 60
"""Tokens of an inner call that are looked at."""


def letter_of(name: str) -> str:
    """Return a name without its accent or star: `y` of `y_hat`."""
    stem, _, accent = name.rpartition("_")
    return letter_of(stem) if stem and accent in ACCENT_WORDS else name


def holds_list(p: Parser, at: int) -> bool:
    """Say whether a comma, semicolon or condition stands directly inside the brackets that end behind `at`."""
    depth = 0
    for token in p.tokens[at : at + 200]:
        if token.kind in {"(", "[", "{", "\\{", "⟨"}:
            depth += 1
        elif token.kind in {")", "]", "}", "\\}", "⟩"}:
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and (token.kind in {",", ";", "given", "divides"} or token.key == "|"):
            return True
    return False


def maybe_called(p: Parser, symbol: Symbol, text: str, primes: int) -> Node:
    """Decide between f(x), the function, and a (x), the product."""
    inside = _shape_inside(p, primes)
    letter = letter_of(text)
    if text == "sigma" and not primes and inside != "listed":
        certain, head = True, "sigmoid"
    else:
        head = "call:" + text
        certain = primes > 0 or letter in FUNCTION_LETTERS or inside == "listed"
        certain = certain or (len(letter) > 1 and letter not in GREEK)
    if not certain and not _likely(inside, letter, p.peek(primes + 1).text):
        return symbol
    if inside != "listed" and not primes and (len(letter) == 1 or letter in GREEK):
        note = f"`{symbol.name}(...)` at {symbol.span[0] + 1} is read as a function, not as a product"
        if p.choose("call", "call", ("product",), note) == "product":
            return symbol
    return applied(p, symbol, head, primes)


def applied(p: Parser, symbol: Symbol, head: str, primes: int) -> Node:
    for _ in range(primes):
        p.advance()
    args = bracketed(p)
    span = p.span_from(symbol.span[0])
    node = Apply(head, args, span=span)
    if not primes:
        return node
    if len(args) != 1:
        raise ReadingError(f"the derivative at {symbol.span[0] + 1} is of several variables", symbol.span[0])
    order = () if primes == 1 else (Number(value_of(str(primes), 0), text=str(primes)),)
    return Apply("derivative", (node, args[0], *order), span=span)


def _likely(inside: str, letter: str, argument: str) -> bool:
    """Say whether a letter is rather a function than a factor: of another letter, or of a call."""
    return (inside == "letter" and argument != letter) or (inside == "call" and letter.isupper())


def indexed_call(p: Parser, node: Apply) -> Node:
    r"""Read `f_\theta(x)`, `V^\pi(s)` and `D_{KL}(p, q)`, which are calls with an index; other names are factors."""
    base = node.args[0]
    if not isinstance(base, Symbol) or base.name in p.names.symbols:
        return node
    learned = any(_label(label) in _PARAMETERS for label in node.args[1:])
    learned = learned and _shape_inside(p, 0) in {"letter", "call"}
    if letter_of(base.name) not in FUNCTION_LETTERS and not learned and not holds_list(p, p.at + 1):
        return node
    args = bracketed(p)
    if base.name == "D" and len(args) == 2 and [_label(label) for label in node.args[1:]] == ["KL"]:
        return Apply("call:KL", args, span=p.span_from(base.span[0]))
    call = Apply("call:" + base.name, args, span=p.span_from(base.span[0]))
    return Apply("index", (call, *node.args[1:]), span=p.span_from(base.span[0]))


def _label(node: Node) -> str:
    r"""Return the letter of an index: `pi` of `\pi^*` and of `\pi_\theta`."""
    if isinstance(node, Apply) and node.head == "index":
        return _label(node.args[0])
    return letter_of(node.name) if isinstance(node, Symbol | Constant) else ""


def called(p: Parser, node: Node) -> Node:
    """Return a name with its scripts as the function it is where parentheses follow directly."""
    if p.token.kind != "(" or p.token.spaced:
        return node
    if isinstance(node, Symbol) and node.name not in p.names.symbols:
        return maybe_called(p, node, node.name, 0)
    return indexed_call(p, node) if isinstance(node, Apply) and node.head == "index" else node


def without_parameters(p: Parser, symbol: Node) -> Node:
    r"""Return a declared loss without what it depends on: nobody multiplies `J` of `J(\theta)` by a parameter."""
    if not (isinstance(symbol, Symbol) and symbol.name in _LOSSES and p.token.kind == "("):
        return symbol
    letters = p.tokens[p.at + 1 : p.at + 3]
    if p.token.spaced or len(letters) < 2 or letters[1].kind != ")":
        return symbol
    parameter = letters[0].key if letters[0].kind in {"word", "name"} else ""
    if parameter not in _PARAMETERS | {"w", "W"}:
        return symbol
    bracketed(p)
    return Symbol(symbol.name, span=p.span_from(symbol.span[0]))


def _shape_inside(p: Parser, primes: int) -> str:
    """Say what stands in the parentheses: one letter, a call, a list, a condition, or something else."""
    at = p.at + primes + 1
    if p.tokens[at].kind == "name" or (p.tokens[at].kind == "word" and len(p.tokens[at].text) == 1):
        end = at + 1
        while p.tokens[end].kind == "'":
            end += 1
        if p.tokens[end].kind == ")":
            return "letter"
    if holds_list(p, at):
        return "listed"
    return "call" if p.tokens[at].kind in {"word", "name"} and _is_call(p, at) else "other"


def _is_call(p: Parser, at: int) -> bool:
    """Say whether a letter with parentheses directly behind it is all that the parentheses hold: `G(z)`."""
    if len(p.tokens[at].text) != 1 or p.tokens[at + 1].kind != "(" or p.tokens[at + 1].spaced:
        return False
    depth = 0
    for place, token in enumerate(p.tokens[at + 1 : at + _NESTED], at + 1):
        depth += (token.kind == "(") - (token.kind == ")")
        if depth == 0:
            return p.tokens[place + 1].kind == ")"
    return False
