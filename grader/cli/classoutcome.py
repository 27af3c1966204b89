"""What a run over a class tells: made by the run, kept for the next one, printed."""

from __future__ import annotations

from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any, Final

from grader.records import dataclass

if TYPE_CHECKING:
    from grader.gradebook.differences import Difference
    from grader.writers.rows import ClassRow

# Hand-ins that were marked, reused and failed, reports that were written, and rows that were decided alike.
COUNTED: Final = ("marked", "reused", "failed", "written", "alike")


@dataclass(slots=True)
class ClassOutcome:
    """What became of a run; `shown` are the first students of the class.

    `told` of the notices were printed while it ran. `doubts` are decisions whose ground has moved, and `doubt_lines` are
    how they are told.
    """

    assignment: str = ""
    counts: dict[str, int] = field(default_factory=dict)  # by the names in COUNTED
    shown: list[ClassRow] = field(default_factory=list)
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
        return data | {"counts": dict.fromkeys(COUNTED, 0) | {"reused": known}}


def outcome_from(data: dict[str, Any]) -> ClassOutcome:
    """Return what `kept` gave; TypeError or KeyError for anything else."""
    from grader.writers.rows import ClassRow, QuestionCell

    shown = [
        ClassRow(**{**row, "questions": tuple(QuestionCell(*cell) for cell in row["questions"])})
        for row in data["shown"]
    ]
    return ClassOutcome(**{**data, "shown": shown})
