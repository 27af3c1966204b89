"""Signs that a match is no answer: bags of terms, copies of a given text."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import AUXILIARIES, CONNECTIVES, NEGATORS, PREDICATES, SUBJECTS, VERBS
from grader.prose.proseanswer import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.prose.hits import Hit
    from grader.prose.proseanswer import Prose

_SAYING: Final = AUXILIARIES | NEGATORS
_WRITTEN: Final = AUXILIARIES | VERBS | SUBJECTS
_BAG_WORDS: Final = 8  # a shorter stretch may be a telegraphic answer: "ReLU: fast and simple"
_SAYING_WORDS: Final = 14  # of a clause; one without an end is a list of words, whatever verbs are among them
_SAYING_SHARE: Final = 0.5  # of the words in clauses that say something; what does is no list
_BAG_CONNECTIVES: Final = (
    0.22  # written answers have 0.26 to 0.5 function words to a word, lists of terms fewer
)
_SENTENCE_CONNECTIVES: Final = 0.17  # one sentence of notes may have fewer than an answer as a whole
_BAG_VERBS: Final = 0.08
_BAG_SHARE: Final = 0.8  # of the words; what else there is does not make it an answer
_NOTE_WORDS: Final = 3.5  # of a bullet; bullets of a word or two are a list of terms
_LISTED_TERMS: Final = 3
_TRIPLE: Final = 3  # words of a very short clause
_LISTED_TERM: Final = 2  # words between commas, at least, of what is no list of terms
_LISTED_SHARE: Final = 0.5  # gaps with a comma in them; enumerations in a sentence have fewer
_LISTED_ITEM: Final = 9  # words of an item after its lead: notes, not a bag
_LISTED_PAIR: Final = 5  # words to an arrow or colon where a sentence is pairs of a name and a note
_PICKED: Final = 2  # words of a hit; one alone may well stand between commas: "ReLU: simple, fast, popular"
_SHINGLE: Final = 5  # words in a row; shorter runs recur by chance
_COPIED_SHARE: Final = 0.8
_COPIED_WORDS: Final = 8


def bag_sentences(prose: Prose) -> frozenset[int]:
    """Return the sentences that list terms without saying anything about them."""
    if prose.bags is None:
        prose.bags = _bag_sentences(prose)
    return prose.bags


def _bag_sentences(prose: Prose) -> frozenset[int]:
    segments = prose.segments
    bags: set[int] = set()
    loose: list[str] = []  # what is no note: what follows a lead, or bullets of several words
    unled: list[int] = []
    saying = 0  # words of these that stand in clauses that say something
    starts = prose.sentence_starts
    notes = _takes_notes(prose)
    for first, end in zip(starts, [*starts[1:], len(prose)], strict=True):
        block, sentence = segments.blocks[first], segments.sentences[first]
        forms = segments.parts[first:end]
        if _is_note(prose, first, end):
            continue
        said = _words_saying(prose, first, end)
        says = said >= _SAYING_SHARE * (end - first)
        says = says or _states_first(prose, first, end)
        if (not says and _is_bag(forms, _SENTENCE_CONNECTIVES)) or _is_listed(prose, first, end):
            bags.add(sentence)
        if not (notes and prose.blocks[block].kind == "item"):
            loose += forms
            saying += said
            if not (says or _is_written(forms)):
                unled.append(sentence)
    if saying < _SAYING_SHARE * len(loose) and _is_bag(loose, _BAG_CONNECTIVES):
        bags.update(unled)
    return frozenset(bags)


def _is_note(prose: Prose, first: int, end: int) -> bool:
    """Whether a sentence says shortly what it says of a lead or a title: "tanh: -1 to 1", "a class -> softmax"."""
    segments = prose.segments
    block = segments.blocks[first]
    if block in segments.leads and end - segments.leads[block][1] - 1 <= _LISTED_ITEM:
        return True
    if end - first <= _LISTED_ITEM and (_is_titled(prose, block) or block in prose.nested):
        return True
    led = sorted(i for i in segments.announced if first < i < end)
    return bool(led) and led[0] - first <= _LISTED_ITEM and end - first <= (len(led) + 1) * _LISTED_PAIR


def _is_titled(prose: Prose, block: int) -> bool:
    """Whether a block is a title with something under it, or the text under one."""
    kind = prose.blocks[block].kind
    under = prose.blocks[block].heading >= 0 and (kind == "paragraph" or len(prose.headings) > 1)
    return kind == "heading" or under or block in prose.titled


def _words_saying(prose: Prose, first: int, end: int) -> int:
    """Return how many words of a sentence stand in clauses that say something: with a verb, a denial or a state."""
    segments = prose.segments
    parted = 0
    text, starts, ends = prose.text, segments.starts, segments.ends
    whole = text[starts[first] : ends[end - 1]]
    for i in range(first, end - 1) if "," in whole or "\n" in whole else ():
        gap = text[ends[i] : starts[i + 1]]
        if gap != " " and ("," in gap or "\n" in gap):
            parted += 1
    if _LISTED_TERM * parted >= end - first:
        return 0
    clauses: dict[int, list[str]] = {}
    for form, clause in zip(segments.parts[first:end], segments.clauses[first:end], strict=True):
        clauses.setdefault(clause, []).append(form)
    return sum(len(forms) for forms in clauses.values() if _says(forms))


def _states_first(prose: Prose, first: int, end: int) -> bool:
    """Whether a sentence states something that its list only explains: "They become clones: same outputs, ..."."""
    announced = prose.segments.announced
    colon = next((i for i in range(first + 1, end) if i in announced), first)
    return colon - first > _TRIPLE and _says(prose.segments.parts[first:colon])


def _says(forms: list[str]) -> bool:
    """Whether a clause says something; of a very short one, the verb might be a term of a list."""
    if not 1 < len(forms) <= _SAYING_WORDS:
        return False
    if forms[-1] in PREDICATES or not _SAYING.isdisjoint(forms):
        return True
    return len(forms) > _TRIPLE and not VERBS.isdisjoint(forms)


def is_bag(prose: Prose) -> bool:
    """Say whether nearly all of the answer is a list of terms."""
    bags = bag_sentences(prose)
    return bool(bags) and sum(sentence in bags for sentence in prose.segments.sentences) >= _BAG_SHARE * len(
        prose
    )


def _is_written(forms: Sequence[str]) -> bool:
    """Whether a sentence holds as many function words as written ones do: it says something, whatever lists stand beside it."""
    words = [form for form in forms if len(form) > 1]
    return len(words) >= _BAG_WORDS and sum(form in CONNECTIVES for form in words) >= _BAG_CONNECTIVES * len(
        words
    )


def _takes_notes(prose: Prose) -> bool:
    """Whether the answer's bullets hold several words each on average."""
    blocks = prose.segments.blocks
    items = [block for block in blocks if prose.blocks[block].kind == "item"]
    return len(items) >= _NOTE_WORDS * len(set(items))


