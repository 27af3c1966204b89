"""The patterns that look for what a sentence says, as the check `keywords` takes them, and for its opposite."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from grader.notation.lazypatterns import deferred
from grader.prose.statements.meaning import Idea, Meaning, meaning_of, named_alone
from grader.prose.statements.terms import THINGS, FieldTerm, pattern_of, terms
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

MAX_WORDINGS: Final = 200  # accepted and rejected wordings of one statement; each is compiled
_WORD: Final = deferred(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOP: Final = deferred(r"[.,;:!?()\n]|\b(?:not|no|never|but)\b")
_REPEATED: Final = 30  # words of a wording that is recognised as it stands
_FAR: Final = 6  # words between neighbours of three ideas or more
_PLAIN: Final = 4  # words between neighbours where the opposite is said plainly
_OUGHT_WORDS: Final = (
    "must",
    "should",
    "have to",
    "has to",
    "ought",
    "need",
    "can",
    "may",
    "allowed",
    "want",
)
_THAN: Final = ("than", "unlike", "versus")
_HINDERING: Final = ("prevent", "decrease", "improve")
_SUPPOSING: Final = ("if", "unless", "otherwise", "suppose", "imagine", "would")


class TooLittleError(ValueError):
    """A sentence in which there is nothing to look for."""


@dataclass
class Wordings:
    """Collects the patterns of a statement and the named sets they are made of."""

    subject: str = ""  # what the question is about
    any_: list[Any] = field(default_factory=list)
    against: list[Any] = field(default_factory=list)
    nearly: list[Any] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    sets: dict[str, list[Any]] = field(default_factory=dict)
    topic: FieldTerm | None = None
    compares: bool = False  # whether the statement itself compares things
    given: bool = False  # the question itself names the topic

    def add(self, meaning: Meaning, *, aside: bool = False) -> None:
        """Add what says the same as a sentence and, but for one that stands beside the statement, what says the opposite."""
        meaning = self._beside_topic(meaning)
        for wording in _same(meaning):
            _append(self.any_, self._pattern(wording))
        _append(self.nearly, self._near(meaning))
        if aside:
            return
        for wording in _opposite(meaning):
            plain = self._pattern(wording)
            bound = {"near": _PLAIN} if len(plain["all"]) > 1 else {}
            lacking = [*_SUPPOSING, *plain.get("none", ())]
            _append(self.against, {**plain, **bound, "within": "clause", "none": lacking})

    def recognise(self, text: str) -> None:
        """Send an answer in which a wording stands as it is to a person at least: it is never nothing.

        Its longest stretch without a stop stands for it: a pattern is found within a clause.
        """
        words = max((_WORD.findall(part) for part in _STOP.split(text)), key=len)
        if 1 < len(words) <= _REPEATED:
            _append(self.nearly, " ".join(words))

    def refuse(self, meaning: Meaning) -> None:
        """Add a wording that does not count."""
        meaning = self._beside_topic(meaning)
        groups = tuple((idea,) for idea in meaning.ideas)
        _append(self.refused, self._pattern(Wording(groups, meaning.denied)))

    def keywords(self) -> dict[str, Any]:
        """Return the keys of the check `keywords`."""
        alike = [{**pattern, "except": self.refused} for pattern in self.any_] if self.refused else self.any_
        made: dict[str, Any] = {"any": alike, "against": self.against, "nearly": self.nearly}
        topics = self.topics
        if topics:
            made["topics"] = topics
        return made

    def _beside_topic(self, meaning: Meaning) -> Meaning:
        ideas = tuple(idea for idea in meaning.ideas if not self._is_topic(idea))
        if not ideas:
            raise TooLittleError(
                f"nothing can be looked for in {meaning.text!r}: it names nothing but its topic"
            )
        if meaning.mixed:
            raise TooLittleError(
                f"{meaning.text!r} says one thing and denies another: make two statements of it"
            )
        return replace(meaning, ideas=ideas)

    def _near(self, meaning: Meaning) -> Any:
        """Return what shows that an answer speaks of what a sentence says: the things it names, or else anything of it."""
        things = [idea for idea in meaning.ideas if idea.is_thing]
        parts = [self._part((idea,), hints=True) for idea in things]
        if self.topic is not None and not self.given:
            parts.append({"set": self._topic_set(self.topic)})
        if not parts:
            parts = [{"any": [self._part((idea,), hints=True) for idea in meaning.ideas]}]
        return {"all": parts, "within": "answer", "negated": "either"}

    def find_topic(self, meaning: Meaning) -> None:
        """Note what a statement is about: what the question names, or the first thing of a kind that it names itself."""
        asked = named_alone(self.subject)
        things = [idea.terms[0] for idea in meaning.ideas if idea.is_thing]
        topics = [thing for thing in things if thing.sort == "topic"]
        for name, term in asked.items():
            below = {other.name for other in terms().below(name)}
            special = [thing for thing in things if thing.name in below]
            if special:
                self.topic = special[0]
                return
            self.topic, self.given = term, True
            return
        self.topic = next((thing for thing in topics if _has_rivals(thing)), None)

    def _is_topic(self, idea: Idea) -> bool:
        return self.topic is not None and self.topic in idea.terms

    def _pattern(self, wording: Wording) -> dict[str, Any]:
        parts: list[Any] = []
        for group in wording.groups:
            _append(parts, self._part(group))
        made: dict[str, Any] = {"all": parts}
        if len(parts) > 2:
            made["near"] = _FAR
        made["within"] = "clause" if len(parts) < 3 else "sentence"
        made["negated"] = wording.denied
        if wording.lacking:
            made["none"] = [self._part((idea,)) for idea in wording.lacking]
        made.update(self._bond())
        return made

    def _bond(self) -> dict[str, Any]:
        """Return the condition that ties a pattern to the topic."""
        if self.topic is None:
            return {}
        if not self.given:
            return {"about": [{"set": self._topic_set(self.topic)}]}
        below = terms().below(self.topic.name)
        return {"unless": [{"set": self._topic_set(term)} for term in below]} if below else {}

    @property
    def topics(self) -> list[Any]:
        """What an answer may speak of beside the topic."""
        family = self._family()
        return [{"set": self._topic_set(term)} for term in family] if len(family) > 1 else []

    def _family(self) -> tuple[FieldTerm, ...]:
        """Return the topic and what may be spoken of instead."""
        if self.topic is None:
            return ()
        known = terms()
        return (self.topic, *(known.below(self.topic.name) if self.given else known.beside(self.topic)))

    def _topic_set(self, term: FieldTerm) -> str:
        """Name a set of a term as a topic, without what is only part of the name of another: "leaky relu" is no relu."""
        name = f"{term.name} itself"
        if name in self.sets:
            return name
        family = self._family()
        own = dict.fromkeys(term.forms)
        for other in terms().below(term.name):
            if other not in family:
                own.update(dict.fromkeys(other.forms))
        others = {form for other in family if other is not term for form in other.forms if form not in own}
        longer = sorted(form for form in others if _holds(form, own))
        forms = [pattern_of(form) for form in own]
        self.sets[name] = [{"any": forms, "except": longer}] if longer else forms
        return name

    def _part(self, group: Sequence[Idea], *, hints: bool = False) -> Any:
        found: list[Any] = []
        for idea in group:
            if idea.word:
                longer = terms().longer([idea.word], frozenset())
                found.append({"any": [idea.word], "except": list(longer)} if longer else idea.word)
            else:
                found += [{"set": self._set(term)} for term in idea.terms]
            if hints:
                found += [hint for term in idea.terms for hint in term.hints]
        return found[0] if len(found) == 1 else {"any": found}

    def _set(self, term: FieldTerm) -> str:
        if term.name not in self.sets:
            below = terms().below(term.name) if term.sort in THINGS else ()
            own = frozenset({term.name, *(other.name for other in below)})
            forms = dict.fromkeys([*term.forms, *(form for other in below for form in other.forms)])
            if self.topic is not None and self.topic.name in own - {term.name}:
                # Its own name does not say what a topic does: whoever names batch normalization has not said that it normalizes.
                forms = {form: None for form in forms if form not in self.topic.forms}
                own -= {self.topic.name}
            longer = [form for form in terms().longer(forms, own) if form not in forms]
            patterns = [pattern_of(form) for form in forms]
            outside: list[Any] = list(longer)
            if term.sort in THINGS and not self.compares:  # "slower than training" says nothing of training
                outside.append(
                    {"seq": [{"any": list(_THAN)}, {"any": patterns}], "near": 1, "within": "clause"}
                )
            self.sets[term.name] = [{"any": patterns, "except": outside}] if outside else patterns
        return term.name


@dataclass(frozen=True)
class Wording:
    """Ideas that must be said together, each in one of several ways, denied or not."""

    groups: tuple[tuple[Idea, ...], ...]
    denied: bool
    lacking: tuple[Idea, ...] = ()


def _same(meaning: Meaning) -> Iterable[Wording]:
    """Yield the ways to say the same."""
    verdict = _verdict(meaning)
    if verdict is not None:
        fine, rest = verdict
        good, bad = _idea("okay"), _idea("bad idea")
        groups = tuple((idea,) for idea in rest)
        yield Wording((*groups, (good,)), denied=not fine)
        yield Wording((*groups, (bad,)), denied=fine)
        if not fine:
            yield Wording((*groups, _ought()), denied=True)
        return
    groups = tuple((idea,) for idea in meaning.ideas)
    yield Wording(groups, meaning.denied)
    changes = _changes(meaning)
    if len(changes) == 1 and meaning.denied:
        yield Wording(_replaced(groups, changes[0], (_idea("unchanged"),)), denied=False)
    yield from _hindered(meaning)


def _opposite(meaning: Meaning) -> Iterable[Wording]:
    """Yield the ways to say the opposite."""
    verdict = _verdict(meaning)
    if verdict is not None:
        fine, rest = verdict
        groups = tuple((idea,) for idea in rest)
        yield Wording((*groups, (_idea("okay"),)), denied=fine)
        yield Wording((*groups, (_idea("bad idea"),)), denied=not fine)
        if fine:
            yield Wording((*groups, _ought()), denied=True)
        return
    groups = tuple((idea,) for idea in meaning.ideas)
    changes = _changes(meaning)
    if any(idea.sort in {"change", "quality", "deed"} for idea in meaning.ideas):
        yield Wording(groups, not meaning.denied)
    if len(changes) > 1:
        return  # which of two changes is turned round, a bag of them does not tell
    if changes and not meaning.denied:
        yield Wording(_replaced(groups, changes[0], (_idea("unchanged"),)), denied=False)
    for idea in meaning.ideas:
        against = tuple(other for term in idea.terms for other in terms().opposites(term))
        if against and not idea.is_thing and not meaning.denied:
            yield Wording(_replaced(groups, idea, (Idea(against[0].name, against),)), denied=False)


def _verdict(meaning: Meaning) -> tuple[bool, tuple[Idea, ...]] | None:
    """Return whether the sentence finds something all right or not, and what; None where it says neither."""
    rest = tuple(idea for idea in meaning.ideas if not idea.is_verdict())
    said = [idea for idea in meaning.ideas if idea.is_verdict()]
    if said and rest:
        good = any(term.name == "okay" for term in said[0].terms)
        return good is not meaning.denied, rest
    if meaning.modal == "ought" and meaning.denied and rest:
        return False, rest
    if meaning.modal == "may" and rest:
        return not meaning.denied, rest
    return None


def _changes(meaning: Meaning) -> list[Idea]:
    return [idea for idea in meaning.ideas if idea.sort == "change" and idea.name != "unchanged"]


def _hindered(meaning: Meaning) -> Iterable[Wording]:
    """Yield what says of a trouble that it is prevented where the sentence denies it, and the other way round."""
    hindering = [idea for idea in meaning.ideas if any(term.name == "prevent" for term in idea.terms)]
    troubles = [idea for idea in meaning.ideas if any("problem" in term.kinds for term in idea.terms)]
    if not troubles:
        return
    rest = tuple((idea,) for idea in meaning.ideas if idea not in hindering)
    if hindering and not meaning.denied:
        # "It is wrong that it prevents overfitting" denies the prevention.
        yield Wording(rest, denied=True, lacking=tuple(map(_idea, _HINDERING)))
    elif meaning.denied and not hindering:
        yield Wording((*rest, (_idea("prevent"),)), denied=False)


def _idea(name: str) -> Idea:
    term = terms().by_name[name]
    return Idea(name, (term,))


def _ought() -> tuple[Idea, ...]:
    return tuple(Idea(word, (), word) for word in _OUGHT_WORDS)


def _replaced(
    groups: tuple[tuple[Idea, ...], ...], idea: Idea, other: tuple[Idea, ...]
) -> tuple[tuple[Idea, ...], ...]:
    return tuple(other if group == (idea,) else group for group in groups)


def _has_rivals(term: FieldTerm) -> bool:
    return bool(terms().beside(term))


def _holds(form: str, own: Container[str]) -> bool:
    """Whether some words of a form, one after the other, are one of its own forms."""
    words = form.split(" ")
    ends = range(1, len(words) + 1)
    return any(" ".join(words[first:end]) in own for end in ends for first in range(end))


def _append(patterns: list[Any], pattern: Any) -> None:
    if pattern not in patterns:
        patterns.append(pattern)


def wordings(
    text: str, accepts: Sequence[str] = (), rejects: Sequence[str] = (), *, subject: str = ""
) -> Wordings:
    """Return the patterns of a statement, of further wordings of it, and of those that do not count; raises TooLittleError."""
    made = Wordings(subject)
    meaning = meaning_of(text)
    made.compares = not set(_THAN).isdisjoint(text.lower().split())
    made.find_topic(meaning)
    made.add(meaning)
    for other in accepts:
        made.recognise(other)
        with suppress(TooLittleError):  # it cannot be taken apart, and is recognised as it stands
            made.add(meaning_of(other), aside=True)
    for other in rejects:
        with suppress(TooLittleError):
            made.refuse(meaning_of(other))
    return made
