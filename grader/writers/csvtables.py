"""Write `grades.csv`, one row a student, and `criteria.csv`, one row a student and criterion.

UTF-8, commas, a header line. Amounts are plain decimals with a point. A cell with words of a
person that a spreadsheet would take for a formula begins with an apostrophe instead.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from grader.files.provenance import CRITERIA_HEADER, GRADES_HEADER
from grader.writers import Writer
from grader.writers.atomic import NOT_OURS, AtomicText
from grader.writers.rounding import decimal
from grader.writers.spreadsheetcells import percent, plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.writers import Assets
    from grader.writers.summary import Summary


# Beside grades there are the questions of the assignment, and at the end the source and why it could not be read.
def _known_grades(there: bytes) -> str:
    return "" if there.startswith(",".join(GRADES_HEADER).encode()) else NOT_OURS


def _known_criteria(there: bytes) -> str:
    return "" if there.startswith(",".join(CRITERIA_HEADER).encode()) else NOT_OURS


class TablesWriter(Writer):
    """Write both tables row by row as the summaries come; the files appear when it is closed."""

    def __init__(self, out: Path, *, assets: Assets = "shared") -> None:
        super().__init__(out, assets=assets)
        self._grades = AtomicText(out / "grades.csv", known=_known_grades)
        try:
            self._criteria = AtomicText(out / "criteria.csv", known=_known_criteria)
        except BaseException:
            self._grades.discard()
            raise
        self._grades_csv = csv.writer(self._grades.file, lineterminator="\n")
        self._criteria.file.write(f"{','.join(CRITERIA_HEADER)}\n")
        self._questions: tuple[str, ...] | None = None

    def add(self, summary: Summary, stem: str) -> None:
        del stem  # the tables name students, not files
        if self._questions is None:
            self._start(tuple(question.id for question in summary.questions))
        self._grades_csv.writerow(self._grade_cells(summary))
        self._criteria.file.write(summary.criteria)

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
        self._grades_csv.writerow((*GRADES_HEADER, *map(plain_cell, questions), "source", "unreadable"))

    def _grade_cells(self, summary: Summary) -> list[str]:
        cells = {question.id: question for question in summary.questions}
        found = [cells.get(name) for name in self._questions or ()]
        return [
            plain_cell(summary.id),
            plain_cell(summary.name),
            plain_cell(summary.email),
            "" if summary.score is None else decimal(summary.score),
            decimal(summary.low),
            decimal(summary.high),
            decimal(summary.max_points),
            percent(summary.score, summary.max_points),
            str(summary.awaiting),
            "" if summary.late is None else decimal(summary.late),
            plain_cell(summary.submitted),
            *("" if cell is None or cell.low != cell.high else decimal(cell.low) for cell in found),
            plain_cell(summary.source),
            summary.unreadable,
        ]
