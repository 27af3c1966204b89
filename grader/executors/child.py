"""Do steps in a forked child that is killed at its limits, and get back what came of each at once.

A fork shares what is already loaded, so that it costs milliseconds where a new process would load
everything again. For systems that can fork; the caller must not have started threads.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import signal
import struct
import time
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING, Any, Final, Self

from grader.executors.limits import OUT_OF_MEMORY, OUT_OF_TIME, PATIENCE, end_after, limit_memory
from grader.executors.wall import Failure, no_process
from grader.model.outcome import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LENGTH: Final = struct.Struct(">I")
# The largest hand-in that is read has a few megabytes of text; more than this, this process does not take in.
MAX_MESSAGE: Final = 64_000_000  # bytes


class Child:
    """A forked process that sends each result of `work` as it comes. UsageError where there can be none.

    `work` is called in the child and gives the results one after the other, each of which may take it so many
    `seconds` of work; `memory` is in bytes beside what this process has already.
    """

    def __init__(self, work: Callable[[], Iterable[Any]], memory: int, seconds: float) -> None:
        self.memory, self.seconds = memory, seconds
        try:
            self._read, write = os.pipe()
        except OSError as error:
            raise no_process(error) from error
        try:
            self.pid = os.fork()
        except OSError as error:
            os.close(self._read)
            os.close(write)
            raise no_process(error) from error
        if self.pid == 0:
            os.close(self._read)
            _work(work, memory, seconds, write)
        os.close(write)

    def next(self, *, within: float = math.inf, limit: float = math.inf) -> Any:
        """Return the next result, or the Failure that it is not there: not `within` so many seconds by the clock.

        `limit` is told of where it is less than what a result may take, in seconds.
        """
        deadline = time.monotonic() + min(within, PATIENCE * self.seconds)
        limit = min(limit, self.seconds)
        head = self._bytes(_LENGTH.size, deadline, limit)
        if isinstance(head, Failure):
            return head
        (size,) = _LENGTH.unpack(head)
        if size > MAX_MESSAGE:
            return Failure(Reason.FAULT, f"gave back more than {MAX_MESSAGE // 1_000_000} MB", limit=True)
        body = self._bytes(size, deadline, limit)
        # The child is a copy of this process and reads no pickles; what it sends is its own work.
        return pickle.loads(body) if isinstance(body, bytes) else body  # noqa: S301

    def _bytes(self, count: int, deadline: float, limit: float) -> bytes | Failure:
        found = bytearray()
        while len(found) < count:
            ready, _, _ = select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return Failure.of_time(limit)
            piece = os.read(self._read, min(count - len(found), 1 << 16))
            if not piece:
                return self._ended(limit)
            found += piece
        return bytes(found)

    def _ended(self, limit: float) -> Failure:
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        code = os.waitstatus_to_exitcode(status)
        if code == OUT_OF_MEMORY:
            return Failure.of_memory(self.memory)
        if code == OUT_OF_TIME:
            return Failure.of_time(limit)
        return Failure(Reason.FAULT, f"the process that judged it ended with status {code}")

    def stop(self) -> None:
        """End the child, whatever it is at."""
        if self._read >= 0:
            os.close(self._read)
            self._read = -1
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _work(work: Callable[[], Iterable[Any]], memory: int, seconds: float, write: int) -> None:
    """Do the work in the child; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What the parent holds came along and costs nothing.
        limit_memory(memory + _address_space())
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        end_after(seconds)
        for result in work():
            _send(write, result)
            end_after(seconds)
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


def _send(write: int, result: Any) -> None:
    body = pickle.dumps(result)
    data = memoryview(_LENGTH.pack(len(body)) + body)
    while data:
        data = data[os.write(write, data) :]
