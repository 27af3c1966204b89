"""A report as the gradebook keeps it: JSON, compressed, with what queries need beside it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.model.report import Report
from grader.model.submission import answer_digest
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model.report import QuestionReport

_LEVEL: Final = 1  # reports repeat themselves so much that more effort gains little
# The largest report that is kept, before it is compressed; one of rq3 has 15 kB.
MAX_BODY: Final = 2_000_000  # bytes


class OutcomeRow(NamedTuple):
    """One criterion of a report: what a later run is compared by. Every report sends its rows between processes."""

    criterion: str
    credit: str | None
    reason: str
    answer: str  # digest of the answer to its question


@dataclass(frozen=True, slots=True)
class PackedReport:
    """One submission's report, ready for the gradebook and cheap to send between processes."""

    source: str
    students: tuple[tuple[str, str, str], ...]  # id, name, email
    submitted: str
    low: str
    high: str
    outcomes: tuple[OutcomeRow, ...]
    body: bytes
    seconds: float = 0.0


def pack(report: Report, seconds: float = 0.0) -> PackedReport:
    """Make a report ready to be kept, its texts shortened where it is too large.

    Raises what pydantic and the codecs do for a report that cannot be written down.
    """
    body = _fitting(report)
    names = [text for student in report.students for text in (student.id, student.name, student.email)]
    "".join((report.source, report.submitted, *names)).encode()  # SQLite takes nothing else
    return PackedReport(
        source=report.source,
        students=tuple((student.id, student.name, student.email) for student in report.students),
        submitted=report.submitted,
        low=str(report.low),
        high=str(report.high),
        outcomes=tuple(_outcomes(report.questions)),
        body=zlib.compress(body, _LEVEL),
        seconds=seconds,
    )


def _fitting(report: Report) -> bytes:
    body = report.model_dump_json().encode()
    if len(body) <= MAX_BODY:
        return body
    from grader.writers.shortening import LENGTHS, shortened  # noqa: PLC0415 - hardly any report needs it

    for length in LENGTHS:
        body = shortened(report, length).model_dump_json().encode()
        if len(body) <= MAX_BODY:
            return body
    raise ValueError(f"a report of {len(body):,} bytes; {MAX_BODY:,} are the most")


def unpack(body: bytes) -> Report:
    """Return the report that was packed."""
    return Report.model_validate_json(zlib.decompress(body))


def _outcomes(questions: Iterable[QuestionReport]) -> Iterable[OutcomeRow]:
    for question in questions:
        answer = answer_digest(question.text, question.parts)
        for row in question.criteria:
            credit = None if row.credit is None else str(row.credit)
            yield OutcomeRow(row.id, credit, row.reason, answer)
