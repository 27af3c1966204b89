"""How an answer goes on from clause to clause, whatever topics it is asked about: read once for all criteria."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.prose.englishwords import AUXILIARIES, CONDITIONS, FRONTING, POSSESSIVES, PRONOUNS, VERBS
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.prose.segments import Segments

_PRONOUN_WITHIN: Final = 3  # words into a sentence where "it" still stands for what was spoken of
_REFERRING: Final = frozenset({"there", "here", "then", "where"})
_EXCEPTING: Final = frozenset({"unless", "except"})
# "The former is off, the latter is not": of the two topics last spoken of.
FORMER: Final = frozenset({"former", "first"})
LATTER: Final = frozenset({"latter", "second"})
_STANDING: Final = FORMER | LATTER


@dataclass(slots=True)
class Course:
    """How an answer goes on from clause to clause, whatever topics it is asked about."""

    sentences: list[Sentence] = field(default_factory=list)
    starts: frozenset[int] = frozenset()  # first words of sentences
    sizes: Mapping[int, int] = field(default_factory=dict)  # words of each clause
    leads: set[int] = field(default_factory=set)  # clauses that a colon ends
    halts: set[int] = field(default_factory=set)  # clauses behind a semicolon
    referring: set[int] = field(default_factory=set)  # clauses that begin with "there", "then" and the like
    conditional: set[int] = field(
        default_factory=set
    )  # clauses that begin with "if", "when", "with" and the like
    excepting: set[int] = field(default_factory=set)  # clauses that begin with "unless" or "except"
    # Reasons before what they are given for, and whether their subject may stand for what was spoken of before:
    # "because its range is ..., tanh ..." looks ahead, "since it is fast, ReLU ..." may look either way.
    fronted: dict[int, bool] = field(default_factory=dict)
    standing: list[int] = field(
        default_factory=list
    )  # words that stand for a topic: "the former", "the second one"


class Sentence(NamedTuple):
    """A sentence of an answer."""

    first: int
    block: int
    clauses: list[int]
    pronoun: bool  # whether a pronoun stands near its beginning
    answers: bool  # whether a question stands before it


def course_of(words: Segments, starts: Sequence[int]) -> Course:
    """Return how an answer goes on; `starts` are the first words of its sentences."""
    forms, clauses = words.parts, words.clauses
    course = Course(starts=frozenset(starts), sizes=Counter(clauses))
    for first, end in zip(starts, [*starts[1:], len(forms)], strict=True):
        ahead = forms[first : min(first + _PRONOUN_WITHIN, end)]
        pronoun = any(form.partition("'")[0] in PRONOUNS for form in ahead)
        answers = first > 0 and words.sentences[first - 1] in words.questions
        own = list(dict.fromkeys(clauses[first:end]))
        course.sentences.append(Sentence(first, words.blocks[first], own, pronoun, answers))
    course.halts = {clauses[i] for i in words.halts if i < len(clauses)}
    course.leads = {clauses[i - 1] for i in words.announced if i}
    for i, clause in enumerate(clauses):
        form = forms[i]
        if i and form in _STANDING and forms[i - 1] == "the" and _stands_alone(forms, i):
            course.standing.append(i)
        if i and clause == clauses[i - 1]:
            continue
        if form in CONDITIONS:
            course.conditional.add(clause)
        if form in _EXCEPTING:
            course.excepting.add(clause)
        if form in FRONTING and i in course.starts and i + 1 < len(forms):
            course.fronted[clause] = forms[i + 1] in PRONOUNS - POSSESSIVES
        word = forms[i + 1] if form == "and" and i + 1 < len(forms) else form
        if word in _REFERRING:
            course.referring.add(clause)
    return course


def _stands_alone(forms: Sequence[str], i: int) -> bool:
    """Whether "the first" stands for something by itself: a verb or "one" follows, no noun."""
    after = forms[i + 1] if i + 1 < len(forms) else ""
    return not after or after == "one" or after in AUXILIARIES or after in VERBS
