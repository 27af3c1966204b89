"""One student in one row: what the class's table in the terminal and in the overview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.records import dataclass

if TYPE_CHECKING:
    from grader.model.report import Report
    from grader.writers.summary import Summary


class QuestionCell(NamedTuple):
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
    low: int
    high: int
    max_points: int
    awaiting: int
    late: int | None
    unreadable: str
    questions: tuple[QuestionCell, ...]

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None


def class_row(student: Report | Summary, stem: str = "") -> ClassRow:
    """Reduce a report or its summary to a row."""
    from grader.writers.summary import Summary, summarise  # noqa: PLC0415 - rows that were kept are shown without it

    summary = student if isinstance(student, Summary) else summarise(student)
    return ClassRow(
        stem=stem,
        id=summary.id,
        name=summary.name,
        low=summary.low,
        high=summary.high,
        max_points=summary.max_points,
        awaiting=summary.awaiting,
        late=summary.late,
        unreadable=summary.unreadable,
        questions=tuple(
            [
                QuestionCell(question.id, question.low, question.high, question.max_points, question.awaiting)
                for question in summary.questions
            ]
        ),
    )
