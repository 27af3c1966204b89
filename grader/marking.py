"""Mark a submission: every answer by every criterion."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

from grader import __version__
from grader.disclosure import publish
from grader.model import (
    Answer,
    CriterionReport,
    Evidence,
    Outcome,
    Part,
    Place,
    PublicFinding,
    QuestionReport,
    Reason,
    Report,
    Response,
)
from grader.totals import add_rows, with_questions, with_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.model import Override, Submission
    from grader.rubric import Criterion, Question, Rubric

_NOWHERE: Final = Place(line=1)
# These may come out otherwise on another day, so that they are not kept for others.
_PASSING: Final = frozenset({Reason.TIMED_OUT, Reason.FAULT})


class Verdicts(Protocol):
    """A store of outcomes by key, so that equal answers are judged once."""

    def recall(self, key: str) -> Outcome | None:
        """Return the outcome kept under a key."""
        ...

    def keep(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome for whoever asks next."""
        ...


def mark(rubric: Rubric, submission: Submission, verdicts: Verdicts | None = None) -> tuple[Report, ...]:
    """Judge every answer by every criterion; return one report for each student who handed it in.

    Never fails on what a student wrote: a check that breaks is our fault, and the row goes to a person.
    """
    questions = []
    for question in rubric.questions:
        answer = submission.answers.get(question.id)
        try:
            questions.append(mark_question(rubric, question, answer, verdicts))
        except MemoryError:
            questions.append(
                give_up_question(rubric, question, answer, failed("needed more memory than there is"))
            )
    return for_each_student(assemble(rubric, submission, questions))


def failed(said: str, reason: Reason = Reason.FAULT) -> Outcome:
    """Return the outcome of an answer that could not be judged; a person must look, and the student loses nothing."""
    return Outcome(credit=None, reason=reason, evidence=(Evidence(fault=said),))


def assemble(rubric: Rubric, submission: Submission, questions: Sequence[QuestionReport]) -> Report:
    """Return the report of a submission whose questions are marked, as its first student's."""
    return Report(
        assignment=rubric.id,
        title=rubric.title,
        student=submission.students[0],
        students=submission.students,
        source=submission.source,
        max_points=rubric.max_points,
        low=sum((question.low for question in questions), Fraction(0)),
        high=sum((question.high for question in questions), Fraction(0)),
        questions=tuple(questions),
        submitted=submission.submitted,
        notes=submission.notes,
        reveal=rubric.reveal,
        rubric_digest=rubric.digest,
        grader_version=__version__,
    )


def for_each_student(report: Report) -> tuple[Report, ...]:
    """Return the same report for every student who shares it."""
    return tuple(
        report if student == report.student else report.model_copy(update={"student": student})
        for student in report.students
    )


def mark_question(
    rubric: Rubric, question: Question, answer: Answer | None, verdicts: Verdicts | None = None
) -> QuestionReport:
    """Judge one answer by its question's criteria, in their order."""
    answer = answer or Answer(question=question.id, place=_NOWHERE)
    earlier: dict[str, Fraction] = {}
    rows = []
    for criterion in question.criteria:
        response = respond(answer, criterion, rubric.language)
        outcome = _judge_once(criterion, response, earlier, verdicts)
        if outcome.value is not None:
            earlier.update(dict.fromkeys(criterion.names, outcome.value))
        rows.append(_row(rubric, question, criterion, outcome, response))
    return _question_report(question, answer, rows)


def give_up_question(
    rubric: Rubric, question: Question, answer: Answer | None, outcome: Outcome
) -> QuestionReport:
    """Report one outcome, such as `timed_out`, for every criterion of a question that could not be judged."""
    answer = answer or Answer(question=question.id, place=_NOWHERE)
    nothing = Response(text="", place=answer.place)
    rows = [_row(rubric, question, criterion, outcome, nothing) for criterion in question.criteria]
    return _question_report(question, answer, rows)


def _question_report(question: Question, answer: Answer, rows: list[CriterionReport]) -> QuestionReport:
    low, high, adjustment = add_rows(rows, question.minimum)
    return QuestionReport(
        id=question.id,
        title=question.title,
        max_points=question.max_points,
        low=low,
        high=high,
        minimum=question.minimum,
        floor_adjustment=adjustment,
        criteria=tuple(rows),
        text=answer.text,
        parts={name: part.value for name, part in answer.parts.items()},
        place=answer.place,
    )


