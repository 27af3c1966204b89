"""A pool of worker processes with hard limits; what breaks one costs only the answer that broke it.

Hand-ins go to the workers several at a time. A task that runs over its deadline is killed with its
worker, and one whose worker dies is lost with it; such a task is taken apart: each hand-in by
itself, then each answer by itself, and only the answer that breaks again is given up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import replace
from multiprocessing import forkserver, util
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pebble import ProcessExpired, ProcessPool

from grader.executors import WRITING, Written
from grader.executors.limits import (
    OUT_OF_MEMORY,
    OUT_OF_TIME,
    PATIENCE,
    collect_seldom,
    end_after,
    limit_memory,
    unheard,
)
from grader.executors.stepwise import HandInMarking
from grader.executors.wall import Failure, no_process, unwritten
from grader.executors.worker import Worker
from grader.isolation import isolate
from grader.model.errors import SubmissionError, named
from grader.model.outcome import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.executors import HandIn, Result, Settings, WriteJob
    from grader.gradebook.verdicts import VerdictRow
    from grader.model.report import QuestionReport
    from grader.model.submission import Submission

# Loaded once in the server that workers are forked from, so that each starts with them.
PRELOADED: Final = (
    "grader.executors.pool",
    "grader.documents.cut.answers",
    "grader.readers.yamlfile",
    "grader.executors.filing",
    "grader.writers.rendering",
)
# A worker whose task takes so many deadlines has lost the process that would have stopped it, and ends by itself.
_ORPHANED: Final = 3
# A task has its turn after at most one deadline by the clock, and is done after one more; what takes longer is lost.
_LOST: Final = 3
_STARTING: Final = 20.0  # seconds: for workers to start on a busy machine
_ATTEMPTS: Final = 2  # at an answer by itself, since its worker may have been killed from outside
_PATIENCE: Final = 10  # attempts where all processes were lost, which no answer can bring about

# What multiprocessing takes over of this interpreter's options for the servers it starts.
_given_flags: Final[Callable[[], list[str]]] = util._args_from_interpreter_flags  # type: ignore[attr-defined] # noqa: SLF001

Made = TypeVar("Made")

_worker: Worker | None = None  # in a worker process


class WorkerPool:
    """The processes. `submit` starts a task, `collect` waits for it and returns what came of it.

    Threads may share one. A worker that is killed at the wrong moment can take the pool's pipes or locks
    with it, and its task without a word: then the pool is given up and a new one made.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._pool: ProcessPool | None = None
        self._open: set[Any] = set()
        self._lock = threading.RLock()

    def submit(self, task: Callable[[Any], Any], argument: Any) -> Any:
        """Start a task with the deadline of its kind; returns its future."""
        with self._lock:
            try:
                future = self._schedule(task, argument)
            except (RuntimeError, OSError):  # the pool has lost its workers
                self._give_up()
                try:
                    future = self._schedule(task, argument)
                except (RuntimeError, OSError, EOFError) as error:
                    raise no_process(error) from error
            future.deadline = self._deadline(task)
            self._open.add(future)
            return future

    def collect(self, future: Any) -> Any:
        """Return a task's result, or a Failure; an OSError of a task's own is raised here."""
        deadline = getattr(future, "deadline", self.settings.deadline)
        try:
            return future.result(_LOST * PATIENCE * deadline + _STARTING)
        except (FutureTimeoutError, TimeoutError):
            if future.done():
                return Failure.of_time(deadline)
            with self._lock:
                self._give_up()
            return Failure(Reason.FAULT, "was lost between processes", own=False)
        except ProcessExpired as error:
            if error.exitcode == OUT_OF_MEMORY:
                return Failure.of_memory(self.settings.memory)
            if error.exitcode == OUT_OF_TIME:
                return Failure.of_time(deadline)
            return Failure(Reason.FAULT, f"the process that judged it ended with status {error.exitcode}")
        except (BrokenExecutor, CancelledError):
            return Failure(Reason.FAULT, "the processes that judged it were ended from outside", own=False)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - such as a result that cannot be sent
            return Failure(Reason.FAULT, f"the grader failed with {named(error)}")
        finally:
            self._open.discard(future)

    def call(self, task: Callable[[Any], Any], argument: Any) -> Any:
        """Do one task and return its result or a Failure."""
        return self.collect(self.submit(task, argument))

    def stop(self, *, now: bool = False) -> None:
        """End the workers, at once or after what they are at."""
        with self._lock:
            if now:
                self._give_up()
            elif self._pool is not None:
                with suppress(RuntimeError):
                    self._pool.close()  # type: ignore[no-untyped-call] # of pebble's, without types
                    self._pool.join()
                self._pool = None

    def _give_up(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            with suppress(RuntimeError):
                pool.stop()  # type: ignore[no-untyped-call] # as above
                pool.join()
        for future in tuple(self._open):  # nobody else would ever settle them
            future.cancel()

    def _schedule(self, task: Callable[[Any], Any], argument: Any) -> Any:
        if self._pool is None:
            warm_up()
            self._pool = ProcessPool(
                max_workers=self.settings.jobs,
                initializer=start_worker,
                initargs=(self.settings,),
                context=_context(),
            )
        return self._pool.schedule(task, args=(argument,), timeout=PATIENCE * self._deadline(task))

    def _deadline(self, task: Callable[[Any], Any]) -> float:
        return WRITING if task is write_task else self.settings.deadline


def _context() -> Any:
    # Servers are started with `-c`, which looks for modules in the current folder first unless it is forbidden.
    # An environment variable would not do where this interpreter ignores the environment (`-E`).
    setattr(util, "_args_from_interpreter_flags", _helper_flags)  # noqa: B010 - known to no stub
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    # One thread each: as many processes as cores do the work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return context


def _helper_flags() -> list[str]:
    return ["-P", *_given_flags()]


def warm_up() -> None:
    """Start the server that workers are forked from, so that it loads what they need while this process loads a rubric."""
    _context()
    with suppress(OSError), unheard():  # where there can be none, the pool will say so
        forkserver.ensure_running()


def start_worker(settings: Settings) -> None:
    """Make this process a worker: bounded in memory, deaf to Ctrl-C, which the main process answers."""
    global _worker  # noqa: PLW0603 - a process is one worker for its whole life
    isolate()  # what is imported from here on; the path came from a parent that may be anybody's program
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(AttributeError):  # not on Windows
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    limit_memory(settings.memory)
    _worker = Worker(settings)
    collect_seldom()


def _within_limits(task: Callable[[Worker], Made], seconds: float = 0.0) -> Made:
    assert _worker is not None  # noqa: S101 - start_worker came first
    seconds = seconds or _worker.deadline
    _alarm(_ORPHANED * PATIENCE * seconds)
    end_after(seconds)
    try:
        return task(_worker)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    finally:
        end_after(0)
        _alarm(0)


def _alarm(seconds: float) -> None:
    """Let the system end this process after so many seconds, whatever it is doing then; 0: never."""
    with suppress(AttributeError):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)


