"""What the keys of a check cannot mean, whatever it judges, told to its author before anything is marked."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# An answer this far off, in the size of the expected value, is near to nothing.
FURTHEST: Final = 1_000


def refuse_repeated(names: Iterable[str], said: str) -> None:
    """Raise ValueError for a name that comes twice; `said` is a sentence with {} for it."""
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise ValueError(said.format(repr(name)))
        seen.add(name)


def refuse_unusual_credit(named: Iterable[tuple[str, Fraction | None]]) -> None:
    """Raise ValueError for a credit that is no share of the points."""
    for name, credit in named:
        if credit is not None and not 0 <= credit <= 1:
            raise ValueError(f"{name}: credit must be between 0 and 1 (got {float(credit):g})")


def refuse_wide_tolerance(radius: Fraction | None, expected: Iterable[Fraction]) -> None:
    """Raise ValueError for a tolerance within which nearly every number is right."""
    largest = max([Fraction(1), *(abs(value) for value in expected)])
    if radius is not None and radius > FURTHEST * largest:
        raise ValueError(
            f"tolerance {float(radius):g} takes nearly every number as right; the expected value is at most "
            f"{float(largest):g} in size"
        )
