"""Read a formula: LaTeX, plain text or what mathematical programs print, into one tree.

Conventions, where notation is ambiguous (the other reading, where one is likely, is in
`Reading.alternatives`, and `Reading.notes` says so):
`-x^2` is -(x^2); `a/bc` is (a/b) c unless the names say `implicit_first`; `2^3^2` is 2^(3^2);
`log` is natural; `2x` is a product; `0,11` is a decimal number and `903,400` a whole one;
`x^{(i)}` is an index; `W^T` is a transpose; dots (`...`) are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.notation.commands import CASES, MATRICES
from grader.notation.errors import MAX_LENGTH, MAX_TREE_DEPTH, ReadingError
from grader.notation.grammar import INFIX, OPERANDS, read_all
from grader.notation.lexer import Token, looks_latex, tokenise
from grader.notation.literals import read_literals
from grader.notation.names import NO_NAMES, Names
from grader.notation.parser import Parser
from grader.notation.tree import Collection, Interval, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ALTERNATIVES: Final = 6
"""Other readings tried: each costs a reading of its own."""

SYNTAXES: Final = ("auto", "latex", "ascii", "maxima", "text")

_ENVIRONMENTS: Final = MATRICES | CASES


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: its tree, notes on how it was understood, and other trees it may mean."""

    tree: Node
    text: str
    notes: tuple[str, ...] = ()
    alternatives: tuple[Node, ...] = ()


def read_formula(text: str, *, names: Names = NO_NAMES, syntax: str = "auto") -> Reading:
    """Return the reading of a formula, with the names a rubric declares.

    `syntax` is auto, latex, text (also called ascii or maxima); auto takes LaTeX where a command or
    a dollar sign stands. Raises ReadingError, and nothing else, for whatever cannot be read.
    """
    if len(text) > MAX_LENGTH:
        raise ReadingError(f"the text has {len(text)} characters; a formula has at most {MAX_LENGTH}", MAX_LENGTH)
    if syntax not in SYNTAXES:
        raise ReadingError(f"no such syntax: {syntax!r} (known: {', '.join(SYNTAXES)})")
    latex = syntax == "latex" or (syntax == "auto" and looks_latex(text))
    try:
        return _read(text, names, latex=latex)
    except RecursionError:  # the limits make this unlikely; the promise is that nothing else leaves
        raise ReadingError("nested too deeply") from None


def _read(text: str, names: Names, *, latex: bool) -> Reading:
    tokens = _prepared(tokenise(text, latex=latex))
    if len(tokens) == 1:
        raise ReadingError("there is nothing to read", 0, "a formula")
    notes: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    tree = _parse(tokens, names, latex=latex, choices={}, ambiguous=ambiguous, notes=notes)
    others: list[Node] = []
    for what, options in ambiguous.items():
        for option in options:
            other = _other(tokens, names, latex=latex, choices={what: option})
            if other is not None and other != tree and other not in others and len(others) < MAX_ALTERNATIVES:
                others.append(other)
    if isinstance(tree, Collection) and len(tree.items) == 2 and tree.kind in {"tuple", "list"}:
        if text.strip("$ \\\n\t")[:1] in {"(", "["}:
            closed = tree.kind == "list"
            others.append(Interval(tree.items[0], tree.items[1], closed, closed, span=tree.span))
            notes.append("a pair in brackets may also be meant as an interval")
    return Reading(tree, text, tuple(notes), tuple(others))


def _other(tokens: list[Token], names: Names, *, latex: bool, choices: Mapping[str, str]) -> Node | None:
    try:
        return _parse(tokens, names, latex=latex, choices=choices, ambiguous={}, notes=[])
    except ReadingError:
        return None


