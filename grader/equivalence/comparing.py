"""One comparison for every kind of formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.equivalence.scalars import TOO_LARGE, compare_scalars, too_large, undecided
from grader.equivalence.verdict import DEFAULT, Options, Verdict

if TYPE_CHECKING:
    from grader.notation.tree import Node


def compare(expected: Node, answer: Node, *, options: Options = DEFAULT) -> Verdict:
    """Say whether an answer is equal to the expected formula, with what decided it.

    Never raises: what is too large or cannot be decided is `undecided`.
    """
    if too_large(expected, answer):
        return undecided(TOO_LARGE)
    return compare_scalars(expected, answer, options)
