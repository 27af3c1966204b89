"""Do one thing after the other in this process: no start-up, and no hard limits.

Steps are counted all the same (`grader.equivalence.effort`) and interrupted at their deadline between
two instructions of Python, so that hostile answers end here too; only what hangs inside a library does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.executors import WRITING, Written
from grader.executors.alone import within
from grader.executors.limits import collected_seldom
from grader.executors.stepwise import HandInMarking
from grader.executors.wall import Failure, unwritten
from grader.executors.worker import Worker
from grader.model.errors import SubmissionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

    from grader.executors import HandIn, Result, Settings, WriteJob
    from grader.model.report import QuestionReport
    from grader.model.submission import Submission


class Serial:
    """The executor without processes."""

    def __init__(self, settings: Settings) -> None:
        self._worker = Worker(settings)
        self._calm = collected_seldom()

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        return map(self._mark, handins)

    def _mark(self, handin: HandIn) -> Result:
        return HandInMarking(self._worker, handin, SerialSteps(self._worker, handin)).result()

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write each job's files; raises OSError."""
        return map(self._write, jobs)

    def _write(self, job: WriteJob) -> Written:
        found = within(WRITING, lambda: self._worker.write(job))
        if isinstance(found, Failure):
            return Written(job.student, {}, "", (unwritten(job.source, job.student, found),))
        return found

    def __enter__(self) -> Self:
        self._calm.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calm.__exit__(kind, error, trace)
        self._worker.verdicts.close()


class SerialSteps:
    """The steps of one hand-in in this process."""

    def __init__(self, worker: Worker, handin: HandIn) -> None:
        self.worker, self.handin = worker, handin

    def read(self) -> Submission | SubmissionError | Failure:
        try:
            return within(self.worker.deadline, lambda: self.worker.read(self.handin))
        except SubmissionError as error:
            return error

    def judge(self, submission: Submission, question: str) -> QuestionReport | Failure:
        return within(self.worker.deadline, lambda: self.worker.mark_read(submission, question))

    def pack(self, submission: Submission, questions: Mapping[str, QuestionReport]) -> Result | Failure:
        return within(self.worker.deadline, lambda: self.worker.result(submission, questions))

    def close(self) -> None:
        """Do nothing: nothing is under way."""
