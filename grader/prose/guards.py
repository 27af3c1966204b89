"""Signs that a match is no answer: bags of terms, copies of a given text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from grader.prose.reading import read
from grader.prose.vocabulary import AUXILIARIES, CONNECTIVES, VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.prose.reading import Prose

_BAG_WORDS: Final = 6  # a shorter sentence may be a telegraphic answer: "ReLU: fast and simple"
_BAG_CONNECTIVES: Final = 0.2  # written English has about 0.4 function words to a word
_BAG_VERBS: Final = 0.06
_WHOLE_WORDS: Final = 8
_LISTED_ITEM: Final = 9  # words of an item after its lead: notes, not a bag
_SHINGLE: Final = 5  # words in a row; shorter runs recur by chance
_COPIED_SHARE: Final = 0.8
_COPIED_WORDS: Final = 8


def bag_sentences(prose: Prose) -> frozenset[int]:
    """Return the sentences that list terms without saying anything about them."""
    segments = prose.segments
    bags: set[int] = set()
    rows: list[tuple[int, Sequence[str], bool]] = []
    starts = prose.sentence_starts
    for first, end in zip(starts, [*starts[1:], len(prose)], strict=True):
        block = segments.blocks[first]
        led = block in segments.leads and end - segments.leads[block][1] - 1 <= _LISTED_ITEM
        rows.append((segments.sentences[first], segments.forms[first:end], led))
    for sentence, forms, led in rows:
        if not led and len(forms) >= _BAG_WORDS and _is_bag(forms):
            bags.add(sentence)
    loose = [form for sentence, forms, led in rows if not led for form in forms]
    if len(loose) >= _WHOLE_WORDS and _is_bag(loose):
        bags.update(sentence for sentence, _, led in rows if not led)
    return frozenset(bags)


def _is_bag(forms: Sequence[str]) -> bool:
    size = len(forms)
    connectives = sum(form in CONNECTIVES for form in forms)
    verbs = sum(form in AUXILIARIES or form in VERBS for form in forms)
    return connectives < _BAG_CONNECTIVES * size and verbs <= _BAG_VERBS * size


@lru_cache(maxsize=256)
def _shingles(text: str, language: str) -> frozenset[tuple[str, ...]]:
    forms = read(text, language).forms
    return frozenset(tuple(forms[i : i + _SHINGLE]) for i in range(len(forms) - _SHINGLE + 1))


def copied_words(prose: Prose, source: str) -> frozenset[int]:
    """Return the words that stand in a run of five copied from a source text."""
    known = _shingles(source, prose.language)
    forms = prose.forms
    found: set[int] = set()
    for i in range(len(forms) - _SHINGLE + 1):
        if tuple(forms[i : i + _SHINGLE]) in known:
            found.update(range(i, i + _SHINGLE))
    return frozenset(found)


def copied_sentences(prose: Prose, source: str) -> frozenset[int]:
    """Return the sentences that repeat the source nearly word by word."""
    words = copied_words(prose, source)
    if not words:
        return frozenset()
    starts = prose.sentence_starts
    return frozenset(
        prose.segments.sentences[first]
        for first, end in zip(starts, [*starts[1:], len(prose)], strict=True)
        if end - first >= _SHINGLE and sum(i in words for i in range(first, end)) >= _COPIED_SHARE * (end - first)
    )


def is_copy(prose: Prose, source: str) -> bool:
    """Say whether the answer as a whole repeats the source."""
    return len(prose) >= _COPIED_WORDS and len(copied_words(prose, source)) >= _COPIED_SHARE * len(prose)
