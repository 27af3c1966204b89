"""Settle by hand what an answer is: a stretch of the hand-in's text, or words that a person read off a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.documents import read
from grader.documents.encoding import decode
from grader.marking.questionmarking import mark_question
from grader.model.errors import Problem, SubmissionError, UsageError
from grader.model.report import QuestionReport
from grader.model.submission import Answer, Place
from grader.readers import READERS

if TYPE_CHECKING:
    from grader.rubric.questions import Question, Rubric

MAX_SHOWN: Final = 400_000  # characters of a document from which an answer is chosen


def text_of(raw: bytes, source: str) -> str:
    """Return what stands in a hand-in as one text, the same each time; "" for one that cannot be read."""
    try:
        if any(source.lower().endswith(suffix) for suffix in READERS):
            return decode(raw, source).text[:MAX_SHOWN]
        document = read(raw, source)
    except SubmissionError:
        return ""
    if document.text:
        return document.text[:MAX_SHOWN]
    return "\n\n".join(block.text for block in document.blocks if block.text)[:MAX_SHOWN]


def judged_anew(rubric: Rubric, question: str, text: str) -> QuestionReport:
    """Mark a text as the whole answer to a question; what made the old one doubtful is settled."""
    answer = Answer(question=question, place=Place(line=1), text=text)
    return mark_question(rubric, question_of(rubric, question), answer)


def question_of(rubric: Rubric, name: str) -> Question:
    """Return a question of a rubric; raises UsageError."""
    for question in rubric.questions:
        if question.id == name:
            return question
    raise UsageError([Problem("--rubric", 0, 0, f"{rubric.id!r} has no question {name!r}")])


def kept(report: QuestionReport) -> Any:
    """Return a question as data, to be kept with the act by which it was chosen."""
    return report.model_dump(mode="json")


def restored(data: Any) -> QuestionReport:
    """Return what `kept` made data of."""
    return QuestionReport.model_validate_json(_json(data))


def _json(data: Any) -> str:
    import json  # noqa: PLC0415

    return json.dumps(data)
