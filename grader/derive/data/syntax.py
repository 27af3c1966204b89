"""Parse the arithmetic of `expr`: a part of Python's grammar, with `^` for powers and numbers kept as they are written.

The text is cut into tokens, which bounds its size, its numbers and its depth and says what is missing where.
Every number, text and name is then replaced by `_` and the place of its token, so that Python's own parser sees
nothing but operators, brackets and such names, whatever the author wrote. Its tree is never run: `calculator`
walks the kinds of nodes it knows.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from grader.records import dataclass

MAX_LENGTH: Final = 4_000  # characters of one expression
MAX_DEPTH: Final = 60  # of brackets, signs and operators inside each other
MAX_CLAUSES: Final = 3  # `for` behind one element
MAX_CHAIN: Final = 12  # calls, indices and properties in a row: `x.T[0].sum()` has four
MAX_DIGITS: Final = 60  # of one written number, and 300 as its exponent
MAX_EXPONENT: Final = 300


_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%^@()\[\],:.<>=]))"
)
_CONSTANTS: Final = {"True": True, "False": False, "None": None}
_WORDS: Final = frozenset({"or", "and", "not", "in", "if", "else", "for", "lambda", "import"})
_PAIRS: Final = {"(": ")", "[": "]"}
_CLOSING: Final = frozenset({")", "]", ""})  # the end closes the expression as a whole

Constant = Fraction | str | bool | None


class SyntaxProblem(ValueError):  # noqa: N818 - it is a problem of a text, told on as a SpecError
    """Say what is wrong with an expression's form, and at which character."""


class ExprToken(NamedTuple):
    """A part of the text: a number, text, constant or name, a sign or word of the grammar, or the end."""

    kind: str
    text: str
    place: int

    @property
    def is_operand(self) -> bool:
        return self.kind in {"number", "text", "constant", "name"}


@dataclass(frozen=True, slots=True)
class Formula:
    """Python's tree of an expression, whose names `_0`, `_1`, ... are the constants and the names of the text."""

    tree: ast.expr
    names: dict[str, str]
    constants: dict[str, Constant]


def parse(text: str, words: frozenset[str] = _WORDS) -> Formula:
    """Return the tree of an expression; without the words of the grammar they are names as well.

    >>> formula = parse("0.1 * x")
    >>> ast.unparse(formula.tree), formula.constants, formula.names
    ('_0 * _2', {'_0': Fraction(1, 10)}, {'_2': 'x'})

    Raises SyntaxProblem, with the place, for any text that is not one expression.
    """
    if len(text) > MAX_LENGTH:
        raise SyntaxProblem(f"an expression has at most {MAX_LENGTH} characters (this one has {len(text)})")
    tokens = _tokens(text, words)
    if not tokens[1:]:
        raise SyntaxProblem("an expression is missing")
    _check_form(tokens)
    # In brackets, items without brackets of their own and `x for x in ...` are expressions too.
    written = [
        "(",
        *(f"_{i}" if token.is_operand else token.text for i, token in enumerate(tokens[:-1])),
        ")",
    ]
    try:
        tree = ast.parse(" ".join(written).replace("^", "**"), mode="eval").body
    except (SyntaxError, MemoryError, RecursionError) as problem:
        raise _unread(problem, tokens, written) from None
    named = {f"_{i}": token for i, token in enumerate(tokens) if token.is_operand}
    return Formula(
        tree,
        {key: token.text for key, token in named.items() if token.kind == "name"},
        {key: _constant(token) for key, token in named.items() if token.kind != "name"},
    )


def _tokens(text: str, words: frozenset[str]) -> list[ExprToken]:
    found: list[ExprToken] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match or match.lastgroup is None:
            rest = text[position:].lstrip()
            raise SyntaxProblem(f"unexpected {rest[:1]!r} at character {end - len(rest.rstrip()) + 1}")
        kind, value, place = match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)
        if kind == "name" and (not found or found[-1].text != "."):
            kind = "word" if value in words else "constant" if words and value in _CONSTANTS else "name"
        if value == "=" and found and found[-1].kind in {"word", "constant"}:  # `f(in=1)`
            found[-1] = found[-1]._replace(kind="name")
        found.append(ExprToken(kind, value, place))
        position = match.end()
    return [*found, ExprToken("end", "", end)]


def _constant(token: ExprToken) -> Constant:
    if token.kind != "number":
        return token.text[1:-1] if token.kind == "text" else _CONSTANTS[token.text]
    digits, _, exponent = token.text.lower().partition("e")
    if len(digits) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise SyntaxProblem(f"the number {token.text[:20]}... is too long")
    return Fraction(token.text if exponent else token.text.rstrip("."))


def _problem(what: str, token: ExprToken) -> SyntaxProblem:
    near = (
        "at the end" if token.kind == "end" else f"at character {token.place + 1}, before {token.text[:20]!r}"
    )
    return SyntaxProblem(f"{what} {near}")


