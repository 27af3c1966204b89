"""Wrong values that two hand-ins share and few others have, question by question."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.similarity.sheets import AnswerSheet, WrongValue


@dataclass(frozen=True, slots=True)
class SharedValues:
    """The wrong values of one question that two hand-ins share.

    Wrong values of one question hang together (who leaves out the biases does so in every layer), so they are counted
    once, by how many have all of them.
    """

    left: tuple[WrongValue, ...]
    right: tuple[WrongValue, ...]
    holders: int  # hand-ins that have all of them, these two included
    of: int  # hand-ins that answered the question
    bits: float


@dataclass(slots=True)
class WrongValues:
    """What is rare among the wrong values of a class: by pair and question, and how many pairs there are of each strength."""

    shared: dict[tuple[int, int], dict[str, SharedValues]] = field(default_factory=dict)
    strengths: dict[str, Counter[float]] = field(default_factory=dict)  # by question


def shared_values(sheets: Sequence[AnswerSheet], *, few: int) -> WrongValues:
    """Return the wrong values that two hand-ins share and at most `few` have: work in the number of hand-ins times `few`."""
    holders: dict[tuple[str, tuple[str, str]], dict[int, WrongValue]] = {}
    answered: Counter[str] = Counter()
    for place, sheet in enumerate(sheets):
        for question, text in sheet.texts.items():
            answered[question] += bool(text.strip())
        for value in sheet.wrong:
            holders.setdefault((value.question, value.key), {})[place] = value
        # Structured answers may have values and no text.
        for question in {value.question for value in sheet.wrong}:
            answered[question] += not sheet.texts.get(question, "").strip()
    pairs: dict[tuple[str, int, int], list[dict[int, WrongValue]]] = {}
    for (question, _), found in holders.items():
        if 2 <= len(found) <= few:
            for left, right in combinations(sorted(found), 2):
                pairs.setdefault((question, left, right), []).append(found)
    result = WrongValues()
    for (question, left, right), values in pairs.items():
        both = set.intersection(*(set(found) for found in values))
        bits = log2(max(answered[question] - 1, 1) / (len(both) - 1))
        if bits <= 0:
            continue
        result.shared.setdefault((left, right), {})[question] = SharedValues(
            tuple(found[left] for found in values),
            tuple(found[right] for found in values),
            len(both),
            answered[question],
            bits,
        )
        result.strengths.setdefault(question, Counter())[bits] += 1
    return result


def are_partners(sheets: Sequence[AnswerSheet]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of hand-ins that have a student in common: a group that handed in twice is no pair."""
    places: dict[str, list[int]] = {}
    for place, sheet in enumerate(sheets):
        for student in sheet.ids:
            places.setdefault(student, []).append(place)
    for found in places.values():
        yield from combinations(found, 2)
