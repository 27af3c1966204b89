"""Make reading, packing and writing fail for hand-ins whose names ask for it: `read-ValueError.yaml`.

Whoever imports this module has the faults, and a rubric with its check makes every worker import it.
"""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks.contract import CheckModel
from grader.executors import filing, worker
from grader.model.outcome import Outcome, Reason
from grader.model.submission import Student

if TYPE_CHECKING:
    from collections.abc import Callable

WHERE = ("read", "pack", "render")


class Mute(Exception):  # noqa: N818 - it is no ordinary error
    def __str__(self) -> str:
        raise RuntimeError("not even this")


def _pydantic() -> None:
    Student(id=3)  # type: ignore[arg-type]


def _deep() -> None:
    _deep()


def _spin() -> None:
    while True:
        pass


def _raise(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


ACTS: dict[str, Callable[[], Any]] = {
    "ValueError": _raise(ValueError("half a \ud800 pair")),
    "AttributeError": _raise(AttributeError("'str' object has no attribute 'items'")),
    "KeyError": _raise(KeyError("q1")),
    "RecursionError": _deep,
    "UnicodeError": "\ud800".encode,
    "ValidationError": _pydantic,
    "AssertionError": _raise(AssertionError()),
    "StopIteration": _raise(StopIteration()),
    "Mute": _raise(Mute()),
    "MemoryError": _raise(MemoryError()),
    "spin": _spin,
}
# What a process does not survive: not for one that marks in the main process.
DEADLY: dict[str, Callable[[], Any]] = {
    "exit": lambda: os._exit(9),
    "eat": lambda: [bytearray(100_000_000) for _ in range(1000)],
    "hang": lambda: re.match(r"(a+)+$", "a" * 60 + "b"),
}


def act(where: str, source: str) -> None:
    """Do what the name of a hand-in asks for at this step."""
    step, _, kind = Path(source).stem.partition("-")
    if step == where:
        (ACTS | DEADLY)[kind]()


def _planted(function: Callable[..., Any], where: str, source_of: Callable[..., str]) -> Callable[..., Any]:
    def faulty(*given: Any, **options: Any) -> Any:
        act(where, source_of(*given))
        return function(*given, **options)

    return faulty


worker.read_content = _planted(worker.read_content, "read", lambda _raw, source, *_: source)
worker.pack = _planted(worker.pack, "pack", lambda report, *_: report.source)
filing.render = _planted(filing.render, "render", lambda sheet, *_: sheet.report.source)


class Faulty(CheckModel):
    """Finds every answer right."""

    def check(self, _response: Any, _earlier: Any) -> Outcome:
        return Outcome(credit=Fraction(1), reason=Reason.CORRECT)
