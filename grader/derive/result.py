"""What a derivation gives: the right value, and what known mistakes would give."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class DerivedMistake:
    """A wrong value with its cause. The name is stable; the feedback is for the student."""

    name: str
    value: Any
    feedback: str = ""
    credit: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Derived:
    """An exact value: int, Fraction, float where it is irrational, or nested tuples of these.

    Mistakes come with the most likely first. Several may have one value: all their names are kept.
    """

    value: Any
    mistakes: tuple[DerivedMistake, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", plain(self.value))

    @property
    def groups(self) -> tuple[tuple[DerivedMistake, ...], ...]:
        """The mistakes by value: those that one wrong answer cannot tell apart stand together."""
        groups: dict[Any, list[DerivedMistake]] = {}
        for mistake in self.mistakes:
            groups.setdefault(mistake.value, []).append(mistake)
        return tuple(tuple(group) for group in groups.values())


def plain(value: Any) -> Any:
    """Return lists as tuples and whole fractions as integers, all the way down."""
    kind = type(value)  # isinstance of a Fraction is slow: it is an abstract class's child
    if kind is int:
        return value
    if kind is tuple or kind is list:
        return tuple(map(plain, value))
    if kind is Fraction and value.denominator == 1:
        return value.numerator
    return value
