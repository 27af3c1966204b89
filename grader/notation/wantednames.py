"""The names that a formula is asked for under, and whether a left side is one of them, however it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.formulareader import read_formula
from grader.notation.lazypatterns import deferred
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Apply, Node, Symbol, without_indices
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notation.names import Names

_FUNCTIONS: Final = frozenset({"sigmoid", "softmax", "relu", "tanh", "max", "min", "abs"})
_BLANK: Final = deferred(r"[\s{}$]+")
_SET_AS_WORD: Final = re.compile(
    r"\\(?:text(?:rm|it|bf)?|math(?:rm|it|bf)|operatorname)"
)  # braces are folded away


def parameters_of(left: Node | None) -> tuple[str, ...]:
    """Return what stands in brackets on the left side of `f(z) = ...`: letters that any others could stand for."""
    if not isinstance(left, Apply) or not (left.head.startswith("call:") or left.head in _FUNCTIONS):
        return ()
    names = tuple(arg.name for arg in left.args if isinstance(arg, Symbol) and "_" not in arg.name)
    return names if len(set(names)) == len(left.args) else ()


@dataclass(frozen=True, slots=True)
class WantedName:
    """The names a formula may define: their spellings and how these are read."""

    spellings: tuple[str, ...]
    trees: frozenset[Node]  # without their indices
    lefts: tuple[Node, ...] = ()  # with them

    @classmethod
    def of(cls, spellings: Sequence[str], names: Names) -> WantedName:
        """Read every spelling. Raises ReadingError."""
        lefts = tuple(read_formula(text, names=names).tree for text in spellings)
        heads = [left.head for left in lefts if isinstance(left, Apply) and left.head.startswith("call:")]
        written = (*spellings, *(head.removeprefix("call:") for head in heads))
        return cls(
            tuple(dict.fromkeys(map(folded_name, written))), frozenset(map(without_indices, lefts)), lefts
        )

    def matches(self, tree: Node, text: str = "") -> bool:
        """Whether a left side is one of the names, with an index or an argument or without."""
        if without_indices(tree) in self.trees:
            return True
        if _is_at_a_value(tree) and not any(map(_is_at_a_value, self.lefts)):
            return False  # `f(2)` where `f(x)` is wanted
        if isinstance(tree, Apply) and tree.head.startswith("call:"):
            return tree.head.removeprefix("call:").casefold() in self.spellings
        parameters = len(parameters_of(tree))
        if isinstance(tree, Apply) and parameters:  # `sigmoid(z)` where `sigmoid(x)` is wanted
            alike = (left for left in self.lefts if isinstance(left, Apply) and left.head == tree.head)
            if any(len(parameters_of(left)) == parameters for left in alike):
                return True
        written = folded_name(text[tree.span[0] : tree.span[1]])
        word = _SET_AS_WORD.sub("", written)
        if len(word) > 2 and word.isalpha() and word in self.spellings:
            return True  # in another case, or without a command of its own: `precision =` for `Precision`
        if not written.endswith(")") or written.count("(") != 1:
            return False
        return any(written.startswith(spelling + "(") for spelling in self.spellings if spelling)

    def is_inside(self, tree: Node) -> bool:
        """Whether a tree is something made of a wanted name, and not that name: `m^2`, `-m`."""
        return self.is_within(tree) and not self.matches(tree)

    def is_within(self, tree: Node) -> bool:
        """Whether a wanted name is a tree or a part of it."""
        return bool(self.trees) and any(without_indices(node) in self.trees for node in tree.walk())

    def has_kind_of(self, left: Node) -> bool:
        """Whether a left side is an operation like that of a wanted name: `P(B|A)` where `P(A|B)` is wanted."""
        return isinstance(left, Apply) and any(
            isinstance(tree, Apply) and tree.head == left.head for tree in self.trees
        )

    def is_name(self, text: str, names: Names) -> bool:
        """Whether the left side of what could not be read is one of the names."""
        try:
            return self.matches(read_formula(text.strip(), names=names).tree, text.strip())
        except ReadingError:
            return False

    def mentioned_in(self, text: str) -> bool:
        """Whether a name stands in a text that could not be read."""
        folded = folded_name(text)
        return any(spelling in folded for spelling in self.spellings if spelling)


def _is_at_a_value(left: Node) -> bool:
    """Whether a left side is a function of numbers alone: `f(2)`."""
    called = isinstance(left, Apply) and left.head.startswith("call:") and bool(left.args)
    return called and not left.holds(Symbol)


def folded_name(text: str) -> str:
    return _BLANK.sub("", text).casefold()
