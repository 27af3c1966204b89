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
from grader.marking import assemble, failed, give_up_question, mark_question, overlaid
from grader.model.errors import FaultError, SubmissionError, named
from grader.model.identity import normal_id
from grader.model.outcome import Reason
from grader.model.submission import Answer, Place
from grader.model.totals import deducted
from grader.readers.files import read_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.executors import HandIn, Settings, WriteJob
    from grader.gradebook.verdicts import VerdictRow
    from grader.model.report import QuestionReport, Report
    from grader.model.submission import Submission
    from grader.rubric.questions import Question


class Worker:
    """Marks hand-ins by one rubric and remembers verdicts between them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rubric = settings.rubric
        self.deadline = settings.deadline
        self.outline = settings.rubric.outline
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
        self.verdicts.flush()
        return self.result(
            submission, questions, seconds=time.perf_counter() - started, verdicts=self.verdicts.take_new()
        )

    def mark_answer(self, handin: HandIn, question: str) -> tuple[QuestionReport, tuple[VerdictRow, ...]]:
        """Mark one question of a hand-in that can be read; return it with the verdicts that could not be kept."""
        report = self.mark_read(self.read(handin), question)
        self.verdicts.flush()
        return report, self.verdicts.take_new()

    def read(self, handin: HandIn) -> Submission:
        """Read a hand-in; raises SubmissionError, as FaultError where it met a fault of ours."""
        try:
            return read_content(handin.raw, handin.source, self.outline, sender=handin.sender)
        except (SubmissionError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            raise FaultError([unread(handin.source, _broken(error))]) from None

    def mark_read(self, submission: Submission, question: str) -> QuestionReport:
        """Mark one question of a hand-in that has been read."""
        return mark_question(
            self.rubric, self._question(question), submission.answer_to(question), self.verdicts
        )

    def result(
        self,
        submission: Submission,
        questions: Mapping[str, QuestionReport],
        *,
        seconds: float = 0.0,
        verdicts: tuple[VerdictRow, ...] = (),
    ) -> Result:
        """Put the questions of a hand-in together."""
        rows = [questions[question.id] for question in self.rubric.questions]
        try:
            try:
                report = pack(assemble(self.rubric, submission, rows), seconds)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - this is the wall
                rows = [self._keepable(row) for row in rows]
                report = pack(assemble(self.rubric, submission, rows), seconds)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            failure = _broken(error)
            problem = unwritten(submission.source, submission.students[0].id, failure)
            return Result(submission.source, problems=(problem,))
        return Result(submission.source, report, verdicts=verdicts)

    def given_up(self, submission: Submission, question: str, reason: Reason, said: str) -> QuestionReport:
        """Report a question that could not be judged; a person must look, and the student loses nothing."""
        outcome = failed(said, reason)
        answer = submission.answer_to(question)
        return give_up_question(self.rubric, self._question(question), answer, outcome)

    def write(self, job: WriteJob) -> Written:
        """Write one student's files."""
        from grader.executors.filing import write_files  # noqa: PLC0415 - marking alone needs no writer

        try:
            return write_files(job, laid_over(job, unpack(job.body)))
        except (MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            return Written(job.student, {}, "", (unwritten(job.source, job.student, _broken(error)),))

    def _keepable(self, row: QuestionReport) -> QuestionReport:
        """Return a question as it is where it can be kept, else given up."""
        try:
            row.model_dump_json()
        except Exception as error:  # noqa: BLE001 - as above
            blank = Answer(question=row.id, place=row.place or Place(line=1))
            said = f"what came of it could not be kept ({named(error)})"
            return give_up_question(self.rubric, self._question(row.id), blank, failed(said))
        return row

    def _question(self, name: str) -> Question:
        return next(question for question in self.rubric.questions if question.id == name)


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
