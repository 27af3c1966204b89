"""One criterion's look at one answer: what was found, about what, in which sub-answer."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from grader.prose.hits import Hit
from grader.prose.spelling import repairs
from grader.prose.vocabulary import COMPARATORS, CONDITIONS, PRONOUNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.prose.patterns import Pattern
    from grader.prose.reading import Prose

MAX_UNKNOWN: Final = 400  # words tried for repair; an answer with more of them is not in the rubric's language
_COMPARED_WITHIN: Final = 3  # words between "than" and what something is compared with
_PRONOUN_WITHIN: Final = 3  # words into a sentence where "it" still stands for what was spoken of


class Vocabulary:
    """The words a criterion's patterns are made of, prepared for repairing spellings."""

    def __init__(self, root: Pattern) -> None:
        words = {term.text: term for term in root.terms() if term.kind in {"stem", "prefix"} and term.text.isalpha()}
        self.stems = {term.root for term in words.values() if term.kind == "stem"}
        self.prefixes = tuple(sorted(text for text, term in words.items() if term.kind == "prefix"))
        self.spellings: dict[str, list[str]] = {}
        for text, term in sorted(words.items()):
            for spelling in {text, term.root} if term.kind == "stem" else {text}:
                self.spellings.setdefault(spelling, []).append(text)
        self.targets = sorted(self.spellings)

    def fixes(self, prose: Prose) -> dict[str, list[tuple[int, int]]]:
        """Return for every term the misspelled words that mean it, with the number of edits."""
        strange = [
            form
            for form in prose.unknown[:MAX_UNKNOWN]
            if prose.stems[prose.by_form[form][0]] not in self.stems and not form.startswith(self.prefixes or ("\0",))
        ]
        found: dict[str, list[tuple[int, int]]] = {}
        for form, readings in repairs(strange, self.targets, self.prefixes).items():
            for spelling, edits in readings:
                for text in self.spellings[spelling]:
                    places = found.setdefault(text, [])
                    places.extend((i, edits) for i in prose.by_form[form] if (i, edits) not in places)
        return found


class Search:
    """The memory of one look: every pattern is looked up once."""

    def __init__(
        self,
        prose: Prose,
        vocabulary: Vocabulary,
        topics: Sequence[Pattern] = (),
        asks: Sequence[Pattern] = (),
    ) -> None:
        self.prose = prose
        self.topics = tuple(topics)
        self.asks = tuple(asks)
        self.fixes: Mapping[str, list[tuple[int, int]]] = vocabulary.fixes(prose) if prose.unknown else {}
        self.unusual = self.fixes.keys() | prose.segments.joined.keys()  # terms found misspelled or hyphenated
        self._found: dict[Pattern, list[Hit]] = {}
        self._topics: dict[tuple[str, ...], list[frozenset[str]]] = {}

    def find(self, pattern: Pattern) -> list[Hit]:
        """Return the hits of a pattern."""
        # Without repairs a set finds the same for every criterion that shares it.
        memory = self._found if self.fixes or not getattr(pattern, "shared", False) else self.prose.found
        found = memory.get(pattern)
        if found is None:
            found = memory[pattern] = pattern.hits(self)
        return found

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
        stretches = subanswers(self.prose, of)
        return stretches[number - 1] if 0 < number <= len(stretches) else None

    def is_about(self, hit: Hit, patterns: Sequence[Pattern]) -> bool:
        """Say whether the clause of a hit speaks of one of the patterns, in its words or carried over."""
        labels = {pattern.label for pattern in patterns}
        declared = {pattern.label for pattern in self.topics}
        family = (*self.topics, *(pattern for pattern in patterns if pattern.label not in declared))
        spoken = self._assigned(family, carry=labels <= declared)
        clauses = self.prose.segments.clauses
        return any(labels & spoken[clause] for clause in {clauses[i] for i in (*hit.words, hit.first, hit.last)})

    def _assigned(self, family: tuple[Pattern, ...], *, carry: bool) -> list[frozenset[str]]:
        key = (*(pattern.label for pattern in family), str(carry))
        if key not in self._topics:
            self._topics[key] = assign(self, family, carry=carry)
        return self._topics[key]


