"""What is done wherever the work is done: read, mark, pack; and write one student's files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.executors import Result, Written
from grader.gradebook.packing import pack, unpack
from grader.gradebook.verdicts import SharedVerdicts
from grader.marking import assemble, deducted, failed, give_up_question, mark_question, overlaid
from grader.readers.files import read_content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.executors import HandIn, Settings, WriteJob
    from grader.gradebook.verdicts import VerdictRow
    from grader.model import QuestionReport, Reason, Report, Submission
    from grader.rubric import Question


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
        """Return a hand-in's report, or what kept it from being read.

        MemoryError is the only exception: whoever runs this worker decides what to do about it.
        """
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
        """Read a hand-in; raises SubmissionError."""
        return read_content(handin.raw, handin.source, self.outline)

    def result(
        self,
        submission: Submission,
        questions: Mapping[str, QuestionReport],
        *,
        seconds: float = 0.0,
        verdicts: tuple[VerdictRow, ...] = (),
    ) -> Result:
        """Put the questions of a hand-in together."""
        report = assemble(
            self.rubric, submission, [questions[question.id] for question in self.rubric.questions]
        )
        return Result(submission.source, pack(report, seconds), verdicts=verdicts)

    def given_up(self, submission: Submission, question: str, reason: Reason, said: str) -> QuestionReport:
        """Report a question that could not be judged; a person must look, and the student loses nothing."""
        outcome = failed(said, reason)
        return give_up_question(self._question(question), submission.answers.get(question), outcome)

    def write(self, job: WriteJob) -> Written:
        """Write one student's files; OSError is the only exception."""
        from grader.writers.atomic import write_text  # noqa: PLC0415 - marking alone needs no writer
        from grader.writers.rendering import render  # noqa: PLC0415 - as above
        from grader.writers.summary import summarise, to_json  # noqa: PLC0415 - as above
        from grader.writers.view import Sheet  # noqa: PLC0415 - as above

        sheet = Sheet(laid_over(job, unpack(job.body)))
        files = {}
        for name, text in render(sheet, job.stem, job.formats, assets=job.assets):
            file = write_text(job.out / name, text, noted=job.noted.get(name)).stat()
            files[name] = (file.st_size, file.st_mtime_ns)
        return Written(job.student, files, to_json(summarise(sheet)))

    def mark_read(self, submission: Submission, question: str) -> QuestionReport:
        """Mark one question of a hand-in that has been read."""
        return mark_question(
            self.rubric, self._question(question), submission.answers.get(question), self.verdicts
        )

    def _question(self, name: str) -> Question:
        return next(question for question in self.rubric.questions if question.id == name)


def laid_over(job: WriteJob, report: Report) -> Report:
    """Return a student's own report: their name, a person's decisions, what handing in late costs."""
    student = next(student for student in report.students if student.id == job.student)
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
