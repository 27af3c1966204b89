"""Formulas that stand bare in a sentence: where they begin and where the words go on.

`we draw them with sigma^2 = 2/N, where N is ...` holds `sigma^2 = 2/N`. A run of tokens is
followed from each `=` (or other sign of arithmetic) to both sides, as long as operands and
operators alternate; a word of the language ends it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.finding.formulawords import FUNCTIONS, LETTERS, STOPWORDS
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_TOKENS: Final = 3_000  # of one line; a longer line is cut
MAX_ACRONYM: Final = 5  # letters of `TP`, `RMSE`
MAX_RUN: Final = 600  # characters of one bare formula

_TOKEN: Final = deferred(
    r"(?P<command>\\[A-Za-z]+|\\[^\sA-Za-z])"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_][\w\u0300-\u036f']*)"
    r"|(?P<arrow><?[-=]{1,3}>|[→⇒↦⟶])"
    r"|(?P<equals>:=|==|[=≈≃≅≔≝])"
    r"|(?P<operator>\*\*|[-+*/^_<>≤≥·×÷−∑∏√|!%&∙⋅±∘²³⁰¹⁴⁵⁶⁷⁸⁹⁻ᵀ])"
    r"|(?P<open>[({\[⌊⌈])"
    r"|(?P<close>[)}\]⌋⌉])"
    r"|(?P<comma>,)"
    r"|(?P<dots>\.{2,4}|[…⋯])"
    r"|(?P<other>[^\s\w])"
)

_HATTED: Final = deferred(r"[A-Za-z]{1,8}[_]?(?:hat|bar|tilde|prime)", re.ASCII)
_EDGE_OPERATORS: Final = frozenset({*"*/^_+<>|&!%·×÷∙⋅", "**"})
_ARITHMETIC: Final = frozenset({"/", "*", "^", "**", "√", "·", "×", "÷", "⋅", "∙", "²", "³"})


class _Token:
    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, match: re.Match[str]) -> None:
        self.kind = match.lastgroup or "other"
        self.text = match.group()
        self.start, self.end = match.span()

    @property
    def mathematical(self) -> bool:
        """Whether a word is a symbol or a function rather than a word of the language."""
        if self.kind != "word":
            return self.kind in {"number", "command"}
        name = self.text
        lowered = name.lower()
        return (
            (len(name) == 1 and name not in {"I", "a"})
            or lowered in LETTERS
            or lowered in FUNCTIONS
            or not name.isascii()
            or any(character.isdigit() or character == "_" for character in name)
            or _HATTED.fullmatch(name) is not None
        )


def bare_formulas(text: str, start: int, end: int, *, short: bool = False) -> Iterator[tuple[int, int]]:
    """Yield the spans of bare formulas between two places of a text, line by line.

    In a `short` answer those count as well that have no sign of arithmetic but `+` and `-`, or are
    only a function of something or a product: `p - y`, `max(0, x)`, `4h(n + 1)`.
    """
    at = start
    while at < end:
        line_end = text.find("\n", at, end)
        if line_end == -1:
            line_end = end
        if short or any(sign in text[at:line_end] for sign in "=≈≔/^*√×·²"):
            for first, last in _cells(text, at, line_end):
                tokens = _tokens(text, first, last)
                found = list(_in_line(tokens))
                spans = [*found, *_runs(tokens, found)] if short else found
                yield from ((tokens[one].start, tokens[other - 1].end) for one, other in sorted(spans))
        at = line_end + 1


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the cells of a row of a table, or the line as a whole."""
    line = text[start:end].strip()
    if not (line.startswith("|") and line.endswith("|") and line.count("|") > 2):
        yield start, end
        return
    at = start
    while at < end:
        bar = text.find("|", at, end)
        bar = end if bar == -1 else bar
        if bar > at:
            yield at, bar
        at = bar + 1


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text, start, end):
        tokens.append(_Token(match))
        if len(tokens) >= MAX_LINE_TOKENS:
            break
    return tokens


