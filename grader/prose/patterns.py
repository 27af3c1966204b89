"""Patterns over a read answer: terms, phrases, leading verdicts. A pattern yields hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from weakref import WeakValueDictionary

from grader.prose.englishwords import DETERMINERS, NEGATORS
from grader.prose.hits import Hit, by_place, join
from grader.prose.needs import bit, every
from grader.prose.spelling import BEGINNING, stem

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from grader.prose.needs import Needs
    from grader.prose.proseanswer import Prose

_NOT: Final = NEGATORS - frozenset(
    [
        "no",
        "none",
        "nobody",
        "nothing",
        "nowhere",
        "neither",
        "nor",
        "without",
        "never",
        "hardly",
        "barely",
        "scarcely",
        "rarely",
        "seldom",
        "unable",
        "inability",
        "incapable",
        "impossible",
        "fail",
        "fails",
        "failed",
        "failing",
        "unlikely",
        "lack",
        "lacks",
        "lacking",
    ]
)
_GLUED: Final = 7  # letters from which "drop out" may be written "dropout"


class PatternSearch(Protocol):
    """One look at an answer, as far as patterns ask it: see `grader.prose.search`."""

    prose: Prose
    fixes: Mapping[str, list[tuple[int, int]]]

    @property
    def shown(self) -> int:
        """What patterns may need of the answer, as bits."""
        ...

    @property
    def unusual(self) -> AbstractSet[str]:
        """The terms that were found misspelled or hyphenated."""
        ...

    @property
    def asks(self) -> Sequence[Pattern]:
        """What each sub-question is about."""
        ...

    @property
    def general(self) -> Sequence[Pattern]:
        """Topics that include the others."""
        ...

    def find(self, pattern: Pattern) -> list[Hit]:
        """Return the hits of a pattern."""
        ...

    def cues(self, hit: Hit) -> frozenset[int]:
        """Return the denials that cover a hit and are not part of it."""
        ...

    def by_lead(self, hits: list[Hit]) -> Mapping[int, list[Hit]]:
        """Return the hits that stand in leads or headings, by the block they announce."""
        ...

    def subanswer(self, number: int, of: int | None) -> tuple[int, int] | None:
        """Return the first word of the n-th sub-answer and the first one after it."""
        ...

    def those_about(self, hits: list[Hit], patterns: tuple[Pattern, ...], *, not_: bool = False) -> list[Hit]:
        """Return those hits whose clause speaks of one of the patterns, or those others."""
        ...


class Pattern(Protocol):
    """Anything that can be looked for. Compared by identity: the compiler makes equal ones once."""

    @property
    def label(self) -> str:
        """The pattern as a person would write it."""
        ...

    @property
    def key(self) -> Hashable:
        """What two patterns share that find the same."""
        ...

    def hits(self, search: PatternSearch) -> list[Hit]:
        """Return where it is found, in order of the text."""
        ...

    @property
    def depends(self) -> bool:
        """Whether what is found depends on the topics of the criterion that asks."""
        ...

    def terms(self) -> Iterable[Term]:
        """Yield the single words it is made of."""
        ...

    @property
    def needs(self) -> Needs:
        """Sets of signs; it is not found in an answer that has none of one of them."""
        ...


class Term:
    """One word: by its stem, by its beginning (`predict*`) or exactly (`=normal`)."""

    __slots__ = ("__weakref__", "key", "kind", "language", "needs", "place", "root", "text")
    depends: Final = False

    def __init__(self, text: str, kind: str = "stem", language: str = "en") -> None:
        self.text = text  # folded
        self.kind = kind  # "stem", "prefix", "exact", "number" or "not"
        self.language = language
        self.root = stem(text, language)
        self.place = (kind, text)  # under which an answer remembers where it stands
        self.key: Hashable = (kind, text, language)
        if kind == "not":
            self.needs: Needs = ()
        elif kind == "stem":
            self.needs = (bit(text) | bit(self.root),)
        else:
            self.needs = (bit(text[:BEGINNING] if kind == "prefix" else text),)

    def __reduce__(self) -> tuple[Any, ...]:
        return term, (self.text, self.kind, self.language)  # bits mean something else in another process

    @property
    def label(self) -> str:
        return f"{self.text}*" if self.kind == "prefix" else self.text

    def terms(self) -> Iterable[Term]:
        yield self

    def hits(self, search: PatternSearch) -> list[Hit]:
        # As written a word stands in the same places whichever criterion asks.
        known = search.prose.written
        found = known.get(self.place)
        if found is None:
            found = known[self.place] = self._written(search.prose)
        fixes = search.fixes.get(self.text) if search.fixes else None
        if not fixes:
            return found
        repaired = [Hit(i, i, (i,), frozenset(), ((i, self.label, edits),)) for i, edits in fixes]
        return sorted([*found, *repaired], key=by_place)

    def _written(self, prose: Prose) -> list[Hit]:
        joined = prose.segments.joined
        if self.kind == "stem":
            found = prose.stemmed(self.root)
            places = joined.get(self.text, ()) if joined else ()
        elif self.kind == "prefix":
            found = prose.begun(self.text)
            places = [i for form, at in joined.items() if form.startswith(self.text) for i in at]
        elif self.kind == "not":
            return sorted(Hit.of_word(i) for form, at in prose.by_form.items() if is_not(form) for i in at)
        else:
            return [Hit.of_word(i) for i in prose.by_form.get(self.text, ())]
        if not places:
            return found
        return sorted([*found, *(Hit(i, i + 1, (i, i + 1)) for i in places)], key=by_place)


def is_not(form: str) -> bool:
    """Say whether a word is "not", alone or in a contraction."""
    return form in _NOT or form.endswith("n't")


class Phrase:
    """Words one after the other; an article or a short bracket may stand between them."""

    __slots__ = ("__weakref__", "glued", "key", "needs", "roots", "words")
    depends: Final = False

    def __init__(self, words: tuple[Term, ...]) -> None:
        self.words = words
        self.roots = frozenset(word.root for word in words if word.kind == "stem")
        text = "".join(word.text for word in words)
        glued = len(words) == 2 and len(text) >= _GLUED and {word.kind for word in words} == {"stem"}
        self.glued = text if glued else ""  # "dropout" for "drop out"
        self.key: Hashable = tuple(word.key for word in words)
        together = bit(text) if glued else 0
        self.needs: Needs = every(tuple(need | together for need in word.needs) for word in words)

    def __reduce__(self) -> tuple[Any, ...]:
        return _phrase, (self.words,)

    @property
    def label(self) -> str:
        return '"' + " ".join(word.label for word in self.words) + '"'

    def terms(self) -> Iterable[Term]:
        return self.words

    def hits(self, search: PatternSearch) -> list[Hit]:
        found = search.find(self.words[0])
        for word in self.words[1:]:
            if not found:
                break
            nexts: dict[int, Hit] = {}
            for hit in search.find(word):
                other = nexts.get(hit.first)
                if other is None or hit.edits < other.edits:
                    nexts[hit.first] = hit
            found = [
                join((hit, nexts[place]))
                for hit in found
                for place in _after(hit.last, search)
                if place in nexts
            ]
        return self._glued(search, found)

    def _glued(self, search: PatternSearch, found: list[Hit]) -> list[Hit]:
        places = search.prose.by_form.get(self.glued) if self.glued else None
        return sorted([*found, *(Hit.of_word(i) for i in places)], key=by_place) if places else found


Made = TypeVar("Made", bound=Pattern)
_MADE: Final[WeakValueDictionary[Hashable, Any]] = WeakValueDictionary()


def same(pattern: Made) -> Made:
    """Return the pattern that was made before and finds the same, so that an answer is searched once for both."""
    made: Made = _MADE.setdefault((type(pattern), pattern.key), pattern)
    return made


def made_of(written: Hashable, language: str) -> Pattern | None:
    """Return the pattern that was made before of what stands in a rubric; None where there is none any more."""
    return _MADE.get((written, language))


def remember(written: Hashable, language: str, pattern: Pattern) -> None:
    """Keep what was made of what stands in a rubric, as long as some rubric uses it."""
    _MADE[written, language] = pattern


def term(text: str, kind: str = "stem", language: str = "en") -> Term:
    """Return the term of a folded word."""
    made: Term | None = _MADE.get((Term, (kind, text, language)))
    return same(Term(text, kind, language)) if made is None else made


def _phrase(words: tuple[Term, ...]) -> Phrase:
    return same(Phrase(words))


def phrases_of(pattern: Pattern) -> Iterable[Phrase]:
    """Yield the phrases a pattern takes, but not those it excepts."""
    if isinstance(pattern, Phrase):
        yield pattern
    for part in (
        *getattr(pattern, "some", ()),
        *getattr(pattern, "every", ()),
        *getattr(pattern, "order", ()),
    ):
        yield from phrases_of(part)


def _after(last: int, search: PatternSearch) -> Iterable[int]:
    """Yield the places where the next word of a phrase may stand."""
    segments = search.prose.segments
    i = last + 1
    if i < len(segments.forms) and segments.sentences[i] == segments.sentences[last]:
        gap = search.prose.text[segments.ends[last] : segments.starts[i]]
        if len(gap) > 1 and ("," in gap or ";" in gap):
            return  # "because it is simple, ReLU ..." holds no "simple ReLU"
        yield i
        if segments.parts[i] in DETERMINERS:
            yield i + 1
    if last in segments.asides:
        yield segments.asides[last]


class VerdictPattern:
    """A yes or no that opens a sentence or an item."""

    __slots__ = ("__weakref__", "key", "label", "needs", "polarity")
    depends: Final = False

    def __init__(self, polarity: str) -> None:
        self.polarity = polarity
        self.label = f"answers {polarity}"
        self.key: Hashable = self.label
        self.needs: Needs = (bit(self.label),)

    def __reduce__(self) -> tuple[Any, ...]:
        return VerdictPattern, (self.polarity,)

    def terms(self) -> Iterable[Term]:
        return ()

    def hits(self, search: PatternSearch) -> list[Hit]:
        return [
            Hit(i, i, (), frozenset({i}))
            for i, said in sorted(search.prose.opening.items())
            if said == self.polarity
        ]
