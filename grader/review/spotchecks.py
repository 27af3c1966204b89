"""How far people agree with the machine where they looked through what it had decided."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Final

from grader.calibration.decisions import BY_OPINION
from grader.review.work import Agreement

if TYPE_CHECKING:
    from grader.gradebook import Gradebook

_95: Final = 1.96  # standard errors


def agreement_of(book: Gradebook, assignment: str) -> list[Agreement]:
    """Return by criterion in how many of the rows that the machine had decided and people decided again both agree."""
    found: dict[str, list[bool]] = {}
    rows = book.rows(
        "SELECT overrides.criterion, overrides.credit, outcomes.credit FROM overrides"
        " JOIN standings ON standings.assignment = overrides.assignment AND standings.student = overrides.student"
        " JOIN outcomes ON outcomes.report = standings.report AND outcomes.criterion = overrides.criterion"
        " WHERE overrides.assignment = ? AND outcomes.credit IS NOT NULL AND overrides.credit IS NOT NULL"
        " AND overrides.who <> ? AND overrides.id IN"
        " (SELECT max(id) FROM overrides WHERE assignment = ? GROUP BY student, criterion)",
        (assignment, BY_OPINION, assignment),
    )
    for criterion, person, machine in rows:
        found.setdefault(criterion, []).append(Fraction(person) == Fraction(machine))
    return [
        Agreement(criterion, sum(agreed), len(agreed), *wilson(sum(agreed), len(agreed)))
        for criterion, agreed in sorted(found.items())
    ]


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return the interval for a share of which `k` of `n` were seen (Wilson 1927), at 95 %."""
    if not n:
        return 0.0, 1.0
    share, squared = k / n, _95**2
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = _95 * sqrt(share * (1 - share) / n + squared / (4 * n * n)) / (1 + squared / n)
    return max(0.0, middle - half), min(1.0, middle + half)
