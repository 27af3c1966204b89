"""The chance of a pair, against counts in classes that are drawn by the model itself."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import log2
from random import Random

import pytest

from grader.similarity.coincidence import Coincidence


def test_as_many_pairs_as_expected_share_values_in_a_class_drawn_by_chance() -> None:
    """Averaged over 200 classes in which values are independent of each other."""
    random, told, counted = Random(1), 0.0, 0  # noqa: S311 - wording, no secrets
    for _ in range(200):
        answers = [[random.randrange(12) for _ in range(3)] for _ in range(30)]
        pairs = {pair: [0.0, 0.0, 0.0] for pair in combinations(range(30), 2)}
        for question in range(3):
            holders = Counter(answer[question] for answer in answers)
            for (left, right), bits in pairs.items():
                if (
                    answers[left][question] == answers[right][question]
                    and holders[answers[left][question]] < 29
                ):
                    bits[question] = log2(29 / (holders[answers[left][question]] - 1))
        strengths = [
            Counter(bits[question] for bits in pairs.values() if bits[question]) for question in range(3)
        ]
        chance = Coincidence(30, strengths)
        told += chance.expected([3.0, 3.0], [])
        counted += sum(sum(int(4 * bit) / 4 for bit in bits) >= 6 for bits in pairs.values())
    assert told == pytest.approx(counted, rel=0.1)


def test_what_tells_nothing_is_expected_of_every_pair() -> None:
    assert Coincidence(10, []).expected([], []) == 45


def test_a_stretch_halves_the_number_with_every_bit() -> None:
    chance = Coincidence(10, [])
    assert chance.expected([], [10]) == pytest.approx(45 / 2**10)
    # Two stretches that tell as much together are more easily found, since they may share it out.
    assert 45 / 2**10 < chance.expected([], [5, 5]) < 45 / 2**6


def test_more_of_anything_is_never_more_likely() -> None:
    chance = Coincidence(100, [{3.0: 20, 5.0: 4}, {4.0: 10}])
    for more in ([5.0], [5.0, 4.0], [5.0, 4.0]):
        assert chance.expected(more, [12.0]) <= chance.expected(more[:-1], [12.0])
        assert chance.expected(more, [12.0, 9.0]) <= chance.expected(more, [12.0])
