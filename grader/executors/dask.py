"""Mark on an existing dask cluster; the files are written from here.

Hand-ins travel to the workers as bytes, so that these need no common disk. Inside each dask worker
the same pool runs as on one machine, so that the limits of an answer hold there too: a process that
runs over them is killed without the dask worker. Tasks whose worker is lost are run again by the
scheduler. What the gradebook knows of a hand-in's answers goes with it, and what was judged is kept when its report
comes back; equal answers of one run share verdicts within a worker.
"""

from __future__ import annotations

import atexit
import multiprocessing
import pickle
import threading
import zlib
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self

from distributed import Client, get_worker
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from grader.codeversion import code_version
from grader.executors.pool import WorkerPool, mark_apart, mark_task
from grader.executors.processes import TOGETHER, Processes, chunks
from grader.executors.wall import Failure
from grader.executors.worker import Worker
from grader.gradebook import Gradebook
from grader.gradebook.verdicts import row_key
from grader.marking.judgement import judged_digest
from grader.model.errors import GraderError, Problem, UsageError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from grader.executors import HandIn, Result, Settings, WriteJob, Written

# Chunks under way for each thread of the cluster: one being marked, one already there.
AHEAD: Final = 2
# How often a chunk may lose its worker before it is marked on this machine instead.
RETRIES: Final = 5
_CONNECT: Final = 10  # seconds
# What a chunk should take: enough that sending it costs little, and little of a deadline.
_CHUNK_SECONDS: Final = 1.0
_MOST_TOGETHER: Final = 32


class Dask:
    """The executor for a cluster."""

    def __init__(self, settings: Settings) -> None:
        if not settings.scheduler:
            raise UsageError(
                [Problem("--executor", 0, 0, "'dask' needs --scheduler, such as tcp://HOST:8786")]
            )
        try:
            self._client = Client(settings.scheduler, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            rule = f"no dask scheduler answers at {settings.scheduler!r} ({str(error).splitlines()[0]})"
            raise UsageError([Problem("--scheduler", 0, 0, rule)]) from error
        # A worker elsewhere has no gradebook; its verdicts come back with the results.
        self._remote = replace(settings, store=None)
        self._here = Processes(settings)
        self._pace = _Pace()
        self._known = _KnownAnswers(settings)

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        # With every chunk: what is scattered once hangs or is lost with the workers that hold it.
        settings = zlib.compress(pickle.dumps(self._remote), 1)
        under_way: deque[tuple[list[HandIn], Any]] = deque()
        for chunk in chunks(map(self._known.told, handins), self._pace.together):
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
        except ModuleNotFoundError as error:
            rule = (
                f"the workers of the cluster lack {error.name!r}; install grader {self._remote.version} there"
            )
            raise UsageError([Problem("--scheduler", 0, 0, rule)]) from error
        except GraderError:
            raise
        except Exception:  # noqa: BLE001 - whatever happened there, the hand-ins are here
            results = list(self._here.mark(chunk))
        finally:
            future.release()
        self._pace.note(results)
        yield from results

    def __enter__(self) -> Self:
        self._here.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.__exit__(kind, error, trace)
        self._known.close()
        self._client.close()


class _Pace:
    """How long hand-ins take, and so how many of them make a chunk."""

    def __init__(self) -> None:
        self._seconds, self._count = 0.0, 0

    def note(self, results: Sequence[Result]) -> None:
        """Take into account what came back."""
        took = [result.report.seconds for result in results if result.report is not None]
        self._seconds += sum(took)
        self._count += len(took)

    def together(self) -> int:
        """Return how many hand-ins the next chunk should have."""
        if not self._seconds:
            return TOGETHER
        return max(1, min(_MOST_TOGETHER, int(_CHUNK_SECONDS * self._count / self._seconds)))


class _KnownAnswers:
    """What the gradebook of this machine knows of the answers of hand-ins that it has seen before, under any rubric."""

    def __init__(self, settings: Settings) -> None:
        self._version = settings.version
        self._question = {criterion.id: question.id for question, criterion in settings.rubric.criteria}
        self._book = Gradebook(settings.store, readonly=True) if settings.store is not None else None

    def told(self, handin: HandIn) -> HandIn:
        """Return a hand-in with what is known of its answers."""
        if self._book is None:
            return handin
        answers = self._book.rows(
            "SELECT DISTINCT criterion, answer FROM outcomes JOIN reports ON reports.id = report WHERE content = ?",
            (sha256(handin.raw).hexdigest(),),
        )
        keys = {
            row_key(self._version, judged_digest(self._question[criterion], answer))
            for criterion, answer in answers
            if criterion in self._question
        }
        rows = (self._book.row("SELECT * FROM verdicts WHERE key = ?", (key,)) for key in sorted(keys))
        return replace(handin, verdicts=tuple((row[0], row[1], row[2]) for row in rows if row is not None))

    def close(self) -> None:
        """Let go of the gradebook."""
        if self._book is not None:
            self._book.close()


def mark_chunk(packed: bytes, handins: Sequence[HandIn]) -> list[Result]:
    """Mark hand-ins inside a dask worker, each answer under its own limits."""
    settings = _unpacked(packed)
    if code_version() != settings.version:
        rule = f"a worker of the cluster has grader {code_version()}, this is {settings.version}; install the same there"
        raise UsageError([Problem("--scheduler", 0, 0, rule)])
    with _POOLS.lent(settings) as (pool, own):
        results = pool.call(mark_task, handins)
        return mark_apart(pool, own, handins) if isinstance(results, Failure) else list(results)


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Settings:
    settings: Settings = pickle.loads(zlib.decompress(packed))  # noqa: S301 - as everything that crosses a cluster
    return settings


@dataclass(slots=True)
class _Lent:
    """A pool and how many threads are at it."""

    pool: WorkerPool
    own: Worker
    users: int = 0


class _Pools:
    """The pools of one dask worker, one for each run; the cluster may work for several runs at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[Any, _Lent] = {}

    @contextmanager
    def lent(self, settings: Settings) -> Iterator[tuple[WorkerPool, Worker]]:
        """Lend the pool of a run; the first to ask makes it, and pools of other runs that nobody is at are ended."""
        name = (settings.rubric.digest, settings.version, settings.deadline, settings.memory)
        with self._lock:
            for other in [key for key, lent in self._pools.items() if key != name and not lent.users]:
                self._pools.pop(other).pool.stop(now=True)
            if name not in self._pools:
                self._pools[name] = self._new(settings)
            lent = self._pools[name]
            lent.users += 1
        try:
            yield lent.pool, lent.own
        finally:
            with self._lock:
                lent.users -= 1

    def stop(self) -> None:
        """End all pools."""
        for lent in self._pools.values():
            lent.pool.stop(now=True)

    def _new(self, settings: Settings) -> _Lent:
        # Nannies start their workers as daemons, which may have no children; this one needs its pool.
        with suppress(AssertionError):
            multiprocessing.current_process().daemon = False
        return _Lent(WorkerPool(replace(settings, jobs=_threads())), Worker(settings))


_POOLS: Final = _Pools()
atexit.register(_POOLS.stop)


def _threads() -> int:
    """Return how many chunks this dask worker has under way at once."""
    return max(1, int(get_worker().state.nthreads))