def _in_line(tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    """Yield first and last token of what grows around an equals sign or a sign of arithmetic."""
    done = 0  # tokens before this belong to a formula already
    for position, token in enumerate(tokens):
        if position < done:
            continue
        if token.kind == "equals":
            first, opened = _left(tokens, position, done), 0
        elif token.text in _ARITHMETIC and position > done and _operand(tokens[position - 1]):
            first, opened = _with_brackets(tokens, _left(tokens, position, done), done)
        else:
            continue
        last = _right(tokens, position, opened)
        first, last = _without_edges(tokens, first, last)
        if last > first + 1 and _worthwhile(tokens[first:last]):
            yield first, last
            done = last


def _runs(tokens: list[_Token], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the runs of symbols, numbers and signs that are a sum, a product or a function, outside of others."""
    covered = {place for first, last in taken for place in range(first, last)}
    first = depth = 0
    for place in range(len(tokens) + 1):
        token = tokens[place] if place < len(tokens) else None
        if token is not None and place not in covered and _continues(token, depth):
            depth += (token.kind == "open") - (token.kind == "close")
            if depth >= 0:
                continue
        start, end = _without_edges(tokens, first, place)
        start, end = _balanced(tokens, start, end)
        if _is_expression(tokens[start:end]):
            yield start, end
        first, depth = place + 1, 0


def _continues(token: _Token, depth: int) -> bool:
    if token.kind == "comma":
        return depth > 0
    acronym = token.kind == "word" and token.text.isupper() and 1 < len(token.text) <= MAX_ACRONYM
    return token.kind in {"operator", "open", "close"} or token.mathematical or acronym


def _balanced(tokens: list[_Token], first: int, last: int) -> tuple[int, int]:
    """Leave out brackets at the ends that have no partner in the run."""
    while first < last:
        depth = lowest = 0
        for token in tokens[first:last]:
            depth += (token.kind == "open") - (token.kind == "close")
            lowest = min(lowest, depth)
        if tokens[last - 1].kind == "close" and lowest < 0:
            last -= 1
        elif tokens[first].kind == "open" and depth > 0:
            first += 1
        else:
            return (first, last) if not depth and not lowest else (first, first)
    return first, last


def _is_expression(tokens: list[_Token]) -> bool:
    """Whether a run is more than a name, a number or words side by side."""
    named = [token for token in tokens if token.kind in {"word", "command"}]
    if len(tokens) < 2 or not named or tokens[0].text in {"+", "/"}:
        return False
    signs = [token for token in tokens[1:-1] if token.kind == "operator" and token.text not in {"|", "!"}]
    powers = tokens[-1].text in {"²", "³"}
    joined = any(one.end == other.start and other.kind in {"open", "word"} and one.kind in {"number", "word", "close"}
                 for one, other in pairwise(tokens))  # fmt: skip
    negated = tokens[0].text in {"-", "−"} and len(tokens) > 2
    return bool(signs) or powers or joined or negated


def _operand(token: _Token) -> bool:
    return (
        token.kind == "close"
        or token.mathematical
        or (token.kind == "word" and token.text.lower() not in STOPWORDS)
    )


def _left(tokens: list[_Token], position: int, stop: int) -> int:
    """Return where the left side begins: operands and operators in turn."""
    at = position
    wanted = True  # an operand
    while at > stop:
        token = tokens[at - 1]
        if tokens[position].start - token.start > MAX_RUN:
            break
        if token.kind == "close":
            opening = _matching(tokens, at - 1, stop)
            if opening is None:
                break
            at = opening
            wanted = False
            if at > stop and _attached(tokens[at - 1], tokens[at]):
                at -= 1
            continue
        if wanted:
            dots = token.kind == "dots" and at - 1 > stop and tokens[at - 2].kind == "operator"
            if (
                token.kind not in {"number", "command"}
                and not dots
                and not (token.kind == "word" and _operand(token))
            ):
                break
            wanted = False
        elif token.kind in {"operator", "command"} or (token.mathematical and _attached(token, tokens[at])):
            wanted = token.kind == "operator" and token.text not in "²³"
        else:
            break
        at -= 1
    return at


def _attached(left: _Token, right: _Token) -> bool:
    return left.end == right.start and left.kind in {"word", "command", "number", "operator"}


def _matching(tokens: list[_Token], position: int, stop: int) -> int | None:
    """Return the opening bracket of a closing one, None where there is none near."""
    depth = 0
    for at in range(position, stop - 1, -1):
        if tokens[position].start - tokens[at].start > MAX_RUN:
            return None
        if tokens[at].kind == "close":
            depth += 1
        elif tokens[at].kind == "open":
            depth -= 1
            if not depth:
                return at
    return None


def _with_brackets(tokens: list[_Token], first: int, stop: int) -> tuple[int, int]:
    """Take in the brackets a formula stands in, with the function before them: `sqrt(` of `sqrt(2/N)`."""
    opened = 0
    while first > stop and tokens[first - 1].kind == "open" and tokens[first - 1].end == tokens[first].start:
        first, opened = first - 1, opened + 1
        if first > stop and tokens[first - 1].mathematical and _attached(tokens[first - 1], tokens[first]):
            first -= 1
    return first, opened


def _right(tokens: list[_Token], position: int, depth: int) -> int:
    """Return the token behind the last one of the formula; `depth` brackets are open already."""
    at = position + 1
    while at < len(tokens):
        token = tokens[at]
        if token.end - tokens[position].start > MAX_RUN:
            break
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            if not depth:
                break
            depth -= 1
        elif token.kind == "comma":
            if not depth:
                break
        elif token.kind == "dots":
            # "x_1 + ... + x_n", "i = 1..n" in brackets; dots behind an operand leave the sentence open
            goes_on = depth and at + 1 < len(tokens) and tokens[at + 1].kind in {"number", "word", "command"}
            if tokens[at - 1].kind not in {"operator", "comma"} and not goes_on:
                break
        elif token.kind in {"other", "arrow"}:
            break
        elif token.kind == "word" and not depth and not token.mathematical and not _word_belongs(tokens, at):
            break
        at += 1
    return at


def _word_belongs(tokens: list[_Token], at: int) -> bool:
    """Whether a word of the language is an operand here: after an operator, or before one."""
    token, before = tokens[at], tokens[at - 1]
    name = token.text.lower()
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if before.kind in {"operator", "equals"} and before.text not in {"%", "!", "²", "³"}:
        return name not in STOPWORDS or (
            name in {"a", "i"} and (following is None or following.kind != "word")
        )
    if following is None or (name in STOPWORDS and name != "a"):
        return False
    return following.kind in {"operator", "equals"} or (
        following.kind == "open" and following.start == token.end
    )


def _without_edges(tokens: list[_Token], first: int, last: int) -> tuple[int, int]:
    while first < last and tokens[first].text in _EDGE_OPERATORS:
        first += 1
    while last > first and (
        tokens[last - 1].text in _EDGE_OPERATORS - {"!", "%"} or tokens[last - 1].kind == "equals"
    ):
        last -= 1
    return first, last


def _worthwhile(tokens: list[_Token]) -> bool:
    """Whether a run says something: an equation, or arithmetic with a symbol or number in it."""
    if any(token.kind == "equals" for token in tokens[:-1]):
        return True
    arithmetic = any(token.text in _ARITHMETIC for token in tokens)
    return arithmetic and any(token.mathematical for token in tokens)
