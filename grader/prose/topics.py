"""What a clause speaks of: what it names, what its item is headed by, what was spoken of before."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.prose.course import LATTER
from grader.prose.englishwords import (
    COMPARATORS,
    DETERMINERS,
    OUTDOING,
)
from grader.prose.subanswers import subanswers
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.prose.course import Course
    from grader.prose.patterns import Pattern, PatternSearch
    from grader.prose.proseanswer import Prose

_COMPARED_WITHIN: Final = 3  # words between "than" and what something is compared with
_REFERS_BACK: Final = 2  # sentences
_APPOSITION: Final = 4  # words of a bracket that names what it stands behind


@dataclass(slots=True)
class _Mentions:
    """Which topics are named where, by clause or by the block that a lead announces."""

    course: Course
    brackets: Mapping[int, int]
    general: frozenset[str] = frozenset()  # topics that include the others
    named: dict[int, set[str]] = field(default_factory=dict)
    compared: dict[int, set[str]] = field(default_factory=dict)
    announced: dict[int, set[str]] = field(default_factory=dict)
    opening: dict[int, set[str]] = field(default_factory=dict)  # by the first word of the sentence they open
    bare: set[int] = field(default_factory=set)  # clauses of nothing but the name of a topic


def assign(search: PatternSearch, family: Sequence[Pattern], *, carry: bool) -> list[frozenset[str]]:
    """Return for every clause the labels of the topics it speaks of.

    A lead or heading that names a topic rules its item, but for sentences that open with another topic.
    Otherwise a clause speaks of what it names (not of what it compares with), else of what the clause
    before it in the sentence did, else of what the next one does, else of the topic of the sentence
    before: always if `carry`, only after a pronoun if not. Naming a general topic (dropout) does not end
    one of its kinds (MC dropout).
    """
    prose = search.prose
    segments = prose.segments
    mentions = _mentions(search, family)
    asked = _asked(search, {pattern.label for pattern in family})
    spoken: list[frozenset[str]] = [frozenset()] * segments.clause_count
    before: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()  # what the last sentence turned to under another topic's lead
    block_before = -1
    for first, block, clauses, pronoun, answers in prose.course.sentences:
        ruling = next(
            (mentions.announced[above] for above in prose.contexts[block] if above in mentions.announced),
            None,
        )
        if ruling is not None:
            same = block == block_before
            before = before if same else frozenset(ruling)
            aside = _turned_to(mentions, first, clauses, before) or (
                aside if same and pronoun else frozenset()
            )
            for clause in clauses:
                if clause in prose.course.leads and clause in mentions.named:
                    before = frozenset(mentions.named[clause])  # "tanh: deep nets; logistic: a probability"
                    aside = frozenset()
                spoken[clause] = aside or before
        else:
            before = asked.get(first, before)
            goes_on = first in asked or (carry and (block == block_before or answers)) or pronoun
            before = _speak(clauses, mentions, before if goes_on else frozenset(), spoken)
        block_before = block
    return spoken


def _turned_to(mentions: _Mentions, first: int, clauses: list[int], ruling: frozenset[str]) -> frozenset[str]:
    """Return the topic a sentence under a lead opens with, unless it is the lead's or comes back to it."""
    opening = frozenset(mentions.opening.get(first, ()))
    named = {label for clause in clauses for label in mentions.named.get(clause, ())}
    if opening <= mentions.general or not (ruling - mentions.general).isdisjoint(named):
        return frozenset()
    return opening


def _mentions(search: PatternSearch, family: Sequence[Pattern]) -> _Mentions:
    prose = search.prose
    course = prose.course
    clauses, forms, starts = prose.segments.clauses, prose.segments.parts, course.starts
    naming: dict[int, set[int]] = {}  # the words of a clause that name topics
    general = frozenset(pattern.label for pattern in search.general)
    mentions = _Mentions(course, prose.segments.brackets, general)
    for pattern in family:
        for hit in search.find(pattern):
            lead = prose.lead_of.get(hit.first)
            if lead is not None:
                mentions.announced.setdefault(lead, set()).add(pattern.label)
            table = mentions.compared if _is_compared(prose, hit.first) else mentions.named
            table.setdefault(clauses[hit.first], set()).add(pattern.label)
            if course.leads:
                naming.setdefault(clauses[hit.first], set()).update(range(hit.first, hit.last + 1))
            first = hit.first - (hit.first not in starts and forms[hit.first - 1] in DETERMINERS)
            if first in starts and table is mentions.named:
                mentions.opening.setdefault(first, set()).add(pattern.label)
    if course.standing:
        _refer(prose, mentions, family, search)
    mentions.bare = {clause for clause, words in naming.items() if len(words) == course.sizes[clause]}
    return mentions


