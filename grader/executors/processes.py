"""Share the work among processes on this machine, each answer under a hard limit of time and memory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from grader.executors import HandIn
from grader.executors.limits import collected_seldom
from grader.executors.pool import WorkerPool, mark_apart, mark_task, write_apart, write_task
from grader.executors.wall import Failure
from grader.executors.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from grader.executors import Result, Settings, WriteJob, Written

# Hand-ins in one task: enough that sending them costs little, few enough that a broken one delays little.
TOGETHER: Final = 8
# ... and no more of them than this, since several tasks are under way at once.
TOGETHER_BYTES: Final = 4_000_000
# Tasks under way for each worker: one being done, one waiting, one on its way back.
AHEAD: Final = 3

Item = TypeVar("Item")


class Processes:
    """The executor that uses this machine's cores."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = WorkerPool(settings)
        self._calm = collected_seldom()
        self._own = Worker(settings)  # puts answers together; what judges is in the pool

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        for chunk, results in self._in_order(mark_task, handins):
            yield from mark_apart(self._pool, self._own, chunk) if isinstance(results, Failure) else results

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write each job's files; raises OSError."""
        for chunk, written in self._in_order(write_task, jobs):
            yield from write_apart(self._pool, chunk) if isinstance(written, Failure) else written

    def _in_order(
        self, task: Callable[[Any], Any], items: Iterable[Item]
    ) -> Iterator[tuple[list[Item], Any]]:
        """Yield chunks and what came of them, in order, with a bounded number under way."""
        under_way: deque[tuple[list[Item], Any]] = deque()
        for chunk in chunks(items):
            under_way.append((chunk, self._pool.submit(task, chunk)))
            if len(under_way) > AHEAD * self._settings.jobs:
                first, future = under_way.popleft()
                yield first, self._pool.collect(future)
        while under_way:
            first, future = under_way.popleft()
            yield first, self._pool.collect(future)

    def __enter__(self) -> Self:
        self._calm.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop(now=kind is not None)
        self._calm.__exit__(kind, error, trace)
        self._own.verdicts.close()


def chunks(items: Iterable[Item], most: Callable[[], int] = lambda: TOGETHER) -> Iterator[list[Item]]:
    """Part items into chunks of at most `most` as they are made, small ones first so that every worker has work at once."""
    chunk: list[Item] = []
    size, weight = 1, 0
    for item in items:
        chunk.append(item)
        weight += len(item.raw) if isinstance(item, HandIn) else 0
        if len(chunk) >= size or weight >= TOGETHER_BYTES:
            yield chunk
            chunk, weight = [], 0
            size = min(size + 1, most())
    if chunk:
        yield chunk