def _unread(problem: Exception, tokens: list[ExprToken], written: list[str]) -> SyntaxProblem:
    """Return the problem that only Python's parser found, at the token where it did."""
    starts = list(accumulate((len(part) + 1 for part in written), initial=0))
    place = bisect_right(starts, (getattr(problem, "offset", 1) or 1) - 1)
    token, reason = tokens[max(place - 2, 0)], getattr(problem, "msg", "invalid syntax")
    if token.text == "not":
        return _problem("brackets are missing around 'not ...'", token)
    return _problem("this cannot be read" + (f" ({reason})" if reason != "invalid syntax" else ""), token)


@dataclass(slots=True)
class _Bracket:
    """What stands inside one bracket so far, and how much of it Python's parser keeps open."""

    closing: str = ""
    role: str = ""  # or list, call, index
    due: str = ""  # `else` behind an `if`, `in` behind a `for`
    clauses: int = 0
    choices: int = 0
    signs: int = 0  # and powers in front of the next operand
    chain: int = 0  # calls, indices and properties behind the last one

    @property
    def depth(self) -> int:
        return 1 + self.choices + self.signs

    def missing(self, token: ExprToken) -> SyntaxProblem:
        """Return the problem of a token that cannot stand behind an operand."""
        closing = repr(self.closing) if self.role == "index" else f"',' or {self.closing!r}"
        what = repr(self.due) if self.due else closing if self.role else "an operator"
        return _problem(f"{what} is missing", token)

    def continues(self, token: ExprToken, before: list[ExprToken]) -> bool:
        """Whether a token may stand behind an operand."""
        if token.is_operand or token.text in {"not", "lambda", "import"}:
            return False
        if self.due == "in":
            return token.text in {"in", ","}
        if token.text in {"if", "for", ",", ":", *_CLOSING} and self.due:
            return False
        if token.text == "=":
            return self.role == "call" and before[0].text in {"(", ","} and before[-1].kind == "name"
        if token.text in {"else", *_CLOSING}:
            return token.text == (self.due if token.text == "else" else self.closing)
        return {":": self.role == "index", "for": self.role != "index"}.get(token.text, True)

    def begins(self, token: ExprToken, before: ExprToken) -> bool:
        """Whether a token may stand where an operand is due: one, a bracket, a sign, or the end of an empty part."""
        if token.is_operand or token.text in {"(", "[", "+", "-", "not"}:
            return True
        if token.text == "**":
            return self.role == "call" and before.text in {"(", ","}
        if self.role == "index":
            ends = {"]": {":"}, ",": {":"}, ":": {"[", ",", ":"}}
            return before.text in ends.get(token.text, ())
        return bool(self.role) and token.text == self.closing and before.text in {"(", "[", ","}

    def count(self, token: ExprToken) -> None:
        """Note what a token behind an operand opens or closes."""
        if token.text in {"(", "[", "."}:
            self.chain += 1
            return
        self.signs = self.signs + 1 if token.text in {"**", "^"} else 0
        if token.text in {"if", "for", "else"} or (token.text == "in" and self.due):
            self.due = {"if": "" if self.clauses else "else", "for": "in"}.get(token.text, "")
            self.clauses += token.text == "for"
            self.choices += token.text == "else"
        elif token.text in {",", ":"} and not self.due:
            self.choices = self.clauses = 0


def _check_form(tokens: list[ExprToken]) -> None:
    """Say what is missing where, and bound how deep Python's parser goes."""
    before, brackets = ExprToken("start", "", 0), [_Bracket()]
    for index, token in enumerate(tokens):
        inner, role = brackets[-1], "list"
        if before.text == ".":
            if token.kind != "name":
                raise _problem("a name is missing after '.'", token)
        elif before.is_operand or before.text in {")", "]"}:
            if not inner.continues(token, tokens[max(index - 2, 0) : index]):
                raise inner.missing(token)
            role = "call" if token.text == "(" else "index"
            inner.count(token)
            _check_counts(inner, tokens, index)
        else:
            if inner.due == "in" and token.kind != "name":
                raise _problem("the name of a variable is missing", token)
            if not inner.begins(token, before):
                raise _problem("a number or name is missing", token)
            inner.chain = 0
            inner.signs += token.text in {"+", "-", "not"}
        if token.kind == "sign" and token.text in _PAIRS:
            brackets.append(_Bracket(_PAIRS[token.text], role))
        elif token.kind != "name" and token.text in _CLOSING:
            brackets.pop()
        if sum(bracket.depth for bracket in brackets) > MAX_DEPTH:
            raise SyntaxProblem(f"brackets and signs are nested more than {MAX_DEPTH} deep")
        before = token


def _check_counts(bracket: _Bracket, tokens: list[ExprToken], index: int) -> None:
    if bracket.chain >= MAX_CHAIN:
        raise _problem(f"more than {MAX_CHAIN} calls and indices in a row", tokens[index + 1])
    if bracket.clauses > MAX_CLAUSES:
        raise _problem(f"more than {MAX_CLAUSES} 'for' in a row", tokens[index + 1])
