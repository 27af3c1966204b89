"""When two spellings are one word: letter forms, British and American, stems, slips of the pen.

Edit distance is optimal string alignment (a swap of neighbours is one edit), as in Damerau 1964;
the limits by length follow the pattern matcher of the Open University: short words are never repaired.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from grader.notation.lazypatterns import deferred
from grader.prose.englishwords import ABBREVIATED, ENGLISH, FUNCTION_WORDS, NEGATORS, PROTECTED
from grader.prose.stemmer import english_stem

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping, Sequence

MAX_WORD = 48  # characters; longer runs of letters are no words and are cut before stemming
BEGINNING = 6  # letters of a word by which `word*` is looked up
ONE_EDIT = 5  # letters from which one edit is forgiven
MAX_EDITS: Final = 2  # between a word and what it is repaired to
_NEAREST: Final = 8  # terms near a word that are looked at
TWO_EDITS = 8  # letters from which a second edit is a guess worth showing to a person
_SHORT_BEGINNING = 3  # letters; what begins with fewer has too little in common
_STEM_CACHE = 65_536  # a class of answers has far fewer distinct words

_STEMMERS: Final[Mapping[str, str]] = {
    "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "sv": "swedish", "da": "danish", "no": "norwegian", "fi": "finnish", "ro": "romanian",
}  # fmt: skip

_BRITISH = deferred(r"(?<=[a-z]{3})(?:is(e|ed|es|ing|ation|ations|er|ers)|our(s|ed|ing|al|able)?|yse(d|s)?)$")
_CENTRE = deferred(r"(cent|met)r(?:e(?=s?$)|(?=ed$|ing$))")
_DOUBLED = deferred(r"(label|model|cancel|signal|level)l(ed|ing)$")
_MAKES_SO = deferred(r"iz(?:e|ed|es|er|ers|ing|ation|ations|able)$")


def _british(match: re.Match[str]) -> str:
    if match[1]:
        return "iz" + match[1]
    return match[0].replace("our", "or").replace("yse", "yze")


@lru_cache(maxsize=_STEM_CACHE)
def fold(word: str) -> str:
    """Return the form in which words are compared: lower case, composed, American, straight quotes."""
    word = word[:MAX_WORD].casefold().replace("’", "'")
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).replace("ı", "i")
    word = word.removesuffix("'s") if word not in {"it's", "that's", "there's", "what's"} else word
    if len(word) > ONE_EDIT and word.isascii():
        if "is" in word or "our" in word or "yse" in word:
            word = _BRITISH.sub(_british, word)
        if "tr" in word:
            word = _CENTRE.sub(r"\1er", word)
        if "ll" in word:
            word = _DOUBLED.sub(r"\1\2", word)
    return ABBREVIATED.get(word, word)


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Callable[[str], str]:
    if language not in _STEMMERS:
        return english_stem
    # It loads the rules of thirty languages, which an answer in English does without.
    library: Any = import_module("snowballstemmer")
    found: Callable[[str], str] = library.stemmer(_STEMMERS[language]).stemWord
    return found


@lru_cache(maxsize=_STEM_CACHE)
def stem(form: str, language: str = "en") -> str:
    """Return what the inflected forms of a folded word share.

    "normalize" and "normalization" share a stem, "normal" does not belong to it, though the
    Snowball rules would put them together: a verb in -ize names a deed. Nor does "costly" belong to "cost":
    a word in -ly has a stem of its own (see `stems`).
    """
    if len(form) < 3 or (language == "en" and not form.isascii()):
        return form
    if language == "en" and len(form) > 6 and (deed := _MAKES_SO.search(form)):
        return form[: deed.start()] + "iz"
    root = _stemmer(language)(form)
    if language == "en" and form.endswith("ly") and len(form) > 4 and root == english_stem(form[:-2]):
        return root + "ly"
    return root


@lru_cache(maxsize=_STEM_CACHE)
def stems(form: str, language: str = "en") -> tuple[str, ...]:
    """Return the stems a word in a text is found by: its own, and for one in -ly that of what it is made of.

    So "equal" finds "equally", but "generally" does not find "general".
    """
    own = stem(form, language)
    return (own, own[:-2]) if language == "en" and own.endswith("ly") else (own,)


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Return the stems of common English words, which are never taken for misspelled other words.

    They are kept beside the words (`stems.txt`), since finding them takes a third of loading a rubric.
    """
    return frozenset(_listed("stems.txt"))


def stems_of_words() -> list[str]:
    """Return what belongs into `stems.txt`."""
    return sorted({stem(fold(word)) for word in [*_listed("words.txt"), *FUNCTION_WORDS, *NEGATORS]})


