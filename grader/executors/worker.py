"""What is done wherever the work is done: read, mark, pack; and write one student's files.

Everything here is total: what goes wrong is told in what is returned. The exceptions are MemoryError,
after which a process is not to be trusted, and OSError from a disk that takes no more from anybody.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.executors import Result, Written
from grader.executors.wall import Failure, unread, unwritten
from grader.gradebook.packing import pack, unpack
from grader.gradebook.verdicts import SharedVerdicts
from grader.marking.assembly import assemble, overlaid
from grader.marking.judgement import failed
from grader.marking.questionmarking import give_up_question, mark_question
from grader.model.errors import FaultError, Problem, RubricError, SubmissionError, named
from grader.model.identity import normal_id
from grader.model.outcome import Reason
from grader.model.submission import Answer, Place
from grader.model.totals import deducted
from grader.readers.files import read_content
from grader.rubric.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.executors import HandIn, Settings, WriteJob
    from grader.gradebook.verdicts import VerdictRow
    from grader.model.report import QuestionReport, Report
    from grader.model.submission import Submission
    from grader.rubric.questions import Question, Rubric


class Worker:
    """Marks hand-ins by one rubric and remembers verdicts between them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rubric = settings.rubric
        self.deadline = settings.deadline
        self.outline = settings.rubric.outline
        self.variants = Variants(settings.rubric)
        self.verdicts = SharedVerdicts(settings.store, settings.version, readonly=settings.store_readonly)

    def after_fork(self) -> None:
        """Begin in a forked child: a connection to the gradebook must not be shared with the parent."""
        settings = self.settings
        self.verdicts = SharedVerdicts(settings.store, settings.version, readonly=settings.store_readonly)

    def mark(self, handin: HandIn) -> Result:
        """Return a hand-in's report, or what kept it from being read."""
        started = time.perf_counter()
        try:
            submission = self.read(handin)
        except SubmissionError as error:
            return Result(handin.source, problems=error.problems)
        questions = {
            question.id: self.mark_read(submission, question.id) for question in self.rubric.questions
        }
        return self.result(submission, questions, seconds=time.perf_counter() - started)

    def mark_answer(self, handin: HandIn, question: str) -> tuple[QuestionReport, tuple[VerdictRow, ...]]:
        """Mark one question of a hand-in that can be read; return it with the verdicts that could not be kept."""
        report = self.mark_read(self.read(handin), question)
        return report, self.verdicts.take_new()

    def read(self, handin: HandIn) -> Submission:
        """Read a hand-in; raises SubmissionError, as FaultError where it met a fault of ours."""
        self.verdicts.learn(handin.verdicts)
        try:
            submission = read_content(handin.raw, handin.source, self.outline, sender=handin.sender)
            return self._by_variant(handin, submission) if self.variants.several else submission
        except (SubmissionError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            raise FaultError([unread(handin.source, _broken(error))]) from None

    def _by_variant(self, handin: HandIn, submission: Submission) -> Submission:
        """Read a hand-in by its student's own questions; raises SubmissionError where a group has several."""
        students = [student.id for student in submission.students]
        if self.variants.differ(students):
            rule = f"is by several students with different questions ({', '.join(students[:5])}); each hands in their own"
            raise SubmissionError([Problem(handin.source, 0, 0, rule)])
        try:
            outline = self.variants.of(students[0]).outline
        except RubricError as error:
            said = [
                Problem(handin.source, 0, 0, f"cannot be marked by what was drawn for it: {each}")
                for each in error.problems
            ]
            raise SubmissionError(said) from error
        own = read_content(handin.raw, handin.source, outline, sender=handin.sender)
        drawn = ", ".join(
            f"{question}: {name} = {value}" for question, name, value in self.variants.drawn(students[0])
        )
        return own.model_copy(
            update={"notes": (*own.notes, f"Marked by the questions of {students[0]}: {drawn}.")}
        )

    def _rubric_of(self, submission: Submission) -> Rubric:
        return self.variants.of(submission.students[0].id)

    def mark_read(self, submission: Submission, question: str) -> QuestionReport:
        """Mark one question of a hand-in that has been read."""
        rubric = self._rubric_of(submission)
        answer = submission.answer_to(question)
        return mark_question(rubric, _question(rubric, question), answer, self.verdicts)

    def result(
        self,
        submission: Submission,
        questions: Mapping[str, QuestionReport],
        *,
        seconds: float = 0.0,
    ) -> Result:
        """Put the questions of a hand-in together; with them goes what was found out by judging them here."""
        rubric = self._rubric_of(submission)
        rows = [questions[question.id] for question in rubric.questions]
        try:
            try:
                report = pack(assemble(rubric, submission, rows), seconds)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - this is the wall
                rows = [_keepable(rubric, row) for row in rows]
                report = pack(assemble(rubric, submission, rows), seconds)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            failure = _broken(error)
            problem = unwritten(submission.source, submission.students[0].id, failure)
            return Result(submission.source, problems=(problem,))
        return Result(submission.source, report, verdicts=self.verdicts.take_new())

    def given_up(self, submission: Submission, question: str, reason: Reason, said: str) -> QuestionReport:
        """Report a question that could not be judged; a person must look, and the student loses nothing."""
        outcome = failed(said, reason)
        answer = submission.answer_to(question)
        rubric = self._rubric_of(submission)
        return give_up_question(rubric, _question(rubric, question), answer, outcome)

    def write(self, job: WriteJob) -> Written:
        """Write one student's files."""
        from grader.executors.filing import write_files  # noqa: PLC0415 - marking alone needs no writer

        try:
            return write_files(job, laid_over(job, unpack(job.body)))
        except (MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            return Written(job.student, {}, "", (unwritten(job.source, job.student, _broken(error)),))


def _keepable(rubric: Rubric, row: QuestionReport) -> QuestionReport:
    """Return a question as it is where it can be kept, else given up."""
    try:
        row.model_dump_json()
    except Exception as error:  # noqa: BLE001 - as above
        blank = Answer(question=row.id, place=row.place or Place(line=1))
        said = f"what came of it could not be kept ({named(error)})"
        return give_up_question(rubric, _question(rubric, row.id), blank, failed(said))
    return row


def _question(rubric: Rubric, name: str) -> Question:
    return next(question for question in rubric.questions if question.id == name)


def _broken(error: Exception) -> Failure:
    return Failure(Reason.FAULT, f"the grader failed with {named(error)}")


def laid_over(job: WriteJob, report: Report) -> Report:
    """Return a student's own report: their name, a person's decisions, what handing in late costs."""
    student = next(student for student in report.students if student.id == normal_id(job.student))
    report = report.model_copy(
        update={
            "student": student,
            "submitted": job.submitted or report.submitted,
            "notes": (*report.notes, *job.notes),
        }
    )
    report = overlaid(report, job.overrides)
    points, said = job.deduction
    return deducted(report, "late", points, said) if points else report
