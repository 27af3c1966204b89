"""How hard a criterion is, how well it tells the strong from the weak, and how reliable the sum of all is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of fewer students a correlation of this kind is noise: its standard error is above 0.2.
LEAST_STUDENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Discrimination:
    """The correlation of a criterion with the rest of the total, over `students`."""

    value: float
    students: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its standard error, over `students` and `items`."""

    alpha: float
    error: float
    students: int
    items: int


def discrimination_of(scores: Sequence[int | None], rests: Sequence[float | None]) -> Discrimination | None:
    """Return the corrected item-total correlation: of a criterion's scores with what the same students have elsewhere.

    `rests` are shares of the points of all other rows that are decided; where nothing is open, this is the correlation
    with the total less the criterion. Students without a score or a rest (None) are left out. None of fewer than
    LEAST_STUDENTS, and where all have the same: there is nothing to correlate. Source: Nunnally and Bernstein,
    Psychometric Theory (1994), chapter 8.
    """
    pairs = [
        (score, rest)
        for score, rest in zip(scores, rests, strict=True)
        if score is not None and rest is not None
    ]
    if len(pairs) < LEAST_STUDENTS:
        return None
    value = _correlation([score for score, _ in pairs], [rest for _, rest in pairs])
    return None if value is None else Discrimination(value, len(pairs))


def reliability_of(rows: Sequence[Sequence[int]]) -> Reliability | None:
    """Return Cronbach's alpha of items with its standard error; `rows` holds each student's scores, all decided.

    Items that all answered alike tell nothing and count as they are. None of fewer than LEAST_STUDENTS or of one item,
    and where all totals are equal. The error is the asymptotic one of Duhachek and Iacobucci, "Alpha's standard error
    (ASE)", Journal of Applied Psychology 89 (2004): sqrt(Q / n) with the covariances V of k items and
    Q = 2 k^2 / ((k - 1)^2 (1'V1)^3) ((1'V1)(tr V^2 + tr^2 V) - 2 tr V (1'V^2 1)).
    """
    students, items = len(rows), len(rows[0]) if rows else 0
    if students < LEAST_STUDENTS or items < 2:
        return None
    covariances = _covariances(rows)
    trace = math.fsum(covariances[i][i] for i in range(items))
    sums = [math.fsum(row) for row in covariances]  # V 1
    total = math.fsum(sums)  # 1' V 1
    if total <= 0:
        return None
    squares = math.fsum(value * value for row in covariances for value in row)  # tr V^2, as V is symmetric
    alpha = items / (items - 1) * (1 - trace / total)
    spread = total * (squares + trace * trace) - 2 * trace * math.fsum(value * value for value in sums)
    variance = 2 * items**2 / ((items - 1) ** 2 * total**3) * spread
    return Reliability(alpha, math.sqrt(max(variance, 0.0) / students), students, items)


def _correlation(ones: Sequence[float], others: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None where one of both does not vary."""
    mean_one, mean_other = math.fsum(ones) / len(ones), math.fsum(others) / len(others)
    one = math.fsum((value - mean_one) ** 2 for value in ones)
    other = math.fsum((value - mean_other) ** 2 for value in others)
    if one == 0 or other == 0:
        return None
    both = math.fsum((a - mean_one) * (b - mean_other) for a, b in zip(ones, others, strict=True))
    return both / math.sqrt(one * other)


def _covariances(rows: Sequence[Sequence[int]]) -> list[list[float]]:
    """Return the covariances of the columns, divided by n - 1."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    means = [math.fsum(column) / len(rows) for column in columns]
    apart = [[value - mean for value in column] for column, mean in zip(columns, means, strict=True)]
    found = [[0.0] * len(columns) for _ in columns]
    for i, one in enumerate(apart):
        for j in range(i, len(apart)):
            found[i][j] = found[j][i] = math.fsum(a * b for a, b in zip(one, apart[j], strict=True)) / (
                len(rows) - 1
            )
    return found
