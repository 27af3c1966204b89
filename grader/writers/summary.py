"""One student of a class, in short: what the class's tables and its overview need of a report.

A summary is some kilobytes, can cross to another process and can be stored as text, so that a class
whose answers did not change is listed without marking or rendering anything. Amounts are hundredths
of a point, rounded once by `grader.writers.rounding`; texts are already cut and on one line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.model.disclosure import Reader, told_rows
from grader.model.outcome import Reason
from grader.records import dataclass
from grader.writers.criterialines import criteria_lines, decided_cell, expected_cell, read_cell
from grader.writers.displaytext import one_line
from grader.writers.rounding import round_report
from grader.writers.spreadsheetcells import plain_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model.report import CriterionReport, QuestionReport, Report
    from grader.writers.rounding import RoundedQuestion, RoundedReport

# Goes up when the form of the JSON changes, so that what an older version stored is not misread.
VERSION: Final = 6
# What is shown of a reading in the review queue; answers that are the same so far stand together.
MAX_READING: Final = 240


class RowSummary(NamedTuple):
    """One criterion: `points` and `credit` are exact fractions, `credit` and `score` None while open.

    `reading` is there while a person must look, and of a wrong answer: what was read, so that equal answers compare equal.
    """

    id: str
    title: str
    points: str
    credit: str | None
    score: int | None
    reason: str
    reading: str = ""
    read: str = ""  # of a wrong answer, as it was written; a cell of a table
    decided: str = ""  # of one that is open: what decided, and the expected value, for teachers alone
    expected: str = ""
    anchor: str = ""  # where the row stands in the student's page, "" where it does not


class QuestionSummary(NamedTuple):
    """One question, its amounts and its rows."""

    id: str
    title: str
    low: int
    high: int
    max_points: int
    awaiting: int  # rows without a credit
    rows: tuple[RowSummary, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """One report in short."""

    heading: str
    id: str
    name: str
    email: str
    source: str
    submitted: str  # ISO 8601, "" where it is not known
    low: int
    high: int
    max_points: int
    late: int | None  # what lateness adds to the least the total can come to; None where it is in time
    unreadable: str  # why the file could not be read, "" where it was
    criteria: str  # the student's lines of the table of criteria
    questions: tuple[QuestionSummary, ...]

    @property
    def score(self) -> int | None:
        return self.low if self.low == self.high else None

    def has_reason(self, reason: str) -> bool:
        """Whether some open row has a reason."""
        return any(
            row.credit is None and row.reason == reason
            for question in self.questions
            for row in question.rows
        )

    @property
    def awaiting(self) -> int:
        return sum([question.awaiting for question in self.questions])


def summarise(
    report: Report, reader: Reader = Reader.STUDENT, *, amounts: RoundedReport | None = None
) -> Summary:
    """Reduce a report to its summary, which is for teachers; `reader` is whom the pages are for that it points into.

    `amounts` are the report's, where they have been rounded before.
    """
    amounts = amounts or round_report(report)
    anchors = _anchors(report, reader)
    late = [
        rounded.low
        for adjustment, rounded in zip(report.adjustments, amounts.adjustments, strict=True)
        if adjustment.kind == "late"
    ]
    return Summary(
        heading=report.title or report.assignment,
        id=report.student.id,
        name=report.student.name,
        email=report.student.email,
        source=report.source,
        submitted=report.submitted,
        low=amounts.low,
        high=amounts.high,
        max_points=amounts.max_points,
        late=sum(late) if late else None,
        unreadable=plain_cell(report.unreadable),
        criteria=criteria_lines(report, amounts),
        questions=tuple(
            QuestionSummary(
                question.id,
                question.title,
                rounded.low,
                rounded.high,
                rounded.max_points,
                sum(row.credit is None for row in question.criteria),
                _rows(question, rounded, anchors),
            )
            for question, rounded in zip(report.questions, amounts.questions, strict=True)
        ),
    )


def _anchors(report: Report, reader: Reader) -> dict[str, str]:
    """Return where each row stands in a page, by criterion."""
    return {
        row.id: f"q{index}-{number}"
        for index, (_, rows) in enumerate(told_rows(report, reader), start=1)
        for number, row in enumerate(rows, start=1)
    }


def _rows(
    question: QuestionReport, amounts: RoundedQuestion, anchors: Mapping[str, str]
) -> tuple[RowSummary, ...]:
    return tuple(
        _row(question, row, score, anchors.get(row.id, ""))
        for row, score in zip(question.criteria, amounts.rows, strict=True)
    )


def _row(question: QuestionReport, row: CriterionReport, score: int | None, anchor: str) -> RowSummary:
    is_open, reading = row.credit is None, _reading(question, row)
    return RowSummary(
        row.id,
        row.title or row.id,
        str(row.points),
        None if row.credit is None else str(row.credit),
        score,
        row.reason,
        reading,
        read_cell(row) if reading and not is_open else "",
        decided_cell(row) if is_open else "",
        expected_cell(row) if is_open else "",
        anchor if is_open else "",
    )


def _reading(question: QuestionReport, row: CriterionReport) -> str:
    """Return what was read where a person must look, or where it is a wrong answer."""
    if row.credit is None:
        return reading_of(question, row)
    given = row.reason.partition(":")[0] in _WRONG and row.points.numerator > 0 and row.override is None
    return reading_of(question, row, whole=False) if given else ""


def reading_of(question: QuestionReport, row: CriterionReport, *, whole: bool = True) -> str:
    """Return what a row read, so that equal answers compare equal; with `whole`, the whole answer if it names nothing."""
    read = "; ".join(item.read_as or item.read for item in row.evidence if item.read_as or item.read)
    return one_line((read or (question.text if whole else ""))[: 4 * MAX_READING], MAX_READING)


def to_text(summary: Summary) -> str:
    """Return a summary as a line of JSON, with the student's lines of the table of criteria below it as they are."""
    head = [getattr(summary, name) for name in _HEAD]
    data = json.dumps([VERSION, *head, summary.questions], separators=(",", ":"))
    return f"{data}\n{summary.criteria}"


def from_text(text: str) -> Summary:
    """Return the summary that `to_text` wrote; ValueError if another version or anything else did."""
    line, _, criteria = text.partition("\n")
    data: Any = json.loads(line)
    if not isinstance(data, list) or len(data) != len(_HEAD) + 2 or data[0] != VERSION:
        raise ValueError(f"not a summary of version {VERSION}: {str(text)[:40]!r}")
    try:
        questions = tuple(
            QuestionSummary(name, title, low, high, most, awaiting, tuple(map(RowSummary._make, rows)))
            for name, title, low, high, most, awaiting, rows in data[-1]
        )
    except TypeError as error:
        raise ValueError(f"a summary with a row of another form: {error}") from error
    return Summary(**dict(zip(_HEAD, data[1:-1], strict=True)), criteria=criteria, questions=questions)


_WRONG: Final = frozenset({Reason.WRONG.value, Reason.MISTAKE.value})
_HEAD: Final = (
    "heading",
    "id",
    "name",
    "email",
    "source",
    "submitted",
    "low",
    "high",
    "max_points",
    "late",
    "unreadable",
)
