"""Find the stretches of an answer that answer one sub-question each."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.prose.proseanswer import Prose


def subanswers(prose: Prose, of: int | None, *, sure: bool = False) -> list[tuple[int, int]]:
    """Return the stretches of words that answer one sub-question each.

    Numbered items come first, then items and sentences that open with yes or no, bullets, paragraphs;
    the first way that gives as many as asked for is taken. Without a number the first way that gives two or more.
    `sure` leaves out bullets and paragraphs none of which opens with yes or no: they may answer anything.
    """
    found = prose.subanswers.get((of, sure))
    if found is None:
        found = prose.subanswers[of, sure] = _stretches(prose, of, sure=sure)
    return found


def _stretches(prose: Prose, of: int | None, *, sure: bool) -> list[tuple[int, int]]:
    ways = [
        _numbered(prose),
        _opened_blocks(prose),
        _bullets(prose),
        _paragraphs(prose),
        sorted(prose.opening),
    ]
    for number, starts in enumerate(ways):
        if sure and number in _GUESSED and prose.opening.keys().isdisjoint(_opened(prose, starts)):
            continue
        if len(starts) == of or (of is None and len(starts) > 1):
            return list(zip(starts, [*starts[1:], len(prose)], strict=True))
    if of == 2 and _answers_both(prose):
        return [(0, len(prose))] * of
    return [(0, len(prose))] if of in {None, 1} and len(prose) else []


def _answers_both(prose: Prose) -> bool:
    """Say whether one yes or no answers two sub-questions: "Yes, I think both are fine."."""
    first = [i for i in range(len(prose)) if prose.segments.sentences[i] == 0]
    return list(prose.opening) == [0] and any(prose.forms[i] in _BOTH for i in first)


_BOTH: Final = frozenset({"both"})
_GUESSED: Final = frozenset({2, 3})  # of the ways: bullets and paragraphs


def _opened(prose: Prose, starts: list[int]) -> set[int]:
    """Return the words that may open sub-answers with these first words: these, or what stands behind a lead."""
    leads = (prose.segments.leads.get(prose.segments.blocks[i], (i, i - 1)) for i in starts)
    return {*starts, *(last + 1 for _, last in leads)}


def _first_words(prose: Prose) -> dict[int, int]:
    blocks = prose.segments.blocks
    return {blocks[i]: i for i in reversed(prose.sentence_starts) if i == bisect_left(blocks, blocks[i])}


def _top(prose: Prose, *, ordinal: bool) -> list[int]:
    firsts = _first_words(prose)
    return [
        firsts[number]
        for number, block in enumerate(prose.blocks)
        if block.kind == "item" and block.parent < 0 and number in firsts and bool(block.ordinal) == ordinal
    ]


def _numbered(prose: Prose) -> list[int]:
    return _top(prose, ordinal=True)


def _bullets(prose: Prose) -> list[int]:
    return _top(prose, ordinal=False)


def _opened_blocks(prose: Prose) -> list[int]:
    return [i for _, i in sorted(_first_words(prose).items()) if i in prose.opening]


def _paragraphs(prose: Prose) -> list[int]:
    starts: dict[int, int] = {}
    for number, i in sorted(_first_words(prose).items()):
        starts.setdefault(prose.blocks[number].paragraph, i)
    return list(starts.values())
