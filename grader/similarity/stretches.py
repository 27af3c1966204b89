"""What two hand-ins wrote word by word and few others did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING

from grader.similarity.wordchances import GRAM, MAX_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.similarity.wordchances import ClassWording, WordSequence


@dataclass(frozen=True, slots=True)
class SharedStretch:
    """A stretch of words that two answers have in common; places are offsets into their texts."""

    left: tuple[int, int]
    right: tuple[int, int]
    words: int
    holders: int  # hand-ins that have what is rarest in it, these two included
    bits: float  # beyond what it takes to find some place in either answer at which they agree


def count_meetings(wording: ClassWording) -> Counter[tuple[int, int]]:
    """Return how many rare stretches of GRAM words two answers share; at most `few` squared for each of them."""
    places: dict[int, list[int]] = {}
    for place, answer in enumerate(wording.answers):
        for gram in set(answer.grams(GRAM)):
            if wording.is_rare(gram):
                places.setdefault(gram, []).append(place)
    met: Counter[tuple[int, int]] = Counter()
    for found in places.values():
        met.update(combinations(found, 2))
    return met


def most_bits(left: WordSequence, right: WordSequence, met: int) -> float:
    """Return the most that so many shared stretches of GRAM words can tell, without looking for them."""
    return met * (MAX_BITS + max(0.0, (GRAM - 1) * MAX_BITS - _cost(left, right)))


def shared_stretches(wording: ClassWording, left: int, right: int) -> tuple[SharedStretch, ...]:
    """Return the stretches that two answers share and that tell something, in the order of the left one."""
    one, other = wording.answers[left], wording.answers[right]
    cost = _cost(one, other)
    found = []
    for start, begin, length in _longest(wording, one, other, wording.first_places(right)):
        if length * MAX_BITS <= cost:
            continue
        numbers = one.numbers[start : start + length]
        bits = wording.bits(numbers) - cost
        if bits > 0:
            found.append(
                SharedStretch(
                    (one.spans[start][0], one.spans[start + length - 1][1]),
                    (other.spans[begin][0], other.spans[begin + length - 1][1]),
                    length,
                    wording.holders(numbers),
                    bits,
                )
            )
    return tuple(found)


def _cost(left: WordSequence, right: WordSequence) -> float:
    """Return the bits that it takes to agree somewhere: any word of the one may meet any of the other, in one stretch or more."""
    return log2(max(len(left.numbers), 1) * max(len(right.numbers), 1)) + 1


def _longest(
    wording: ClassWording, one: WordSequence, other: WordSequence, first: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches around shared rare ones, as far as they go: where they begin, and how many words they have.

    `first` says where the other answer has each stretch of GRAM words for the first time. No word is in two of what is
    found, so this takes steps in the length of the answers.
    """
    done = 0
    taken = bytearray(len(other.numbers))
    for place, gram in enumerate(one.grams(GRAM)):
        if place < done or gram not in first or not wording.is_rare(gram):
            continue
        start, begin = place, first[gram]
        if any(taken[begin : begin + GRAM]):
            continue
        while start > done and begin and _agree(one, other, start - 1, begin - 1) and not taken[begin - 1]:
            start, begin = start - 1, begin - 1
        end, stop = place + GRAM, first[gram] + GRAM
        while (
            end < len(one.numbers)
            and stop < len(other.numbers)
            and _agree(one, other, end, stop)
            and not taken[stop]
        ):
            end, stop = end + 1, stop + 1
        taken[begin:stop] = b"\1" * (stop - begin)
        done = end
        yield start, begin, end - start


def _agree(one: WordSequence, other: WordSequence, place: int, where: int) -> bool:
    return one.numbers[place] == other.numbers[where]
