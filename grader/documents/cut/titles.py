"""The words a question is known by: its title, its further headings, its own text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.submission import Outline

# Words that a line must share with a question's text to be it: fewer stand in many texts.
LEAST_WORDS: Final = 5
# Share of a line's words that stand in the question's text.
LEAST_SHARE: Final = 0.8
# Likeness of two titles, in per cent, where one may be misspelt.
LEAST_LIKENESS: Final = 86
# A heading that holds a title has few words beside it.
MOST_BESIDE: Final = 5
_WORD: Final = deferred(r"\w+")
_SPELLING: Final = deferred(r"iz(?=e|ing|ation)")


class KnownTitle(NamedTuple):
    """Which question a line's words are, how, and where on the line what follows them begins."""

    question: int
    how: str  # `heading` of the rubric, `title`, `holds` the title, `text`, `nearly`


def folded(text: str) -> str:
    """Return the words of a text without case, punctuation or British spelling."""
    words = " ".join(_WORD.findall(text.casefold()))
    return _SPELLING.sub("is", words) if "iz" in words else words


# Outlines whose names are kept: one run has one.
KEPT: Final = 4


@lru_cache(maxsize=KEPT)
def titles_of(outline: Outline) -> Titles:
    """Return how the outline's questions may be called, worked out once."""
    return Titles(outline)


class Titles:
    """How the outline's questions may be called."""

    def __init__(self, outline: Outline) -> None:
        self._exact: dict[str, KnownTitle] = {}
        self._own: set[tuple[str, int]] = set()  # two questions may have one title
        named: list[tuple[str, KnownTitle]] = []
        for position, question in enumerate(outline.questions):
            named += [(heading, KnownTitle(position, "heading")) for heading in question.headings]
        for position, question in enumerate(outline.questions):
            named += [(title, KnownTitle(position, "title")) for title in (question.id, question.title)]
        for title, known in named:
            if words := folded(title):
                self._exact.setdefault(words, known)
                self._own.add((words, known.question))
        self._texts: Sequence[tuple[str, ...]] = [
            tuple(folded(question.text).split()) for question in outline.questions
        ]
        self._sets = [frozenset(words) for words in self._texts]
        self._every = frozenset().union(*self._sets)
        self._longest = max(map(len, self._exact), default=0)

    def exact(self, plain: str) -> KnownTitle | None:
        """Return the question whose title or heading a line is."""
        letters = sum(map(len, _WORD.findall(plain[: 2 * self._longest + 2])))
        return self._exact.get(folded(plain)) if letters <= self._longest else None

    def is_own(self, plain: str, question: int) -> bool:
        """Whether a text says nothing but what a question is called or asks."""
        return self.is_title(plain, question) or self.is_text(plain, question)

    def is_title(self, plain: str, question: int) -> bool:
        """Whether a text says nothing but what a question is called."""
        return (folded(plain), question) in self._own

    def is_text(self, plain: str, question: int) -> bool:
        """Whether a text is a piece of the question's own words."""
        words = folded(plain).split()
        if len(words) < 3 or not self._sets[question]:
            return False
        return sum(word in self._sets[question] for word in words) >= LEAST_SHARE * len(words)

    def asks(self, plain: str) -> bool:
        """Whether a text is a piece of some question's own words."""
        return len(plain.split()) >= LEAST_WORDS and any(
            self.is_text(plain, question) for question in range(len(self._sets))
        )

    def asked(self, plain: str) -> KnownTitle | None:
        """Return the one question whose own words a line begins with."""
        words = folded(plain).split()
        if len(words) < LEAST_WORDS or sum(map(self._every.__contains__, words)) < LEAST_SHARE * len(words):
            return None
        shares = [sum(word in known for word in words) / len(words) if known else 0.0 for known in self._sets]
        best = max(range(len(shares)), key=shares.__getitem__, default=-1)
        if best < 0 or shares[best] < LEAST_SHARE or sum(share >= shares[best] - 0.1 for share in shares) > 1:
            return None
        return KnownTitle(best, "text")

    def held(self, plain: str) -> KnownTitle | None:
        """Return the one question whose title a heading holds as whole words, or nearly is."""
        words = folded(plain)
        count = len(words.split())
        held = {
            known.question
            for title, known in self._exact.items()
            if f" {title} " in f" {words} "
            and (known.how == "heading" or count <= len(title.split()) + MOST_BESIDE)
            and not title.isdecimal()
            and len(title) > 2
        }
        if len(held) == 1:
            return KnownTitle(held.pop(), "holds")
        return self._nearly(words) if not held and len(words) >= 6 else None

    def _nearly(self, words: str) -> KnownTitle | None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only headings that are no title come here

        long = [
            title for title in self._exact if len(title) >= 6 and not any(char.isdecimal() for char in title)
        ]
        best = process.extractOne(words, long, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
        return KnownTitle(self._exact[best[0]].question, "nearly") if best else None