def _is_listed(prose: Prose, first: int, end: int) -> bool:
    """Whether a sentence without a verb has a comma after nearly every word or two."""
    segments = prose.segments
    forms = segments.parts[first:end]
    if len(forms) < _BAG_WORDS or not _WRITTEN.isdisjoint(forms):
        return False
    if sum(form.isalpha() for form in forms) < _LISTED_TERMS:
        return False
    if "=" in prose.text[segments.starts[first] : segments.ends[end - 1]]:
        return False  # a calculation
    between = [prose.text[segments.ends[i] : segments.starts[i + 1]] for i in range(first, end - 1)]
    return sum("," in gap or ";" in gap for gap in between) >= _LISTED_SHARE * len(between)


def is_picked(prose: Prose, hit: Hit) -> bool:
    """Whether a hit of several words picks them from a list: commas between all of them, and all around."""
    segments = prose.segments
    if len(hit.words) < _PICKED:
        return False
    sentence = segments.sentences[hit.first]
    commas = prose.commas.get(sentence)
    if commas is None:
        commas = prose.commas[sentence] = _commas(prose, *prose.sentence_range(sentence))
    if not commas:
        return False
    return all(any(one <= at < other for at in commas) for one, other in pairwise(hit.words))


def _commas(prose: Prose, first: int, end: int) -> list[int]:
    """Return the words of a sentence with a comma behind them; none where it is no list."""
    starts, ends, text = prose.segments.starts, prose.segments.ends, prose.text
    found = []
    for i in range(first, end - 1):
        gap = text[ends[i] : starts[i + 1]]
        if gap != " " and ("," in gap or ";" in gap):
            found.append(i)
    return found if _LISTED_TERM * len(found) >= end - first - 1 else []


def _is_bag(forms: Sequence[str], few: float) -> bool:
    """Whether function words are few, and auxiliaries (or, in a short stretch, verbs at all) as well."""
    words = [form for form in forms if len(form) > 1 and not form[0].isdigit() and form[0] != "-"]
    size = len(words)
    if size < _BAG_WORDS or 2 * size < len(forms):  # too short to tell, or a calculation
        return False
    auxiliaries = sum(form in AUXILIARIES for form in words)
    connectives = auxiliaries + sum(form in CONNECTIVES and form not in AUXILIARIES for form in words)
    verbs = auxiliaries + sum(form in VERBS for form in words)
    if connectives >= few * size:
        return False
    if connectives <= _BAG_VERBS * size:
        return True
    return auxiliaries <= _BAG_VERBS * size and (size >= 2 * _BAG_WORDS or verbs <= 2 * _BAG_VERBS * size)


@lru_cache(maxsize=256)
def _shingles(source: str, language: str) -> frozenset[tuple[str, ...]]:
    forms = read(source, language).forms
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
        if end - first >= _SHINGLE
        and sum(i in words for i in range(first, end)) >= _COPIED_SHARE * (end - first)
    )


def is_copy(prose: Prose, source: str) -> bool:
    """Say whether the answer as a whole repeats the source."""
    return len(prose) >= _COPIED_WORDS and len(copied_words(prose, source)) >= _COPIED_SHARE * len(prose)
