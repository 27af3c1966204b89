"""Put a submission's questions together, and lay over them what a person decided."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader import __version__
from grader.marking.judgement import failed
from grader.marking.questionmarking import give_up_question, mark_question
from grader.model.outcome import Reason
from grader.model.report import CriterionReport, PublicFinding, Report
from grader.model.totals import with_questions, with_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.marking.judgement import Verdicts
    from grader.model.report import Override, QuestionReport
    from grader.model.submission import Submission
    from grader.rubric.questions import Rubric


def mark(rubric: Rubric, submission: Submission, verdicts: Verdicts | None = None) -> tuple[Report, ...]:
    """Judge every answer by every criterion; return one report for each student who handed it in.

    Never fails on what a student wrote: a check that breaks is our fault, and the row goes to a person.
    """
    questions = []
    for question in rubric.questions:
        answer = submission.answer_to(question.id)
        try:
            questions.append(mark_question(rubric, question, answer, verdicts))
        except MemoryError:
            questions.append(
                give_up_question(rubric, question, answer, failed("needed more memory than there is"))
            )
    return for_each_student(assemble(rubric, submission, questions))


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


def overlaid(report: Report, overrides: Mapping[str, Override]) -> Report:
    """Lay a person's decisions, by criterion id, over one student's report."""
    if not overrides:
        return report
    questions = []
    for question in report.questions:
        rows = [overridden(row, overrides.get(row.id)) for row in question.criteria]
        questions.append(with_rows(question, rows))
    return with_questions(report, questions)


def overridden(row: CriterionReport, override: Override | None) -> CriterionReport:
    """Lay a person's decision over one row; None and one that was taken back leave it as it is."""
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
