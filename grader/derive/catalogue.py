"""The catalogue of named mistakes: what each is called, what a student is told, what it is worth.

One table a field of the subject; names are stable, because rubrics and reports carry them. The
default credit follows what markers do: a right method with one slip keeps most of its points, a
misunderstanding keeps none. A rubric may override both.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from grader.derive.result import DerivedMistake, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

SLIP: Final = Fraction(3, 4)  # the method is right, one step was forgotten
HALF: Final = Fraction(1, 2)
NONE: Final = Fraction(0)

_TABLES: Final = ("grader.derive.catalogue_networks:NETWORKS", "grader.derive.catalogue_data:DATA")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about a mistake apart from its value."""

    feedback: str
    credit: Fraction = NONE


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return every named mistake."""
    entries: dict[str, Entry] = {}
    for place in _TABLES:
        module, _, name = place.partition(":")
        entries.update(getattr(import_module(module), name))
    return entries


def mistake(name: str, value: Any) -> DerivedMistake:
    """Return the named mistake with the value it gives; raises KeyError for a name not in the catalogue."""
    entry = catalogue()[name]
    return DerivedMistake(name, plain(value), entry.feedback, entry.credit)
