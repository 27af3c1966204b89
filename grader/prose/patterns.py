"""Patterns over a read answer: terms, phrases, leading verdicts. A pattern yields hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from grader.prose.englishwords import DETERMINERS, NEGATORS
from grader.prose.hits import Hit, by_place, join
from grader.prose.needs import every
from grader.prose.spelling import BEGINNING, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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
    def signs(self) -> AbstractSet[str]:
        """What patterns may need of the answer."""
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

    def is_about(self, hit: Hit, patterns: tuple[Pattern, ...]) -> bool:
        """Say whether the clause of a hit speaks of one of the patterns."""
        ...


class Pattern(Protocol):
    """Anything that can be looked for."""

    @property
    def label(self) -> str:
        """The pattern as a person would write it."""
        ...

    def hits(self, search: PatternSearch) -> list[Hit]:
        """Return where it is found, in order of the text."""
        ...

    @property
    def shared(self) -> bool:
        """Whether the same is found whichever criterion asks, unless words were repaired."""
        ...

    def terms(self) -> Iterable[Term]:
        """Yield the single words it is made of."""
        ...

    @property
    def needs(self) -> Needs:
        """Sets of signs; it is not found in an answer that has none of one of them."""
        ...


@dataclass(frozen=True, eq=False)
class Term:
    """One word: by its stem, by its beginning (`predict*`) or exactly (`=normal`)."""

    shared: ClassVar[bool] = False  # by other means: see `hits`
    text: str  # folded
    kind: str = "stem"  # "stem", "prefix", "exact", "number" or "not"
    language: str = "en"
    root: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", stem(self.text, self.language))

    @property
    def label(self) -> str:
        return f"{self.text}*" if self.kind == "prefix" else self.text

    def terms(self) -> Iterable[Term]:
        yield self

    @property
    def needs(self) -> Needs:
        if self.kind == "not":
            return ()
        if self.kind == "prefix":
            return (frozenset({self.text[:BEGINNING]}),)
        return (frozenset({self.text, self.root} if self.kind == "stem" else {self.text}),)

    def hits(self, search: PatternSearch) -> list[Hit]:
        # As written a word stands in the same places whichever criterion asks.
        known = search.prose.written
        key = (self.kind, self.text)
        found = known.get(key)
        if found is None:
            found = known[key] = self._written(search.prose)
        fixes = search.fixes.get(self.text)
        if not fixes:
            return found
        repaired = [Hit(i, i, (i,), frozenset(), ((i, self.label, edits),)) for i, edits in fixes]
        return sorted([*found, *repaired], key=by_place)

    def _written(self, prose: Prose) -> list[Hit]:
        if self.kind == "stem":
            found = prose.stemmed(self.root)
            joined = prose.segments.joined
            if not joined or self.text not in joined:
                return found
            found = found.copy()
            found.extend(Hit(i, i + 1, (i, i + 1)) for i in joined[self.text])
        elif self.kind == "prefix":
            found = prose.begun(self.text).copy()
            found.extend(
                Hit(i, i + 1, (i, i + 1))
                for form, places in prose.segments.joined.items()
                if form.startswith(self.text)
                for i in places
            )
        elif self.kind == "not":
            found = [
                Hit(i, i, (i,)) for form, places in prose.by_form.items() if is_not(form) for i in places
            ]
        else:
            found = [Hit(i, i, (i,)) for i in prose.by_form.get(self.text, ())]
        if len(found) > 1:
            found.sort(key=by_place)
        return found


def is_not(form: str) -> bool:
    """Say whether a word is "not", alone or in a contraction."""
    return form in _NOT or form.endswith("n't")


@dataclass(frozen=True, eq=False)
class Phrase:
    """Words one after the other; an article or a short bracket may stand between them."""

    shared: ClassVar[bool] = False
    words: tuple[Term, ...]
    glued: str = field(init=False, default="")  # "dropout" for "drop out"
    roots: frozenset[str] = field(init=False, default=frozenset())  # stems without which it is not there

    def __post_init__(self) -> None:
        roots = frozenset(word.root for word in self.words if word.kind == "stem")
        object.__setattr__(self, "roots", roots)
        text = "".join(word.text for word in self.words)
        if len(self.words) == 2 and len(text) >= _GLUED and {word.kind for word in self.words} == {"stem"}:
            object.__setattr__(self, "glued", text)

    @property
    def label(self) -> str:
        return '"' + " ".join(word.label for word in self.words) + '"'

    def terms(self) -> Iterable[Term]:
        return self.words

    @property
    def needs(self) -> Needs:
        glued = {self.glued} if self.glued else set()
        return every(tuple(need | glued for need in word.needs) for word in self.words)

    def hits(self, search: PatternSearch) -> list[Hit]:
        known = search.prose.by_stem.keys()
        if not self.roots <= known and any(
            word.kind == "stem" and word.root not in known and word.text not in search.unusual
            for word in self.words
        ):
            return self._glued(search, [])
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
        return sorted([*found, *(Hit(i, i, (i,)) for i in places)], key=by_place) if places else found


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


@dataclass(frozen=True, eq=False)
class VerdictPattern:
    """A yes or no that opens a sentence or an item."""

    shared: ClassVar[bool] = False
    polarity: str

    @property
    def label(self) -> str:
        return f"answers {self.polarity}"

    def terms(self) -> Iterable[Term]:
        return ()

    @property
    def needs(self) -> Needs:
        return (frozenset({self.label}),)

    def hits(self, search: PatternSearch) -> list[Hit]:
        return [
            Hit(i, i, (), frozenset({i}))
            for i, said in sorted(search.prose.opening.items())
            if said == self.polarity
        ]
