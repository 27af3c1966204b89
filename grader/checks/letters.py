"""Formulas that are right but for their letters: `m = 1/k sum a_j` where `mu = 1/m sum x_i` was meant.

A student may introduce letters of their own. The machine cannot know whether they were introduced,
so such a formula is neither wrong nor right: a person sees it, with this said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.equivalence import compare
from grader.notation.tree import Apply, Symbol

if TYPE_CHECKING:
    from grader.equivalence import Options
    from grader.notation.tree import Node

# Renaming tries assignments of names; more own letters than this are another formula.
MAX_LETTERS: Final = 6
OTHER_LETTERS: Final = (
    "With other letters this is the formula that was asked for; a person will see whether they are meant so."
)


def _letters(tree: Node) -> frozenset[str]:
    """Return the names of a formula's symbols, the free indices of `x_i` left out."""
    names, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            names.add(node.name)
        indexed = isinstance(node, Apply) and node.head == "index"
        waiting.extend(node.children[:1] if indexed else node.children)
    return frozenset(names)


def equal_but_for_letters(right: Node, tree: Node, options: Options) -> bool:
    """Whether a formula with letters the expected one does not have is equal to it under some renaming."""
    wanted, used = _letters(right), _letters(tree)
    if not used - wanted or len(used) != len(wanted) or len(used) > MAX_LETTERS:
        return False
    # domains belong to the expected names; under a renaming they cannot be told
    free = replace(options, rename=True, fixed=frozenset(), domains={})
    return compare(right, tree, options=free).accepted
