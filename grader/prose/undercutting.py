"""Claims that the same answer undercuts: said in one clause and denied in another, or taken back by `unless`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.prose.englishwords import AUXILIARIES, CONNECTIVES, HINDERING, NEGATORS, TROUBLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from grader.prose.hits import Hit
    from grader.prose.proseanswer import Prose

MAX_REPEATED: Final = 20  # places of a word that are looked at
_HINDERED_WITHIN: Final = 3  # words from "prevents" to what it prevents
_QUALIFYING: Final = frozenset({"but", "however", "although", "though", "nevertheless", "yet"})
_EXCEPTING: Final = frozenset({"unless", "except"})


def is_undercut(prose: Prose, hit: Hit, cues: AbstractSet[int]) -> bool:
    """Whether another clause of the sentence says the same with the opposite polarity, or excepts just this.

    The other clause must hold every word of the hit and no content of its own: "it slows training, and it
    does not slow inference" undercuts nothing. Between sentences, topics and opposite patterns decide.
    """
    of_word, places = prose.stems, prose.by_stem
    for word in hit.words:
        if len(places[of_word[word]]) > 1:
            break
    else:
        return False  # each of its words stands there once
    stems = {of_word[word] for word in hit.words}
    clauses = prose.segments.clauses
    own = {clauses[word] for word in hit.words}
    denied = {prose.stems[word] for word in hit.words if prose.cues[word]}
    for words in _repeating(prose, stems, own, prose.segments.sentences[hit.first]):
        repeated = {prose.stems[word] for word in words}
        opposite = any(prose.cues[word] for word in words) != bool(cues)
        if repeated == stems and opposite and _content(prose, words[0]) <= _contents(prose, own):
            return True
        excepting = prose.segments.parts[_bounds(prose, words[0])[0]] in _EXCEPTING
        if excepting and (repeated & denied or (opposite and len(repeated) > 1)):
            return True
    return False


def is_hindered(prose: Prose, hit: Hit) -> bool:
    """Whether what is said to happen is what something prevents: "prevents accelerating", but not "prevents dying"."""
    if not hit.words or not prose.hinders:
        return False
    forms, clauses = prose.segments.parts, prose.segments.clauses
    words = sorted(hit.words)
    for verb in range(max(0, words[0] - _HINDERED_WITHIN), words[0]):
        if prose.stems[verb] not in HINDERING or clauses[verb] != clauses[words[0]] or verb in hit.own:
            continue
        told = {*forms[verb + 1 : words[0]], *(forms[word] for word in words)}
        if not any(form.startswith(TROUBLES) for form in told) and not prose.cues[verb]:
            return True
    return False


def is_qualified(prose: Prose, hit: Hit) -> bool:
    """Whether the sentence goes on with a "but": "a step is hardly slower, but more of them are needed"."""
    sentences, clauses, forms = prose.segments.sentences, prose.segments.clauses, prose.segments.parts
    at = hit.last + 1
    while at < len(forms) and sentences[at] == sentences[hit.first]:
        if forms[at] in _QUALIFYING and clauses[at - 1] != clauses[at]:
            return True
        at += 1
    return False


def _repeating(
    prose: Prose, stems: AbstractSet[str], own: AbstractSet[int], sentence: int
) -> Iterable[list[int]]:
    """Return the words of a hit that come again in other clauses of its sentence, clause by clause."""
    found: dict[int, list[int]] = {}
    for stem in sorted(stems):
        for word in prose.by_stem.get(stem, ())[:MAX_REPEATED]:
            clause = prose.segments.clauses[word]
            if clause not in own and prose.segments.sentences[word] == sentence:
                found.setdefault(clause, []).append(word)
    return found.values()


def _bounds(prose: Prose, word: int) -> tuple[int, int]:
    """Return the first word of a clause and the first one behind it."""
    clauses = prose.segments.clauses
    first, end = word, word + 1
    while first > 0 and clauses[first - 1] == clauses[word]:
        first -= 1
    while end < len(clauses) and clauses[end] == clauses[word]:
        end += 1
    return first, end


def _content(prose: Prose, word: int) -> set[str]:
    """Return the stems of a clause that are no function words."""
    first, end = _bounds(prose, word)
    return {
        prose.stems[at]
        for at in range(first, end)
        if prose.segments.parts[at] not in CONNECTIVES
        and prose.segments.parts[at] not in AUXILIARIES
        and prose.segments.parts[at] not in NEGATORS
        and not prose.segments.parts[at].endswith("n't")
    }


def _contents(prose: Prose, clauses: AbstractSet[int]) -> set[str]:
    found: set[str] = set()
    for at, clause in enumerate(prose.segments.clauses):
        if clause in clauses:
            found.add(prose.stems[at])
    return found
