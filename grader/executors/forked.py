"""Mark hand-ins step by step in a forked child, under hard limits and at once.

This process judges and renders nothing: whatever an answer does to the child, the questions before it
are there, it alone is given up, and a new child goes on with the next. A child that nothing breaks goes
on with the hand-ins behind its first, for which it has loaded everything by then.
"""

from __future__ import annotations

import math
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from grader.executors import WRITING, Written
from grader.executors.child import Child
from grader.executors.limits import PATIENCE
from grader.executors.serial import Serial
from grader.executors.stepwise import HandInMarking
from grader.executors.wall import Failure, unwritten
from grader.model.errors import SubmissionError
from grader.model.outcome import Reason
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.executors import HandIn, Result, WriteJob
    from grader.executors.worker import Worker
    from grader.model.report import QuestionReport
    from grader.model.submission import Submission

# Hand-ins that one child marks: what it loads is loaded once, and its memory is bounded.
MARKED_TOGETHER: Final = 16
# Students whose files one child writes: a fork costs little, and the reports wait in memory.
WRITTEN_TOGETHER: Final = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hand-in may take: `answer` in seconds of work, `whole` in seconds by the clock, `memory` in bytes more."""

    answer: float
    whole: float
    memory: int


class Forked(Serial):
    """The executor for a few hand-ins: one after the other, in a child that lasts until something breaks it."""

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        settings = self._worker.settings
        whole = PATIENCE * settings.deadline * (len(settings.rubric.questions) + 1)
        limits = Limits(settings.deadline, whole, settings.memory)
        rest = iter(handins)
        while some := list(islice(rest, MARKED_TOGETHER)):
            child: Child | None = None
            try:
                while some:
                    handin = some.pop(0)
                    steps = ForkedSteps(self._worker, handin, limits, child=child, ahead=some)
                    child = None
                    result = HandInMarking(self._worker, handin, steps).result()
                    child = steps.take_child()
                    yield result
            finally:
                if child is not None:
                    child.stop()

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write each job's files; raises OSError."""
        rest = iter(jobs)
        while some := list(islice(rest, WRITTEN_TOGETHER)):
            while some:
                yield from self._written(some)

    def _written(self, jobs: list[WriteJob]) -> Iterator[Written]:
        """Write in one child as far as it comes; what is done is taken from the jobs."""
        with Child(lambda: self._files(jobs), self._worker.settings.memory, WRITING) as child:
            while jobs:
                found = child.next()
                job = jobs.pop(0)
                if isinstance(found, OSError):
                    raise found
                if isinstance(found, Failure):
                    yield Written(job.student, {}, "", (unwritten(job.source, job.student, found),))
                    return
                yield found

    def _files(self, jobs: list[WriteJob]) -> Iterator[Written | OSError]:
        for job in list(jobs):
            try:
                yield self._worker.write(job)
            except OSError as error:
                yield error
                return


class LimitedMarking(HandInMarking):
    """The marking of one hand-in in forked children."""

    def __init__(self, worker: Worker, handin: HandIn, limits: Limits) -> None:
        super().__init__(worker, handin, ForkedSteps(worker, handin, limits))


class ForkedSteps:
    """The steps of one hand-in, all in one child as long as none breaks it.

    `child` is one that has come to this hand-in; one that is forked here goes on with the hand-ins `ahead`.
    """

    def __init__(
        self,
        worker: Worker,
        handin: HandIn,
        limits: Limits,
        *,
        child: Child | None = None,
        ahead: Sequence[HandIn] = (),
    ) -> None:
        self.worker, self.handin, self.limits = worker, handin, limits
        self.ahead = tuple(ahead)
        self._end = time.monotonic() + limits.whole
        self._child = child
        self._inherited = child is not None  # it holds what other hand-ins left
        self._broken = False  # a child was lost
        self._done = False  # all that the child gives of this hand-in is here

    def read(self) -> Submission | SubmissionError | Failure:
        found: Submission | SubmissionError | Failure = self._next(None)
        self._done = isinstance(found, SubmissionError)
        return found

    def judge(self, submission: Submission, question: str) -> QuestionReport | Failure:
        found: QuestionReport | Failure = self._next(submission, question)
        return found

    def pack(self, submission: Submission, questions: Mapping[str, QuestionReport]) -> Result | Failure:
        found: Result | Failure = self._next(submission, questions)
        self._done = not self._broken
        return found

    def close(self) -> None:
        if self._done and self.ahead:
            return  # the child has gone on, and whoever takes it stops it
        self._stop()

    def take_child(self) -> Child | None:
        """Return the child where it has gone on with what is ahead; it is the caller's to stop."""
        child, self._child = self._child, None
        return child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _next(self, submission: Submission | None, first: str | Mapping[str, QuestionReport] = "") -> Any:
        """Return the next result of the child; where there is none, a new one begins at this step.

        A child that has judged all questions packs them; after a break somebody else must.
        """
        limits = self.limits
        packs = not isinstance(first, str)
        # What was judged must not be lost: packing has its time also where the hand-in has used up its own.
        left = math.inf if packs else self._end - time.monotonic()
        if left <= 0:
            self._stop()
            said = f"the hand-in had taken its {limits.whole:g} s before"
            return Failure(Reason.TIMED_OUT, said, limit=True)
        if packs and self._broken:
            self._stop()
        if self._child is None:
            self._child = Child(lambda: self._work(submission, first), limits.memory, limits.answer)
        found = self._child.next(within=left, limit=limits.whole)
        if isinstance(found, Failure) and self._inherited and found.reason is not Reason.TIMED_OUT:
            # What the hand-ins before this one left in the child must not cost it anything.
            self._inherited = False
            self._broken = submission is not None  # the new child begins in the middle
            self._stop()
            return self._next(submission, first)
        if isinstance(found, Failure):
            self._broken = True
            self._stop()
        return found

    def _work(
        self, submission: Submission | None, first: str | Mapping[str, QuestionReport]
    ) -> Iterator[Any]:
        """Do all steps from one on (in the child)."""
        if submission is not None and not isinstance(first, str):
            yield self.worker.result(submission, first)
            return
        self.worker.after_fork()
        if submission is not None:
            todo = [question.id for question in self.worker.rubric.questions]
            yield from self._judged(submission, todo[todo.index(str(first)) :])
            return
        for handin in (self.handin, *self.ahead):
            yield from self._whole(handin)

    def _whole(self, handin: HandIn) -> Iterator[Any]:
        """Read, judge and pack a hand-in (in the child)."""
        try:
            submission = self.worker.read(handin)
        except SubmissionError as error:
            yield error
            return
        yield submission
        reports = {}
        for report in self._judged(submission, [question.id for question in self.worker.rubric.questions]):
            reports[report.id] = report
            yield report
        yield self.worker.result(submission, reports)

    def _judged(self, submission: Submission, todo: Sequence[str]) -> Iterator[QuestionReport]:
        for question in todo:
            yield self.worker.mark_read(submission, question)
