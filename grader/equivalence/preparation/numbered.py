"""Numbered names in both spellings: `x1` is `x_1` where the other formula writes it so."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.rewriting import substitute
from grader.notation.lazypatterns import deferred
from grader.notation.tree import Apply, Node, Number, Symbol, fact
from grader.notation.vocabulary import GREEK

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERED: Final = deferred(r"([A-Za-z]+)(\d{1,3})")


def same_numbering(expected: Node, answer: Node) -> tuple[Node, Node]:
    """Return both formulas with `x1` as `x_1` in the one that has no such index where the other has it."""
    if _is_name(expected) or _is_name(answer):  # where a name is all that is asked for, its spelling counts
        return expected, answer
    words = _numbered_words(expected), _numbered_words(answer)
    if not any(words):
        return expected, answer
    indexed = frozenset(_indexed(expected)), frozenset(_indexed(answer))
    return (
        _with_indices(expected, words[0], indexed[1] - indexed[0]),
        _with_indices(answer, words[1], indexed[0] - indexed[1]),
    )


def _is_name(tree: Node) -> bool:
    return isinstance(tree, Symbol) or (isinstance(tree, Apply) and tree.head == "index")


@fact
def _numbered_words(tree: Node) -> dict[str, tuple[str, str]]:
    """Return the names of one letter with a number behind it, and their two parts."""
    found: dict[str, tuple[str, str]] = {}
    for node in tree.walk() if tree.holds(Symbol) else ():
        if isinstance(node, Symbol) and node.name[-1:].isdigit():
            match = _NUMBERED.fullmatch(node.name)
            if match is not None and (len(match[1]) == 1 or match[1] in GREEK):
                found[node.name] = match[1], match[2]
    return found


def _indexed(tree: Node) -> Iterator[tuple[str, str]]:
    for node in tree.walk():
        if isinstance(node, Apply) and node.head == "index" and len(node.args) == 2:
            base, label = node.args
            if isinstance(base, Symbol) and isinstance(label, Number) and label.value.denominator == 1:
                yield base.name, str(label.value)


def _with_indices(tree: Node, words: dict[str, tuple[str, str]], wanted: frozenset[tuple[str, str]]) -> Node:
    values: dict[str, Node] = {
        name: Apply("index", (Symbol(base), Number(Fraction(int(digits)))))
        for name, (base, digits) in words.items()
        if (base, digits) in wanted
    }
    return substitute(tree, values) if values else tree
