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
    from collections.abc import Iterator

# Exit status of a process that ran out of memory: what is left of it is not to be trusted.
OUT_OF_MEMORY: Final = 77
_SOON: Final = 0.001  # seconds
# How many objects more, and how many rounds, lead to a search for cycles of dead objects. Marking leaves few of them
# behind; looking for them as often as Python does takes 5 to 10 % of the time.
_SELDOM: Final = (100_000, 20, 100)


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


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise OverdueError inside after so many seconds, where this thread can have an alarm."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.signal(signal.SIGALRM, _overdue)
    started = time.monotonic()
    other, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if other:  # somebody else's alarm goes on
            signal.setitimer(signal.ITIMER_REAL, max(other - (time.monotonic() - started), _SOON))


def _overdue(*_: object) -> None:
    raise OverdueError
