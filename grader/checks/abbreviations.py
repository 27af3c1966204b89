"""What an answer defines for itself: `Let d = y - t. Then the gradient is d x`, `with P = ...`, `for N = 100`.

A letter that the expected formula does not have stands for what the answer says it is, where it
says one thing only.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.equivalence import Options, compare
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Node, Symbol, names_in
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_DEFINITIONS: Final = 12  # of one answer
MAX_DEPTH: Final = 6  # definitions that use definitions
MAX_NODES: Final = 400  # of a formula with all of them put in


class DisputedError(ValueError):
    """Say that a name is defined twice, in ways that do not agree."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """What each name of an answer is said to be."""

    values: Mapping[Node, tuple[Node, ...]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)

    def __bool__(self) -> bool:
        return bool(self.values)

    @classmethod
    def of(cls, said: Iterable[tuple[Node, Sequence[Node]]], options: Options) -> Definitions:
        """Collect names with the sides they are equal to."""
        values: dict[Node, tuple[Node, ...]] = {}
        for name, sides in said:
            if not _is_name(name) or (name not in values and len(values) >= MAX_DEFINITIONS):
                continue
            values[name] = tuple(dict.fromkeys((*values.get(name, ()), *sides)))
        return cls(values, options)

    def expand(self, tree: Node, known: Sequence[Node]) -> Node:
        """Put in what the names stand for that no known formula has. Raises DisputedError."""
        names = names_in(tree)
        if all(names.isdisjoint(names_in(name)) for name in self.values):
            return tree
        given = {node for right in known for node in right.walk()}
        own = {name for name in self.values if name not in given}
        return self._expanded(tree, own, frozenset()) if own else tree

    def _expanded(self, tree: Node, own: set[Node], inside: frozenset[Node]) -> Node:
        if tree in own and tree not in inside and len(inside) < MAX_DEPTH:
            value = self._value(tree)
            expanded = self._expanded(value, own, inside | {tree})
            if sum(1 for _ in expanded.walk()) > MAX_NODES:
                raise DisputedError("With all that is defined put in, the formula is too long to compare.")
            return expanded
        if isinstance(tree, Binder) and tree.index in own:
            own = own - {tree.index}  # inside a sum its index is no name of anything else
        return map_children(tree, lambda child: self._expanded(child, own, inside))

    def _value(self, name: Node) -> Node:
        """Return what a name stands for; its sides must be equal. Raises DisputedError."""
        sides = self.values[name]
        general = [side for side in sides if any(isinstance(node, Symbol) for node in side.walk())] or list(
            sides
        )
        for side in general[1:]:
            if not compare(general[0], side, options=self.options).accepted:
                raise DisputedError("A name that is used here is defined in ways that do not agree.")
        return general[0]

    def with_numbers(self, tree: Node) -> Node:
        """Put in the numbers that the answer gives for letters: `for N = 100`."""
        numbers = {
            name: sides[0]
            for name, sides in self.values.items()
            if len(sides) == 1 and not any(isinstance(node, Symbol) for node in sides[0].walk())
        }
        return _replaced(tree, numbers) if numbers else tree


def _replaced(tree: Node, values: Mapping[Node, Node]) -> Node:
    return values[tree] if tree in values else map_children(tree, lambda child: _replaced(child, values))


def _is_name(tree: Node) -> bool:
    """Whether a left side is a letter, with an index or without."""
    return isinstance(tree, Symbol) or (
        isinstance(tree, Apply) and tree.head == "index" and isinstance(tree.args[0], Symbol)
    )


NO_DEFINITIONS: Final = Definitions()
