"""The terms of machine learning: how each is written, what is a kind of it, what is its opposite.

They are data, in `lexicon/terms`. A heading `[sort: kind]` says what the lines below it hold: the sort is `thing`,
`deed`, `quality` or `change` (a quality that can go up, down or stay), and the kind, if any, is what each of them is one
of. A line is a term: its name, then, after commas, how else it is written, in the form of a pattern's text (`slow` in
any inflection, `predict*`, `=active` for this form alone, a phrase; `increase + time` are two words close together); after `<` what it is a kind of,
after `!` its opposites, after `~` words that only show that it may be spoken of.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

from grader.prose.spelling import fold, stem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

Sort = Literal["topic", "thing", "deed", "quality", "change"]
THINGS: Final = frozenset({"topic", "thing"})

_FILES: Final = ("networks", "learning", "classical", "relations")
_MARKS: Final = {"<": "kinds", "!": "opposites", "~": "hints"}
_INDEXED: Final = (
    3  # letters by which terms are looked up before their stems are compared: stemming all takes 0.1 s
)
_REMEMBERED: Final = 10_000  # forms whose longer names are kept; the terms have half as many
_BESIDE: Final = 3  # words that may stand between the two of `increase + time`


@dataclass(frozen=True)
class FieldTerm:
    """One term of the field."""

    name: str
    sort: str
    forms: tuple[str, ...]  # its name first
    kinds: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """All of them, and where a word leads to one."""

    by_name: Mapping[str, FieldTerm]
    _within: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, compare=False)  # by form

    @cached_property
    def _index(self) -> Mapping[str, list[tuple[tuple[str, ...], FieldTerm]]]:
        found: dict[str, list[tuple[tuple[str, ...], FieldTerm]]] = {}
        for term in self.by_name.values():
            for form in term.forms:
                if "+" not in form:
                    words = tuple(map(_folded, words_of(form)))
                    found.setdefault(words[0].lstrip("=")[:_INDEXED], []).append((words, term))
        return found

    @cached_property
    def _kinds(self) -> Mapping[str, list[FieldTerm]]:
        found: dict[str, list[FieldTerm]] = {}
        for term in self.by_name.values():
            for kind in term.kinds:
                found.setdefault(kind, []).append(term)
        return found

    def at(self, forms: Sequence[str], place: int) -> tuple[int, tuple[FieldTerm, ...]]:
        """Return how many of the folded words from a place on are a term, and the terms that may be meant; 0 for none."""
        longest, meant = 0, dict[str, tuple[int, FieldTerm]]()
        for words, term in self._index.get(forms[place][:_INDEXED], ()):
            size = len(words)
            if size < longest or place + size > len(forms):
                continue
            if not all(map(_is_same, words, forms[place : place + size])):
                continue
            if size > longest:
                longest, meant = size, {}
            # A form as it stands outranks one with another ending, and what a term is called how else it is written.
            said = " ".join(words).lstrip("=")
            as_written = said == " ".join(forms[place : place + size])
            rank = 2 * (not as_written) + (said != fold_all(term.name))
            if term.name not in meant or rank < meant[term.name][0]:
                meant[term.name] = (rank, term)
        if not meant:
            return 0, ()
        best = min(rank for rank, _ in meant.values())
        return longest, tuple(term for rank, term in meant.values() if rank == best)

    def below(self, name: str) -> tuple[FieldTerm, ...]:
        """Return all kinds of a term, and kinds of these."""
        found: dict[str, FieldTerm] = {}
        waiting = list(self._kinds.get(name, ()))
        while waiting:
            term = waiting.pop(0)
            if term.name not in found and term.name != name:
                found[term.name] = term
                waiting += self._kinds.get(term.name, ())
        return tuple(found.values())

    def beside(self, term: FieldTerm) -> tuple[FieldTerm, ...]:
        """Return what an answer may speak of instead: other kinds of what a term is a kind of."""
        own = {other.name for other in self.below(term.name)} | {term.name}
        found = {other.name: other for kind in term.kinds for other in self.below(kind)}
        return tuple(other for name, other in found.items() if name not in own)

    @cached_property
    def _longer(self) -> Mapping[str, list[tuple[str, str, list[str]]]]:
        """Names of things that have several words, with the term and the folded words, by each of these."""
        found: dict[str, list[tuple[str, str, list[str]]]] = {}
        for term in self.by_name.values():
            for form in term.forms if term.sort in THINGS else ():
                words = words_of(form)
                folded = list(map(fold, words))
                for word in words if len(words) > 1 and "+" not in form else ():
                    found.setdefault(word.strip("=*")[:_INDEXED], []).append((form, term.name, folded))
        return found

    def longer(self, forms: Iterable[str], own: AbstractSet[str]) -> tuple[str, ...]:
        """Return names of other things of which one of some forms is a part: a "training set" is no training.

        `own` are the names of terms that may be meant.
        """
        found: dict[str, None] = {}
        for form in forms:
            if form not in self._within:
                if len(self._within) >= _REMEMBERED:
                    self._within.clear()
                self._within[form] = tuple(self._names_with(form))
            found.update(dict.fromkeys(other for other, name in self._within[form] if name not in own))
        return tuple(found)

    def _names_with(self, form: str) -> Iterator[tuple[str, str]]:
        """Yield the names of things of which a form is a part, each with its term."""
        if "+" in form:
            return
        words = [fold(word) for word in words_of(form.strip("=*"))]
        for other, name, folded in self._longer.get(words[0][:_INDEXED], ()):
            if _has(folded, words):
                yield other, name

    def opposites(self, term: FieldTerm) -> tuple[FieldTerm, ...]:
        """Return the opposites that are terms themselves."""
        return tuple(self.by_name[name] for name in term.opposites if name in self.by_name)


def words_of(form: str) -> list[str]:
    """Return the words of a form; a hyphen parts two."""
    return form.replace("-", " ").split()


def fold_all(form: str) -> str:
    """Return a form with all its words folded."""
    return " ".join(map(_folded, words_of(form)))


def _folded(word: str) -> str:
    return f"={fold(word[1:])}" if word.startswith("=") else fold(word)


def pattern_of(form: str) -> Any:
    """Return a form as a pattern of the check `keywords`."""
    if " + " not in form:
        return form
    return {"all": form.split(" + "), "near": _BESIDE, "within": "clause"}


def _is_same(word: str, form: str) -> bool:
    if word.endswith("*"):
        return form.startswith(word[:-1])
    if word.startswith("="):
        return word[1:] == form
    # Words that begin with another letter have another stem.
    return word == form or (len(form) > _INDEXED and word[:1] == form[:1] and stem(word) == stem(form))


def _has(words: list[str], part: list[str]) -> bool:
    size = len(part)
    return size < len(words) and any(
        all(map(_is_same, part, words[at : at + size])) for at in range(len(words) - size + 1)
    )


@lru_cache(maxsize=1)
def terms() -> Terms:
    """Return the terms; the first call reads them."""
    folder = files("grader.prose.lexicon").joinpath("terms")
    found: dict[str, FieldTerm] = {}
    for name in _FILES:
        for term in read_terms(folder.joinpath(f"{name}.txt").read_text(encoding="utf-8")):
            if term.name in found:
                raise ValueError(f"{name}.txt: the term {term.name!r} stands there twice")
            found[term.name] = term
    return Terms(found)


def read_terms(text: str) -> Iterator[FieldTerm]:
    """Yield the terms of a file."""
    sort, kind = "thing", ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            sort, _, kind = line.strip("[]").partition(":")
            kind = kind.strip()
            continue
        parts: dict[str, tuple[str, ...]] = {}
        rest = line
        for mark in reversed(_MARKS):
            rest, _, said = rest.partition(f" {mark} ")
            parts[_MARKS[mark]] = _listed(said)
        forms = _listed(rest)
        kinds = (*((kind,) if kind else ()), *parts["kinds"])
        yield FieldTerm(forms[0], sort, forms, kinds, parts["opposites"], parts["hints"])


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in text.split(",") if (item := part.strip())))
