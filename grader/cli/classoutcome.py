"""What a run over a class tells: made by the run, kept for the next one, printed."""

from __future__ import annotations

from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any

from grader.records import dataclass

if TYPE_CHECKING:
    from grader.gradebook.differences import Difference
    from grader.writers.rows import ClassRow


@dataclass(slots=True)
class ClassOutcome:
    """What became of a run; `shown` are the first students of the class.

    `told` of the notices were printed while it ran. `doubts` are decisions whose ground has moved, and `doubt_lines` are
    how they are told.
    """

    assignment: str
    counts: dict[
        str, int
    ]  # how many hand-ins were marked, reused and failed, how many reports written, rows decided alike
    shown: list[ClassRow]
    students: int = 0
    awaiting: int = 0
    doubtful: int = 0  # students whose document may have been cut wrongly
    under: int = 0
    unreadable: list[str] = field(default_factory=list)  # whose files could not be read
    notices: list[str] = field(default_factory=list)
    told: int = 0
    problems: list[str] = field(default_factory=list)
    doubts: list[dict[str, str]] = field(default_factory=list)
    doubt_lines: list[str] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)  # of a dry run

    def kept(self) -> dict[str, Any]:
        """Return what the same run would tell once more, when there is nothing left to do, as plain data."""
        data = asdict(self)
        known = self.counts["marked"] + self.counts["reused"]
        return data | {"counts": {"marked": 0, "reused": known, "failed": 0, "written": 0, "alike": 0}}


def outcome_from(data: dict[str, Any]) -> ClassOutcome:
    """Return what `kept` gave; TypeError or KeyError for anything else."""
    from grader.writers.rows import ClassRow, QuestionCell

    shown = [
        ClassRow(**{**row, "questions": tuple(QuestionCell(*cell) for cell in row["questions"])})
        for row in data["shown"]
    ]
    return ClassOutcome(**{**data, "shown": shown})
