"""Mark a submission: the only place where points are added."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader import __version__
from grader.model import (
    Answer,
    CriterionReport,
    Evidence,
    Outcome,
    Part,
    Place,
    QuestionReport,
    Reason,
    Report,
    Response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.model import Submission
    from grader.rubric import Criterion, Question, Rubric

_NOWHERE: Final = Place(line=1)


def mark(rubric: Rubric, submission: Submission) -> tuple[Report, ...]:
    """Judge every answer by every criterion; return one report for each student who handed it in.

    Never fails on what a student wrote: a check that breaks is our fault, and the row goes to a person.
    """
    questions = tuple(
        _mark_question(rubric, question, submission.answers.get(question.id)) for question in rubric.questions
    )
    return tuple(
        Report(
            assignment=rubric.id,
            title=rubric.title,
            student=student,
            students=submission.students,
            source=submission.source,
            max_points=rubric.max_points,
            low=sum((question.low for question in questions), Fraction(0)),
            high=sum((question.high for question in questions), Fraction(0)),
            questions=questions,
            notes=submission.notes,
            reveal=rubric.reveal,
            rubric_digest=rubric.digest,
            grader_version=__version__,
        )
        for student in submission.students
    )


def _mark_question(rubric: Rubric, question: Question, answer: Answer | None) -> QuestionReport:
    answer = answer or Answer(question=question.id, place=_NOWHERE)
    earlier: dict[str, Fraction] = {}
    rows = []
    for criterion in question.criteria:
        outcome = judge(criterion, respond(answer, criterion, rubric.language), earlier)
        if outcome.value is not None:
            earlier.update(dict.fromkeys(criterion.names, outcome.value))
        rows.append(_row(criterion, outcome))
    low = sum((row.range[0] for row in rows), Fraction(0))
    high = sum((row.range[1] for row in rows), Fraction(0))
    floor = low if question.minimum is None else question.minimum
    return QuestionReport(
        id=question.id,
        title=question.title,
        max_points=question.max_points,
        low=max(low, floor),
        high=max(high, floor),
        floor_adjustment=max(floor - low, Fraction(0)),
        criteria=tuple(rows),
        text=answer.text,
        parts={name: part.value for name, part in answer.parts.items()},
        place=answer.place,
    )


def respond(answer: Answer, criterion: Criterion, language: str) -> Response:
    """Pick what a criterion looks at: its own part if the student filled one in, else the prose.

    A question answered by a list alone has one part named after the question.
    """
    for name in (*criterion.names, answer.question):
        part = answer.parts.get(name)
        if part is not None:
            response = _part_response(name, part, language)
            if not response.blank:
                return response
    return Response(text=answer.text, place=answer.place, language=language)


def _part_response(name: str, part: Part, language: str) -> Response:
    if isinstance(part.value, str):
        return Response(text=part.value, place=part.place, part=name, language=language)
    return Response(text="", value=part.value, place=part.place, part=name, language=language)


def judge(criterion: Criterion, response: Response, earlier: Mapping[str, Fraction]) -> Outcome:
    """Return what the criterion's check says; blank answers and broken checks never reach the marks as wrong."""
    if response.blank:
        return Outcome(credit=Fraction(0), reason=Reason.MISSING)
    try:
        outcome: Outcome = criterion.check.check(response, earlier)
    except Exception as error:  # noqa: BLE001 - whatever breaks in a check must not cost the student
        said = f"{type(error).__name__}: {error}"[:300]
        evidence = Evidence(
            read=response.text[:200], part=response.part, expected=f"check failed with {said}"
        )
        return Outcome(credit=None, reason=Reason.FAULT, evidence=(evidence,))
    return outcome


def _row(criterion: Criterion, outcome: Outcome) -> CriterionReport:
    credit = outcome.credit
    return CriterionReport(
        id=criterion.id,
        title=criterion.title,
        check=criterion.check_name,
        points=criterion.points,
        credit=credit,
        score=None if credit is None else credit * criterion.points,
        reason=outcome.code,
        feedback=_feedback(criterion, outcome),
        evidence=outcome.evidence,
    )


def _feedback(criterion: Criterion, outcome: Outcome) -> str:
    """Choose the words for the student: the check's own, else the criterion's where something was lost.

    While a person must still look, the criterion's words would prejudge; only the check may speak.
    """
    if outcome.feedback or outcome.credit is None:
        return outcome.feedback
    claimed = (
        outcome.credit > 0 if criterion.points < 0 or outcome.reason is Reason.CLAIMED else outcome.credit < 1
    )
    lost = claimed and outcome.reason is not Reason.NOT_CLAIMED
    return criterion.feedback if lost else ""


def faults(report: Report) -> Iterator[tuple[str, Any]]:
    """Yield criterion id and what broke, for every row that failed by our fault."""
    for question in report.questions:
        for row in question.criteria:
            if row.reason == Reason.FAULT.value:
                yield row.id, row.evidence[0].expected if row.evidence else ""
