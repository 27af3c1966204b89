r"""Units of the field behind a formula: `4 n bytes`, `3 MiB`, `2 \text{ GFLOPs}`, `900 GB/s`, `1.5M parameters`.

A word counts as a unit only at the end of a side, behind a number, a bracket or a symbol, and only
where nobody declared it or its letters: `2 ms` is a time, but a product where m and s are symbols.
One letter is a unit only when it is set upright (`\text{s}`) or where a quantity is asked for. There
the unit may also stand in brackets or behind `in` (`4 n [bytes]`, `4 n in bytes`).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.grammar.tokens import Token
from grader.notation.lazypatterns import deferred
from grader.notation.numbers.units import unit_named
from grader.notation.tree import Apply, Node, Quantity, Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notation.grammar.parser import DeclaredNames
    from grader.notation.names import Names

PERCENT: Final = "%"

_WORD: Final = r"[A-Za-zµμ]{1,24}"
_BEHIND: Final = deferred(
    rf"[ \t$`)}}]{{0,4}}(?:[(\[] ?)?(?:in +)?(?:\\(?:text|mathrm)\{{ ?)?({_WORD}(?: ?(?:/|\bper\b) ?{_WORD})?)(?!\w)"
)
_PERCENT_BEHIND: Final = deferred(r"[ \t$}]{0,4}(?:\\?%|(?:percent|per cent|pct)\b)")
_PER: Final = deferred(r" ?(?:/|\bper\b) ?")
_BEFORE: Final = frozenset({"number", ")", "}", "]", "name", "constant", "percent", "multiple"})
_WORDS: Final = frozenset({"word", "upright", "quoted"})
_WRAPPED: Final = {")": "(", "]": "["}
_OPENING: Final = frozenset({"(", "[", "{", "\\{"})
_CLOSING: Final = frozenset({")", "]", "}", "\\}"})
_COUNTED: Final[Mapping[str, int]] = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
LETTERS: Final[Mapping[str, int]] = {"k": 3, "K": 3, "M": 6, "G": 9, "B": 9, "T": 12}


def without_units(tokens: list[Token], names: DeclaredNames) -> tuple[list[Token], tuple[str, ...]]:
    """Return the tokens without the units their sides end with, and these units; "" where a side has none."""
    *sides, last = _sides(tokens[:-1])
    last, unit = _without_unit(last, names)
    kept: list[Token] = []
    units: list[str] = []
    for side in sides:
        relation = side[-1]
        stripped, found = _without_unit(side[:-1], names) if unit or names.quantity else (side[:-1], "")
        kept += [*stripped, relation]
        units.append(found)
    if not (unit or any(units)):
        return tokens, ()
    return [*kept, *last, tokens[-1]], (*units, unit)


def _sides(tokens: list[Token]) -> list[list[Token]]:
    """Cut at the relations outside of brackets; each side but the last ends with its relation."""
    sides: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        sides[-1].append(token)
        if token.kind == "relation" and depth <= 0:
            sides.append([])
    return sides


def _without_unit(side: list[Token], names: DeclaredNames) -> tuple[list[Token], str]:
    """Return one side without its unit, and the unit."""
    rest, unit = _split(side, names)
    if not unit or not rest:
        return side, ""
    before = rest[-1]
    if unit in {"s", "sec"} and before.key in {"mu", "\\mu"} and "mu" not in names.words and len(rest) > 1:
        rest, unit = rest[:-1], "us"  # the letter of micro is read as mu
        before = rest[-1]
    rest = _with_letter(rest, names)
    symbol = before.kind == "word" and (len(before.text) == 1 or before.text in names.words)
    if before.kind not in _BEFORE and not symbol:
        return side, ""
    same = [  # `4 n bytes + 8 m bytes`
        at
        for at, token in enumerate(rest[:-1])
        if token.kind in _WORDS and token.text == unit and rest[at + 1].kind in {"+", "-"}
    ]
    return [token for at, token in enumerate(rest) if at not in same], unit


def _split(side: list[Token], names: DeclaredNames) -> tuple[list[Token], str]:
    """Return what stands before the unit at the end, and the unit as written; "" where there is none."""
    end = len(side)
    wrapped = names.quantity and end > 3 and side[-3].kind == _WRAPPED.get(side[-1].kind)
    at = end - 2 if wrapped else end - 1
    rated = at > 2 and (side[at - 1].kind == "/" or side[at - 1].text == "per")
    letter = at > 0 and len(side[at].text) == 1 and side[at].kind == "word"
    if at < 1 or (letter and not rated and not names.quantity):
        return side, ""
    if not _is_unit(side[at], names, alone=not wrapped):
        return side, ""
    unit = side[at].text
    if rated:
        rate = f"{side[at - 2].text}/{unit}"
        if unit_named(rate) and side[at - 2].kind in _WORDS and side[at - 2].text not in names.words:
            at, unit = at - 2, rate
    first = at - 1 if wrapped else at
    if names.quantity and first > 1 and side[first - 1].kind == "in":
        first -= 1
    return side[:first], unit


def _is_unit(token: Token, names: DeclaredNames, *, alone: bool) -> bool:
    """Whether a word is a unit and neither it nor the letters of a word in plain type are symbols."""
    if token.kind not in _WORDS or unit_named(token.text) is None or token.text in names.words:
        return False
    return not (alone and token.kind == "word" and all(letter in names.words for letter in token.text))


def _with_letter(rest: list[Token], names: DeclaredNames) -> list[Token]:
    """Read the letter before a unit as its multiple: `1.5M parameters`, `4.5 M bytes`."""
    if len(rest) < 2 or rest[-1].text not in LETTERS or rest[-2].kind != "number":
        return rest
    return rest if rest[-1].text in names.words else [*rest[:-1], _multiple(rest[-1], LETTERS)]


def with_multiples(tokens: list[Token], names: DeclaredNames) -> list[Token]:
    """Return the tokens with `million` and `percent` behind a number as signs, where they are no symbols."""
    changed = list(tokens)
    for at, token in enumerate(tokens[1:], 1):
        if token.kind in _WORDS and tokens[at - 1].kind == "number":
            if token.text in _COUNTED and token.text not in names.words:
                changed[at] = _multiple(token, _COUNTED)
            elif token.text in {"percent", "pct"} and token.text not in names.words:
                changed[at] = Token("percent", "%", token.start, token.end, token.spaced, "percent")
    return changed


def with_letters(tokens: list[Token], names: DeclaredNames) -> list[Token] | None:
    """Return the tokens with `1.5M` as 1.5 million; None where nothing is written so or the letter is declared."""
    changed = list(tokens)
    for at in range(1, len(tokens) - 1):
        token = tokens[at]
        if (
            token.text in LETTERS
            and token.kind in _WORDS
            and tokens[at - 1].kind == "number"
            and (tokens[at + 1].kind in {"end", "relation"} or _is_glued(tokens, at))
            and token.text not in names.words
        ):
            changed[at] = _multiple(token, LETTERS)
    return None if changed == tokens else changed


def _is_glued(tokens: list[Token], at: int) -> bool:
    """Whether a letter hangs on the number before it and nothing hangs on the letter: `1.5M n`."""
    return not tokens[at].spaced and tokens[at + 1].kind not in {"_", "^", "(", "[", "'"}


def _multiple(token: Token, table: Mapping[str, int]) -> Token:
    value = Fraction(10 ** table[token.text])
    return Token("multiple", token.text, token.start, token.end, token.spaced, "multiple", value)


def for_answers(names: Names, expected: Node) -> Names:
    """Return the names with which answers are read: one letter may be a unit where a quantity is expected."""
    return replace(names, quantity=True) if isinstance(expected, Quantity) else names


def unit_behind(text: str, at: int) -> str:
    """Return the unit that stands behind a formula in a sentence (`$4n$ bytes`), "" where there is none."""
    match = _BEHIND.match(text, at)
    if match is None:
        return ""
    rate = _PER.sub("/", match[1])
    return next((unit for unit in (rate, rate.partition("/")[0]) if unit_named(unit)), "")


def percent_behind(text: str, at: int) -> str:
    r"""Return PERCENT where that stands behind a formula in a sentence (`\boxed{20}$ percent`)."""
    return PERCENT if _PERCENT_BEHIND.match(text, at) else ""


def with_unit(tree: Node, *units: str) -> Node:
    """Return a tree, or the sides of an equation, the last ones first, as quantities with their units."""
    if not any(units):
        return tree
    if isinstance(tree, Relation):
        sides = list(tree.operands)
        for place in range(1, min(len(sides), len(units)) + 1):
            sides[-place] = with_unit(sides[-place], units[-place])
        return tree.changed(operands=tuple(sides))
    if units[-1] == PERCENT:
        return Apply("percent", (tree,), span=tree.span)
    return Quantity(tree, units[-1], span=tree.span) if units[-1] else tree
