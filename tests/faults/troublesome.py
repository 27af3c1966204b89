"""A check that does what an answer tells it to, and `grade` with it: faults for the tests to survive.

    python troublesome.py SUBMISSIONS --rubric FILE ...

An answer is right where it says so; it may also ask for `sleep`, `raise`, `hang` (in C code that holds the
interpreter), `wait` (for a signal), `eat` (memory) or `die`. With `log`, every judgement adds a line to that file.

Where the environment has TROUBLE, such as `kill os.rename 3`, the main process of `grade` is killed when Python tells of
the third such event in one of its processes; a judgement is the event `troublesome.judged`. Others are `interrupt`, which
is Ctrl-C, and `die`, which ends the process where it happens. Each time takes a file out of the folder COINS.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.checks.contract import CheckModel
from grader.model.outcome import Outcome, Reason

CHECK = "troublesome"
JUDGED = "troublesome.judged"
NAP = 0.01  # seconds


def orphan(settings: Any, handins: list[Any]) -> None:
    """Be a worker that nobody waits for."""
    from grader.executors.pool import mark_task, start_worker

    start_worker(settings)
    mark_task(handins)


class Trouble(CheckModel):
    """`expected` is the word a right answer holds."""

    expected: str = "right"
    log: str = ""

    def check(self, response: Any, _earlier: Any) -> Outcome:
        text = response.text
        if self.log:
            with Path(self.log).open("a") as file:
                file.write(f"{text}\n")
        sys.audit(JUDGED)
        for name, act in ACTS.items():
            if name in text:
                act()
        right = self.expected in text
        return Outcome(credit=Fraction(right), reason=Reason.CORRECT if right else Reason.WRONG)


def _raise() -> None:
    raise ValueError("no luck")


ACTS = {
    "sleep": lambda: time.sleep(NAP),
    "raise": _raise,
    "hang": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),
    "eat": lambda: [bytearray(50_000_000) for _ in range(1000)],
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "wait": signal.pause,
}


# To whom trouble comes; where the main process is meant, `grade` is started as the leader of its session.
TROUBLES = {
    "kill": lambda: os.kill(os.getsid(0), signal.SIGKILL),
    "interrupt": lambda: os.killpg(os.getsid(0), signal.SIGINT),
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


def _spend() -> bool:
    """Take a file out of COINS; whether there was one left."""
    for coin in Path(os.environ["COINS"]).iterdir():
        with suppress(FileNotFoundError):  # another process was faster
            coin.unlink()
            return True
    return False


def _await_trouble(trouble: str, event: str, count: str) -> None:
    """Watch this process from now on."""
    left = int(count)

    def watch(name: str, _arguments: Any) -> None:
        nonlocal left
        if name == event:
            left -= 1
            if left == 0 and _spend():
                TROUBLES[trouble]()

    sys.addaudithook(watch)


if __name__ != "__main__" and "TROUBLE" in os.environ:
    _await_trouble(*os.environ["TROUBLE"].split())


def register() -> None:
    """Let rubrics of this process name the check."""
    from grader.checks import CHECKS

    CHECKS[CHECK] = "troublesome:Trouble"


if __name__ == "__main__":
    from troublesome import register as register_by_name  # so that workers find the class by its module

    from grader.cli.entry import grade

    register_by_name()
    grade(sys.argv[1:])
