"""Shorten the texts of a report that would be larger than anybody can use; amounts and rows stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from grader.model.outcome import Evidence, PublicEvidence
from grader.model.submission import Part
from grader.writers.answerparts import in_brackets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.report import CriterionReport, QuestionReport, Report

Shown = TypeVar("Shown", bound=PublicEvidence)

# The longest text that is kept, in characters; each is tried where the one before leaves too much.
LENGTHS: Final = (20_000, 4_000, 1_000, 200, 40)
# Pieces of evidence that are kept of each row.
MAX_EVIDENCE: Final = 8
SHORTENED: Final = "This report would be too large; its texts are shortened. All of them were marked."


def shortened(report: Report, length: int) -> Report:
    """Return a report of which no text of a student is longer than so many characters."""
    questions = tuple(_question(question, length) for question in report.questions)
    notes = (SHORTENED, *(_cut(note, length) for note in report.notes if note != SHORTENED))
    return report.model_copy(update={"questions": questions, "notes": notes})


def _question(question: QuestionReport, length: int) -> QuestionReport:
    return question.model_copy(
        update={
            "text": _cut(question.text, length),
            "images": tuple(image.model_copy(update={"content": ""}) for image in question.images),
            "parts": {name: _value(value, length) for name, value in question.parts.items()},
            "criteria": tuple(_row(row, length) for row in question.criteria),
        }
    )


def _value(value: Any, length: int) -> Any:
    plain = value.value if isinstance(value, Part) else value
    line = plain if isinstance(plain, str) else in_brackets(plain)
    return value if len(line) <= length else _cut(line, length)


def _row(row: CriterionReport, length: int) -> CriterionReport:
    update: dict[str, object] = {"evidence": _some(row.evidence, length)}
    if row.public is not None:
        update["public"] = row.public.model_copy(update={"evidence": _some(row.public.evidence, length)})
    return row.model_copy(update=update)


def _some(evidence: Sequence[Shown], length: int) -> tuple[Shown, ...]:
    return tuple(_evidence(item, length) for item in evidence[:MAX_EVIDENCE])


def _evidence(item: Shown, length: int) -> Shown:
    fields = ("read", "read_as", "decided", *(("expected", "fault") if isinstance(item, Evidence) else ()))
    update: dict[str, object] = {name: _cut(getattr(item, name), length) for name in fields}
    if isinstance(item, Evidence) and item.public is not None:
        update["public"] = _evidence(item.public, length)
    if len(item.latex) > length:
        update["latex"] = ""  # half a formula is none
    end = item.end
    if item.start is not None and end is not None and end > length:
        update |= {"start": None, "end": None}  # it points at what is left out
    return item.model_copy(update=update)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
