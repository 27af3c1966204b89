"""Pairs of hand-ins that share more than chance would give, the strongest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from math import log2
from typing import TYPE_CHECKING, Final

from grader.records import dataclass
from grader.similarity.coincidence import Coincidence
from grader.similarity.sharedwording import ClassWording, WordNumbers
from grader.similarity.stretches import count_meetings, most_bits, shared_stretches
from grader.similarity.wrongvalues import are_partners, shared_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.similarity.sheets import AnswerSheet, ClassSheets
    from grader.similarity.stretches import SharedStretch
    from grader.similarity.wrongvalues import SharedValues

# What more hand-ins have than this share of the class is what people write; never fewer than three, and never more than
# twenty, so that the work grows with the class and not with its square.
_SHARE: Final = 20
_FEWEST: Final = 3
_MOST: Final = 20
FEWEST_HANDINS: Final = 5  # fewer tell nothing of what is rare
MAX_PAIRS: Final = 500  # that are told; a teacher who sees as many looks for a template


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two hand-ins and what they share; `expected` pairs of such a class share as much by chance."""

    left: AnswerSheet
    right: AnswerSheet
    expected: float
    values: Mapping[str, SharedValues]  # by question
    stretches: Mapping[str, tuple[SharedStretch, ...]]

    @property
    def names(self) -> tuple[str, str]:
        """Who handed in, by their ids: equal pairs are told in this order."""
        return min(self.left.ids), min(self.right.ids)


@dataclass(frozen=True, slots=True)
class SimilarPairs:
    """What was found in a class, the strongest first."""

    sheets: ClassSheets
    compared: int  # pairs that the class has
    few: int  # what more hand-ins than this have counts for nothing
    pairs: tuple[SimilarPair, ...]
    more: int  # pairs beyond MAX_PAIRS


def similar_pairs(found: ClassSheets, *, limit: float, given: Iterable[str] = ()) -> SimilarPairs:
    """Return the pairs of which chance gives at most `limit` in the class.

    `given` are texts that everybody may use: what was handed out, the rubric, lecture notes.
    """
    # In one order whatever that of the files: who stands on the left says nothing.
    found = replace(
        found, sheets=tuple(sorted(found.sheets, key=lambda sheet: (min(sheet.ids), sheet.source)))
    )
    sheets = found.sheets
    if len(sheets) < FEWEST_HANDINS:
        return SimilarPairs(found, 0, 0, (), 0)
    few = max(_FEWEST, min(_MOST, len(sheets) // _SHARE))
    values = shared_values(sheets, few=few)
    wordings = _wordings(found, few, given)
    chance = Coincidence(len(sheets), values.strengths.values())
    needed = log2(chance.pairs / limit)
    pairs = []
    for (left, right), told in _candidates(sheets, values.shared, wordings, needed):
        stretches = {
            question: shared
            for question in told
            if (shared := shared_stretches(wordings[question], left, right))
        }
        own = values.shared.get((left, right), {})
        told_bits = sum(item.bits for shared in stretches.values() for item in shared)
        if len(own) < 2 and told_bits + sum(item.bits for item in own.values()) < needed - 1:
            continue  # chance gives more than this, whatever the number of stretches
        expected = chance.expected(
            (item.bits for item in own.values()),
            (item.bits for shared in stretches.values() for item in shared),
        )
        if expected <= limit:
            pairs.append(SimilarPair(sheets[left], sheets[right], expected, own, stretches))
    pairs.sort(key=lambda pair: (pair.expected, pair.names))
    return SimilarPairs(found, chance.pairs, few, tuple(pairs[:MAX_PAIRS]), max(0, len(pairs) - MAX_PAIRS))


def _wordings(found: ClassSheets, few: int, given: Iterable[str]) -> dict[str, ClassWording]:
    vocabulary = WordNumbers()
    titles = (text for pair in found.titles.items() for text in pair)
    known = vocabulary.known_grams([*titles, *given])
    return {
        question: ClassWording(
            [vocabulary.sequence(sheet.texts.get(question, "")) for sheet in found.sheets],
            few=few,
            known=known,
        )
        for question in found.titles
    }


def _candidates(
    sheets: Sequence[AnswerSheet],
    values: Mapping[tuple[int, int], Mapping[str, SharedValues]],
    wordings: Mapping[str, ClassWording],
    needed: float,
) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Yield the pairs that may share enough, each with the questions in which they wrote the same."""
    most: defaultdict[tuple[int, int], float] = defaultdict(float)
    for pair, shared in values.items():
        # Wrong values of several questions are rarer together than their bits tell: all of these are looked at.
        most[pair] = needed if len(shared) > 1 else sum(item.bits for item in shared.values())
    met: dict[str, Counter[tuple[int, int]]] = {}
    for question, wording in wordings.items():
        met[question] = count_meetings(wording)
        for pair, count in met[question].items():
            most[pair] += most_bits(wording.answers[pair[0]], wording.answers[pair[1]], count)
    partners = set(are_partners(sheets))
    for pair in sorted(pair for pair, bits in most.items() if bits >= needed):
        if pair not in partners:
            yield pair, [question for question in wordings if met[question][pair]]
