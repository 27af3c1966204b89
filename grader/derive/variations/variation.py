"""What a mistake about a network is: another analysis of it."""

from __future__ import annotations

from collections.abc import Callable

from grader.derive.analysis import Analysis
from grader.records import dataclass

Remake = Callable[[Analysis], "Analysis | None"]


@dataclass(frozen=True, slots=True)
class Variation:
    """A named mistake: `remake` returns the analysis it leads to, None where it cannot be made."""

    name: str
    remake: Remake
