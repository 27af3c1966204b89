"""The middle and the spread of a class's totals, with the range that open rows leave."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Between:
    """A figure that the open rows leave between two ends, in hundredths of a point; equal where nothing is open."""

    low: Fraction
    high: Fraction


def mean_of(lows: Sequence[int], highs: Sequence[int]) -> Between | None:
    """Return between what the mean of all totals lies; None without a student.

    `lows` and `highs` are what each student's total can come to, in the same order.

    >>> mean_of([200, 300], [200, 500])
    Between(low=Fraction(250, 1), high=Fraction(350, 1))
    """
    if not lows:
        return None
    return Between(Fraction(sum(lows), len(lows)), Fraction(sum(highs), len(highs)))


def median_of(lows: Sequence[int], highs: Sequence[int]) -> Between | None:
    """Return between what the median of all totals lies; None without a student.

    >>> median_of([100, 300, 200], [100, 300, 600])
    Between(low=Fraction(200, 1), high=Fraction(300, 1))
    """
    return Between(_median(lows), _median(highs)) if lows else None


def deviation_of(values: Sequence[float]) -> float | None:
    """Return the standard deviation of a sample (divided by n - 1); None of fewer than two values.

    >>> deviation_of([1, 2, 3, 4])
    1.2909944487358056
    """
    if len(values) < 2:
        return None
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _median(values: Sequence[int]) -> Fraction:
    ordered = sorted(values)
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)
