"""What a pattern needs of an answer: a test that spares walking patterns most of whose words do not occur.

A need is a set of signs of which an answer must have one. The signs of an answer are its words, their
stems and their first letters; a need that is met promises nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import FUNCTION_WORDS
from grader.prose.spelling import BEGINNING, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    Needs = tuple[frozenset[str], ...]

_CACHED_WORDS: Final = 65_536  # a class of answers has far fewer distinct words
_COMMON: Final = 8  # as telling as so many rarer words is one that nearly every answer has


@lru_cache(maxsize=_CACHED_WORDS)
def signs(form: str, language: str) -> tuple[str, ...]:
    """Return what a word shows of itself: as it is written, its stem, its beginnings."""
    return (form, *stems(form, language), *beginnings(form))


def beginnings(form: str) -> Iterator[str]:
    """Yield the first letters of a word, as far as a pattern's `word*` is looked up by them."""
    return (form[:end] for end in range(2, min(len(form), BEGINNING) + 1))


def every(needs: Iterable[Needs]) -> Needs:
    """Return the needs of what is found only together, the one that an answer is least likely to meet first."""
    return tuple(sorted({need for part in needs for need in part}, key=_likelihood))


def some(needs: Iterable[Needs]) -> Needs:
    """Return the needs of alternatives: one sign of what any of them needs."""
    union: set[str] = set()
    for part in needs:
        if not part:
            return ()
        union |= min(part, key=_likelihood)
    return (frozenset(union),)


def _likelihood(need: AbstractSet[str]) -> int:
    return len(need) + (_COMMON - 1) * len(need & FUNCTION_WORDS)