def overlaid(report: Report, overrides: Mapping[str, Override]) -> Report:
    """Lay a person's decisions, by criterion id, over one student's report."""
    if not overrides:
        return report
    questions = []
    for question in report.questions:
        rows = [_overridden(row, overrides.get(row.id)) for row in question.criteria]
        questions.append(with_rows(question, rows))
    return with_questions(report, questions)


def _overridden(row: CriterionReport, override: Override | None) -> CriterionReport:
    if override is None or override.credit is None:
        return row
    said = {"reason": Reason.OVERRIDDEN.value, "feedback": override.why}
    public = row.public or PublicFinding(reason=Reason.OVERRIDDEN.value)
    return row.model_copy(
        update={
            **said,
            "credit": override.credit,
            "score": override.credit * row.points,
            "override": override,
            "public": public.model_copy(update=said),
        }
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


def _judge_once(
    criterion: Criterion, response: Response, earlier: Mapping[str, Fraction], verdicts: Verdicts | None
) -> Outcome:
    """Judge a response, or recall how an equal one was judged."""
    if verdicts is None or response.blank:
        return judge(criterion, response, earlier)
    key = verdict_key(criterion, response, earlier)
    known = verdicts.recall(key)
    if known is not None:
        return known
    outcome = judge(criterion, response, earlier)
    if outcome.reason not in _PASSING:
        verdicts.keep(key, outcome)
    return outcome


def verdict_key(criterion: Criterion, response: Response, earlier: Mapping[str, Fraction]) -> str:
    """Return a digest of all that an outcome depends on, but for the grader's own code.

    Only a check that can follow from earlier numbers is given them.
    """
    follows = earlier if hasattr(criterion.check, "follows_names") else {}
    known = [(name, str(value)) for name, value in sorted(follows.items())]
    said = repr((criterion.digest, response.text, response.value, response.part, response.language, known))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def judge(criterion: Criterion, response: Response, earlier: Mapping[str, Fraction]) -> Outcome:
    """Return what the criterion's check says; blank answers and broken checks never reach the marks as wrong.

    MemoryError is the only exception.
    """
    if response.blank:
        return Outcome(credit=Fraction(0), reason=Reason.MISSING, keyless=True)
    try:
        outcome: Outcome = criterion.check.check(response, earlier)
    except (
        MemoryError
    ):  # of this process, perhaps filled by earlier answers: whoever runs it tries a fresh one
        raise
    except Exception as error:  # noqa: BLE001 - whatever breaks in a check must not cost the student
        said = f"{type(error).__name__}: {error}"[:300]
        evidence = Evidence(read=response.text[:200], part=response.part, fault=f"check failed with {said}")
        return Outcome(credit=None, reason=Reason.FAULT, evidence=(evidence,))
    return outcome


def _row(
    rubric: Rubric, question: Question, criterion: Criterion, outcome: Outcome, response: Response
) -> CriterionReport:
    credit, feedback = outcome.credit, _feedback(criterion, outcome)
    public = publish(
        outcome,
        response,
        feedback=feedback,
        hints=rubric.gives_hints(question, criterion),
        states=getattr(criterion.check, "finds_statements", False),
    )
    return CriterionReport(
        id=criterion.id,
        title=criterion.title,
        check=criterion.check_name,
        points=criterion.points,
        credit=credit,
        score=None if credit is None else credit * criterion.points,
        reason=outcome.code,
        feedback=outcome.feedback or feedback,
        evidence=outcome.evidence,
        public=public,
        hidden=rubric.visibility_of(criterion) != "visible",
    )


def _feedback(criterion: Criterion, outcome: Outcome) -> str:
    """Return the criterion's words for the student where something was lost.

    While a person must still look, they would prejudge; only the check may speak.
    """
    if outcome.credit is None:
        return ""
    claimed = (
        outcome.credit > 0 if criterion.points < 0 or outcome.reason is Reason.CLAIMED else outcome.credit < 1
    )
    lost = claimed and outcome.reason is not Reason.NOT_CLAIMED
    return criterion.feedback if lost else ""
