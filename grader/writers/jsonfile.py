"""Write `<stem>.json`: the public form of a report, of which every other format is a view.

Its shape is `grader.writers.contract`; keys stand in that order, and the file is UTF-8 with a
newline at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any, Final

from grader.files.provenance import signed
from grader.writers import Writer
from grader.writers.contract import (
    AdjustmentJson,
    AnswerJson,
    CriterionJson,
    EvidenceJson,
    OverrideJson,
    QuestionJson,
    RangeJson,
    ReportJson,
    StudentJson,
)
from grader.writers.displaytext import encodable, json_escaped
from grader.writers.rounding import hundredths, number
from grader.writers.view import ReportSheet, mark_of, plain_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from grader.model.outcome import Evidence
    from grader.model.report import Adjustment, CriterionReport, Override, QuestionReport, Report
    from grader.model.submission import Student
    from grader.writers import Assets
    from grader.writers.rounding import RoundedAdjustment, RoundedQuestion

_CREDIT_DIGITS: Final = 6  # a third of the credit reads as 0.333333; the exact value stands beside it
_ANSWER_MARGIN: Final = "  " * 4


class JsonWriter(Writer):
    """Write one JSON file a report."""

    endings = ("json",)

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Assets) -> Iterator[tuple[str, str]]:
        del assets  # data look the same everywhere
        yield f"{stem}.json", signed(render_json(sheet), "report", "json")


def render_json(report: Report | ReportSheet) -> str:
    """Return a report as the text of its JSON file."""
    return json_escaped(encodable(_report(report))) + "\n"


def _shape(contract: type, depth: int, *, without: str = "") -> str:
    """Return an indented object of a contract's members with `%s` in the place of each value; `depth` is its own."""
    margin = "  " * depth
    members = [f'{margin}  "{name}": %s' for name in contract.__annotations__ if name != without]
    lines = ",\n".join(members)
    return f"{{\n{lines}\n{margin}}}"


_REPORT: Final = _shape(ReportJson, 0)
_STUDENT: Final = _shape(StudentJson, 1)
_MEMBER: Final = _shape(StudentJson, 2)
_TOTAL: Final = _shape(RangeJson, 1)
_ADJUSTMENT: Final = _shape(AdjustmentJson, 2)
_QUESTION: Final = _shape(QuestionJson, 2)
_SUBTOTAL: Final = _shape(RangeJson, 3)
_ANSWER: Final = _shape(AnswerJson, 3)
_CRITERION: Final = _shape(CriterionJson, 4)
_RANGE: Final = _shape(RangeJson, 5)
_OVERRIDE: Final = _shape(OverrideJson, 5)
_EVIDENCE: Final = _shape(EvidenceJson, 6, without="expected")
_REVEALED: Final = _shape(EvidenceJson, 6)


def _report(report: Report | ReportSheet) -> str:
    sheet = report if isinstance(report, ReportSheet) else ReportSheet(report)
    report, amounts = sheet.report, sheet.amounts
    questions = [
        _question(question, rounded, reveal=report.reveal)
        for question, rounded in zip(report.questions, amounts.questions, strict=True)
    ]
    return _REPORT % (
        quoted(report.assignment),
        quoted(report.title),
        _student(report.student, _STUDENT),
        _listed([_student(student, _MEMBER) for student in report.students], 1),
        quoted(report.source),
        quoted(report.submitted),
        _amount(amounts.score),
        _ends(amounts.low, amounts.high, _TOTAL),
        _amount(amounts.max_points),
        report.awaiting,
        quoted(report.unreadable),
        _listed(questions, 1),
        _listed(list(map(_adjustment, report.adjustments, amounts.adjustments)), 1),
        _listed(list(map(quoted, report.notes)), 1),
        quoted(report.rubric_digest),
        quoted(report.grader_version),
    )


def _student(student: Student, shape: str) -> str:
    return shape % (quoted(student.id), quoted(student.name), quoted(student.email))


