"""One student's lines of `criteria.csv`: made with the report, so that a class's table is put together from what is kept."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from grader.writers.rounding import decimal
from grader.writers.spreadsheetcells import plain_cell, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model.report import CriterionReport, Report
    from grader.writers.rounding import RoundedReport


def criteria_lines(report: Report, amounts: RoundedReport) -> str:
    """Return a line a criterion, each with its end; the columns are those of `CRITERIA_HEADER`."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(_rows(report, amounts))
    return text.getvalue()


def _rows(report: Report, amounts: RoundedReport) -> Iterator[tuple[str, ...]]:
    student = plain_cell(report.student.id)
    for question, rounded in zip(report.questions, amounts.questions, strict=True):
        name = plain_cell(question.id)
        for row, score in zip(question.criteria, rounded.rows, strict=True):
            override = row.override
            yield (
                student,
                name,
                plain_cell(row.id),
                share(str(row.points)),
                "" if row.credit is None else share(str(row.credit)),
                "" if score is None else decimal(score),
                plain_cell(row.reason),
                plain_cell(row.feedback),
                read_cell(row),
                plain_cell(override.who) if override else "",
                plain_cell(override.when) if override else "",
                plain_cell(override.why) if override else "",
                decided_cell(row),
                expected_cell(row),
            )


def read_cell(row: CriterionReport) -> str:
    """Return what was read, as it was written."""
    if not row.evidence:
        return ""
    return plain_cell(" | ".join([item.read for item in row.evidence if item.read]))


def decided_cell(row: CriterionReport) -> str:
    """Return what decided."""
    return _each([item.decided or item.fault for item in row.evidence])


def expected_cell(row: CriterionReport) -> str:
    """Return the expected value."""
    return _each([item.expected for item in row.evidence])


def _each(words: Sequence[str]) -> str:
    """Join what is said of several readings, each once."""
    if len(words) < 2:
        return plain_cell(words[0]) if words and words[0] else ""
    return plain_cell(" | ".join(dict.fromkeys(filter(None, words))))
