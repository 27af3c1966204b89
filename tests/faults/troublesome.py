"""A check that does what an answer tells it to, and `grade` with it: faults for the tests to survive.

    python troublesome.py SUBMISSIONS --rubric FILE ...

An answer is right where it says so; it may also ask for `sleep`, `raise`, `hang` (in C code that holds the
interpreter), `eat` (memory) or `die`. With `log`, every judgement adds a line to that file.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.checks.contract import CheckModel
from grader.model.outcome import Outcome, Reason

CHECK = "troublesome"
NAP = 0.03  # seconds


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
}


def register() -> None:
    """Let rubrics of this process name the check."""
    from grader.checks import CHECKS

    CHECKS[CHECK] = "troublesome:Trouble"


if __name__ == "__main__":
    from troublesome import register as register_by_name  # so that workers find the class by its module

    from grader.cli.entry import grade

    register_by_name()
    grade(sys.argv[1:])