def _parse(
    tokens: list[Token],
    names: Names,
    *,
    latex: bool,
    choices: Mapping[str, str],
    ambiguous: dict[str, tuple[str, ...]],
    notes: list[str],
) -> Node:
    parser = Parser(
        list(tokens),
        names,
        latex=latex,
        choices=choices,
        open_choices=ambiguous,
        notes=notes,
        operand_rules=OPERANDS,
        operator_rules=INFIX,
    )
    fresh = [_copy(token) if token.kind == "number" else token for token in tokens]
    parser.tokens = read_literals(fresh, latex=latex, choose=parser.choose)
    parser.token = parser.tokens[0]
    tree = read_all(parser)
    _check_depth(tree)
    return tree


def _copy(token: Token) -> Token:
    return Token(token.kind, token.text, token.start, token.end, token.spaced, token.key)


def _check_depth(tree: Node) -> None:
    level = [tree]
    for _ in range(MAX_TREE_DEPTH):
        level = [child for node in level for child in node.children]
        if not level:
            return
    raise ReadingError(f"nested more than {MAX_TREE_DEPTH} deep at {level[0].span[0] + 1}", level[0].span[0])


def _prepared(tokens: list[Token]) -> list[Token]:
    """Return the tokens without what is only layout, and with `|` and `%` told apart."""
    kept: list[Token] = []
    inside: list[str] = []
    for at, token in enumerate(tokens):
        kind = token.kind
        if kind in {"begin", "end_env"} and token.text not in _ENVIRONMENTS:
            continue
        if kind == "begin":
            inside.append(token.text)
        elif kind == "end_env" and inside:
            inside.pop()
        elif kind in {"cell", "newline"} and not inside:
            if kind == "newline" and kept and _starts_line(tokens, at):
                token.kind = ";"
                kept.append(token)
            continue
        elif kind == "%":
            token.kind = _percent_or_mod(tokens, at)
        elif kind == "~" and kept and kept[-1].kind in _ENDS_OPERAND:
            token.kind = token.key = "relation"
        elif kind == "word" and token.text in {"U", "u"} and kept and _joins_sets(kept[-1], tokens, at + 1):
            token.kind = "∪"
        kept.append(token)
    while len(kept) > 1 and kept[-2].kind in {".", ",", ";"}:
        del kept[-2]
    _pair_bars(kept)
    return kept


_ENDS_OPERAND: Final = frozenset({"word", "upright", "quoted", "name", "number", "constant", ")", "]", "}", "\\}", "|"})


def _joins_sets(before: Token, tokens: list[Token], at: int) -> bool:
    """Say whether the letter U stands for a union: between brackets, the second of which holds a list."""
    if before.kind not in {")", "]", "}", "\\}"} or tokens[at].kind not in {"(", "[", "{", "\\{"}:
        return False
    depth = 0
    for token in tokens[at : at + 60]:
        if token.kind in {"(", "[", "{", "\\{"}:
            depth += 1
        elif token.kind in {")", "]", "}", "\\}"}:
            depth -= 1
            if depth == 0:
                return False
        elif token.kind == ",":
            return True
    return False


def _starts_line(tokens: list[Token], at: int) -> bool:
    """Say whether a new formula begins behind a line break, not the next link of a chain."""
    for token in tokens[at + 1 :]:
        if token.kind != "cell":
            return token.kind not in {"relation", "+", "-", "*", "/", "end", "end_env", "newline", "implies", "iff", ")"}
    return False


def _percent_or_mod(tokens: list[Token], at: int) -> str:
    before, after = tokens[at - 1] if at else tokens[-1], tokens[at + 1]
    operand = after.kind in {"number", "word", "(", "name"}
    if not operand or (before.kind == "number" and not tokens[at].spaced and after.spaced):
        return "percent"
    return "mod"


def _pair_bars(tokens: list[Token]) -> None:
    """Mark every `|` that has a partner further on in the same brackets."""
    stack: list[int] = [0]
    for token in reversed(tokens):
        kind = token.kind
        if kind in {")", "]", "}", "\\}", "end_env"}:
            stack.append(0)
        elif kind in {"(", "[", "{", "\\{", "begin"}:
            if len(stack) > 1:
                stack.pop()
        elif kind == "|":
            token.key = "|2" if stack[-1] % 2 else "|"
            stack[-1] += 1
