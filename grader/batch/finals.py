"""The marks that count in the end: what stands for each student, people's decisions and lateness included.

They are those of the reports, to the hundredth. A report in which nothing waits and which nobody has decided is not
opened for its total: the sum of its rows is exact, and is rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.gradebook.overrides import overrides_of
from grader.gradebook.packing import unpack
from grader.gradebook.runs import body_of, standings_of
from grader.marking import overlaid
from grader.model.submission import Student
from grader.model.totals import deducted, less
from grader.writers.rounding import hundredths, round_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.gradebook import Gradebook
    from grader.gradebook.runs import StudentStanding
    from grader.model.report import Override, Report


@dataclass(frozen=True, slots=True)
class Final:
    """A student's mark; amounts in hundredths of a point. It is open where `low` and `high` differ."""

    student: Student
    source: str
    low: int
    high: int
    max_points: int
    standing: StudentStanding

    @property
    def is_open(self) -> bool:
        return self.low != self.high


class Finals:
    """What stands of an assignment, read from its gradebook."""

    def __init__(self, book: Gradebook, assignment: str) -> None:
        self.book, self.assignment = book, assignment
        self._decided: Mapping[str, Mapping[str, Override]] = overrides_of(book, assignment)
        self._most: dict[str, int] = {}  # points by rubric
        self.title = ""

    def __iter__(self) -> Iterator[Final]:
        """Yield everybody of the last run over the class, in its order; raises GradebookError."""
        rows = {
            student: row
            for student, *row in self.book.rows(
                "SELECT standings.student, students.name, students.email, source, low, high, rubric FROM standings"
                " JOIN reports ON reports.id = standings.report"
                " JOIN students ON students.report = standings.report AND students.id = standings.student"
                " WHERE standings.assignment = ? AND present",
                (self.assignment,),
            )
        }
        for standing in standings_of(self.book, self.assignment):
            name, email, source, low, high, rubric = rows[standing.student]
            student = Student(id=standing.student, name=name, email=email)
            if low != high or standing.student in self._decided or rubric not in self._most:
                yield self._opened(student, standing, rubric)
                continue
            points = Fraction(0) if standing.deduction is None else standing.deduction.points
            total = hundredths(less(Fraction(low), points))
            yield Final(student, source, total, total, self._most[rubric], standing)

    def _opened(self, student: Student, standing: StudentStanding, rubric: str) -> Final:
        report = self.report_of(student, standing)
        amounts = round_report(report)
        self._most[rubric] = amounts.max_points
        self.title = self.title or report.title
        return Final(student, report.source, amounts.low, amounts.high, amounts.max_points, standing)

    def report_of(self, student: Student, standing: StudentStanding) -> Report:
        """Return a student's own report, as it is written: with their name, people's decisions and lateness."""
        report = unpack(body_of(self.book, standing.report))
        report = report.model_copy(update={"student": student})
        report = overlaid(report, self._decided.get(student.id, {}))
        taken = standing.deduction
        return (
            deducted(report, "late", taken.points, taken.said)
            if taken is not None and taken.points
            else report
        )


def with_open_rows_low(final: Final) -> Final:
    """Return a mark in which every open row counts as little as it can."""
    return replace(final, high=final.low)
