"""Where a pattern was found in an answer."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Hit(NamedTuple):
    """A place where a pattern was found. Words are numbered as in Prose.

    A tuple, because a hundred of them are made for every answer and a frozen dataclass takes three times as long.
    """

    first: int
    last: int
    words: tuple[int, ...]  # words whose denial counts
    own: frozenset[int] = frozenset()  # denials that are part of the pattern or accounted for
    repaired: tuple[tuple[int, str, int], ...] = ()  # word, what it was read as, edits

    @property
    def edits(self) -> int:
        return max([edits for _, _, edits in self.repaired]) if self.repaired else 0


by_place = itemgetter(0, 1)
"""What puts hits in the order of the text."""


def join(parts: Sequence[Hit]) -> Hit:
    """Return the hit that several hits make together."""
    first, last, *_ = parts[0]
    words: set[int] = set()
    own: frozenset[int] = frozenset()
    repaired: set[tuple[int, str, int]] = set()
    for start, end, some, denials, fixes in parts:
        first, last = min(first, start), max(last, end)
        words.update(some)
        if denials:
            own |= denials
        if fixes:
            repaired.update(fixes)
    return Hit(first, last, tuple(sorted(words)), own, tuple(sorted(repaired)) if repaired else ())