def mark_task(handins: Sequence[HandIn]) -> list[Result]:
    """Mark several hand-ins (in a worker)."""
    return _within_limits(lambda worker: [worker.mark(handin) for handin in handins])


def read_task(handin: HandIn) -> Submission | SubmissionError:
    """Read a hand-in (in a worker)."""

    def read(worker: Worker) -> Submission | SubmissionError:
        try:
            return worker.read(handin)
        except SubmissionError as error:
            return error

    return _within_limits(read)


def answer_task(argument: tuple[HandIn, str]) -> tuple[QuestionReport, tuple[VerdictRow, ...]]:
    """Mark one question of a hand-in (in a worker)."""
    return _within_limits(lambda worker: worker.mark_answer(*argument))


def pack_task(argument: tuple[Submission, Mapping[str, QuestionReport]]) -> Result:
    """Put the questions of a hand-in together (in a worker)."""
    return _within_limits(lambda worker: worker.result(*argument))


def write_task(jobs: Sequence[WriteJob]) -> list[Written]:
    """Write several students' files (in a worker)."""
    return _within_limits(lambda worker: [worker.write(job) for job in jobs], WRITING)


def mark_apart(pool: WorkerPool, worker: Worker, handins: Sequence[HandIn]) -> list[Result]:
    """Mark hand-ins of which one has broken a worker, each by itself; return one result each, in order.

    `worker` is this process's own; it puts answers together and judges nothing.
    """
    alone = len(handins) == 1  # it was by itself already
    results = []
    for handin in handins:
        found = None if alone else pool.call(mark_task, [handin])
        steps = PoolSteps(pool, handin)
        results.append(found[0] if isinstance(found, list) else HandInMarking(worker, handin, steps).result())
    return results


def write_apart(pool: WorkerPool, jobs: Sequence[WriteJob]) -> Iterator[Written]:
    """Write files of students of whom one has broken a worker, each by itself; raises OSError."""
    for job in jobs:
        found = _persistently(pool, write_task, [job])
        if isinstance(found, Failure):
            yield Written(job.student, {}, "", (unwritten(job.source, job.student, found),))
        else:
            yield found[0]


class PoolSteps:
    """The steps of one hand-in, each a task of a pool."""

    def __init__(self, pool: WorkerPool, handin: HandIn) -> None:
        self.pool, self.handin = pool, handin
        self._verdicts: list[VerdictRow] = []

    def read(self) -> Submission | SubmissionError | Failure:
        found: Submission | SubmissionError | Failure = _persistently(self.pool, read_task, self.handin)
        return found

    def judge(self, submission: Submission, question: str) -> QuestionReport | Failure:
        del submission  # the worker reads it again: it is another one, perhaps
        found = _persistently(self.pool, answer_task, (self.handin, question))
        if isinstance(found, Failure):
            return found
        report: QuestionReport = found[0]
        self._verdicts += found[1]
        return report

    def pack(self, submission: Submission, questions: Mapping[str, QuestionReport]) -> Result | Failure:
        found: Result | Failure = _persistently(self.pool, pack_task, (submission, questions))
        return found if isinstance(found, Failure) else replace(found, verdicts=tuple(self._verdicts))

    def close(self) -> None:
        """Do nothing: every task was waited for."""


def _persistently(pool: WorkerPool, task: Callable[[Any], Any], argument: Any) -> Any:
    own, found = 0, None
    for _ in range(_PATIENCE):
        found = pool.call(task, argument)
        if not isinstance(found, Failure) or found.reason is Reason.TIMED_OUT:
            break
        own += found.own
        if own == _ATTEMPTS:
            break
    return found
