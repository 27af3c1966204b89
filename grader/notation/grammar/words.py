"""Runs of letters: one name, or a product of names.

`stride` is one name, `xy` is x y, `2omegat` ends in omega t, `nlog` is n times log. Declared names
win; what is left follows rules that need no dictionary.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.piececache import recalled
from grader.notation.vocabulary import (
    ALIASES,
    BARE_FUNCTIONS,
    CALLED_FUNCTIONS,
    GREEK,
    KNOWN_WORDS,
    NAMED_FUNCTIONS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notation.grammar.parser import DeclaredNames

MAX_SPLIT: Final = 40
"""Letters in a run that is tried as a product; longer ones are one word."""

MAX_REMEMBERED: Final = 2_048
"""Runs of letters that are kept; a class writes far fewer."""

_LONG_GREEK: Final = frozenset(name for name in GREEK if len(name) >= 3) | {"eps", "lamda", "lmbda", "lam"}
_AFTER_A_LETTER: Final = frozenset({"sin", "cos", "tan", "log", "exp", "sqrt", "sinh", "cosh", "tanh"})
"""Functions that may stand right behind a letter without parentheses: `nlog n`."""
_ACCENT_TAIL: Final = deferred(r"([xyzpmvf]|theta|beta|mu|sigma|alpha|lambda)(hat|bar|tilde)")
"""`yhat` is how plain text writes a y with a hat; letters that would make an English word are left out."""
_VOWELS: Final = frozenset("aeiouyAEIOUY")


def split_run(run: str, names: DeclaredNames, *, called: bool, latex: bool) -> tuple[str, ...]:
    """Return the names a run of letters (with digits behind it, in plain text) stands for.

    `called` says that an opening parenthesis follows, so that a function may stand at the end.
    """
    stem = run.rstrip("0123456789")
    if len(stem) == 1 or run in names.words or run in names.functions:
        return (run,)
    accented = _ACCENT_TAIL.fullmatch(run)
    if accented is not None:
        return (f"{accented.group(1)}_{accented.group(2)}",)
    if run in names.constants or run in GREEK or run in ALIASES or is_function(run, called=called):
        return (run,)
    if len(run) > MAX_SPLIT:
        return (run,)
    if names.words:
        pieces = _declared_pieces(run, names.words, names, called=called)
        if pieces is not None:
            return pieces
    lettered = len(stem) == 3 and not latex and all(letter in names.words for letter in run)
    return _undeclared(run, called=called, latex=latex, lettered=lettered)


def is_function(word: str, *, called: bool) -> bool:
    """Say whether a word is a function where it stands; some need their parentheses to be one."""
    if word in BARE_FUNCTIONS:
        return True
    if called and word in CALLED_FUNCTIONS:
        return True
    return called and len(word) > 2 and word[0].isupper() and word.lower() in NAMED_FUNCTIONS


def _declared_pieces(
    run: str, words: Mapping[str, str], names: DeclaredNames, *, called: bool
) -> tuple[str, ...] | None:
    """Cut a run into as few declared names, constants and Greek letters as can be, a function last."""
    best: list[tuple[str, ...] | None] = [None] * (len(run) + 1)
    best[0] = ()
    for end in range(1, len(run) + 1):
        for start in range(end):
            head = best[start]
            if head is None:
                continue
            piece = run[start:end]
            known = (
                piece in words or piece in names.constants or piece in _LONG_GREEK or piece in names.functions
            )
            if not known and end == len(run) and start > 0:
                known = len(piece) > 1 and is_function(piece, called=called)
            current = best[end]
            if known and (current is None or len(head) + 1 < len(current)):
                best[end] = (*head, piece)
    return best[len(run)]


@recalled(MAX_REMEMBERED)
def _undeclared(run: str, *, called: bool, latex: bool, lettered: bool) -> tuple[str, ...]:
    """Cut a run that is no declared name; `lettered` says that each of its letters is one."""
    stem = run.rstrip("0123456789")
    cut = _cut_at_known(run, called=called)
    if cut is not None:
        return cut
    if run in KNOWN_WORDS or len(stem) > 3 or stem != run or (called and len(run) > 2):
        return _letters(run) if latex and _is_alphabetical(run) else (run,)
    if len(stem) == 3 and not latex and _pronounceable(stem) and not lettered:
        return (run,)
    return _letters(run)


def _cut_at_known(run: str, *, called: bool) -> tuple[str, ...] | None:
    """Cut off a Greek letter or function with at most two letters beside it: `omegat`, `nlog(`, `isin(`."""
    for size in (1, 2):
        head, tail = run[:size], run[size:]
        if tail in _LONG_GREEK and len(tail) > 3:
            return (*head, tail)
        if head.isalpha() and (
            tail in _AFTER_A_LETTER if not called else len(tail) > 2 and is_function(tail, called=True)
        ):
            return (*head, tail)
        head, tail = run[:-size], run[-size:]
        if head in _LONG_GREEK and len(head) > 3 and tail.isalpha():
            return (head, *tail)
        if head == "pi" and tail.isalpha():
            return (head, *tail)
    return None


def _letters(run: str) -> tuple[str, ...]:
    """Return the letters of a run, digits staying with the last."""
    stem = run.rstrip("0123456789")
    return (*stem[:-1], stem[-1] + run[len(stem) :])


def _is_alphabetical(run: str) -> bool:
    """Say whether letters follow each other as in the alphabet: `abcd` is a product."""
    return all(ord(after) - ord(before) == 1 for before, after in pairwise(run))


def _pronounceable(word: str) -> bool:
    """Say whether three letters are a consonant, a vowel and a consonant: `dim`, not `mnk`."""
    return word[1] in _VOWELS and word[0] not in _VOWELS and word[2] not in _VOWELS and word[0].islower()
