"""The marks that count in the end: what stands for each student, people's decisions and lateness included.

They are those of the reports, to the hundredth. A report that nobody has decided is opened for its total only where
rounding row by row (`grader.writers.rounding`) may give another than rounding the sum: where something waits, and some
row is no whole number of hundredths.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.gradebook.overrides import overrides_of
from grader.gradebook.packing import unpack
from grader.gradebook.runs import body_of, rules_of, standings_of
from grader.marking.assembly import overlaid
from grader.model.submission import Student
from grader.model.totals import deducted, less
from grader.records import dataclass
from grader.writers.rounding import HUNDRED, hundredths, round_report

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
        self._points: dict[str, dict[str, Fraction]] = {}  # by rubric and criterion
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
            asked = low != high and not self._is_whole(standing.report, rubric)
            if asked or standing.student in self._decided or rubric not in self._most:
                yield self._opened(student, standing, rubric)
                continue
            points = Fraction(0) if standing.deduction is None else standing.deduction.points
            ends = [hundredths(less(Fraction(end), points)) for end in (low, high)]
            yield Final(student, source, ends[0], ends[1], self._most[rubric], standing)

    def _is_whole(self, report: int, rubric: str) -> bool:
        """Say whether every row of a report comes to whole hundredths, whatever a person decides of it."""
        if rubric not in self._points:
            rules = rules_of(self.book, rubric)
            self._points[rubric] = {name: Fraction(str(rule["points"])) for name, rule in rules.items()}
        points = self._points[rubric]
        rows = self.book.rows("SELECT criterion, credit FROM outcomes WHERE report = ?", (report,))
        return all(
            name in points and (HUNDRED * points[name] * Fraction(credit or 1)).denominator == 1
            for name, credit in rows
        )

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
