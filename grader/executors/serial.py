"""Do one thing after the other in this process: no start-up, and no hard limits.

Steps are counted all the same (`grader.equivalence.effort`), so that hostile answers end here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.executors.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from grader.executors import HandIn, Result, Settings, WriteJob, Written


class Serial:
    """The executor without processes."""

    def __init__(self, settings: Settings) -> None:
        self._worker = Worker(settings)

    def mark(self, handins: Iterable[HandIn]) -> Iterator[Result]:
        """Yield one result a hand-in, in order."""
        return map(self._worker.mark, handins)

    def write(self, jobs: Iterable[WriteJob]) -> Iterator[Written]:
        """Write each job's files; raises OSError."""
        return map(self._worker.write, jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.verdicts.close()
