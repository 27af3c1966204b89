"""What two hand-ins wrote word by word and few others did."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.similarity.sharedwording import GRAM, MAX_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.similarity.sharedwording import ClassWording, WordSequence

# Behind a stretch that two answers share, the next one may begin after so many words in either: where somebody
# has replaced words, it takes fewer bits to agree again there than anywhere.
MAX_GAP: Final = 6
_NEAR: Final = log2((MAX_GAP + 1) ** 2) + 1


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
    for place in range(len(wording.answers)):
        for gram in {gram for _, gram in wording.rare_places(place)}:
            places.setdefault(gram, []).append(place)
    met: Counter[tuple[int, int]] = Counter()
    for found in places.values():
        met.update(combinations(found, 2))
    return met


def most_bits(left: WordSequence, right: WordSequence, met: int) -> float:
    """Return the most that so many shared stretches of GRAM words can tell, without looking for them."""
    somewhere = _cost(left, right)
    near = min(_NEAR, somewhere)
    # The first one is found somewhere; at best every other follows near the one before and begins with words of its own.
    return max(0.0, met * (MAX_BITS + max(0.0, (GRAM - 1) * MAX_BITS - near)) + near - somewhere)


def shared_stretches(wording: ClassWording, left: int, right: int) -> tuple[SharedStretch, ...]:
    """Return the stretches that two answers share and that tell something, in the order of the left one."""
    one, other = wording.answers[left], wording.answers[right]
    somewhere = _cost(one, other)
    found: list[SharedStretch] = []
    end = stop = -MAX_GAP  # of the last one that counts
    for start, begin, length in _longest(one, other, wording.rare_places(left), wording.first_places(right)):
        follows = 0 <= start - end <= MAX_GAP and 0 <= begin - stop <= MAX_GAP
        cost = min(_NEAR, somewhere) if follows and found else somewhere
        if length * MAX_BITS <= cost:
            continue
        numbers = one.numbers[start : start + length]
        bits = wording.bits(numbers) - cost
        if bits > 0:
            end, stop = start + length, begin + length
            found.append(
                SharedStretch(
                    (one.spans[start][0], one.spans[end - 1][1]),
                    (other.spans[begin][0], other.spans[stop - 1][1]),
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
    one: WordSequence, other: WordSequence, rare: Sequence[tuple[int, int]], first: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches around shared rare ones, as far as they go: where they begin, and how many words they have.

    `rare` are the rare ones of the one answer; `first` says where the other answer has each stretch of GRAM words for the first time. No word is in two of what is
    found, so this takes steps in the length of the answers.
    """
    done = 0
    taken = bytearray(len(other.numbers))
    for place, gram in rare:
        if place < done or gram not in first:
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
