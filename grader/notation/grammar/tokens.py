"""Signs, words and numbers of a text.

A token's `kind` is what the grammar dispatches on (an operator is its own kind), `key` is what
declared spellings are matched by, `start` and `end` are offsets into the text as it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction


@dataclass(slots=True)
class Token:
    """One sign, word or number; `spaced` tells whether white space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool
    key: str
    value: Fraction | None = None
    bold: bool = False  # set in bold or under an arrow, as vectors and matrices are


def keys(tokens: Sequence[Token]) -> list[str]:
    """Return what declared spellings are compared by; braces only group and are left out."""
    return [token.key for token in tokens if token.kind not in {"{", "}", "end"}]
