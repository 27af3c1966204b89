"""In what form an answer is written: in lowest terms, without fractions, in scientific notation."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.tree import Apply, Constant, Node, Number

if TYPE_CHECKING:
    from collections.abc import Callable

_SCIENTIFIC: Final = deferred(r"[+-]?\d(?:[.,]\d+)?[eE][+-]?\d+|.*10\s*\^.*")


def wrong_form(tree: Node, forms: tuple[str, ...]) -> str:
    """Return one sentence about the form that is asked for and not met, "" where all is well."""
    for form in forms:
        holds, sentence = FORMS[form]
        if not holds(tree):
            return sentence
    return ""


def _in_lowest_terms(tree: Node) -> bool:
    for node in tree.walk():
        if isinstance(node, Apply) and node.head == "div":
            top, bottom = node.args
            if isinstance(top, Number) and isinstance(bottom, Number):
                whole = top.value.denominator == bottom.value.denominator == 1
                if not whole or gcd(top.value.numerator, bottom.value.numerator) != 1:
                    return False
    return True


def _without_fractions(tree: Node) -> bool:
    return not tree.holds("div")


def _scientific(tree: Node) -> bool:
    return any(isinstance(node, Number) and _SCIENTIFIC.fullmatch(node.text) for node in tree.walk()) or any(
        isinstance(node, Apply)
        and node.head == "pow"
        and isinstance(node.args[0], Number)
        and node.args[0].value == 10
        for node in tree.walk()
    )


def _plain_number(tree: Node) -> bool:
    inside = tree.args[0] if isinstance(tree, Apply) and tree.head == "neg" else tree
    return isinstance(inside, Number) and not _SCIENTIFIC.fullmatch(inside.text)


def _finite(tree: Node) -> bool:
    return not any(isinstance(node, Constant) and node.name == "infinity" for node in tree.walk())


FORMS: Final[dict[str, tuple[Callable[[Node], bool], str]]] = {
    "lowest_terms": (_in_lowest_terms, "A fraction is not in lowest terms."),
    "no_fraction": (_without_fractions, "The answer must be written without a fraction."),
    "scientific": (_scientific, "The answer must be written in scientific notation, such as 1.5e3."),
    "decimal": (_plain_number, "The answer must be one number in plain notation."),
    "finite": (_finite, "The answer must be finite."),
}
