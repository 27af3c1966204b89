"""Where a pattern was found in an answer."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

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

    @classmethod
    def of_word(cls, word: int) -> Hit:
        """Return the hit of one word by itself."""
        return _made(cls, (word, word, (word,), _NONE, ()))

    @property
    def edits(self) -> int:
        return max([edits for _, _, edits in self.repaired]) if self.repaired else 0


_NONE: Final[frozenset[int]] = frozenset()
# The constructor of a named tuple is a function in Python, which takes twice as long.
_made: Final = tuple.__new__

by_place = itemgetter(0, 1)
"""What puts hits in the order of the text."""


def join(parts: Sequence[Hit]) -> Hit:
    """Return the hit that several hits make together."""
    first, last, words, own, repaired = parts[0]
    for start, end, others, denials, fixes in parts[1:]:
        first, last = min(first, start), max(last, end)
        words += others
        if denials:
            own |= denials
        if fixes:
            repaired += fixes
    if repaired:
        repaired = tuple(sorted(set(repaired)))
    return _made(Hit, (first, last, tuple(sorted(set(words))), own, repaired))
