"""One criterion's look at one answer: what was found, about what, in which sub-answer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from grader.prose.englishwords import COPULAS, DETERMINERS
from grader.prose.needs import shown_by
from grader.prose.patterns import Term
from grader.prose.proseanswer import STRANGE_WORDS
from grader.prose.spelling import BEGINNING
from grader.prose.subanswers import subanswers
from grader.prose.topics import assign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from grader.prose.groups import Group
    from grader.prose.hits import Hit
    from grader.prose.misspellings import Vocabulary
    from grader.prose.patterns import Pattern
    from grader.prose.proseanswer import Prose

_IMAGINING: Final = frozenset({"imagine", "picture"})
_LIKENING: Final = _IMAGINING | {"like"}
_NONE: Final[frozenset[int]] = frozenset()
_IMAGE_WORDS: Final = 2  # words that say what something is likened to: "like a football team"


class Search:
    """The memory of one look: every pattern is looked up once."""

    def __init__(
        self,
        prose: Prose,
        vocabulary: Vocabulary,
        topics: Sequence[Pattern] = (),
        asks: Sequence[Pattern] = (),
        general: Sequence[Pattern] = (),
    ) -> None:
        self.prose = prose
        self._vocabulary = vocabulary
        self.topics = tuple(topics)
        self.asks = tuple(asks)
        self.general = tuple(general)
        self.fixes: Mapping[str, list[tuple[int, int]]] = vocabulary.fixes(prose) if prose.unknown else {}
        self.unusual: AbstractSet[str] = prose.joined_beginnings  # terms found misspelled or hyphenated
        self.shown = prose.shown
        self._context = (self.topics, self.asks, self.general)
        self._fixed = tuple((text, tuple(places)) for text, places in sorted(self.fixes.items()))
        if self._fixed:
            self.unusual = self.fixes.keys() | prose.joined_beginnings
            self.shown |= shown_by((*self.fixes, *(text[:BEGINNING] for text in self.fixes)))
        self._found = prose.found
        self._found_about = prose.found_about.setdefault(
            (self._context, self._repairs_of(*self._context)), {}
        )
        self._about: dict[tuple[Pattern, ...], frozenset[int]] = {}

    def find(self, pattern: Pattern) -> list[Hit]:
        """Return the hits of a pattern."""
        if isinstance(pattern, Term):
            found = None if self.fixes else self.prose.written.get(pattern.place)
            return pattern.hits(self) if found is None else found  # remembered by the answer
        shown = self.shown
        for need in pattern.needs:
            if not need & shown:
                return []
        # A pattern finds the same for every criterion that shares it, its topics and the repairs of their words.
        memory = self._found_about if pattern.depends else self._found
        key: Any = pattern
        if self._fixed and not self._vocabulary.words_of(pattern).isdisjoint(self.fixes):
            key = (pattern, self._repairs_of((pattern,)))
        found = memory.get(key)
        if found is None:
            found = memory[key] = pattern.hits(self)
        return found

    def _repairs_of(self, *patterns: Sequence[Pattern]) -> tuple[Any, ...]:
        """Return the repairs of words that some patterns are made of."""
        if not self._fixed:
            return ()
        words: set[str] = set()
        for some in patterns:
            for pattern in some:
                words.update(self._vocabulary.words_of(pattern))
        return tuple(fix for fix in self._fixed if fix[0] in words)

    def cues(self, hit: Hit) -> frozenset[int]:
        """Return the denials that cover a hit and are not part of it."""
        cover = self.prose.cues
        cues: set[int] = set()
        for word in hit.words:
            if cover[word]:
                cues.update(cover[word])
        return frozenset(cues.difference(hit.own, hit.words)) if cues else _NONE

    def by_lead(self, hits: list[Hit]) -> Mapping[int, list[Hit]]:
        """Return the hits that stand in leads or headings, by the block they announce."""
        leads = self.prose.lead_of
        table: dict[int, list[Hit]] = {}
        if leads:
            for hit in hits:
                if hit.first in leads and hit.last in leads:
                    table.setdefault(leads[hit.first], []).append(hit)
        return table

    def subanswer(self, number: int, of: int | None) -> tuple[int, int] | None:
        """Return the first word of the n-th sub-answer and the first one after it."""
        stretches = subanswers(self.prose, of, sure=True)
        return stretches[number - 1] if 0 < number <= len(stretches) else None

    def those_about(self, hits: list[Hit], patterns: tuple[Pattern, ...], *, not_: bool = False) -> list[Hit]:
        """Return those hits whose clause speaks of one of the patterns, in its words or carried over; or those others."""
        about = self._about.get(patterns)
        if about is None:
            about = self._about[patterns] = self._clauses_about(patterns)
        if not about:
            return hits if not_ else []
        clauses = self.prose.segments.clauses
        found = []
        for hit in hits:
            spoken = clauses[hit.first] in about or clauses[hit.last] in about
            if not spoken and len(hit.words) > 1:
                spoken = any(clauses[word] in about for word in hit.words)
            if spoken is not not_:
                found.append(hit)
        return found

    def names_topic(self, hit: Hit, claim: Group) -> bool:
        """Say whether it is plain of what a hit speaks: what it must be about is named in its sentence or lead.

        And nothing that it must not be about is named before it in its paragraph.
        """
        declared = {pattern.label for pattern in self.topics}
        segments, blocks = self.prose.segments, self.prose.blocks
        block = segments.blocks[hit.first]
        if claim.topics:
            near = {*self.prose.contexts[block][1:]}
            return any(
                segments.sentences[topic.first] == segments.sentences[hit.first]
                or segments.blocks[topic.first] in near
                for pattern in claim.topics
                for topic in self.find(pattern)
            )
        paragraph = blocks[block].paragraph
        return not any(
            blocks[segments.blocks[topic.first]].paragraph == paragraph
            and segments.sentences[topic.first] <= segments.sentences[hit.last] + 1
            for pattern in claim.unless
            if pattern.label in declared
            for topic in self.find(pattern)
        )

    def names_other(self, hit: Hit, claim: Group) -> bool:
        """Say whether the sentence of a hit itself has a lead, or names a topic that the claim is not about."""
        sentences, clauses = self.prose.segments.sentences, self.prose.segments.clauses
        if any(
            clauses[topic.first] == clauses[hit.first]
            for pattern in claim.about
            for topic in self.find(pattern)
        ):
            return False  # "Leaky ReLU: if ELU is too slow" says something of ELU
        lead = self.prose.segments.leads.get(self.prose.segments.blocks[hit.first])
        if claim.about and lead and sentences[lead[0]] == sentences[hit.first]:
            return True
        own = {pattern.label for pattern in (*claim.about, *self.general)}
        others = claim.unless or (self.topics if claim.about else ())
        if claim.unless and self._is_of_both(hit, claim.unless):
            return False
        places = clauses if claim.unless and not claim.about else sentences
        return any(
            places[topic.first] == places[hit.first]
            for pattern in others
            if pattern.label not in own
            for topic in self.find(pattern)
        )

    def _is_of_both(self, hit: Hit, kinds: Sequence[Pattern]) -> bool:
        """Say whether the sentence of a hit names a general topic beside one of its kinds: "both dropout and MC dropout"."""
        sentences = self.prose.segments.sentences
        special = [
            kind
            for pattern in kinds
            for kind in self.find(pattern)
            if sentences[kind.first] == sentences[hit.first]
        ]
        return any(
            sentences[topic.first] == sentences[hit.first]
            and not any(kind.first <= topic.first and topic.last <= kind.last for kind in special)
            for pattern in self.general
            for topic in self.find(pattern)
        )

    @cached_property
    def figurative(self) -> bool:
        """Whether something is told by what has nothing to do with it: "is like a choir", "imagine a company"."""
        forms = self.prose.segments.parts
        if _LIKENING.isdisjoint(self.prose.segments.said):
            return False
        for i, form in enumerate(forms):
            likened = (
                form == "like"
                and i > 0
                and forms[i - 1] in COPULAS
                and forms[i + 1 : i + 2] in (["a"], ["an"])
            )
            pictured = form in _IMAGINING and i + 1 < len(forms) and forms[i + 1] in DETERMINERS
            if (likened or pictured) and not any(
                self._vocabulary.holds(word) for word in forms[i + 2 : i + 2 + _IMAGE_WORDS]
            ):
                return True
        return False

    @cached_property
    def strange(self) -> bool:
        """Whether some sentence is mostly of words that are neither English nor the rubric's, misspelled ones apart."""
        read = {i for places in self.fixes.values() for i, _ in places}
        for words, unknown in self.prose.strange:
            odd = [i for i in unknown if i in read or not self._vocabulary.holds(self.prose.forms[i])]
            if len(odd) >= STRANGE_WORDS and 2 * len(odd) >= words and not read.issuperset(odd):
                return True
        return False

    def _clauses_about(self, patterns: tuple[Pattern, ...]) -> frozenset[int]:
        labels = {pattern.label for pattern in patterns}
        declared = {pattern.label for pattern in self.topics}
        family = (*self.topics, *(pattern for pattern in patterns if pattern.label not in declared))
        if not self.asks and not any(self.find(pattern) for pattern in family if pattern.label in labels):
            return frozenset()  # named nowhere, and so carried over to no clause
        spoken = self._assigned(family, carry=labels <= declared)
        return frozenset(clause for clause, topics in enumerate(spoken) if not labels.isdisjoint(topics))

    def _assigned(self, family: tuple[Pattern, ...], *, carry: bool) -> list[frozenset[str]]:
        key = (family, (*self.asks, *self.general), carry, self._repairs_of(family, self.asks, self.general))
        memory = self.prose.spoken
        if key not in memory:
            memory[key] = assign(self, family, carry=carry)
        return memory[key]
