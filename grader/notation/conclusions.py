r"""What an answer concludes with: `\boxed{...}`, what is announced as the answer, else the last formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.formulas import MAX_TEXT, FoundFormula, find_formulas

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BOXED: Final = 20  # boxes of one answer that are looked at

_BOX: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_BRACES: Final = re.compile(r"\\[{}]|[{}]")
_CUE: Final = re.compile(
    r"\b(?:final answer|answer|solution|result|conclusion)s?\b[^.\n$]{0,40}?(?:\bis\b|\bare\b|:|=)"
    r"|\b(?:therefore|thus|hence|consequently|finally)\b",
    re.IGNORECASE,
)


def find_conclusions(text: str) -> tuple[FoundFormula, ...]:
    """Return the formulas an answer ends with: all in boxes, else the one announced last, else the last."""
    text = text[:MAX_TEXT]
    boxed = tuple(_boxed(text))
    if boxed:
        return boxed
    found = find_formulas(text)
    if not found:
        return ()
    cue = None
    for match in _CUE.finditer(text):
        cue = match
    if cue is not None:
        behind = [formula for formula in found if formula.start >= cue.end()]
        if behind:
            return (behind[-1],)
    return (found[-1],)


def _boxed(text: str) -> Iterator[FoundFormula]:
    """Yield what stands in boxes, outermost ones only."""
    at, count = 0, 0
    while count < MAX_BOXED:
        opening = _BOX.search(text, at)
        if opening is None:
            return
        end = _closing(text, opening.end())
        if end is None:
            return
        start = opening.end()
        while start < end and text[start].isspace():
            start += 1
        stop = end
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if start < stop:
            count += 1
            yield FoundFormula(text[start:stop], start, stop, "latex", display=True)
        at = end + 1


def _closing(text: str, at: int) -> int | None:
    depth = 1
    for match in _BRACES.finditer(text, at):
        part = match.group()
        if part == "{":
            depth += 1
        elif part == "}":
            depth -= 1
            if not depth:
                return match.start()
    return None