def assign(search: Search, family: Sequence[Pattern], *, carry: bool) -> list[frozenset[str]]:
    """Return for every clause the labels of the topics it speaks of.

    A lead or heading that names a topic rules its item. Otherwise a clause speaks of what it names
    (not of what it compares with), else of what the clause before it in the sentence did, else of
    what the next one does, else of the topic of the sentence before: always if `carry`, only after
    a pronoun if not.
    """
    prose = search.prose
    segments = prose.segments
    named: dict[int, set[str]] = {}
    compared: dict[int, set[str]] = {}
    announced: dict[int, set[str]] = {}
    for pattern in family:
        for hit in search.find(pattern):
            lead = prose.lead_of.get(hit.first)
            if lead is not None:
                announced.setdefault(lead, set()).add(pattern.label)
            table = compared if _is_compared(prose, hit.first) else named
            table.setdefault(segments.clauses[hit.first], set()).add(pattern.label)
    asked = _asked(search, {pattern.label for pattern in family})
    spoken: list[frozenset[str]] = [frozenset()] * segments.clause_count
    before: frozenset[str] = frozenset()
    block_before = -1
    for first, end in _sentences(prose):
        block = segments.blocks[first]
        ruling = next((announced[above] for above in prose.contexts[block] if above in announced), None)
        clauses = list(dict.fromkeys(segments.clauses[first:end]))
        if first in asked:
            before = asked[first]
        if ruling is not None:
            before = frozenset(ruling)
            for clause in clauses:
                spoken[clause] = before
        else:
            pronoun = any(form in PRONOUNS for form in segments.forms[first : min(first + _PRONOUN_WITHIN, end)])
            goes_on = pronoun or first in asked or (carry and block == block_before)
            carried = before if goes_on else frozenset()
            before = _speak(clauses, named, compared, carried, spoken, _conditional(prose, first, end))
        block_before = block
    return spoken


def _asked(search: Search, labels: set[str]) -> dict[int, frozenset[str]]:
    """Return what each sub-answer is about, by its first word, if there are as many as sub-questions."""
    if not search.asks:
        return {}
    stretches = subanswers(search.prose, len(search.asks))
    if len(stretches) != len(search.asks):
        return {}
    return {first: frozenset({ask.label} & labels) for (first, _), ask in zip(stretches, search.asks, strict=True)}


def _speak(
    clauses: list[int],
    named: Mapping[int, set[str]],
    compared: Mapping[int, set[str]],
    carried: frozenset[str],
    spoken: list[frozenset[str]],
    conditional: set[int],
) -> frozenset[str]:
    """Fill in the topics of one sentence and return the one it leaves behind."""
    current: frozenset[str] = frozenset()
    waiting: list[int] = []
    for clause in clauses:
        own = frozenset(named.get(clause, ()))
        if own:
            for earlier in waiting:
                spoken[earlier] = own if not carried or {earlier, clause} & conditional else carried
            waiting = []
            current = own
        if current:
            spoken[clause] = current
        else:
            waiting.append(clause)
    fallback = carried or frozenset(label for clause in waiting for label in compared.get(clause, ()))
    for clause in waiting:
        spoken[clause] = fallback
    return current or fallback


def _conditional(prose: Prose, first: int, end: int) -> set[int]:
    """Return the clauses of a sentence that begin with "if", "when", "with" and the like."""
    segments = prose.segments
    return {
        segments.clauses[i]
        for i in range(first, end)
        if segments.forms[i] in CONDITIONS and (i == first or segments.clauses[i] != segments.clauses[i - 1])
    }


def _sentences(prose: Prose) -> list[tuple[int, int]]:
    starts = prose.sentence_starts
    return list(zip(starts, [*starts[1:], len(prose)], strict=True))


def _is_compared(prose: Prose, i: int) -> bool:
    segments = prose.segments
    return any(
        segments.forms[j] in COMPARATORS and segments.clauses[j] == segments.clauses[i]
        for j in range(max(0, i - _COMPARED_WITHIN), i)
        if segments.forms[j] in {"than", "unlike", "versus", "vs", "instead", "compared", "rather"}
        or (segments.forms[j] in {"to", "like"} and j and segments.forms[j - 1] in {"similar", "compared", "similarly"})
    )


def subanswers(prose: Prose, of: int | None) -> list[tuple[int, int]]:
    """Return the stretches of words that answer one sub-question each.

    Numbered items come first, then items and sentences that open with yes or no, bullets, paragraphs;
    the first way that gives as many as asked for is taken. Without a number the first way that gives two or more.
    """
    ways = [_numbered(prose), _opened_blocks(prose), _bullets(prose), _paragraphs(prose), sorted(prose.opening)]
    for starts in ways:
        if len(starts) == of or (of is None and len(starts) > 1):
            return list(zip(starts, [*starts[1:], len(prose)], strict=True))
    return [(0, len(prose))] if of in {None, 1} and len(prose) else []


def _first_words(prose: Prose) -> dict[int, int]:
    blocks = prose.segments.blocks
    return {blocks[i]: i for i in reversed(prose.sentence_starts) if i == bisect_left(blocks, blocks[i])}


def _top(prose: Prose, *, ordinal: bool) -> list[int]:
    firsts = _first_words(prose)
    return [
        firsts[number]
        for number, block in enumerate(prose.blocks)
        if block.kind == "item" and block.parent < 0 and number in firsts and bool(block.ordinal) == ordinal
    ]


def _numbered(prose: Prose) -> list[int]:
    return _top(prose, ordinal=True)


def _bullets(prose: Prose) -> list[int]:
    return _top(prose, ordinal=False)


def _opened_blocks(prose: Prose) -> list[int]:
    return [i for _, i in sorted(_first_words(prose).items()) if i in prose.opening]


def _paragraphs(prose: Prose) -> list[int]:
    starts: dict[int, int] = {}
    for number, i in sorted(_first_words(prose).items()):
        starts.setdefault(prose.blocks[number].paragraph, i)
    return list(starts.values())
