"""Do one thing after the other in this process: no start-up, and no hard limits.

Steps are counted all the same (`grader.equivalence.effort`), so that hostile answers end here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from grader.errors import Problem
from grader.executors import Result
from grader.executors.worker import Worker
from grader.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from grader.executors import HandIn, Settings, WriteJob, Written

TOO_MUCH: Final = "needed more memory than there is"


class Serial:
    """The executor without processes."""

    def __init__(self, settings: Settings) -> None:
        self._worker = Worker(settings)

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        return map(self._mark, handins)

    def _mark(self, handin: HandIn) -> Result:
        try:
            return self._worker.mark(handin)
        except MemoryError:
            return self._mark_answers(handin)

    def _mark_answers(self, handin: HandIn) -> Result:
        """Mark a hand-in that took more memory than there is, and give up only the answer that does."""
        worker = self._worker
        try:
            submission = worker.read(handin)
        except MemoryError:
            return Result(
                handin.source, problems=(Problem(handin.source, 0, 0, f"could not be read: {TOO_MUCH}"),)
            )
        questions = {}
        for question in worker.rubric.questions:
            try:
                questions[question.id], _ = worker.mark_answer(handin, question.id)
            except MemoryError:
                questions[question.id] = worker.given_up(submission, question.id, Reason.FAULT, TOO_MUCH)
        return worker.result(submission, questions)

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write each job's files; raises OSError."""
        return map(self._worker.write, jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.verdicts.close()
