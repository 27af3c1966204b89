"""The alternatives of a pattern: large sets are looked up by their words, the rest one by one."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from grader.prose.hits import by_place
from grader.prose.needs import bit, bits
from grader.prose.patterns import Phrase, Term
from grader.prose.spelling import BEGINNING

if TYPE_CHECKING:
    from grader.prose.hits import Hit
    from grader.prose.patterns import Pattern, PatternSearch


class AnyOf:
    """Patterns each of which would do, by the words that lead to them."""

    __slots__ = (
        "beginnings",
        "begun",
        "glued",
        "opening",
        "phrases",
        "prefixes",
        "rest",
        "rooted",
        "roots",
        "stems",
        "together",
    )

    def __init__(self, parts: tuple[Pattern, ...]) -> None:
        self.stems: dict[str, Term] = {}  # the plain words, by spelling
        self.prefixes: dict[str, Term] = {}  # `word*`, by beginning
        self.glued: dict[str, Phrase] = {}  # phrases by how they look in one word
        phrases: dict[str, list[Phrase]] = {}
        rest: list[Pattern] = []
        for part in parts:
            if isinstance(part, Term) and part.kind in {"stem", "prefix"}:
                (self.stems if part.kind == "stem" else self.prefixes)[part.text] = part
            elif isinstance(part, Phrase) and part.words[0].kind == "stem":
                phrases.setdefault(part.words[0].root, []).append(part)
                if part.glued:
                    self.glued[part.glued] = part
            else:
                rest.append(part)
        self.roots = frozenset(term.root for term in self.stems.values())
        begun: dict[str, list[str]] = {}
        for text in self.prefixes:
            begun.setdefault(text[:BEGINNING], []).append(text)
        self.beginnings = tuple((bit(sign), texts) for sign, texts in begun.items())
        # Without any of these signs no prefix, no word and no phrase is found.
        self.begun = bits(begun)
        self.rooted = bits(sorted(self.roots))
        self.opening = self.together = bits(self.glued)
        for each in phrases.values():
            for phrase in each:
                self.opening |= phrase.words[0].needs[0]
        self.phrases = {root: tuple(found) for root, found in phrases.items()}  # by first stem
        self.rest = tuple(rest)  # what has none of these forms

    def hits(self, search: PatternSearch) -> list[Hit]:
        """Return where any of them is found, in order of the text; nobody changes the list, which may be one that is kept."""
        prose, shown = search.prose, search.shown
        lists: list[list[Hit]] = []
        if self.rooted & shown:
            lists = [prose.stemmed(root) for root in self.roots & prose.by_stem.keys()]
        if self.begun & shown:
            for sign, texts in self.beginnings:
                if sign & shown:
                    lists += [hits for text in texts if (hits := prose.begun(text))]
        if self.opening & shown:
            lists += [hits for phrase in self._possible(search) if (hits := search.find(phrase))]
        if search.unusual:
            for terms in (self.stems, self.prefixes):
                for text in sorted(terms.keys() & search.unusual):  # of two readings the same comes first
                    lists.append(
                        [hit for hit in search.find(terms[text]) if hit.repaired or hit.first != hit.last]
                    )
        lists += [hits for pattern in self.rest if (hits := search.find(pattern))]
        if len(lists) < 2:
            return lists[0] if lists else []
        found = list(chain.from_iterable(lists))
        found.sort(key=by_place)
        return found

    def _possible(self, search: PatternSearch) -> list[Phrase]:
        """Return the phrases whose first word the answer has, or that it writes in one word."""
        prose, unusual = search.prose, search.unusual
        known = prose.by_stem.keys()
        if unusual:
            chosen = [
                phrase
                for root, phrases in self.phrases.items()
                for phrase in phrases
                if root in known or phrase.words[0].text in unusual
            ]
        else:
            chosen = [
                phrase
                for root in self.phrases.keys() & known
                for phrase in self.phrases[root]
                if phrase.roots <= known
            ]
        if self.together & search.shown:
            chosen += [phrase for text, phrase in self.glued.items() if text in prose.by_form]
            return list(dict.fromkeys(chosen))
        return chosen
