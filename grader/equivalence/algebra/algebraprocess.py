"""The last resort: a computer algebra system (SymPy) in a process of its own, killed at its deadline.

The process is started with the first formula that needs it and serves the ones that follow. It
gets trees, never a student's text, and answers with one word. It may only ever say `equal`.
"""

from __future__ import annotations

import atexit
import os
import pickle
import selectors
import struct
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from grader.isolation import FOLDER, child_command, child_environment, importable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notation.tree import Node

# Importing SymPy takes 0.3 s, 2 s without compiled files, and many times that on a machine that is busy; who has less
# time for an answer stops this process anyway.
START_SECONDS: Final = 30.0
MAX_NODES: Final = 300  # of both formulas; simplification is hopeless beyond

# It finds modules where this process does, so that both run the same code.
_RUN: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from grader.equivalence.algebra.process import main; main()"
)

Answer = Literal["equal", "unknown", "timed out"]


class _Worker:
    """One child process and the pipes to it."""

    def __init__(self) -> None:
        # Its word is believed, so that nothing but our own code may run there.
        self.process = subprocess.Popen(
            child_command("-s", "-c", _RUN, *importable()),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=FOLDER,
            env=child_environment(SYMPY_GROUND_TYPES="python", PYTHONHASHSEED="0"),
        )  # fmt: skip
        self.ready = self.receive(START_SECONDS) == b"ready"

    def receive(self, seconds: float) -> bytes | None:
        """Return the next line of the child without its end, None at the deadline or when it died."""
        stream = self.process.stdout
        if stream is None:
            return None
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        return stream.readline().strip() or None

    def send(self, data: bytes) -> bool:
        if self.process.stdin is None:
            return False
        try:
            self.process.stdin.write(struct.pack(">I", len(data)) + data)
            self.process.stdin.flush()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):  # what could not be sent cannot be flushed
                    stream.close()


_workers: dict[int, _Worker] = {}  # by process id: a forked child must not share its parent's pipes


def _worker() -> _Worker | None:
    own = os.getpid()
    if own not in _workers:
        _workers.clear()
        _workers[own] = _Worker()
    worker = _workers[own]
    return worker if worker.ready else None


def _stop() -> None:
    worker = _workers.pop(os.getpid(), None)
    if worker is not None:
        worker.kill()


atexit.register(_stop)


def equal_by_algebra(
    expected: Node, answer: Node, domains: Mapping[str, str], default: str, seconds: float
) -> Answer:
    """Ask the computer algebra system whether two formulas are equal."""
    if sum(1 for tree in (expected, answer) for _ in tree.walk()) > MAX_NODES:
        return "unknown"
    worker = _worker()
    if worker is None:
        return "unknown"
    if not worker.send(pickle.dumps((expected, answer, dict(domains), default))):
        _stop()
        return "unknown"
    reply = worker.receive(seconds)
    if reply is None:
        _stop()
        return "timed out"
    return "equal" if reply == b"equal" else "unknown"
