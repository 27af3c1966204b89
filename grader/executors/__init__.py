"""The executors: who does the marking. One file each, found through EXECUTORS.

An executor is a function `run(rubric, files) -> Iterator[Result]` that yields one result for every
file, in the order given. All executors give the same reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.errors import Problem
    from grader.model import Report

EXECUTORS: Final[Mapping[str, str]] = {
    "serial": "grader.executors.serial:run",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: its students' reports, or the problems that kept it from being read."""

    source: str
    reports: tuple[Report, ...] = ()
    problems: tuple[Problem, ...] = ()
