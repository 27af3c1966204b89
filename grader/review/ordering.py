"""In which order answers are decided: one question across the class, like beside like, nobody first for their name.

Answers of one question begin at one chosen by a digest and go on with the most similar that is left (Jaccard's
coefficient of their words), so that no student's place in the class decides how they are judged; answers in which only
rows without points are open come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.review.index import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.review.index import OpenAnswer

# The nearest is looked for among so many; beyond, the order of digests holds. It keeps 1,000 answers under a second.
_NEAR: Final = 150


def ordered(units: Iterable[OpenAnswer], questions: Sequence[str], assignment: str) -> list[str]:
    """Return the keys of answers in the order in which they are decided."""
    by_question: dict[str, list[OpenAnswer]] = {question: [] for question in questions}
    last: dict[str, list[OpenAnswer]] = {question: [] for question in questions}
    for unit in units:
        worth = any(row.points for row in unit.rows)
        (by_question if worth else last)[unit.question].append(unit)
    parts = [*by_question.values(), *last.values()]
    return [unit.key for part in parts for unit in _chained(part, assignment)]


def _chained(units: list[OpenAnswer], assignment: str) -> list[OpenAnswer]:
    rest = sorted(units, key=lambda unit: (hash_of(f"{assignment}\n{unit.question}\n{unit.alike}"), unit.key))
    chain: list[OpenAnswer] = []
    while rest:
        if not chain:
            chain.append(rest.pop(0))
            continue
        words = chain[-1].words
        near = max(range(min(len(rest), _NEAR)), key=lambda place: _similar(words, rest[place].words))
        chain.append(rest.pop(near))
    return chain


def _similar(one: frozenset[int], other: frozenset[int]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
