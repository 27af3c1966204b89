"""The words that a criterion's patterns are made of, and the misspelled words of an answer that mean them."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from grader.prose.spelling import (
    MAX_EDITS,
    ONE_EDIT,
    begins_alike,
    begun_like,
    by_shape,
    inflections,
    is_near_any,
    repairable_prefixes,
    repairs,
    stem,
    stems,
    within_two_edits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.prose.patterns import Pattern, Term
    from grader.prose.proseanswer import Prose

    Near = tuple[list[list[tuple[str, int]]], list[str]]

MAX_UNKNOWN: Final = (
    400  # words tried for repair; an answer with more of them is not in the rubric's language
)
_CACHED_READINGS: Final = 65_536  # a class writes the same unknown words again and again
_WAITING: Final[WeakSet[Vocabulary]] = WeakSet()  # made since words were compared last
_MAX_TARGETS: Final = 20_000  # spellings compared at once; a rubric has a few thousand


class Vocabulary:
    """The words a criterion's patterns are made of, prepared for repairing spellings when an answer needs that."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._words: dict[Pattern, frozenset[str]] = {}
        _WAITING.add(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self.patterns,)  # in another process it is compared with the words of others

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {
            term.text: term
            for pattern in self.patterns
            for term in pattern.terms()
            if term.kind in {"stem", "prefix", "exact"} and term.text.isalpha()
        }

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems that its words are found by."""
        return frozenset(term.root for term in self._terms.values() if term.kind == "stem")

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings that stand for every word that begins so."""
        return tuple(sorted(text for text, term in self._terms.items() if term.kind == "prefix"))

    @cached_property
    def spellings(self) -> dict[str, list[str]]:
        """What a word may be repaired to, each with the terms that it means."""
        found: dict[str, list[str]] = {}
        for text, term in sorted(self._terms.items()):
            for spelling in {text, term.root} if term.kind == "stem" else {text}:
                found.setdefault(spelling, []).append(text)
        for form, text in self.inflected.items():
            found.setdefault(form, [text])
        return found

    @cached_property
    def inflected(self) -> dict[str, str]:
        """The common words that begin with a term too short to be repaired itself, with that term."""
        words = sorted(self._terms.items())
        spelled = {text for text, _ in words} | {term.root for _, term in words if term.kind == "stem"}
        found: dict[str, str] = {}
        for text, term in words:
            if len(text) < ONE_EDIT and term.kind in {"stem", "prefix"}:
                for form in inflections(text):
                    if form not in spelled and (term.kind == "prefix" or term.root in stems(form)):
                        found.setdefault(form, text)
        return found

    def words_of(self, pattern: Pattern) -> frozenset[str]:
        """Return the words that one of the criterion's patterns is made of."""
        words = self._words.get(pattern)
        if words is None:
            words = self._words[pattern] = frozenset(term.text for term in pattern.terms())
        return words

    def fixes(self, prose: Prose) -> dict[str, list[tuple[int, int]]]:
        """Return for every term the misspelled words that mean it, with the number of edits."""
        found: dict[str, list[tuple[int, int]]] = {}
        for form in _slips(prose, self):
            for text, edits in _readings(self, form):
                places = found.setdefault(text, [])
                places.extend((i, edits) for i in prose.by_form[form] if (i, edits) not in places)
        return found

    def holds(self, form: str) -> bool:
        """Say whether a folded word is one of the criterion's own."""
        return (
            not self.stems.isdisjoint(stems(form))
            or form in self.spellings
            or form.startswith(self.prefixes or ("\0",))
        )

    def readings(self, form: str) -> tuple[tuple[str, int], ...]:
        """Return the terms that a misspelled word may mean, with the number of edits."""
        near, begun = _neighbours(self).of(form)
        own = [[(term, edits) for term, edits in row if term in self.spellings] for row in near]
        prefixes = [prefix for prefix in begun if prefix in self.prefixes]
        if not (any(own) or prefixes) or self.holds(form):
            return ()
        return tuple(
            (text, edits)
            for spelling, edits in repairs(form, own, prefixes)
            if spelling not in self.inflected or begins_alike(form, spelling)
            for text in self.spellings[spelling]
        )


@lru_cache(maxsize=_CACHED_READINGS)
def _readings(vocabulary: Vocabulary, form: str) -> tuple[tuple[str, int], ...]:
    return vocabulary.readings(form)


class _Neighbours:
    """The spellings that all rubrics of a process look for: what a word comes near is found once for all criteria."""

    def __init__(self) -> None:
        self.taken: WeakSet[Vocabulary] = WeakSet()
        self.targets: set[str] = set()
        self.prefixes: set[str] = set()
        self.version = object()  # another one whenever a spelling is added
        self._begun: Mapping[tuple[int, str], Sequence[str]] = {}
        self._shapes: Mapping[tuple[str, int], Sequence[str]] = {}
        self._alike: dict[int, list[str]] = {}  # by the length of a word those that may be within two edits
        self._known: dict[str, Near] = {}

    def take(self, vocabularies: Iterable[Vocabulary]) -> None:
        """Add the spellings of some vocabularies."""
        before = len(self.targets), len(self.prefixes)
        for vocabulary in vocabularies:
            self.taken.add(vocabulary)
            self.targets.update(vocabulary.spellings)
            self.prefixes.update(vocabulary.prefixes)
        if before != (len(self.targets), len(self.prefixes)):
            self.version = object()
            self._shapes = by_shape(self.targets)
            self._begun = repairable_prefixes(self.prefixes)
            self._alike.clear()
            self._known.clear()

    def of(self, form: str) -> Near:
        """Return the spellings within two edits of a word and of its stem, and the prefixes that it begins like."""
        found = self._known.get(form)
        if found is None:
            if len(self._known) >= _CACHED_READINGS:
                self._known.clear()
            shapes = {form, stem(form)}
            near = []
            if any(shape in self.targets or is_near_any(form, shape, self._shapes) for shape in shapes):
                near = [row for shape in shapes if (row := within_two_edits(shape, self._as_long_as(shape)))]
            found = self._known[form] = (near, begun_like(form, self._begun))
        return found

    def _as_long_as(self, shape: str) -> list[str]:
        size = len(shape)
        found = self._alike.get(size)
        if found is None:
            found = sorted(target for target in self.targets if abs(len(target) - size) <= MAX_EDITS)
            self._alike[size] = found
        return found


_ALL: list[_Neighbours] = [_Neighbours()]


def _neighbours(vocabulary: Vocabulary) -> _Neighbours:
    """Return the spellings of all rubrics, those of this vocabulary among them."""
    known = _ALL[0]
    if vocabulary not in known.taken:
        if len(known.targets) > _MAX_TARGETS:
            known = _ALL[0] = _Neighbours()
        # All that wait are taken at once: what was found for fewer is of no use afterwards.
        known.take({vocabulary, *_WAITING})
        _WAITING.clear()
    return known


def _slips(prose: Prose, vocabulary: Vocabulary) -> list[str]:
    """Return the unknown words of an answer that come near any spelling of all rubrics."""
    known = _neighbours(vocabulary)
    if prose.slips is None or prose.slips[0] is not known.version:
        prose.slips = (known.version, [form for form in prose.unknown[:MAX_UNKNOWN] if any(known.of(form))])
    return prose.slips[1]
