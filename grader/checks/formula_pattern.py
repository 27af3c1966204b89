"""Formulas as patterns: letters of one stand for terms of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.notation.tree import names_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.notation.tree import Node


def is_pattern_of(
    pattern: Node, tree: Node, bound: dict[Node, Node], stands_for: Callable[[Node], bool], *, whole: bool
) -> bool:
    """Whether a tree is a pattern with terms put in for its letters, the same ones everywhere."""
    if pattern == tree:
        return True
    kept = dict(bound)
    if (
        type(pattern) is type(tree)
        and getattr(pattern, "head", "") == getattr(tree, "head", "")
        and pattern.children
        and len(pattern.children) == len(tree.children)
        and all(
            is_pattern_of(one, other, bound, stands_for, whole=False)
            for one, other in zip(pattern.children, tree.children, strict=True)
        )
    ):
        return True
    bound.clear()
    bound.update(kept)
    if whole or not names_in(pattern) or not stands_for(tree):
        return False
    return bound.setdefault(pattern, tree) == tree
