"""Write `grades.csv`, one row a student, and `criteria.csv`, one row a student and criterion.

UTF-8, commas, a header line. Amounts are plain decimals with a point. A cell with words of a
person that a spreadsheet would take for a formula begins with an apostrophe instead.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

from grader.writers.atomic import AtomicText
from grader.writers.rounding import HUNDRED, decimal, round_report
from grader.writers.rows import class_row
from grader.writers.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from grader.model import CriterionReport, Report
    from grader.writers.rows import ClassRow

# What makes a spreadsheet calculate, in its narrow and its wide form.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A cell this long is a page; spreadsheets stop at 32,767.
MAX_CELL: Final = 2_000
_GRADES: Final = ("id", "name", "email", "score", "low", "high", "max_points", "percent", "awaiting")
_CRITERIA: Final = (
    "student",
    "question",
    "criterion",
    "points",
    "credit",
    "score",
    "reason",
    "feedback",
    "read",
)


class TablesWriter:
    """Write both tables row by row as the reports come; the files appear when it is closed."""

    def __init__(self, out: Path) -> None:
        self._grades = AtomicText(out / "grades.csv")
        self._criteria = AtomicText(out / "criteria.csv")
        self._grades_csv = csv.writer(self._grades.file, lineterminator="\n")
        self._criteria_csv = csv.writer(self._criteria.file, lineterminator="\n")
        self._criteria_csv.writerow(_CRITERIA)
        self._questions: tuple[str, ...] | None = None

    def add(self, report: Report, stem: str) -> None:
        row = class_row(report, stem)
        if self._questions is None:
            self._start(tuple(question.id for question in row.questions))
        self._grades_csv.writerow(self._grade_cells(row))
        amounts = round_report(report)
        for question, rounded in zip(report.questions, amounts.questions, strict=True):
            for criterion, score in zip(question.criteria, rounded.rows, strict=True):
                self._criteria_csv.writerow(_criterion_cells(report, question.id, criterion, score))

    def close(self) -> Sequence[Path]:
        if self._questions is None:
            self._start(())
        try:
            return (self._grades.commit(), self._criteria.commit())
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        self._grades.discard()
        self._criteria.discard()

    def _start(self, questions: tuple[str, ...]) -> None:
        self._questions = questions
        self._grades_csv.writerow((*_GRADES, *map(plain_cell, questions), "source"))

    def _grade_cells(self, row: ClassRow) -> list[str]:
        cells = {question.id: question for question in row.questions}
        found = [cells.get(name) for name in self._questions or ()]
        return [
            plain_cell(row.id),
            plain_cell(row.name),
            plain_cell(row.email),
            "" if row.score is None else decimal(row.score),
            decimal(row.low),
            decimal(row.high),
            decimal(row.max_points),
            percent(row.score, row.max_points),
            str(row.awaiting),
            *("" if cell is None or cell.low != cell.high else decimal(cell.low) for cell in found),
            plain_cell(row.source),
        ]


def _criterion_cells(report: Report, question: str, row: CriterionReport, score: int | None) -> list[Any]:
    read = " | ".join(evidence.read for evidence in row.evidence if evidence.read)
    return [
        plain_cell(report.student.id),
        plain_cell(question),
        plain_cell(row.id),
        _share(row.points),
        "" if row.credit is None else _share(row.credit),
        "" if score is None else decimal(score),
        plain_cell(row.reason),
        plain_cell(row.feedback),
        plain_cell(read),
    ]


def plain_cell(text: str) -> str:
    """Return a text that every spreadsheet takes for words, on one line."""
    dangerous = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    line = one_line(text, MAX_CELL)
    return f"'{line}" if dangerous else line


def _share(amount: Fraction) -> str:
    """Write an exact amount as a decimal: a spreadsheet takes `3/4` for a day in April."""
    return f"{float(amount):.6g}"


def percent(score: int | None, max_points: int) -> str:
    """Write a score's share of the points, to two decimals, half up; "" where there is none."""
    if score is None or max_points <= 0:
        return ""
    return decimal((2 * HUNDRED * HUNDRED * score + max_points) // (2 * max_points))
