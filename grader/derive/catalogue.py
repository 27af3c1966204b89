"""The catalogue of named mistakes: what each is called, what a student is told, what it is worth.

One table a field of the subject, each line `name: "credit: what a student is told"`. Names are stable, because
rubrics and reports carry them. The default credit follows what markers do: a right method with one slip keeps most
of its points, a misunderstanding keeps none. A rubric may override both.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.derive.catalogue_data import DATA
from grader.derive.catalogue_networks import NETWORKS
from grader.derive.result import DerivedMistake, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_CREDITS: Final = {"slip": Fraction(3, 4), "half": Fraction(1, 2), "none": Fraction(0)}


class Entry(NamedTuple):
    """What is known about a mistake apart from its value."""

    feedback: str
    credit: Fraction


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return every named mistake."""
    lines = {name: text.partition(": ") for name, text in {**NETWORKS, **DATA}.items()}
    return {name: Entry(feedback, _CREDITS[credit]) for name, (credit, _, feedback) in lines.items()}


def mistake(name: str, value: Any) -> DerivedMistake:
    """Return the named mistake with the value it gives; raises KeyError for a name not in the catalogue."""
    return DerivedMistake(name, plain(value), *catalogue()[name])
