"""How likely a class finds words one after the other: what few write tells much, what all write tells nothing.

The chance of a word is that of its class: how many other hand-ins go on so behind the same three, two or one words, and where
none does, how frequent the word is. The two hand-ins that are compared are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from math import log2
from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.writers.displaytext import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

GRAM: Final = 4  # words; shorter stretches are everybody's
KNOWN_GRAM: Final = 3  # words in a row that stand in what was handed out as well
# No word tells more: in a small class nearly all turns of a language are new, and what goes on from the words before it
# tells a reader of the language a few bits. At 3.5, answers of 35 people who had not met gave no pair, at 4 a class of 18 did.
MAX_BITS: Final = 3.5
_PAIR: Final = 2  # hand-ins that are left out
_SHIFT: Final = 24  # bits of a word's number in that of a gram
# Words of two letters or more: single ones are notation (`3 x 3 x 16`), and everybody's. In scripts that put no blanks
# between words, every sign is one.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class WordSequence:
    """The words of one answer by number, and where they stand in its text."""

    numbers: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def grams(self, size: int) -> Iterator[int]:
        """Yield every stretch of so many words as one number."""
        return grams_of(self.numbers, size)


def grams_of(numbers: Sequence[int], size: int) -> Iterator[int]:
    """Yield every stretch of so many words as one number, which says how long it is as well: no word is 0."""
    mask, code = (1 << (_SHIFT * size)) - 1, 0
    for place, number in enumerate(numbers, 1):
        code = (code << _SHIFT | number) & mask
        if place >= size:
            yield code


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text with their places, without its formulas: right ones are everybody's."""
    for piece in pieces(text):
        if not piece.formula:
            for found in _WORD.finditer(text, piece.start, piece.end):
                yield found[0].casefold(), found.start(), found.end()


class WordNumbers:
    """Numbers of words, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def sequence(self, text: str) -> WordSequence:
        """Return the words of a text."""
        numbers, spans = [], []
        known = self._numbers
        for word, start, end in words_in(text):
            numbers.append(known.setdefault(word, len(known) + 1))
            spans.append((start, end))
        return WordSequence(tuple(numbers), tuple(spans))

    def known_grams(self, texts: Iterable[str]) -> frozenset[int]:
        """Return the stretches of KNOWN_GRAM words of what was handed out."""
        return frozenset(gram for text in texts for gram in self.sequence(text).grams(KNOWN_GRAM))


class ClassWording:
    """What the answers of a class to one question have in common."""

    def __init__(self, answers: Sequence[WordSequence], *, few: int, known: frozenset[int]) -> None:
        self.answers = answers
        self.few = few
        self.known = known
        self._words: Counter[int] = Counter()
        self._grams: Counter[int] = Counter()  # hand-ins that have a stretch of one to GRAM words
        for answer in answers:
            self._words.update(answer.numbers)
            self._grams.update({gram for size in range(1, GRAM + 1) for gram in answer.grams(size)})
        self._first: dict[int, dict[int, int]] = {}
        self._rare: dict[int, tuple[tuple[int, int], ...]] = {}
        self._total = self._words.total() + len(self._words)

    def is_rare(self, gram: int) -> bool:
        """Whether few have a stretch of GRAM words, and more than one."""
        return 2 <= self._grams[gram] <= self.few

    def first_places(self, answer: int) -> Mapping[int, int]:
        """Return where an answer has each stretch of GRAM words for the first time."""
        if answer not in self._first:
            places = self._first[answer] = {}
            for place, gram in enumerate(self.answers[answer].grams(GRAM)):
                places.setdefault(gram, place)
        return self._first[answer]

    def rare_places(self, answer: int) -> tuple[tuple[int, int], ...]:
        """Return the rare stretches of GRAM words of an answer, each with its place."""
        if answer not in self._rare:
            grams = enumerate(self.answers[answer].grams(GRAM))
            self._rare[answer] = tuple((place, gram) for place, gram in grams if self.is_rare(gram))
        return self._rare[answer]

    def holders(self, numbers: Sequence[int]) -> int:
        """Return the fewest hand-ins that have any GRAM words of a stretch."""
        return min(self._grams[gram] for gram in grams_of(numbers, GRAM))

    def bits(self, numbers: Sequence[int]) -> float:
        """Return what it tells that two hand-ins have the same stretch: of its words, those that few write and nobody gave."""
        counts = [False] * len(numbers)
        for place, gram in enumerate(grams_of(numbers, GRAM)):
            if self.is_rare(gram):
                counts[place : place + GRAM] = [True] * GRAM
        for place, gram in enumerate(grams_of(numbers, KNOWN_GRAM)):
            if gram in self.known:
                counts[place : place + KNOWN_GRAM] = [False] * KNOWN_GRAM
        return sum(self._of_word(numbers, place) for place, told in enumerate(counts) if told)

    def _of_word(self, numbers: Sequence[int], place: int) -> float:
        word = numbers[place]
        chance = (max(self._words[word] - _PAIR, 0) + 1) / self._total
        before = 0
        for back in range(1, min(GRAM, place + 1)):
            before |= numbers[place - back] << _SHIFT * (back - 1)
            seen = max(self._grams[before] - _PAIR, 0)
            goes_on = max(self._grams[before << _SHIFT | word] - _PAIR, 0)
            chance = (goes_on + chance) / (seen + 1)
        return min(MAX_BITS, -log2(chance))
