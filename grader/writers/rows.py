"""One student in one row: what the class's tables need of a report, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.writers.rounding import round_report

if TYPE_CHECKING:
    from grader.model import Report


@dataclass(frozen=True, slots=True)
class QuestionCell:
    """One question of one student, in hundredths of a point."""

    id: str
    low: int
    high: int
    max_points: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One student of the class table, in hundredths of a point."""

    stem: str
    id: str
    name: str
    email: str
    source: str
    low: int
    high: int
    max_points: int
    awaiting: int
    questions: tuple[QuestionCell, ...]

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None


def class_row(report: Report, stem: str = "") -> ClassRow:
    """Reduce a report to its row."""
    amounts = round_report(report)
    return ClassRow(
        stem=stem,
        id=report.student.id,
        name=report.student.name,
        email=report.student.email,
        source=report.source,
        low=amounts.low,
        high=amounts.high,
        max_points=amounts.max_points,
        awaiting=report.awaiting,
        questions=tuple(
            QuestionCell(
                id=question.id,
                low=rounded.low,
                high=rounded.high,
                max_points=rounded.max_points,
                awaiting=sum(row.credit is None for row in question.criteria),
            )
            for question, rounded in zip(report.questions, amounts.questions, strict=True)
        ),
    )
