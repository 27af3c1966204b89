"""Which names plain text reads as themselves; all others are written in quotation marks."""

from __future__ import annotations

from typing import Final

from grader.notation.grammar.scripts import index_parts
from grader.notation.grammar.words import is_function, split_run
from grader.notation.lazypatterns import deferred
from grader.notation.names import NO_NAMES
from grader.notation.vocabulary import CALLED_FUNCTIONS, GREEK, KEYWORDS, PROSE, WORD_CONSTANTS

WORD: Final = deferred(r"[A-Za-z]+\d*")
_ACCENTED: Final = deferred(r"([A-Za-z]+)_(hat|bar|tilde|dot|ddot|check|breve|star)")
_SNAKE: Final = deferred(r"[A-Za-z]{2,}(?:_[A-Za-z]{2,})+")
_FUNCTION_LETTERS: Final = frozenset({"f", "g", "h", "F", "G", "H", "phi", "psi", "Phi", "Psi"})


def reads_as_itself(name: str) -> bool:
    """Say whether plain text reads a word as the symbol of that name."""
    if name in GREEK:
        return name != "pi"
    if len(name) == 1:
        return name.isalpha() and name.isascii() and name != "e"
    accented = _ACCENTED.fullmatch(name)
    if accented is not None:
        return reads_as_itself(accented.group(1))
    if _SNAKE.fullmatch(name):
        parts = name.split("_")
        return all(_plain_word(part) and part not in GREEK for part in parts[:1]) and all(
            len(part) > 1
            and part.isalpha()
            and index_parts(part, NO_NAMES.words) == (part,)
            and part not in GREEK
            for part in parts[1:]
        )
    return _plain_word(name)


def _plain_word(name: str) -> bool:
    if not WORD.fullmatch(name) or name in KEYWORDS or name in WORD_CONSTANTS or name in PROSE:
        return False
    free = split_run(name, NO_NAMES, called=False, latex=False) == (name,)
    return free and not is_function(name, called=False) and name not in {"eps", "lamda", "lmbda", "lam"}


def called(name: str) -> str:
    """Return a function's name so that it is read as one."""
    if name in _FUNCTION_LETTERS or CALLED_FUNCTIONS.get(name) == "call:" + name:
        return name
    plain = _plain_word(name) and len(name) > 1 and name not in GREEK and not is_function(name, called=True)
    return name if plain and split_run(name, NO_NAMES, called=True, latex=False) == (name,) else f'"{name}"'