def _question(question: QuestionReport, amounts: RoundedQuestion, *, reveal: bool) -> str:
    place = question.place
    rows = [
        _criterion(row, score, reveal=reveal)
        for row, score in zip(question.criteria, amounts.rows, strict=True)
    ]
    parts = {name: _plain(plain_value(value)) for name, value in question.parts.items()}
    return _QUESTION % (
        quoted(question.id),
        quoted(question.title),
        _amount(amounts.score),
        _ends(amounts.low, amounts.high, _SUBTOTAL),
        _amount(amounts.max_points),
        _amount(amounts.floor_adjustment),
        _listed(rows, 3),
        _ANSWER
        % (
            quoted(question.text),
            _indented(parts, _ANSWER_MARGIN),
            _scalar(place.line if place else None),
            _scalar(place.column if place else None),
        ),
    )


def _criterion(row: CriterionReport, score: int | None, *, reveal: bool) -> str:
    credit = row.credit
    low, high = (score, score) if score is not None else map(hundredths, row.range)
    return _CRITERION % (
        quoted(row.id),
        quoted(row.title),
        quoted(row.check),
        _amount(hundredths(row.points)),
        _amount(score),
        _ends(low, high, _RANGE),
        "null" if credit is None else _credit(credit),
        "null" if credit is None else f'"{credit}"',
        quoted(mark_of(row.points, credit, row.reason).value),
        quoted(row.reason),
        quoted(row.feedback),
        _listed([_evidence(evidence, reveal=reveal) for evidence in row.evidence], 5),
        _override(row.override) if row.override else "null",
    )


def _override(override: Override) -> str:
    return _OVERRIDE % (quoted(override.who), quoted(override.when), quoted(override.why))


def _adjustment(adjustment: Adjustment, amounts: RoundedAdjustment) -> str:
    return _ADJUSTMENT % (
        quoted(adjustment.kind),
        _amount(amounts.low),
        _amount(amounts.high),
        quoted(adjustment.said),
    )


def _evidence(evidence: Evidence, *, reveal: bool) -> str:
    values = (
        quoted(evidence.read),
        quoted(evidence.part),
        _scalar(evidence.start),
        _scalar(evidence.end),
        quoted(evidence.read_as),
        quoted(evidence.latex),
        quoted(evidence.decided),
    )
    return _REVEALED % (*values, quoted(evidence.expected)) if reveal else _EVIDENCE % values


def _listed(items: Sequence[str], depth: int) -> str:
    """Return a list of what is written already; `depth` is the list's own."""
    if not items:
        return "[]"
    margin = "  " * depth
    lines = f",\n{margin}  ".join(items)
    return f"[\n{margin}  {lines}\n{margin}]"


def _indented(value: Any, margin: str) -> str:
    """Return what `json.dumps(value, ensure_ascii=False, indent=2)` does, several times as fast.

    The standard library indents in Python, token by token. Values are texts, numbers, booleans,
    None, and lists and mappings of them; `margin` is the indentation around the value.
    """
    if isinstance(value, str):
        return quoted(value)
    if not value or not isinstance(value, dict | list):
        return _scalar(value)
    inner = f"{margin}  "
    if isinstance(value, dict):
        # Most members are texts; asking here spares a call for each.
        items = [
            f"{quoted(key)}: {quoted(item) if type(item) is str else _indented(item, inner)}"
            for key, item in value.items()
        ]
        opening, closing = "{", "}"
    else:
        items = [_indented(item, inner) for item in value]
        opening, closing = "[", "]"
    lines = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{lines}\n{margin}{closing}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)  # numbers, which are never infinite here, and what is empty


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value)


def _ends(low: int, high: int, shape: str) -> str:
    return shape % (_amount(low), _amount(high))


@lru_cache(maxsize=1024)
def _amount(amount: int | None) -> str:
    """Write hundredths as a JSON number: 200 is `2`, 33 is `0.33`."""
    if amount is None:
        return "null"
    return str(number(amount))


def _credit(credit: Fraction) -> str:
    return str(int(credit) if credit.denominator == 1 else round(float(credit), _CREDIT_DIGITS))