def _refer(prose: Prose, mentions: _Mentions, family: Sequence[Pattern], search: PatternSearch) -> None:
    """Let "the former" and "the second one" name the topic they stand for, where two were spoken of just before."""
    forms, segments = prose.segments.parts, prose.segments
    named = sorted((hit.first, hit.last, pattern.label) for pattern in family for hit in search.find(pattern))
    for i in mentions.course.standing:
        said = [
            (first, last, label)
            for first, last, label in named
            if last < i and segments.sentences[i] - segments.sentences[first] <= _REFERS_BACK
        ]
        # "dropout" inside "MC dropout" is no topic of its own.
        outer = [
            label
            for first, last, label in said
            if not any(a <= first and last <= b and (a, b) != (first, last) for a, b, _ in said)
        ]
        pair = list(dict.fromkeys(reversed(outer)))[1::-1]
        if len(pair) == 2:
            mentions.named.setdefault(segments.clauses[i], set()).add(pair[forms[i] in LATTER])


def _asked(search: PatternSearch, labels: set[str]) -> dict[int, frozenset[str]]:
    """Return what each sub-answer is about, by its first word, if there are as many as sub-questions."""
    if not search.asks:
        return {}
    stretches = subanswers(search.prose, len(search.asks))
    if len(stretches) != len(search.asks):
        return {}
    return {
        first: frozenset({ask.label} & labels) for (first, _), ask in zip(stretches, search.asks, strict=True)
    }


def _speak(
    clauses: list[int], mentions: _Mentions, carried: frozenset[str], spoken: list[frozenset[str]]
) -> frozenset[str]:
    """Fill in the topics of one sentence and return the one it leaves behind."""
    course = mentions.course
    current: frozenset[str] = frozenset()
    waiting: list[int] = []
    for clause, following in zip(clauses, [*clauses[1:], -1], strict=True):
        if clause in course.halts:  # what stands before a semicolon does not wait for what comes behind it
            for earlier in waiting:
                spoken[earlier] = carried
            waiting = []
        own = frozenset(mentions.named.get(clause, ()))
        ahead = not own and clause in course.leads and following in mentions.bare
        if ahead:
            own = frozenset(mentions.named.get(following, ()))  # "one of several classes: softmax"
        if own <= mentions.general and course.fronted.get(clause):
            own = frozenset()  # "As it predicts with dropout on, MC dropout ..."
        if current and clause in course.referring:
            own = frozenset()  # "MC dropout is different: there dropout stays on"
        kind = current or carried
        if own <= mentions.general and kind and not kind <= mentions.general:
            own = frozenset()  # "MC dropout ... Dropout is never switched off."
        if clause in mentions.brackets and current:
            # "if it stays on (MC dropout)" tells what is meant; a longer bracket only explains.
            spoken[clause] = current | own
            current = current | own if mentions.brackets[clause] <= _APPOSITION else current
        elif clause in course.excepting and clause != clauses[0]:
            spoken[clause] = own or current or carried  # what it excepts is not what the rest speaks of
        elif clause in mentions.brackets and not own:
            spoken[clause] = carried  # it explains what stands before it, and waits for nothing
        elif own:
            for earlier in waiting:
                if ahead:
                    spoken[earlier] = own
                elif earlier in course.fronted:
                    spoken[earlier] = own | carried if course.fronted[earlier] else own
                else:
                    spoken[earlier] = (
                        own if not carried or {earlier, clause} & course.conditional else carried
                    )
            waiting = []
            current = spoken[clause] = own
        elif current:
            spoken[clause] = current
        else:
            waiting.append(clause)
    fallback = carried or frozenset(
        label for clause in waiting for label in mentions.compared.get(clause, ())
    )
    for clause in waiting:
        spoken[clause] = fallback
    return current or fallback


def _is_compared(prose: Prose, i: int) -> bool:
    segments = prose.segments
    return any(
        (segments.parts[j] in COMPARATORS or segments.parts[j] in OUTDOING)
        and segments.clauses[j] == segments.clauses[i]
        for j in range(max(0, i - _COMPARED_WITHIN), i)
        if segments.parts[j] in OUTDOING
        or segments.parts[j] in {"than", "unlike", "versus", "vs", "instead", "compared", "rather"}
        or (
            segments.parts[j] in {"to", "like"}
            and j
            and segments.parts[j - 1] in {"similar", "compared", "similarly"}
        )
        or (segments.parts[j] == "as" and j > 1 and "same" in segments.parts[j - 2 : j])
    )
