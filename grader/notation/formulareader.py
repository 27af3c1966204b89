"""Read a formula: LaTeX, plain text or what mathematical programs print, into one tree.

Conventions, where notation is ambiguous (the other reading, where one is likely, is in
`FormulaReading.alternatives`, and `FormulaReading.notes` says so):
`-x^2` is -(x^2); `a/bc` is (a/b) c unless the names say `implicit_first`; `2^3^2` is 2^(3^2);
`log` is natural; `2x` is a product; `0,11` is a decimal number and `903,400` a whole one;
`x^{(i)}` is an index; `W^T` is a transpose; dots (`...`) are read in `x_1 + ... + x_n` alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.notation.askednames import AskedNames
from grader.notation.grammar.layout import prepared, with_times
from grader.notation.grammar.lexer import looks_latex, tokenise
from grader.notation.grammar.operands import RULES, read_all
from grader.notation.grammar.parser import Choices, Parser
from grader.notation.grammar.quantities import with_letters, with_multiples, with_unit, without_units
from grader.notation.grammar.tokens import Token
from grader.notation.grammar.trailing import parted, without_comments
from grader.notation.names import NO_NAMES, Names
from grader.notation.numbers.literals import read_literals, with_decimal_commas
from grader.notation.piececache import recalled
from grader.notation.syntaxerrors import MAX_LENGTH, MAX_TREE_DEPTH, ReadingError
from grader.notation.tree import Collection, Interval, Logic, Matrix, Node, Relation
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Hashable

MAX_ALTERNATIVES: Final = 6
"""Other readings tried: each costs a reading of its own."""

MAX_OPEN: Final = 400
"""Tokens of a text that is read otherwise as well for its decimal commas or letters for a million."""

MAX_REMEMBERED: Final = 1_000
"""Texts whose readings are kept for the next student: some 3 kB each."""

MAX_OTHERWISE: Final = 8
"""Readings kept of one text, besides the last, by names that it is read otherwise with."""

MAX_TOKENISED: Final = 256
"""Texts whose tokens are kept: all formula criteria of a question read the same ones."""

MAX_NOTED: Final = 60
"""Characters of a remark that a note repeats."""

COUNTED: Final = "a letter behind a number may also be meant as thousand, million or billion"
DECIMAL: Final = "a comma between digits in brackets may be a decimal one"

SYNTAXES: Final = ("auto", "latex", "ascii", "maxima", "text")


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """What a text says: its tree, notes on how it was understood, and other trees it may mean.

    `conditions` are those behind the formula (`, x > 0`, `where s = 2`), which are no part of the tree.
    """

    tree: Node
    text: str
    notes: tuple[str, ...] = ()
    alternatives: tuple[Node, ...] = ()
    conditions: tuple[Node, ...] = ()


def read_formula(text: str, *, names: Names = NO_NAMES, syntax: str = "auto") -> FormulaReading:
    """Return the reading of a formula, with the names a rubric declares.

    `syntax` is auto, latex, text (also called ascii or maxima); auto takes LaTeX where a command or
    a dollar sign stands. Raises ReadingError, and nothing else, for whatever cannot be read.
    """
    if len(text) > MAX_LENGTH:
        raise ReadingError(
            f"the text has {len(text)} characters; a formula has at most {MAX_LENGTH}", MAX_LENGTH
        )
    if syntax not in SYNTAXES:
        raise ReadingError(f"no such syntax: {syntax!r} (known: {', '.join(SYNTAXES)})")
    latex = syntax == "latex" or (syntax == "auto" and looks_latex(text))
    # A class writes the same formulas again, and a rubric's names are made once and stay.
    found = _read_or_refused(text, names, latex=latex)
    if isinstance(found, ReadingError):
        raise found.with_traceback(None)
    return found


@recalled(MAX_REMEMBERED)
def _readings(
    text: str, manner: Hashable, *, latex: bool
) -> list[tuple[AskedNames, FormulaReading | ReadingError]]:
    """Return the list in which the readings of a text are kept, each with the names that it asked for."""
    del text, manner, latex
    return []


def _read_or_refused(text: str, names: Names, *, latex: bool) -> FormulaReading | ReadingError:
    """Read a text, or find the reading of it that these names would come to as well."""
    known = _readings(text, AskedNames.manner(names), latex=latex)
    for asked, reading in known:
        if asked.alike(names):
            return reading
    asked = AskedNames(names)
    try:
        found: FormulaReading | ReadingError = _read(text, asked, latex=latex)
    except ReadingError as error:
        found = error.with_traceback(None)
    except RecursionError:  # the limits make this unlikely; the promise is that nothing else leaves
        return ReadingError("nested too deeply")
    del known[MAX_OTHERWISE:]
    known.insert(0, (asked.closed(), found))
    return found


@recalled(MAX_TOKENISED)
def _tokens(text: str, *, latex: bool) -> tuple[Token, ...]:
    """Return the tokens of a text, which no later step changes: criteria with other names read it as well."""
    return tuple(prepared(tokenise(without_comments(text, latex=latex), latex=latex)))


def _read(text: str, names: AskedNames, *, latex: bool) -> FormulaReading:
    tokens = list(_tokens(text, latex=latex))
    parts = parted(tokens, names)
    try:
        conditions = tuple(_condition(each, tokens[-1], names, latex=latex) for each in parts.conditions)
        reading = _read_formula(text, parts.formula, names, latex=latex)
    except ReadingError:
        if len(parts.formula) == len(tokens):
            raise
        return _read_formula(text, [token for token in tokens if token.kind != "gap"], names, latex=latex)
    if not (conditions or parts.remarks):
        return reading
    notes = (*reading.notes, *(f"`{remark[:MAX_NOTED]}` is read as a remark" for remark in parts.remarks))
    return replace(reading, notes=notes, conditions=conditions)


def _condition(tokens: list[Token], end: Token, names: AskedNames, *, latex: bool) -> Node:
    return _parse([*tokens, end], names, Choices(), latex=latex)


def _read_formula(text: str, tokens: list[Token], names: AskedNames, *, latex: bool) -> FormulaReading:
    choices = Choices()
    if not latex:
        notes: list[str] = []
        timed = with_times(tokens, notes.append)
        if notes and "x" not in names.words:
            tokens = timed
            choices.note(notes[0])
    tokens, units = without_units(with_multiples(tokens, names), names)
    if len(tokens) == 1:
        raise ReadingError("there is nothing to read", 0, "a formula")
    decimal = with_decimal_commas(tokens, latex=latex)
    try:
        tree = _parse(tokens, names, choices, latex=latex)
    except ReadingError:
        otherwise = _otherwise(tokens, names, choices, latex=latex)
        if otherwise is not None:
            tree, choices = otherwise
        elif decimal is None:
            raise
        else:
            tokens, decimal, choices = decimal, None, Choices()
            tree = _parse(tokens, names, choices, latex=latex)
            choices.note(DECIMAL)
    others: list[Node] = []
    for what, options in choices.others.items():
        for option in options[: MAX_ALTERNATIVES - len(others)]:
            other = _other(tokens, names, Choices({what: option}), latex=latex)
            if other is not None and other != tree and other not in others:
                others.append(other)
    short = len(tokens) <= MAX_OPEN
    for changed, note in ((with_letters(tokens, names), COUNTED), (decimal, DECIMAL)):
        other = _other(changed, names, Choices(), latex=latex) if changed and short else None
        if other is not None:
            others.append(other)
            choices.note(note)
    bracketed = text.strip("$ \\\n\t")[:1] in {"(", "["}
    if (
        bracketed
        and isinstance(tree, Collection)
        and len(tree.items) == 2
        and not any(map(_no_end, tree.items))
    ):
        closed = tree.kind == "list"
        others.append(Interval(tree.items[0], tree.items[1], closed, closed, span=tree.span))
        choices.note("a pair in brackets may also be meant as an interval")
    readings = tuple(with_unit(each, *units) for each in (tree, *others))
    return FormulaReading(readings[0], text, tuple(choices.notes), readings[1:])


def _no_end(node: Node) -> bool:
    """Say whether something cannot be an end of an interval."""
    return isinstance(node, Collection | Matrix | Relation | Logic)


def _otherwise(
    tokens: list[Token], names: AskedNames, choices: Choices, *, latex: bool
) -> tuple[Node, Choices] | None:
    """Return a reading that takes another of the ways that were left open where the ordinary one came to nothing."""
    for what, options in choices.others.items():
        for option in options[:MAX_ALTERNATIVES]:
            other = Choices({what: option})
            tree = _other(tokens, names, other, latex=latex)
            if tree is not None:
                return tree, Choices(notes=other.notes)
    return None


def _other(tokens: list[Token], names: AskedNames, choices: Choices, *, latex: bool) -> Node | None:
    try:
        return _parse(tokens, names, choices, latex=latex)
    except ReadingError:
        return None


def _parse(tokens: list[Token], names: AskedNames, choices: Choices, *, latex: bool) -> Node:
    fresh = [_copy(token) if token.kind == "number" else token for token in tokens]
    valued = list(read_literals(fresh, latex=latex, choose=choices.choose))
    tree = read_all(Parser(valued, names, RULES, choices, latex=latex))
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
