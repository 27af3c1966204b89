"""The function words of other languages, as data: which English word each plays the part of.

What is denied, doubted or asked, where clauses begin and what a list of terms is, is found by English
function words. An answer in another language with a file here (`de.txt`) is read by the parts its words
play; patterns still look for the words themselves. A language without a file has no parts but its own words.
"""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import ENGLISH
from grader.prose.language import WORDS_OF
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LANGUAGES: Final = ("de", "es", "fr", "sv")
"""Those with a file of function words, beside English."""

_APART: Final = "_"  # stands for a word that only looks like an English one: German "die"


@dataclass(frozen=True)
class Lexicon:
    """How the words of one language are read."""

    parts: Mapping[str, str] = field(default_factory=dict)
    elided: tuple[str, ...] = ()  # "l'" before a word is no part of it
    backwards: bool = False  # whether a denial covers what stands before it in its clause
    foreign: bool = False

    def word(self, form: str) -> str:
        """Return a folded word without an elided one before it."""
        return form[form.index("'") + 1 :] if self.elided and form.startswith(self.elided) else form

    def part(self, form: str) -> str:
        """Return the English word whose part a word plays, itself where it is no function word."""
        if not self.foreign:
            return form
        return self.parts.get(form) or (_APART if form in ENGLISH else form)


@lru_cache(maxsize=16)
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language code; of one without a file, English is read as it stands."""
    if language not in LANGUAGES:
        return Lexicon()
    text = files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8")
    parts: dict[str, str] = {}
    settings: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, _, words = line.partition(":")
        if line.startswith("#"):
            continue
        if name in {"scope", "elide"}:
            settings[name] = words.split()
        else:
            parts.update(dict.fromkeys(words.split(), name))
    elided = tuple(f"{letters}'" for letters in settings.get("elide", ()))
    return Lexicon(parts, elided, backwards="clause" in settings.get("scope", ()), foreign=True)


def words_played(plays: Callable[[str], bool]) -> frozenset[str]:
    """Return the words of all languages with a file that play one of some English words' parts."""
    return frozenset(word for code in LANGUAGES for word, part in lexicon(code).parts.items() if plays(part))


def language_of(forms: Sequence[str], expected: str) -> str:
    """Return the language with a file, or English, that most words of a text belong to; the expected one wins a tie."""
    hits = dict.fromkeys(_vocabularies(), 0)
    codes_of = _codes_of()
    for form in forms:
        for code in codes_of.get(form, ()):
            hits[code] += 1
    best = max(hits, key=hits.__getitem__)
    return best if hits[best] > hits.get(expected, 0) else expected


@lru_cache(maxsize=1)
def _vocabularies() -> Mapping[str, frozenset[str]]:
    """Return the words of each language: its parts, and its function words where they are listed."""
    found = {"en": WORDS_OF["en"] | ENGLISH}
    for code in LANGUAGES:
        found[code] = WORDS_OF[code] | lexicon(code).parts.keys()
    return found


@lru_cache(maxsize=1)
def _codes_of() -> Mapping[str, tuple[str, ...]]:
    """Return the languages that a word belongs to."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in _vocabularies().items():
        for word in words:
            found[word] = (*found.get(word, ()), code)
    return found