def _listed(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").split()


@lru_cache(maxsize=1)
def _by_beginning() -> Mapping[str, tuple[str, ...]]:
    """Return the common words of five letters and more by their first three and four."""
    found: dict[str, list[str]] = {}
    for word in _listed("words.txt"):
        if len(word) >= ONE_EDIT and word.isalpha():
            form = fold(word)
            for size in range(_SHORT_BEGINNING, ONE_EDIT):
                found.setdefault(form[:size], []).append(form)
    return {beginning: tuple(sorted(set(forms))) for beginning, forms in found.items()}


def inflections(text: str) -> tuple[str, ...]:
    """Return the common words that begin with a word too short to be repaired itself: "scaled" for `scal*`."""
    return _by_beginning().get(text, ())


def begins_alike(form: str, word: str) -> bool:
    """Whether a slip left the first letter of a word alone, or put a letter before it, dropped or swapped it.

    Another first letter makes another word: "flower" is not "slower".
    """
    return form[0] == word[0] or form[1:] == word or form == word[1:] or form[:2] == word[1::-1]


@lru_cache(maxsize=_STEM_CACHE)
def is_known(form: str) -> bool:
    """Say whether a folded word is English, or a term of the field."""
    return form in ENGLISH or form in PROTECTED or not known_words().isdisjoint(stems(form))


@lru_cache(maxsize=_STEM_CACHE)
def is_repairable(form: str) -> bool:
    """Say whether a word that no pattern knows may be a misspelling: long enough, letters only, not known."""
    return (
        ONE_EDIT - 1 <= len(form) < MAX_WORD
        and form.isalpha()
        and form not in PROTECTED
        and known_words().isdisjoint(stems(form))
        and stem(form) not in PROTECTED
    )


@lru_cache(maxsize=_STEM_CACHE)
def is_misspelled(form: str) -> bool:
    """Say whether a word that is not known is one slip away from a common English word."""
    if len(form) < ONE_EDIT:
        return False
    shapes = {form, stem(form)}
    return any(
        process.extractOne(shape, _long_words(), scorer=OSA.distance, score_cutoff=1, processor=None)
        for shape in shapes
        if len(shape) >= ONE_EDIT
    )


@lru_cache(maxsize=1)
def _long_words() -> tuple[str, ...]:
    return tuple(sorted(root for root in known_words() if len(root) >= ONE_EDIT))


def edits_allowed(form: str, term: str) -> int:
    """Return how many edits may lie between a word and a term: none, one, or two with the same first letter."""
    size = min(len(form) + 1, len(term))
    if size < ONE_EDIT or term in PROTECTED or term in NEGATORS:
        return 0
    return 2 if size >= TWO_EDITS and form[0] == term[0] else 1


def within_two_edits(shape: str, terms: Sequence[str]) -> list[tuple[str, int]]:
    """Return the terms at most two edits away from a shape of a word, the nearest first."""
    found = process.extract(
        shape, terms, scorer=OSA.distance, score_cutoff=MAX_EDITS, limit=None, processor=None
    )
    return [(term, int(distance)) for term, distance, _ in found]


def is_near_any(form: str, shape: str, terms: Mapping[tuple[str, int], Sequence[str]]) -> bool:
    """Say whether a word may be repaired to any of some terms by a shape of it; `terms` as `by_shape` returns them."""
    size = len(shape)
    one = terms.get(("", size), ())
    if one and process.extractOne(shape, one, scorer=OSA.distance, score_cutoff=1, processor=None):
        return True
    two = terms.get((form[0], size), ()) if len(form) + 1 >= TWO_EDITS else ()
    return bool(two) and (
        process.extractOne(shape, two, scorer=OSA.distance, score_cutoff=MAX_EDITS, processor=None)
        is not None
    )


def by_shape(terms: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """Return the terms that a word may be repaired to by the length of its shape: by one edit, and by two under their first letter."""
    found: dict[tuple[str, int], list[str]] = {}
    for term in terms:
        size = len(term)
        for length in range(size - 1, size + 2) if size >= ONE_EDIT else ():
            found.setdefault(("", length), []).append(term)
        for length in range(size - MAX_EDITS, size + MAX_EDITS + 1) if size >= TWO_EDITS else ():
            found.setdefault((term[0], length), []).append(term)
    return found


def repairs(
    form: str, near: Iterable[Sequence[tuple[str, int]]], prefixes: Iterable[str] = ()
) -> list[tuple[str, int]]:
    """Return the terms nearest to an unknown word and how many edits away they are.

    A word as near to two different terms keeps both readings. Terms are folded forms or stems; `near` are those within
    two edits of the word and of its stem, `prefixes` those that it begins like.
    """
    best: dict[str, int] = {}
    for row in near:
        for term, distance in row[:_NEAREST]:
            if distance <= edits_allowed(form, term):
                best[term] = min(distance, best.get(term, distance))
    best.update(dict.fromkeys(prefixes, 1))
    least = min(best.values(), default=0)
    return sorted((term, distance) for term, distance in best.items() if distance == least)


def repairable_prefixes(prefixes: Iterable[str]) -> dict[tuple[int, str], list[str]]:
    """Return the prefixes that a misspelled word may begin like, by the place of a letter they share with it."""
    found: dict[tuple[int, str], list[str]] = {}
    for prefix in prefixes:
        if len(prefix) >= ONE_EDIT and prefix not in PROTECTED:
            found.setdefault((0, prefix[0]), []).append(prefix)
            found.setdefault((1, prefix[1]), []).append(prefix)
    return found


def begun_like(form: str, prefixes: Mapping[tuple[int, str], Sequence[str]]) -> list[str]:
    """Return the prefixes that an unknown word begins like but for one edit."""
    beside = {*prefixes.get((0, form[0]), ()), *prefixes.get((1, form[1]), ())}
    return [prefix for prefix in beside if _begins_like(form, prefix)]


def _begins_like(form: str, prefix: str) -> bool:
    """Whether the word begins like the prefix but for one edit."""
    size = len(prefix)
    return len(form) >= size - 1 and any(
        OSA.distance(form[:end], prefix, score_cutoff=1) <= 1 for end in (size, size + 1, size - 1)
    )
