"""Where a pattern was found in an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a pattern was found. Words are numbered as in Prose."""

    first: int
    last: int
    words: tuple[int, ...]  # words whose denial counts
    own: frozenset[int] = frozenset()  # denials that are part of the pattern or accounted for
    repaired: tuple[tuple[int, str, int], ...] = ()  # word, what it was read as, edits

    @property
    def edits(self) -> int:
        return max((edits for _, _, edits in self.repaired), default=0)


def by_place(hit: Hit) -> tuple[int, int]:
    """Return what puts hits in the order of the text."""
    return hit.first, hit.last


def join(parts: Sequence[Hit]) -> Hit:
    """Return the hit that several hits make together."""
    return Hit(
        min(hit.first for hit in parts),
        max(hit.last for hit in parts),
        tuple(sorted({word for hit in parts for word in hit.words})),
        frozenset().union(*(hit.own for hit in parts)),
        tuple(sorted({fix for hit in parts for fix in hit.repaired})),
    )
