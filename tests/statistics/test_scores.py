"""Middles and spread of totals, against numpy."""

from fractions import Fraction

import numpy as np
import pytest

from grader.statistics.scores import Between, deviation_of, mean_of, median_of

CLASSES = [
    np.random.default_rng(seed).integers(0, 3400, size) for seed, size in enumerate((1, 2, 3, 20, 301))
]


@pytest.mark.parametrize("lows", CLASSES, ids=len)
def test_they_are_numpy_s(lows) -> None:
    highs = lows + np.random.default_rng(9).integers(0, 300, len(lows))
    mean, median = mean_of(list(map(int, lows)), list(map(int, highs))), median_of(list(lows), list(highs))
    assert (float(mean.low), float(mean.high)) == pytest.approx((lows.mean(), highs.mean()))
    assert (float(median.low), float(median.high)) == pytest.approx((np.median(lows), np.median(highs)))
    if len(lows) > 1:
        assert deviation_of(list(lows)) == pytest.approx(lows.std(ddof=1))


def test_where_nothing_is_open_both_ends_are_one() -> None:
    assert mean_of([100, 250], [100, 250]) == Between(Fraction(175), Fraction(175))


def test_nobody_has_no_mean() -> None:
    assert mean_of([], []) is None
    assert median_of([], []) is None
    assert deviation_of([]) is None
    assert deviation_of([3]) is None
