"""What a pattern needs of an answer: a test that spares walking patterns most of whose words do not occur.

A need is a set of signs of which an answer must have one. The signs of an answer are its words, their stems and
their first letters; a need that is met promises nothing. Every sign that some pattern needs is one bit, so that
needs and what an answer shows are whole numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import FUNCTION_WORDS
from grader.prose.spelling import BEGINNING, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Needs = tuple[int, ...]

MAX_SIGNS: Final = (
    16_384  # of all rubrics of a process; what further ones need is taken to be met by every answer
)
_CACHED_WORDS: Final = 16_384  # a class of answers has fewer distinct words; each takes some hundred bytes
_COMMON: Final = 8  # as telling as so many rarer words is one that nearly every answer has

ALWAYS: Final = 1
"""The bit of what every answer meets."""
_BITS: Final[dict[str, int]] = {}


def bit(sign: str) -> int:
    """Return the bit of a sign that a pattern needs."""
    found = _BITS.get(sign)
    if found is None:
        if len(_BITS) >= MAX_SIGNS:
            return ALWAYS
        found = _BITS[sign] = ALWAYS << (len(_BITS) + 1)
    return found


def bits(signs: Iterable[str]) -> int:
    """Return the bits of several signs."""
    found = 0
    for sign in signs:
        found |= bit(sign)
    return found


def sign_count() -> int:
    """Return how many signs have a bit: what an answer shows is known for those that had one when it was asked."""
    return len(_BITS)


def shown_by(signs: Iterable[str]) -> int:
    """Return the bits of those signs that patterns need."""
    found = 0
    for sign in signs:
        found |= _BITS.get(sign, 0)
    return found


@lru_cache(maxsize=_CACHED_WORDS)
def shown_by_word(form: str, language: str, count: int) -> int:
    """Return what a word shows of itself: as it is written, its stem, its beginnings; `count` signs have a bit."""
    del count  # what was remembered for fewer signs must not be taken for all of them
    return shown_by((form, *stems(form, language), *beginnings(form)))


def beginnings(form: str) -> Iterator[str]:
    """Yield the first letters of a word, as far as a pattern's `word*` is looked up by them."""
    return (form[:end] for end in range(2, min(len(form), BEGINNING) + 1))


def every(needs: Iterable[Needs]) -> Needs:
    """Return the needs of what is found only together, the one that an answer is least likely to meet first."""
    return tuple(sorted({need for part in needs for need in part}, key=_likelihood))


def some(needs: Iterable[Needs]) -> Needs:
    """Return the needs of alternatives: one sign of what any of them needs."""
    union = 0
    for part in needs:
        if not part:
            return ()
        union |= min(part, key=_likelihood)
    return (union,)


_COMMON_SIGNS: Final = bits(sorted(FUNCTION_WORDS))


def _likelihood(need: int) -> int:
    return need.bit_count() + (_COMMON - 1) * (need & _COMMON_SIGNS).bit_count()
