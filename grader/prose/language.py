"""In which language is this written? By script and by function words; silent when it cannot tell."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.prose.englishwords import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _lists() -> dict[str, frozenset[str]]:
    """Return the function words of `lexicon/function_words.txt` by language code."""
    found: dict[str, list[str]] = {}
    path = Path(__file__).with_name("lexicon").joinpath("function_words.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, words = line.partition(":")
            found.setdefault(code, []).extend(words.split())
    return {code: frozenset(words) for code, words in found.items()}


WORDS_OF: Final = {
    "en": FUNCTION_WORDS | {"no", "yes"},
    **_lists(),
}
"""Function words by language code; a rubric in a language without a list is never second-guessed."""

_FOREIGN_TO: Final = {
    code: frozenset().union(*(words for other, words in WORDS_OF.items() if other != code))
    for code in WORDS_OF
}
_CODES_OF: Final[dict[str, list[str]]] = {}
for _code, _function_words in WORDS_OF.items():
    for _word in _function_words:
        _CODES_OF.setdefault(_word, []).append(_code)

_SCRIPTS: Final = (
    ("CJK", "zh"), ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CYRILLIC", "ru"), ("ARABIC", "ar"),
    ("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"), ("GREEK", "el"),
)  # fmt: skip
_OWN_SCRIPT: Final = frozenset(code for _, code in _SCRIPTS)
_GREEK_WORD = deferred(r"[α-ωά-ώ]{3}")
_SHARE = 0.2  # of the letters in another script; a quoted term or a name stays below it
_SAMPLE = 4_000  # letters looked at: enough for any verdict, and a bound for a megabyte
# Names of symbols and operators that are words elsewhere: x_hat is not German, y not Spanish.
_MATHEMATICAL: Final = frozenset(
    {"hat", "bar", "tilde", "dot", "max", "min", "log", "sum", "beta", "mu", "pi", "y", "e", "o", "a", "i"}
)
_FEW_WORDS = 5  # below this a single foreign function word without any English one decides


def script_language(text: str) -> str:
    """Return the code of a language written in a script of its own, "" for Latin letters."""
    if text.isascii():
        return ""
    letters = 0
    greek = _GREEK_WORD.search(text) is not None  # single letters are mathematics
    found: dict[str, int] = {}
    for sign in text[:_SAMPLE]:
        if not sign.isalpha():
            continue
        letters += 1
        if sign > "\u036f":
            name = unicodedata.name(sign, "")
            code = next((code for script, code in _SCRIPTS if name.startswith(script)), "")
            if code and (code != "el" or greek):
                found[code] = found.get(code, 0) + 1
    if not found or sum(found.values()) < _SHARE * letters:
        return ""
    if found.get("ja"):
        return "ja"
    return max(sorted(found), key=found.__getitem__)


def guess_language(forms: Sequence[str], expected: str) -> str:
    """Return the language whose function words a stretch of words shows, "" where that is unclear.

    The expected language wins every tie; a stretch without any function words stays unclear.
    """
    if expected not in WORDS_OF:
        return ""
    sample = forms[:_SAMPLE]
    own, others = WORDS_OF[expected], _FOREIGN_TO[expected]
    said = len([form for form in sample if form in own])
    if len([form for form in sample if form in others]) <= said:  # so it is nearly always
        return expected if said else ""
    hits = dict.fromkeys(WORDS_OF, 0)
    for form in sample:
        for code in _CODES_OF.get(form, ()):
            if form in _MATHEMATICAL and code != expected and len(sample) <= _FEW_WORDS * 3:
                continue
            if len(form) > 1 or len(sample) > _FEW_WORDS or code == expected:
                hits[code] += 1
    del hits[expected]
    best = max(hits, key=hits.__getitem__)  # the first of the table wins a tie
    most = hits[best]
    if most > said and (most - said >= 2 or (said == 0 and len(sample) <= _FEW_WORDS)):
        return best
    return expected if said else ""
