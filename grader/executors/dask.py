"""Mark on an existing dask cluster; the files are written from here.

Hand-ins travel to the workers as bytes, so that these need no common disk. Inside each dask worker
the same pool runs as on one machine, so that the limits of an answer hold there too: a process that
runs over them is killed without the dask worker. Tasks whose worker is lost are run again by the
scheduler. Equal answers share verdicts within a worker; what was judged is kept when its report comes back.
"""

from __future__ import annotations

import atexit
import multiprocessing
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from distributed import Client, get_worker
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from grader.errors import Problem, UsageError
from grader.executors.pool import Failure, WorkerPool, mark_apart, mark_task
from grader.executors.processes import Processes, chunks
from grader.executors.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from grader.executors import HandIn, Result, Settings, WriteJob, Written

# Chunks under way for each thread of the cluster: one being marked, one already there.
AHEAD: Final = 2
# How often a chunk may lose its worker before it is marked on this machine instead.
RETRIES: Final = 5
_CONNECT: Final = 10  # seconds


class Dask:
    """The executor for a cluster."""

    def __init__(self, settings: Settings) -> None:
        if not settings.scheduler:
            raise UsageError(
                [
                    Problem(
                        "--executor",
                        0,
                        0,
                        "'dask' needs the address of a scheduler: --scheduler tcp://HOST:8786",
                    )
                ]
            )
        try:
            self._client = Client(settings.scheduler, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            rule = f"no dask scheduler answers at {settings.scheduler!r} ({str(error).splitlines()[0]})"
            raise UsageError([Problem("--scheduler", 0, 0, rule)]) from error
        # A worker elsewhere has no gradebook and one core to itself.
        self._remote = replace(settings, store=None, store_readonly=True, jobs=1)
        self._here = Processes(settings)

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        settings = self._client.scatter(self._remote, broadcast=True, hash=False)
        under_way: deque[tuple[list[HandIn], Any]] = deque()
        for chunk in chunks(handins):
            future = self._client.submit(mark_chunk, settings, chunk, pure=False, retries=RETRIES)
            under_way.append((chunk, future))
            if len(under_way) > AHEAD * max(1, sum(self._client.nthreads().values())):
                yield from self._collect(*under_way.popleft())
        while under_way:
            yield from self._collect(*under_way.popleft())

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write on this machine, where the reports are wanted; raises OSError."""
        return self._here.write(jobs)

    def _collect(self, chunk: list[HandIn], future: Any) -> Iterator[Result]:
        try:
            results: list[Result] = future.result()
        except (KilledWorker, FutureCancelledError):
            results = list(self._here.mark(chunk))  # the cluster gave up on it
        finally:
            future.release()
        yield from results

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.__exit__(kind, error, trace)
        self._client.close()


def mark_chunk(settings: Settings, handins: Sequence[HandIn]) -> list[Result]:
    """Mark hand-ins inside a dask worker, each answer under its own limits."""
    pool, own = _pool_of_worker(settings)
    results = pool.call(mark_task, handins)
    return mark_apart(pool, own, handins) if isinstance(results, Failure) else list(results)


def _pool_of_worker(settings: Settings) -> tuple[WorkerPool, Worker]:
    """Return this dask worker's pool; it is made once for each run."""
    worker = get_worker()
    name = (settings.rubric.digest, settings.version, settings.deadline, settings.memory)
    pools = worker.__dict__.setdefault("_grader_pools", {})
    if name not in pools:
        for old, _ in pools.values():
            old.stop(now=True)
        pools.clear()
        # Nannies start their workers as daemons, which may have no children; this one needs its pool.
        with suppress(AssertionError):
            multiprocessing.current_process().daemon = False
        pools[name] = WorkerPool(settings), Worker(settings)
        atexit.register(pools[name][0].stop, now=True)
    found: tuple[WorkerPool, Worker] = pools[name]
    return found
