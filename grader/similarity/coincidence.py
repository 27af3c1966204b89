"""How many pairs of a class would share as much by chance, in a model that is simple and says so.

Wrong values: a pair shares them in one question as often as pairs of this class do, and in one question independently
of another. Words: a stretch that tells b bits stands in two answers with the chance of 2^-b; several of them are
added up as the waiting times of a Poisson process are (Erlang's distribution), which is the sum statistic of sequence
alignment (Karlin and Altschul, PNAS 1993) without the part of it that would make chances smaller.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STEP: Final = 4  # strengths of wrong values are told apart to a quarter of a bit


class Coincidence:
    """What chance gives in a class of so many hand-ins."""

    def __init__(self, handins: int, strengths: Iterable[Mapping[float, int]]) -> None:
        """Take the number of pairs by the bits that they share in wrong values, for each question."""
        self.pairs = handins * (handins - 1) // 2
        chances = {0: 1.0}  # of sharing so many quarter bits over all questions
        for question in strengths:
            sharing = {0: 1.0}
            for bits, count in sorted(question.items()):
                sharing[0] -= count / self.pairs
                step = _steps(bits)
                sharing[step] = sharing.get(step, 0.0) + count / self.pairs
            chances = _sums(chances, sharing)
        self._chances = sorted(chances.items())

    def expected(self, values: Iterable[float], stretches: Iterable[float]) -> float:
        """Return how many pairs of this class would share as much by chance; both are given in bits."""
        shared = sum(map(_steps, values))
        told = list(stretches)
        total = shared / _STEP + sum(told)
        return self.pairs * sum(
            chance * _tail(total - steps / _STEP, len(told)) for steps, chance in self._chances
        )


def _steps(bits: float) -> int:
    return int(bits * _STEP)


def _sums(one: Mapping[int, float], other: Mapping[int, float]) -> dict[int, float]:
    """Return the chances of sums of two independent numbers."""
    found: dict[int, float] = {}
    for left, chance in one.items():
        for right, share in other.items():
            found[left + right] = found.get(left + right, 0.0) + chance * share
    return found


def _tail(bits: float, count: int) -> float:
    """Return the chance that so many stretches tell as many bits together."""
    if bits <= 0:
        return 1.0
    waited = bits * log(2)
    term, total = 1.0, 0.0
    for place in range(count):
        total += term
        term *= waited / (place + 1)
    return min(1.0, total * exp(-waited))
