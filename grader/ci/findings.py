"""What became of every row, in words: the one view that all formats of a build are written from."""

from __future__ import annotations

import os
from dataclasses import field
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from grader.ci.places import SourceLines
from grader.executors.wall import Failure, unread
from grader.model.errors import named
from grader.model.outcome import Reason
from grader.records import dataclass
from grader.writers.displaytext import one_line
from grader.writers.rounding import hundredths
from grader.writers.view import CriterionMark, ReportSheet, reason_of, told_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from grader.ci.buildmarking import CiMarked
    from grader.model.errors import Problem
    from grader.model.report import CriterionReport
    from grader.writers.view import AdjustmentView, QuestionView, ReportView, RowView

# Readings told of one row; a build's pages are skimmed, the full report has them all.
MAX_FACTS: Final = 3


class Status(StrEnum):
    """What a row means for a build."""

    FINE = "fine"  # earned, or nothing to earn or lose
    LOST = "lost"  # points were lost: wrong, partly right, a false claim, or left blank
    AWAITS = "awaits"  # a person must look
    OURS = "ours"  # the grader failed: nobody's answer was judged


_STATUS: Final = {
    CriterionMark.EARNED: Status.FINE,
    CriterionMark.CLEAR: Status.FINE,
    CriterionMark.REMARK: Status.FINE,
    CriterionMark.PARTLY: Status.LOST,
    CriterionMark.LOST: Status.LOST,
    CriterionMark.BLANK: Status.LOST,
    CriterionMark.REVIEW: Status.AWAITS,
}


@dataclass(frozen=True, slots=True)
class CiFinding:
    """One row of one hand-in."""

    question: QuestionView
    row: RowView
    status: Status
    line: int
    score: int | None  # in hundredths; None while a person must look
    lost: int  # in hundredths: what was or may be lost

    @property
    def words(self) -> str:
        """Its status in words."""
        if self.status is Status.OURS:
            return "our fault"
        return "awaits a person" if self.status is Status.AWAITS else self.row.word

    @property
    def amount(self) -> str:
        """Its score in words: `1 of 2`, `2 open`, `-1`."""
        row = self.row
        if row.mark is CriterionMark.REVIEW:
            return f"{row.points} open"
        if row.mark in {CriterionMark.CLEAR, CriterionMark.REMARK}:
            return "0"
        return row.score if row.points.startswith("-") else f"{row.score} of {row.points}"

    @property
    def name(self) -> str:
        """The criterion, in a form that is unlike every other's of the rubric."""
        return self.row.id if self.row.title == self.row.id else f"{self.row.id}: {self.row.title}"

    def sentences(self) -> Iterator[str]:
        """Yield what a student is told beside the score, as plain text."""
        row = self.row
        if row.feedback:
            yield row.feedback
        if row.sentence and (not row.feedback or self.status is not Status.LOST):
            yield row.sentence
        if self.status is not Status.OURS:
            yield from self.readings()

    def readings(self) -> Iterator[str]:
        """Yield what was read and what decided, as plain text; the first few."""
        for fact in self.row.facts[:MAX_FACTS]:
            read = ", ".join(f"“{one_line(text)}”" for text in fact.reads)
            understood = fact.latex or fact.read_as
            if read:
                yield f"Read: {read}{f', understood as {understood}' if understood else ''}."
            if fact.decided:
                yield fact.decided
            if fact.expected:
                yield f"Expected: {fact.expected}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One hand-in: its report as it is shown, or the problems that kept it from being read."""

    source: str  # the path, relative to the project where it lies below
    label: str  # unlike every other's of the run
    sheet: ReportSheet | None
    findings: tuple[CiFinding, ...]
    problems: tuple[Problem, ...]
    ours: bool  # whether the problems are our fault

    @property
    def view(self) -> ReportView | None:
        """The report as it is shown."""
        return self.sheet.view if self.sheet is not None else None

    @property
    def adjustments(self) -> tuple[AdjustmentView, ...]:
        """Changes of the total that no criterion made."""
        return self.view.adjustments if self.view is not None else ()

    def low(self) -> Fraction | None:
        """The sure score."""
        return self.sheet.report.low if self.sheet is not None else None


@dataclass(slots=True)
class Outcomes:
    """Everything that one run has found; filled as it goes."""

    title: str = ""
    max_points: int = 0  # of one hand-in, in hundredths
    least: Fraction | None = None  # the share under which a hand-in fails
    papers: list[Paper] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()  # of the rubric: nothing was marked

    @property
    def under(self) -> list[Paper]:
        """The hand-ins whose sure score is under the share asked for."""
        return [paper for paper in self.papers if self.is_under(paper)]

    @property
    def awaiting(self) -> int:
        """How many rows await a person."""
        return sum(paper.view.awaiting for paper in self.papers if paper.view is not None)

    def is_under(self, paper: Paper) -> bool:
        """Return whether a hand-in fails; never one that could not be read."""
        low = paper.low()
        return (
            low is not None
            and self.least is not None
            and paper.sheet is not None
            and low < self.least * paper.sheet.report.max_points
        )


def findings_of(marked: Iterable[CiMarked], root: Path) -> Iterator[Paper]:
    """Yield what is to be said of each hand-in; `root` is the folder that paths are relative to."""
    labels: set[str] = set()
    for item in marked:
        source = relative(item.source, root)
        report = item.report
        students = "+".join(student.id for student in report.students) if report else PurePath(source).name
        label = students if students not in labels else f"{students} ({source})"
        labels.add(label)
        try:
            sheet = ReportSheet(report) if report is not None else None
            found = tuple(_findings(item, sheet)) if sheet is not None else ()
        except Exception as error:  # noqa: BLE001 - one that cannot be shown must not cost the others
            failure = Failure(Reason.FAULT, f"the grader failed with {named(error)}")
            yield Paper(source, label, None, (), (unread(item.source, failure),), ours=True)
            continue
        yield Paper(source, label, sheet, found, item.problems, item.ours)


def relative(source: str, root: Path) -> str:
    """Return a path as seen from the project's root, with forward slashes; one outside stays as it is."""
    path = Path(os.path.abspath(source))  # noqa: PTH100 - resolve() would follow links out of the project
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return PurePath(source).as_posix()


def _findings(item: CiMarked, sheet: ReportSheet) -> Iterator[CiFinding]:
    lines = SourceLines(item.text, item.source)
    answers = item.submission.answers if item.submission is not None else {}
    shown = sheet.report
    for question, view in zip(shown.questions, sheet.view.questions, strict=True):
        answer = answers.get(question.id)
        told = told_rows(question, view.amounts, reveal=shown.reveal)
        for (report, score), row in zip(told, view.rows, strict=True):
            yield _finding(view, row, score, (report, lines.of_row(report, question, answer)))


def _finding(
    question: QuestionView, row: RowView, score: int | None, told: tuple[CriterionReport, int]
) -> CiFinding:
    report, line = told
    failed = row.mark is CriterionMark.REVIEW and reason_of(report.reason) is Reason.FAULT
    status = Status.OURS if failed else _STATUS[row.mark]
    most = max(hundredths(report.points), 0)
    lost = most - score if score is not None else abs(hundredths(report.points))
    return CiFinding(question, row, status, line, score, lost)
