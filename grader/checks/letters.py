"""Formulas that are right but for their letters: `m = 1/k sum a_j` where `mu = 1/m sum x_i` was meant.

A student may introduce letters of their own. The machine cannot know whether they were introduced,
so such a formula is neither wrong nor right: a person sees it, with this said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.equivalence import compare
from grader.equivalence.rewriting import substitute
from grader.notation.tree import Apply, Symbol
from grader.notation.wantednames import parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def with_parameters(
    sides: tuple[Node, ...], own: tuple[str, ...], lefts: Iterable[Node], symbols: frozenset[str]
) -> tuple[tuple[Node, ...], bool] | None:
    """Return the sides of `f(z) = ...` with the letters of the expected formula, and whether the rubric says which.

    `own` are those in its brackets, at least one. None where they cannot be told: they can where the rubric writes `f(x)`, or where z and x are the only letters
    that the other formula does not have.
    """
    used = frozenset(name for side in sides for name in _letters(side))
    if set(own) & symbols or not set(own) <= used:
        return None
    others = next((each for each in map(parameters_of, lefts) if len(each) == len(own)), None)
    said = others is not None
    if others is None:
        missing = symbols - used
        if len(own) != 1 or len(missing) != 1:
            return None
        others = tuple(missing)
    if set(others) & used:
        return None
    values = {name: Symbol(other) for name, other in zip(own, others, strict=True)}
    return tuple(substitute(side, values) for side in sides), said


def abbreviates(tree: Node, right: Node, symbols: frozenset[str]) -> bool:
    """Whether a formula is the right one with letters of its own, which nothing defines, for whole terms of it.

    `1 - A/B` is `1 - sum (y - p)^2 / sum (y - m)^2` where A and B stand for the sums.
    """
    own = _letters(tree)
    return bool(own - symbols) and _fits(tree, right, symbols, {}, whole=True)


def _fits(
    tree: Node, right: Node, symbols: frozenset[str], meant: dict[Node, Node], *, whole: bool = False
) -> bool:
    if tree == right:
        return True
    own = _letters(tree)
    if own and not own & symbols and not whole:
        return _is_term(right) and meant.setdefault(tree, right) == right
    if type(tree) is not type(right) or getattr(tree, "head", "") != getattr(right, "head", ""):
        return False
    pairs = tuple(zip(tree.children, right.children, strict=False))
    same = len(tree.children) == len(right.children) > 0
    return same and all(_fits(one, other, symbols, meant) for one, other in pairs)


def _is_term(node: Node) -> bool:
    """Whether something is long enough to be given a letter: more than a name or number."""
    return bool(_letters(node)) and not isinstance(node, Symbol) and bool(node.children)


def equal_but_for_letters(right: Node, tree: Node, options: Options) -> bool:
    """Whether a formula with letters the expected one does not have is equal to it under some renaming."""
    wanted, used = _letters(right), _letters(tree)
    if not used - wanted or len(used) != len(wanted) or len(used) > MAX_LETTERS:
        return False
    # domains belong to the expected names; under a renaming they cannot be told
    free = replace(options, rename=True, fixed=frozenset(), domains={})
    return compare(right, tree, options=free).accepted
