"""Write `<stem>.json`: the public form of a report, of which every other format is a view.

Its shape is `grader.writers.contract`; keys stand in that order, and the file is UTF-8 with a
newline at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from grader.files.provenance import signed
from grader.writers import Writer
from grader.writers.displaytext import encodable, json_escaped
from grader.writers.rounding import hundredths, number
from grader.writers.view import ReportSheet, mark_of, plain_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from grader.model.outcome import Evidence
    from grader.model.report import Adjustment, CriterionReport, Override, QuestionReport, Report
    from grader.model.submission import Student
    from grader.writers import Assets
    from grader.writers.contract import (
        AdjustmentJson,
        CriterionJson,
        EvidenceJson,
        OverrideJson,
        QuestionJson,
        RangeJson,
        ReportJson,
        StudentJson,
    )
    from grader.writers.rounding import RoundedAdjustment, RoundedQuestion

_CREDIT_DIGITS = 6  # a third of the credit reads as 0.333333; the exact value stands beside it


class JsonWriter(Writer):
    """Write one JSON file a report."""

    endings = ("json",)

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Assets) -> Iterator[tuple[str, str]]:
        del assets  # data look the same everywhere
        yield f"{stem}.json", signed(render_json(sheet), "report", "json")


def render_json(report: Report | ReportSheet) -> str:
    """Return a report as the text of its JSON file."""
    return json_escaped(encodable(_indented(report_data(report), ""))) + "\n"


def report_data(report: Report | ReportSheet) -> ReportJson:
    """Return a report as plain data, ready for JSON."""
    sheet = report if isinstance(report, ReportSheet) else ReportSheet(report)
    report, amounts = sheet.report, sheet.amounts
    return {
        "assignment": report.assignment,
        "title": report.title,
        "student": _student(report.student),
        "students": [_student(student) for student in report.students],
        "source": report.source,
        "submitted": report.submitted,
        "score": _number_or_none(amounts.score),
        "score_range": _ends(amounts.low, amounts.high),
        "max_points": number(amounts.max_points),
        "awaiting": report.awaiting,
        "unreadable": report.unreadable,
        "questions": [
            _question(question, rounded, reveal=report.reveal)
            for question, rounded in zip(report.questions, amounts.questions, strict=True)
        ],
        "adjustments": list(map(_adjustment, report.adjustments, amounts.adjustments)),
        "notes": list(report.notes),
        "rubric_digest": report.rubric_digest,
        "grader_version": report.grader_version,
    }


def _student(student: Student) -> StudentJson:
    return {"id": student.id, "name": student.name, "email": student.email}


def _question(question: QuestionReport, amounts: RoundedQuestion, *, reveal: bool) -> QuestionJson:
    place = question.place
    return {
        "id": question.id,
        "title": question.title,
        "score": _number_or_none(amounts.score),
        "score_range": _ends(amounts.low, amounts.high),
        "max_points": number(amounts.max_points),
        "floor_adjustment": number(amounts.floor_adjustment),
        "criteria": [
            _criterion(row, score, reveal=reveal)
            for row, score in zip(question.criteria, amounts.rows, strict=True)
        ],
        "answer": {
            "text": question.text,
            "parts": {name: _plain(plain_value(value)) for name, value in question.parts.items()},
            "line": place.line if place else None,
            "column": place.column if place else None,
        },
    }


def _criterion(row: CriterionReport, score: int | None, *, reveal: bool) -> CriterionJson:
    low, high = row.range
    return {
        "id": row.id,
        "title": row.title,
        "check": row.check,
        "points": number(hundredths(row.points)),
        "score": _number_or_none(score),
        "score_range": _ends(hundredths(low), hundredths(high)) if score is None else _ends(score, score),
        "credit": None if row.credit is None else _credit(row.credit),
        "credit_exact": None if row.credit is None else str(row.credit),
        "standing": mark_of(row.points, row.credit, row.reason).value,
        "reason": row.reason,
        "feedback": row.feedback,
        "evidence": [_evidence(evidence, reveal=reveal) for evidence in row.evidence],
        "override": _override(row.override) if row.override else None,
    }


def _override(override: Override) -> OverrideJson:
    return {"who": override.who, "when": override.when, "why": override.why}


def _adjustment(adjustment: Adjustment, amounts: RoundedAdjustment) -> AdjustmentJson:
    return {
        "kind": adjustment.kind,
        "low": number(amounts.low),
        "high": number(amounts.high),
        "said": adjustment.said,
    }


def _evidence(evidence: Evidence, *, reveal: bool) -> EvidenceJson:
    data: EvidenceJson = {
        "read": evidence.read,
        "part": evidence.part,
        "start": evidence.start,
        "end": evidence.end,
        "read_as": evidence.read_as,
        "latex": evidence.latex,
        "decided": evidence.decided,
    }
    if reveal:
        data["expected"] = evidence.expected
    return data


def _indented(value: Any, margin: str) -> str:
    """Return what `json.dumps(value, ensure_ascii=False, indent=2)` does, several times as fast.

    The standard library indents in Python, token by token. Values are texts, numbers, booleans,
    None, and lists and mappings of them; `margin` is the indentation around the value.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if not value or not isinstance(value, dict | list):
        return _scalar(value)
    inner = f"{margin}  "
    if isinstance(value, dict):
        # Most members are texts; asking here spares a call for each.
        items = [
            f"{encode_basestring(key)}: {encode_basestring(item) if type(item) is str else _indented(item, inner)}"
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


def _ends(low: int, high: int) -> RangeJson:
    return {"low": number(low), "high": number(high)}


def _number_or_none(amount: int | None) -> int | float | None:
    return None if amount is None else number(amount)


def _credit(credit: Fraction) -> int | float:
    return int(credit) if credit.denominator == 1 else round(float(credit), _CREDIT_DIGITS)
