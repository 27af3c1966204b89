"""The English stemmer of Snowball ("Porter 2"), as its version 3.1 has it.

The rules are Martin Porter's, https://snowballstem.org/algorithms/english/stemmer.html. They are written out here because
the library goes through a word letter by letter, which takes ten times as long, and because a library that finds PyStemmer
takes whatever version of the rules that one has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORTEST: Final = 3  # letters; shorter words are their own stems
_VOWELS: Final = frozenset("aeiouy")  # a y that is a consonant is written Y meanwhile
_NO_SHORT_END: Final = _VOWELS | frozenset("wxY")

_WHOLE: Final[Mapping[str, str]] = {
    **{word: word for word in ("andes", "atlas", "bias", "cosmos", "howe", "news", "sky")},
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli",
    "singly": "singl",
}  # fmt: skip
_LONG_BEGINNING: Final = re.compile("arsen|commun|emerg|gener|inter|later|organ|past|univers")
_REGION: Final = re.compile("[^aeiouy]*[aeiouy]+[^aeiouy]")
_AS_IT_STANDS: Final = frozenset({"even", "cann", "inn", "earr", "herr", "out"})  # before -ing: "evening"
_DOUBLED: Final = frozenset({"bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"})
_BEFORE_LI: Final = frozenset("cdeghkmnrt")

# What stands for an ending, the longest of them that a word has, where enough of the word stands before it.
_DERIVED: Final[Mapping[str, str]] = {
    "anci": "ance", "enci": "ence", "ogi": "og", "li": "", "bli": "ble", "abli": "able", "alli": "al", "fulli": "ful",
    "lessli": "less", "ousli": "ous", "entli": "ent", "aliti": "al", "biliti": "ble", "iviti": "ive", "tional": "tion",
    "ational": "ate", "alism": "al", "ation": "ate", "ization": "ize", "izer": "ize", "ator": "ate", "iveness": "ive",
    "fulness": "ful", "ousness": "ous", "ogist": "og",
}  # fmt: skip
_FORMED: Final[Mapping[str, str]] = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "tional": "tion", "ational": "ate", "ful": "",
    "ness": "",
}  # fmt: skip
_LATE: Final = word_set("ic ance ence able ible ate ive ize iti al ism ion er ous ant ent ment ement")
_DERIVED_SIZES: Final = range(7, 1, -1)
_FORMED_SIZES: Final = range(7, 2, -1)
_LATE_SIZES: Final = range(5, 1, -1)


def english_stem(word: str) -> str:
    """Return the stem of an English word in lower case.

    >>> [english_stem(word) for word in ("generalizations", "dying", "hopping", "hoping", "skies")]
    ['general', 'die', 'hop', 'hope', 'sky']
    """
    known = _WHOLE.get(word)
    if known is not None or len(word) < _SHORTEST:
        return word if known is None else known
    word = word.removeprefix("'")
    marked = "y" in word
    if marked:
        word = _with_consonants(word)
    first, second = _regions(word)
    word = _without_inflection(_without_plural(word), first)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _without_late(_without_formed(_without_derived(word, first), first, second), second)
    word = _without_end(word, first, second)
    return word.replace("Y", "y") if marked else word


def _with_consonants(word: str) -> str:
    """Write every y that is a consonant as Y: at the start, and behind a vowel."""
    written = ""
    for letter in word:
        written += "Y" if letter == "y" and (not written or written[-1] in _VOWELS) else letter
    return written


def _regions(word: str) -> tuple[int, int]:
    """Return where a word's two regions begin: behind the first consonant after a vowel, and again behind the next."""
    begin = _LONG_BEGINNING.match(word) or _REGION.match(word)
    if begin is None:
        return len(word), len(word)
    again = _REGION.match(word, begin.end())
    return begin.end(), len(word) if again is None else again.end()


def _has_vowel(part: str) -> bool:
    return not _VOWELS.isdisjoint(part)


def _ends_short(word: str) -> bool:
    """Whether a word ends in a short syllable: `rap`, `ow`, but not `ray`."""
    if word.endswith("past"):
        return True
    if word[-2:-1] not in _VOWELS or not word[-2:-1]:
        return False
    if len(word) == 2:
        return word[-1] not in _VOWELS
    return word[-1] not in _NO_SHORT_END and word[-3] not in _VOWELS


def _without_plural(word: str) -> str:
    if "'" in word:
        for owned in ("'s'", "'s", "'"):
            if word.endswith(owned):
                word = word.removesuffix(owned)
                break
    if not word.endswith(("s", "ied")) or word.endswith(("us", "ss")):
        return word
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    return word[:-1] if _has_vowel(word[:-2]) else word


def _without_inflection(word: str, first: int) -> str:
    """Take away -ed and -ing, and put right what stood before them."""
    if word.endswith("ing"):
        kept = word[:-3]
        if kept in _AS_IT_STANDS:
            return word
        if len(kept) == 2 and kept[1] == "y" and kept[0] not in _VOWELS:
            return kept[0] + "ie"
    elif word.endswith(("eed", "eedly")):
        kept = word.removesuffix("ly")[:-3]
        return kept + "ee" if len(kept) >= first and kept not in {"succ", "proc", "exc"} else word
    elif word.endswith("ed"):
        kept = word[:-2]
    elif word.endswith("edly"):
        kept = word[:-4]
    elif word.endswith("ingly"):
        kept = word[:-5]
    else:
        return word
    if not _has_vowel(kept):
        return word
    if kept.endswith(("at", "bl", "iz")):
        return kept + "e"
    if kept[-2:] in _DOUBLED:
        return kept if len(kept) == 3 and kept[0] in "aeo" else kept[:-1]
    return kept + "e" if len(kept) == first and _ends_short(kept) else kept


def _without_derived(word: str, first: int) -> str:
    for size in _DERIVED_SIZES:
        ending = word[-size:]
        if ending in _DERIVED:
            at = len(word) - size
            before = word[at - 1 : at]
            if (
                at < first
                or (ending == "ogi" and before != "l")
                or (ending == "li" and before not in _BEFORE_LI)
            ):
                return word
            return word[:at] + _DERIVED[ending]
    return word


def _without_formed(word: str, first: int, second: int) -> str:
    for size in _FORMED_SIZES:
        ending = word[-size:]
        if ending in _FORMED:
            at = len(word) - size
            return word[:at] + _FORMED[ending] if at >= (second if ending == "ative" else first) else word
    return word


def _without_late(word: str, second: int) -> str:
    for size in _LATE_SIZES:
        ending = word[-size:]
        if ending in _LATE:
            at = len(word) - size
            if at < second or (ending == "ion" and word[at - 1 : at] not in {"s", "t"}):
                return word
            return word[:at]
    return word


def _without_end(word: str, first: int, second: int) -> str:
    at = len(word) - 1
    if word.endswith("e"):
        kept = word[:-1]
        return kept if at >= second or (at >= first and not _ends_short(kept)) else word
    return word[:-1] if word.endswith("ll") and at >= second else word
