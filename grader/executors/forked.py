"""Mark hand-ins question by question in a forked child, under hard limits and at once.

A fork shares the rubric that is already loaded, so that it costs milliseconds where a new process
would load everything again. The parent judges nothing: whatever an answer does to the child, the
questions before it are there, it alone is given up, and a new child goes on with the next. For
systems that can fork; the caller must not have started threads.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from select import select
from typing import TYPE_CHECKING, Any, Final, Self

from grader.errors import LimitError, Problem, SubmissionError
from grader.executors import Result
from grader.executors.limits import OUT_OF_MEMORY, limit_memory
from grader.executors.serial import Serial
from grader.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.executors import HandIn
    from grader.executors.worker import Worker
    from grader.model import QuestionReport, Submission

_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hand-in may take: `answer` and `whole` in seconds, `memory` in bytes beside what was there before."""

    answer: float
    whole: float
    memory: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One question; `fault` says what kept it from being judged, "" where nothing did."""

    report: QuestionReport
    fault: str = ""


class Forked(Serial):
    """The executor for a few hand-ins: one after the other, each in a child of its own."""

    def _mark(self, handin: HandIn) -> Result:
        settings, started = self._worker.settings, time.perf_counter()
        whole = settings.deadline * (len(settings.rubric.questions) + 1)
        marking = LimitedMarking(self._worker, handin, Limits(settings.deadline, whole, settings.memory))
        try:
            submission = marking.read()
        except SubmissionError as error:
            return Result(handin.source, problems=error.problems)
        questions = {judged.report.id: judged.report for judged in marking.questions(submission)}
        return self._worker.result(submission, questions, seconds=time.perf_counter() - started)


class LimitedMarking:
    """The marking of one hand-in. `read` comes first, then `questions`."""

    def __init__(self, worker: Worker, handin: HandIn, limits: Limits) -> None:
        self.worker, self.handin, self.limits = worker, handin, limits
        self._end = time.monotonic() + limits.whole

    def read(self) -> Submission:
        """Read the hand-in; raises SubmissionError, and LimitError where reading breaks its limits."""
        with _Child(self, ["read"]) as child:
            found = child.next()
        if isinstance(found, SubmissionError):
            raise found
        if isinstance(found, _Broken):
            rule = f"could not be read: {found.said}; this is our limit, not a mistake in the file"
            raise LimitError([Problem(self.handin.source, 0, 0, rule)])
        submission: Submission = found
        return submission

    def questions(self, submission: Submission) -> Iterator[Judged]:
        """Yield every question in the rubric's order."""
        todo = [question.id for question in self.worker.rubric.questions]
        while todo:
            with _Child(self, todo, submission) as child:
                while todo:
                    found = child.next()
                    name = todo.pop(0)
                    if isinstance(found, _Broken):
                        given_up = self.worker.given_up(submission, name, found.reason, found.said)
                        yield Judged(given_up, found.said)
                        break
                    yield Judged(found)

    @property
    def left(self) -> float:
        """Seconds left for the whole hand-in."""
        return self._end - time.monotonic()


@dataclass(frozen=True, slots=True)
class _Broken:
    reason: Reason
    said: str


class _Child:
    """A forked process that does tasks in order and sends each result as it comes."""

    def __init__(
        self, marking: LimitedMarking, tasks: Sequence[str], submission: Submission | None = None
    ) -> None:
        self.marking = marking
        self._read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._read)
            _work(marking, tasks, submission, write)
        os.close(write)

    def next(self) -> Any:
        """Return the next result, or _Broken."""
        limits = self.marking.limits
        seconds = min(limits.answer, self.marking.left)
        if seconds <= 0:
            return _Broken(Reason.TIMED_OUT, f"the hand-in had taken its {limits.whole:g} s before")
        deadline = time.monotonic() + seconds
        head = self._bytes(_LENGTH.size, deadline)
        body = self._bytes(_LENGTH.unpack(head)[0], deadline) if isinstance(head, bytes) else head
        # The child is a copy of this process and reads no pickles; what it sends is its own work.
        return pickle.loads(body) if isinstance(body, bytes) else body  # noqa: S301

    def _bytes(self, count: int, deadline: float) -> bytes | _Broken:
        found = bytearray()
        while len(found) < count:
            ready, _, _ = select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                limit = min(self.marking.limits.answer, self.marking.limits.whole)
                return _Broken(Reason.TIMED_OUT, f"took longer than {limit:g} s and was stopped")
            piece = os.read(self._read, min(count - len(found), 1 << 16))
            if not piece:
                return self._ended()
            found += piece
        return bytes(found)

    def _ended(self) -> _Broken:
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        code = os.waitstatus_to_exitcode(status)
        if code == OUT_OF_MEMORY:
            return _Broken(
                Reason.FAULT, f"needed more than {self.marking.limits.memory // 1_000_000:,} MB of memory"
            )
        return _Broken(Reason.FAULT, f"the process that judged it ended with status {code}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._read)
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0


def _work(marking: LimitedMarking, tasks: Sequence[str], submission: Submission | None, write: int) -> None:
    """Do the tasks in the child; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What the parent holds came along and costs nothing.
        limit_memory(marking.limits.memory + _address_space())
        marking.worker.after_fork()
        for task in tasks:
            _send(write, _done(marking, task, submission))
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _address_space() -> int:
    """Return the bytes of address space this process has, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is slower, and this is a child's first step
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _done(marking: LimitedMarking, task: str, submission: Submission | None) -> Any:
    if submission is not None:
        report = marking.worker.mark_read(submission, task)
        marking.worker.verdicts.flush()
        return report
    try:
        return marking.worker.read(marking.handin)
    except SubmissionError as error:
        return error


def _send(write: int, result: Any) -> None:
    body = pickle.dumps(result)
    data = memoryview(_LENGTH.pack(len(body)) + body)
    while data:
        data = data[os.write(write, data) :]
