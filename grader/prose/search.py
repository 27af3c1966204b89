"""One criterion's look at one answer: what was found, about what, in which sub-answer."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from grader.prose.englishwords import COPULAS, DETERMINERS
from grader.prose.patterns import Term
from grader.prose.proseanswer import STRANGE_WORDS
from grader.prose.spelling import BEGINNING, ONE_EDIT, begins_alike, inflections, repairs, stems
from grader.prose.subanswers import subanswers
from grader.prose.topics import assign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.prose.groups import Group
    from grader.prose.hits import Hit
    from grader.prose.patterns import Pattern
    from grader.prose.proseanswer import Prose

MAX_UNKNOWN: Final = (
    400  # words tried for repair; an answer with more of them is not in the rubric's language
)
_IMAGINING: Final = frozenset({"imagine", "picture"})
_IMAGE_WORDS: Final = 2  # words that say what something is likened to: "like a football team"
_CACHED_READINGS: Final = 65_536  # a class writes the same unknown words again and again


class Vocabulary:
    """The words a criterion's patterns are made of, prepared for repairing spellings."""

    def __init__(self, root: Pattern) -> None:
        words = {
            term.text: term
            for term in root.terms()
            if term.kind in {"stem", "prefix", "exact"} and term.text.isalpha()
        }
        self.stems = {term.root for term in words.values() if term.kind == "stem"}
        self.prefixes = tuple(sorted(text for text, term in words.items() if term.kind == "prefix"))
        self.spellings: dict[str, list[str]] = {}
        for text, term in sorted(words.items()):
            for spelling in {text, term.root} if term.kind == "stem" else {text}:
                self.spellings.setdefault(spelling, []).append(text)
        self.inflected: set[str] = set()
        for text, term in sorted(words.items()):
            if len(text) < ONE_EDIT and term.kind in {"stem", "prefix"}:
                for form in inflections(text):
                    if form not in self.spellings and (term.kind == "prefix" or term.root in stems(form)):
                        self.spellings[form] = [text]
                        self.inflected.add(form)
        self.targets = sorted(self.spellings)
        self._words: dict[Pattern, frozenset[str]] = {}

    def words_of(self, pattern: Pattern) -> frozenset[str]:
        """Return the words that one of the criterion's patterns is made of."""
        words = self._words.get(pattern)
        if words is None:
            words = self._words[pattern] = frozenset(term.text for term in pattern.terms())
        return words

    def fixes(self, prose: Prose) -> dict[str, list[tuple[int, int]]]:
        """Return for every term the misspelled words that mean it, with the number of edits."""
        found: dict[str, list[tuple[int, int]]] = {}
        for form in prose.unknown[:MAX_UNKNOWN]:
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
        if self.holds(form):
            return ()
        near = [
            (spelling, edits)
            for spelling, edits in repairs([form], self.targets, self.prefixes).get(form, ())
            if spelling not in self.inflected or begins_alike(form, spelling)
        ]
        return tuple((text, edits) for spelling, edits in near for text in self.spellings[spelling])


@lru_cache(maxsize=_CACHED_READINGS)
def _readings(vocabulary: Vocabulary, form: str) -> tuple[tuple[str, int], ...]:
    return vocabulary.readings(form)


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
        self.unusual = self.fixes.keys() | prose.joined_beginnings  # terms found misspelled or hyphenated
        self.signs = prose.signs
        if self.fixes:
            self.signs = prose.signs.union(self.fixes, (text[:BEGINNING] for text in self.fixes))
        self._found: dict[Any, list[Hit]] = {}
        self._about: dict[tuple[Pattern, ...], frozenset[int]] = {}
        self._topics: dict[Any, list[frozenset[str]]] = {}

    def find(self, pattern: Pattern) -> list[Hit]:
        """Return the hits of a pattern."""
        if isinstance(pattern, Term):
            return pattern.hits(self)  # remembered by the answer
        # Unless its words were repaired a set finds the same for every criterion that shares it.
        memory = self._found
        if pattern.shared and (not self.fixes or not self._repaired(pattern)):
            memory = self.prose.found
        found = memory.get(pattern)
        if found is None:
            found = memory[pattern] = pattern.hits(self)
        return found

    def _repaired(self, pattern: Pattern) -> bool:
        return not self._vocabulary.words_of(pattern).isdisjoint(self.fixes)

    def cues(self, hit: Hit) -> frozenset[int]:
        """Return the denials that cover a hit and are not part of it."""
        cover = self.prose.cues
        cues = {cue for word in hit.words for cue in cover[word]}
        return frozenset(cues - hit.own - set(hit.words)) if cues else frozenset()

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

    def is_about(self, hit: Hit, patterns: tuple[Pattern, ...]) -> bool:
        """Say whether the clause of a hit speaks of one of the patterns, in its words or carried over."""
        about = self._about.get(patterns)
        if about is None:
            about = self._about[patterns] = self._clauses_about(patterns)
        if not about:
            return False
        clauses = self.prose.segments.clauses
        return any(clauses[i] in about for i in (hit.first, hit.last, *hit.words))

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
        key = (family, (*self.asks, *self.general), carry)
        # Unless their words were repaired the criteria of a question find the same topics.
        own = self.fixes and any(self._repaired(pattern) for pattern in (*family, *self.asks))
        memory = self._topics if own else self.prose.spoken
        if key not in memory:
            memory[key] = assign(self, family, carry=carry)
        return memory[key]
