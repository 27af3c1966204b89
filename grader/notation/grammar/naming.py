r"""Operands that are names: letters, words, accents, declared spellings, constants and calls of functions.

What stands in parentheses behind a name is its argument or a factor: see `applications`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.applications import applied, called, holds_list, maybe_called, without_parameters
from grader.notation.grammar.calls import call
from grader.notation.grammar.derivatives import plain_derivative
from grader.notation.grammar.indicators import INDICATED, indicates, indicator
from grader.notation.grammar.parser import ANY, Parser
from grader.notation.grammar.plainindices import bracketed_index, run_index
from grader.notation.grammar.scripts import accented, attach, index_list
from grader.notation.grammar.tokens import Token
from grader.notation.grammar.words import is_function, split_run
from grader.notation.numbers.literals import value_of
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Constant, Node, Number, Symbol
from grader.notation.vocabulary import ALIASES, BARE_FUNCTIONS, CALLED_FUNCTIONS, PROSE

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DIFFERENTIAL: Final = 12
"""Letters of `dloss` in `dloss/dw`."""
_LIBRARIES: Final = frozenset(
    {"np", "numpy", "math", "torch", "tf", "nn", "jnp", "sp", "sympy", "cmath", "linalg"}
)
_IN_SQUARE: Final = frozenset({"E", "Var", "P", "Pr", "var", "Cov", "max", "min"})
_MARKS: Final = {
    "E": frozenset("_"), "P": frozenset("_"), "Var": frozenset("_"), "softmax": frozenset("_^"),
    "sigmoid": frozenset("^"), "relu": frozenset("^"), "ReLU": frozenset("^"),
}  # fmt: skip
"""Functions whose scripts may stand before their argument: `E_x[f(x)]`."""
_BARE_TRACES: Final = frozenset({"tr", "Tr", "trace"})
"""Words that are functions without parentheses where they are set upright: `\\operatorname{tr} A`."""
_TELLING: Final = frozenset("EPId")  # letters that are read as functions and differentials
_BEHIND_A_NAME: Final = frozenset("([{'") | {"\\{"}
_NO_MARKS: Final[frozenset[str]] = frozenset()
_IN_BRACES: Final = frozenset({"max", "min", "E", "P"})


def declared(p: Parser) -> Node | None:
    """Return the declared symbol that begins here, the longest spelling first, or None."""
    found = p.names.match(p.tokens, p.at, plain=_is_plain(p))
    if found is None:
        return None
    name, end = found
    start = p.token.start
    p.jump(end)
    return Symbol(name, span=p.span_from(start))


def _is_plain(p: Parser) -> bool:
    """Say whether the token is a letter that is a symbol of its own name, be it declared so or not at all.

    What stands behind it, and letters that may be a function, an operator or a constant, can make it something else.
    """
    token = p.token
    if token.kind == "word":
        letter = len(token.text) == 1 and token.text not in _TELLING
    else:
        letter = token.kind == "name" and token.text not in _GREEK_BINDERS
    return letter and token.key not in p.names.constants and p.peek().kind not in _BEHIND_A_NAME


def with_declared(rule: Callable[[Parser], Node]) -> Callable[[Parser], Node]:
    """Return a rule that first looks for a declared spelling."""

    def reading(p: Parser) -> Node:
        symbol = declared(p)
        if symbol is None:
            return rule(p)
        if _holds_indices(p, among=_COUNTING):
            return _with_indices_behind(p, symbol)
        return bracketed_index(p, symbol) or without_parameters(p, symbol)

    return reading


def number(p: Parser) -> Node:
    """Read a literal."""
    token = p.advance()
    if token.text == "1" and p.token.kind in INDICATED and indicates(p):
        return indicator(p, token)
    if token.value is None:
        token.value = value_of(token.text, token.start)
    return Number(token.value, text=token.text, span=(token.start, token.end))


def constant(p: Parser) -> Node:
    """Read infinity, the empty set, true and their like."""
    token = p.advance()
    return Constant(token.text, span=(token.start, token.end))


def word(p: Parser) -> Node:
    """Read a run of letters."""
    token = p.token
    after = p.peek()
    called = after.kind == "("
    text = token.text
    in_brackets = (after.kind == "[" and not after.spaced and text in _IN_SQUARE) or (
        after.kind in {"{", "\\{"} and text in _IN_BRACES
    )
    if text in _LIBRARIES and after.kind == "." and p.peek(2).key[:1].isalpha() and not p.peek(2).spaced:
        p.advance()
        p.advance()
        return p.operand()
    if (
        text[0] == "d"
        and token.kind == "word"
        and len(text) <= _MAX_DIFFERENTIAL
        and after.kind in {"/", "^"}
    ):
        derivative = p.attempt(plain_derivative)
        if derivative is not None:
            return derivative
    if text == "I" and after.kind in INDICATED and text not in p.names.words:
        p.advance()
        if indicates(p):
            return indicator(p, token)
        p.jump(p.at - 1)
    if text == "arg" and after.kind == "function" and after.text in {"max", "min"}:
        return function(p)
    if token.kind == "word" and text in PROSE and not p.latex and token.spaced + after.spaced:
        raise ReadingError(
            f"`{text}` at {token.start + 1} is a word of a sentence, not a name", token.start, "a formula"
        )
    if token.kind == "word" and len(text) > 1:
        read = _run(p, called=called or in_brackets)
        if read is not None:
            return read
        token, text = p.token, p.token.text
    if after.kind == "^" and len(text) > 3 and p.peek(2).kind == "number" and p.peek(3).kind == "(":
        return _powered_call(p)
    if (
        token.kind == "upright"
        and text in _BARE_TRACES
        and after.kind in {"word", "upright"}
        and text not in p.names.words
    ):
        p.advance()
        return call(p, "trace", token)
    marked = after.kind in _MARKS.get(text, _NO_MARKS) and _called_behind_scripts(p)
    if text in p.names.functions:
        return _declared_function(p)
    if is_function(text, called=called or in_brackets or marked) or marked:
        p.advance()
        head = BARE_FUNCTIONS.get(text) or CALLED_FUNCTIONS.get(text) or _lowered(text)
        return call(p, head, token)
    return named(p)


def _run(p: Parser, *, called: bool) -> Node | None:
    """Read a run of letters as an index or a product; None where it is one name, which the token then is."""
    token = p.token
    indexed = run_index(p)
    if indexed is not None:
        return indexed
    pieces = split_run(token.text, p.names, called=called, latex=p.latex)
    if len(pieces) > 1:
        p.replace(_pieces(token, pieces))
        return p.operand()
    if pieces[0] != token.text:  # `yhat`
        p.replace([Token("upright", pieces[0], token.start, token.end, token.spaced, pieces[0])])
    return None


def _powered_call(p: Parser) -> Node:
    """Read `sinc^2(x)` of a function nobody declared."""
    token = p.token
    if is_function(token.text, called=True):
        p.advance()
        return call(
            p,
            BARE_FUNCTIONS.get(token.text) or CALLED_FUNCTIONS.get(token.text) or _lowered(token.text),
            token,
        )
    p.advance()
    p.advance()
    exponent = number(p)
    node = applied(p, Symbol(token.key, span=(token.start, token.end)), "call:" + token.key, 0)
    return Apply("pow", (node, exponent), span=p.span_from(token.start))


def _lowered(text: str) -> str:
    low = text.lower()
    return BARE_FUNCTIONS.get(low) or CALLED_FUNCTIONS[low]


def _called_behind_scripts(p: Parser) -> bool:
    r"""Say whether brackets follow the scripts of this word: `E_{x \sim p}[f(x)]`, `cot^5(x)`."""
    at = p.at + 1
    depth = 0
    for token in p.tokens[at : at + 60]:
        if token.kind == "{":
            depth += 1
        elif token.kind == "}":
            depth -= 1
        elif depth == 0 and token.kind in {"[", "("}:
            return True
        elif depth == 0 and token.kind not in {"_", "^", "number", "word", "name", "upright"}:
            return False
    return False


def _pieces(token: Token, pieces: tuple[str, ...]) -> list[Token]:
    """Return a word cut into tokens of their own."""
    made: list[Token] = []
    at = token.start
    spaced = token.spaced
    for piece in pieces:
        end = min(at + len(piece), token.end)
        kind = "number" if piece.isdigit() else "word"
        made.append(Token(kind, piece, at, end, spaced, ALIASES.get(piece, piece)))
        at, spaced = end, False
    return made


def named(p: Parser) -> Node:
    """Read a symbol, constant or the call of a function nobody declared."""
    token = p.advance()
    text = token.key if token.kind != "upright" else ALIASES.get(token.text, token.text)
    span = (token.start, token.end)
    if token.kind == "name":
        special = _capital(p, token)
        if special is not None:
            return special
    meaning = p.names.constants.get(text)
    if meaning is not None and token.text not in p.bound and not _is_policy(p, text):
        return Constant(meaning, span=span)
    symbol = Symbol(text, span=span)
    if text in p.names.functions:
        return _call_or_symbol(p, symbol, text)
    primes = 0
    while p.peek(primes).kind == "'" and primes < 4:
        primes += 1
    opener = p.peek(primes)
    if _holds_indices(p):
        return _with_indices_behind(p, symbol)
    if opener.kind != "(" or (opener.spaced and not primes) or text in p.names.words:
        return symbol
    return maybe_called(p, symbol, text, primes)


def _is_policy(p: Parser, text: str) -> bool:
    r"""Say whether pi is a function here: `\pi(a | s)`."""
    return text == "pi" and p.token.kind == "(" and not p.token.spaced and holds_list(p, p.at + 1)


def _with_indices_behind(p: Parser, symbol: Node) -> Node:
    """Read `A[i, j]` and `a[i][j]`."""
    found: tuple[Node, ...] = ()
    bound, p.bound = p.bound, p.bound.union(p.names.constants)
    while p.token.kind == "[" and not p.token.spaced:
        opener = p.advance()
        found = (*found, *index_list(p))
        p.close(opener, "]")
    p.bound = bound
    return attach(p, symbol, found)


_INDICES: Final = frozenset("ijklmnt")
_COUNTING: Final = frozenset("ijt")
"""Letters that are indices behind a declared name too, where `c[n + 1]` is a product."""


def _holds_indices(p: Parser, among: frozenset[str] = _INDICES) -> bool:
    """Say whether square brackets directly behind a name hold only indices, as in `A[i, j]` and `w[0]`."""
    if p.token.kind != "[" or p.token.spaced:
        return False
    for token in p.tokens[p.at + 1 : p.at + 9]:
        if token.kind == "]":
            return True
        if token.kind not in {"number", ",", ":", "+", "-"} and not (
            token.kind == "word" and token.text in among
        ):
            return False
    return False


def _capital(p: Parser, token: Token) -> Node | None:
    """Read capital Greek letters that are operators: Σ with an index, Θ(n), Γ(x)."""
    indexed = p.token.kind == "_" and any(p.peek(ahead).kind in {"relation", "in"} for ahead in range(1, 5))
    if indexed and token.text in _GREEK_BINDERS:
        return call(p, _GREEK_BINDERS[token.text], token)
    bare_sum = token.text == "Sigma" and token.end == token.start + 1 and not indexed
    if bare_sum and (p.token.kind == "(" or (p.starts_operand() and p.peek().kind == "_")):
        note = "`Σ` without an index is read as a sum"
        if p.choose("sigma", "sum", ("factor",), note) == "sum":
            return call(p, "sum", token)
    if not indexed and _is_unlimited_sum(p, token):
        note = f"`{_GREEK_SIGNS[token.text]}` is read as a {_BINDER_WORDS[token.text]} over its index"
        if p.choose("sigma index", _GREEK_BINDERS[token.text], ("symbol",), note) != "symbol":
            return call(p, _GREEK_BINDERS[token.text], token)
    if token.text in CALLED_FUNCTIONS and p.token.kind == "(" and not p.token.spaced:
        return call(p, CALLED_FUNCTIONS[token.text], token)
    return None


def _is_unlimited_sum(p: Parser, token: Token) -> bool:
    """Say whether a sign, not a word, has one index that indexes what follows: `Σ_k p_k`, not `Σ_k^{-1} x`."""
    if token.end != token.start + 1 or token.text not in _GREEK_BINDERS or p.token.kind != "_":
        return False
    tokens = p.tokens[p.at + 1 : p.at + 1 + _BODY]
    braced = tokens[0].kind == "{"
    end = next((at for at, each in enumerate(tokens) if each.kind == "}"), 0) + 1 if braced else 1
    index, body = tokens[braced : end - braced], tokens[end:]
    if token.text in p.names.symbols or not index or index[0].kind != "word" or not body:
        return False
    if body[0].kind not in {"word", "name", "(", "[", "function", "frac", "number", "upright"}:
        return False
    letter, pairs = index[0].text, list(pairwise(body))
    if len(index) == 2 and index[1].kind == "'":
        return any(one.text == letter and other.kind == "'" for one, other in pairs)
    return (
        len(index) == 1
        and letter in _RUNNING
        and any(one.kind == "_" and (letter in other.text or other.kind == "{") for one, other in pairs)
    )


_RUNNING: Final = frozenset("cijklmnt")
_BODY: Final = 24
"""Tokens behind the index of a sum among which it has to stand again."""
_GREEK_SIGNS: Final = {"Sigma": "Σ", "Pi": "Π"}
_BINDER_WORDS: Final = {"Sigma": "sum", "Pi": "product"}
_GREEK_BINDERS: Final = {"Sigma": "sum", "Pi": "prod"}


def quoted(p: Parser) -> Node:
    """Read a name in quotation marks: a symbol or function for certain, whatever it looks like."""
    token = p.advance()
    symbol = Symbol(token.text, span=(token.start, token.end))
    if p.token.kind == "(" and not p.token.spaced:
        return applied(p, symbol, "call:" + token.text, 0)
    return symbol


def _declared_function(p: Parser) -> Node:
    token = p.advance()
    symbol = Symbol(token.key, span=(token.start, token.end))
    return _call_or_symbol(p, symbol, token.text)


def _call_or_symbol(p: Parser, symbol: Symbol, text: str) -> Node:
    """Return the call of a declared function; its bare name is a symbol."""
    primes = 0
    while p.peek(primes).kind == "'" and primes < 4:
        primes += 1
    if p.peek(primes).kind != "(":
        return symbol
    head = "call:" + text
    return applied(p, symbol, head, primes)


def function(p: Parser) -> Node:
    """Read a function that is a LaTeX command."""
    token = p.advance()
    if token.text == "arg" and p.token.kind == "function" and p.token.text in {"max", "min"}:
        return call(p, "arg" + p.advance().text, token)
    return call(p, "call:arg" if token.text == "arg" else token.text, token)


def accent(p: Parser) -> Node:
    r"""Read `\hat{x}`."""
    token = p.advance()
    opener = p.token
    if opener.kind == "{":
        p.advance()
        base = p.expression(ANY)
        p.close(opener, "}")
    else:
        base = _letter_under(p)
    return called(p, accented(base, token.text, p.span_from(token.start)))


def _letter_under(p: Parser) -> Node:
    r"""Read what an accent without braces stands over: one letter, `f` of `\hat f(x)`."""
    token = p.token
    if token.kind not in {"word", "name"}:
        return p.operand()
    if token.kind == "word" and len(token.text) > 1 and p.latex:
        p.replace(_pieces(token, (token.text[0], token.text[1:])))
        token = p.token
    p.advance()
    return Symbol(token.key, span=(token.start, token.end))
