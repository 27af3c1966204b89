"""Suppositions: `if the total were 5`, `suppose it is 5`, `it would be 5 if we had no biases`, `5 would be too many`.

The sentence says what would be, not what is. `Assuming a stride of 1, it is 5` says what is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.vocabulary import word_set
from grader.prose.englishwords import SUBJECTS

if TYPE_CHECKING:
    from grader.prose.proseanswer import Prose

_SUPPOSING: Final = word_set("suppose supposing imagine imagining pretend pretending assume assuming")
_CONDITIONS: Final = frozenset({"if", "unless"})
_INVERTED: Final = frozenset({"were", "had", "would"})  # "had we no biases", "were it 5"
_UNREAL: Final = word_set("were was had did weren't hadn't didn't")
_WOULD: Final = frozenset({"would", "wouldn't"})
_PERFECT: Final = frozenset({"might", "could"})  # with a "have" behind them: "it might have been 5"
_TELLING: Final = _SUPPOSING | _CONDITIONS | _INVERTED | _WOULD | _PERFECT | {"say"}
"""Without any of these words nothing is supposed."""
_BEING: Final = frozenset({"be", "have"})
_BEHIND: Final = 4  # words from a value to its "would be": "5 parameters in total would be"
_CLOSING: Final = (
    2  # words from a value to the verb of its clause where that stands last: "wenn es 5 Lagen wären"
)


def is_supposed(prose: Prose, first: int, last: int) -> bool:
    """Whether the sentence of the words from `first` to `last` only says what would be if something were so."""
    if _TELLING.isdisjoint(prose.segments.said):
        return False
    sentences = prose.segments.sentences
    begin, _ = prose.sentence_range(sentences[first])
    _, end = prose.sentence_range(sentences[last])
    if _is_assumed(prose, begin, first) or _is_condition(prose, begin, first, last, end):
        return True
    if _would_be(prose, last + 1, min(end, last + 1 + _BEHIND)):
        return True
    if not _says_would(prose, begin, first):
        return False
    return _is_unreal(prose, begin, first) or _is_unreal(prose, last + 1, end)


def _between(prose: Prose, word: int, first: int) -> str:
    return prose.text[prose.segments.ends[word] : prose.segments.starts[first]]


def _is_assumed(prose: Prose, begin: int, first: int) -> bool:
    """Whether `suppose` or the like stands before a value, and no sign that closes what is supposed."""
    parts = prose.segments.parts
    for at in range(first - 1, begin - 1, -1):
        says = parts[at] == "say" and at > begin and parts[at - 1] in {"let", "lets", "us"}
        if says or parts[at] in _SUPPOSING:
            between = _between(prose, at, first).lstrip(", ")  # German: "angenommen, es sind 5"
            return not any(sign in between for sign in ",:=")
    return False


def _is_condition(prose: Prose, begin: int, first: int, last: int, end: int) -> bool:
    """Whether a value stands in a condition that is said not to hold: "if the total were 5"."""
    parts = prose.segments.parts
    opener = next((at for at in range(begin, first) if _opens_condition(prose, begin, at)), -1)
    if opener < 0 or "," in _between(prose, opener, first):
        return False
    said = parts[opener:first]
    if prose.segments.lexicon.foreign:
        said = said + parts[last + 1 : min(end, last + 1 + _CLOSING)]
        return not (_UNREAL | _WOULD).isdisjoint(said)
    return not _UNREAL.isdisjoint(said)


def _opens_condition(prose: Prose, begin: int, at: int) -> bool:
    parts, clauses = prose.segments.parts, prose.segments.clauses
    if parts[at] in _CONDITIONS:
        return True
    opens = at == begin or clauses[at] != clauses[at - 1]
    return opens and parts[at] in _INVERTED and at + 1 < len(parts) and parts[at + 1] in SUBJECTS


def _would_be(prose: Prose, first: int, end: int) -> bool:
    """Whether "would be" stands within these words."""
    parts = prose.segments.parts
    for at in range(first, end):
        if parts[at] in _WOULD:
            behind = parts[at + 1 : at + 3]
            return prose.segments.lexicon.foreign or not _BEING.isdisjoint(behind)
    return False


def _says_would(prose: Prose, begin: int, first: int) -> bool:
    parts = prose.segments.parts
    return any(
        parts[at] in _WOULD or (parts[at] in _PERFECT and parts[at + 1] == "have")
        for at in range(begin, first)
    )


def _is_unreal(prose: Prose, first: int, end: int) -> bool:
    """Whether a condition stands within these words that is said not to hold."""
    said = frozenset(prose.segments.parts[first:end])
    unreal = _UNREAL | _WOULD if prose.segments.lexicon.foreign else _UNREAL
    return not unreal.isdisjoint(said) and not (_CONDITIONS | {"had", "were"}).isdisjoint(said)
