"""The memory and the time of a process that marks, and how it says that these were not enough."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Exit status of a process that ran out of memory: what is left of it is not to be trusted.
OUT_OF_MEMORY: Final = 77
# Exit code of one that had worked for as long as it may, as multiprocessing and `os` tell of it.
OUT_OF_TIME: Final = -getattr(signal, "SIGPROF", 0) or None
# A deadline counts the time that a step works, so that a machine that is busy with something else comes to the same
# results; one that waits for something is given up after so many times its deadline by the clock.
PATIENCE: Final = 6 if OUT_OF_TIME else 1
_SOON: Final = 0.001  # seconds
# How many objects more, and how many rounds, lead to a search for cycles of dead objects. Marking leaves few of them
# behind; looking for them as often as Python does takes 5 to 10 % of the time.
_SELDOM: Final = (100_000, 5, 5)


def collect_seldom() -> None:
    """Let this process look for dead objects seldom, and never among those that it has now: rubric and modules stay."""
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Do so inside."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def limit_memory(most: int) -> None:
    """Let this process have at most so many bytes of address space, where the system knows such a limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
        limit = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(resource.RLIMIT_AS, (limit, ceiling))


@contextmanager
def unheard() -> Iterator[None]:
    """Let what is started inside write no errors of its own: what happens to it is told by this process."""
    try:
        kept = os.dup(2)
    except OSError:  # there is none, or no handle is left
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - one handle, for a moment
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class OverdueError(BaseException):
    """A step has met its deadline. It is no Exception: no wall inside the step may take it for a fault."""


def end_after(seconds: float) -> None:
    """Let the system end this process once it has worked for so many seconds more, whatever it does then; 0: never."""
    if OUT_OF_TIME:
        signal.setitimer(signal.ITIMER_PROF, seconds)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise OverdueError inside after so many seconds of work, where this thread can have an alarm."""
    if not OUT_OF_TIME or threading.current_thread() is not threading.main_thread():
        yield
        return
    with (
        _alarm(signal.SIGPROF, signal.ITIMER_PROF, seconds, time.process_time),
        _alarm(signal.SIGALRM, signal.ITIMER_REAL, PATIENCE * seconds, time.monotonic),
    ):
        yield


@contextmanager
def _alarm(number: int, timer: int, seconds: float, clock: Callable[[], float]) -> Iterator[None]:
    before: Any = signal.signal(number, _overdue)
    started = clock()
    other, _ = signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)
        if other:  # somebody else's alarm goes on
            signal.setitimer(timer, max(other - (clock() - started), _SOON))


def _overdue(*_: object) -> None:
    raise OverdueError
