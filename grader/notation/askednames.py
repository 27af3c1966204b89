"""What a reading asked of the names that a rubric declares: with names that answer alike a text is read alike.

Every criterion declares names of its own, and most of them do not occur in a text. The reader sees names only through
what is noted here, so that one reading holds for all names that give the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.notation.grammar.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from grader.notation.names import Names

MAX_WALK: Final = 12
"""Tokens kept of the place where a spelling was looked for; where one is longer, the text is read again."""

_BRACES: Final = frozenset({"{", "}"})


class _AskedWords(Mapping[str, str]):
    """A mapping that notes which keys were asked for."""

    __slots__ = ("answers", "missing", "renamed", "words")

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self.answers: dict[str, str] = {}
        self.missing: set[str] = set()
        self.renamed: dict[str, str] = {}  # asked for, the word itself where it is not declared

    def __contains__(self, key: object) -> bool:
        if key in self.words:
            self.answers[str(key)] = self.words[str(key)]
            return True
        self.missing.add(str(key))
        return False

    def __getitem__(self, key: str) -> str:
        if key in self:
            return self.answers[key]
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what stands for a key, the default where nothing does."""
        found = self.words.get(key)
        if default == key:
            self.renamed[key] = found or key
            return found or key
        if found is None:
            self.missing.add(key)
            return default
        self.answers[key] = found
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("which words are declared is asked word by word")

    def __len__(self) -> int:
        return len(self.words)  # whether there are any is part of the manner

    def alike(self, words: Mapping[str, str]) -> bool:
        """Whether another mapping gives the same answers."""
        return (
            words.keys().isdisjoint(self.missing)
            and self.answers.items() <= words.items()
            and all(words.get(key, key) == name for key, name in self.renamed.items())
        )


class _AskedSet:
    """A set that notes what was looked for in it."""

    __slots__ = ("found", "members", "missing")

    def __init__(self, members: frozenset[str]) -> None:
        self.members = members
        self.found: set[str] = set()
        self.missing: set[str] = set()

    def __contains__(self, member: object) -> bool:
        holds = member in self.members
        (self.found if holds else self.missing).add(str(member))
        return holds

    def alike(self, members: frozenset[str]) -> bool:
        """Whether another set gives the same answers."""
        return self.found <= members and members.isdisjoint(self.missing)


class AskedNames:
    """The names of a rubric for one reading of a text, with a record of what the reading depends on."""

    __slots__ = (
        "_asked", "_names", "_walks", "constants", "functions", "implicit_first", "matrices", "quantity", "symbols", "words",
    )  # fmt: skip

    def __init__(self, names: Names) -> None:
        self._names: Names = names
        self.constants, self.quantity = names.constants, names.quantity
        self.implicit_first = names.implicit_first
        self.words = _AskedWords(names.words)
        self.symbols, self.functions = _AskedSet(names.symbols), _AskedSet(names.functions)
        self.matrices = _AskedSet(names.matrices)
        self._asked: dict[tuple[int, ...], _Walk] = {}  # by the tokens, which the walk keeps
        self._walks: tuple[_Walk, ...] = ()

    @staticmethod
    def manner(names: Names) -> Hashable:
        """Return what is no matter of single names: readings are kept apart by it."""
        return names.implicit_first, names.quantity, bool(names.words), frozenset(names.constants.items())

    def match(self, tokens: Sequence[Token], at: int, *, plain: bool) -> tuple[str, int] | None:
        """Return the symbol whose longest spelling begins at a token, and the token behind it.

        `plain` says that a letter declared as itself, and by itself, is read as one that is not declared.
        """
        walk = tuple(tokens[at : at + MAX_WALK])
        found = _matched(self._names, walk)
        if found is _LONGER:
            found = self._names.match(tokens, at)
            walk = tuple(tokens[at:])
        place = tuple(map(id, walk))
        if place not in self._asked:
            self._asked[place] = walk, plain, _answer(walk, found, plain=plain)
        return None if found is None else (found[0], found[1] + at)

    def closed(self) -> AskedNames:
        """Return the record alone, each question once."""
        once = {(_keys(walk), plain): (walk, plain, answer) for walk, plain, answer in self._asked.values()}
        self._walks, self._asked = tuple(once.values()), {}
        return self

    def alike(self, names: Names) -> bool:
        """Whether other names of the same manner give the same answers to all that was asked."""
        return (
            self.words.alike(names.words)
            and self.symbols.alike(names.symbols)
            and self.functions.alike(names.functions)
            and self.matrices.alike(names.matrices)
            and all(
                _answer(walk, _matched(names, walk), plain=plain) == answer
                for walk, plain, answer in self._walks
            )
        )


_Found = tuple[str, int] | None
_Walk = tuple[tuple[Token, ...], bool, _Found]
_LONGER: Final = ("", -1)  # a spelling may go on behind the tokens that were kept


def _matched(names: Names, walk: tuple[Token, ...]) -> _Found:
    first = walk[0]
    if first.kind not in _BRACES and first.key not in names.spellings:
        return None
    try:
        return names.match(walk, 0)
    except IndexError:
        return _LONGER


def _answer(walk: tuple[Token, ...], found: _Found, *, plain: bool) -> _Found:
    """Return what was found, None for a plain letter that is declared as itself."""
    return None if plain and found == (walk[0].key, 1) else found


def _keys(walk: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple([token.kind if token.kind in _BRACES else "=" + token.key for token in walk])
