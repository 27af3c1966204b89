"""What the tests of whole classes share: a small rubric, hand-ins, and a look at what came of them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import signal
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import settings

from grader.cli.entry import grade, grader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from grader.rubric.questions import Rubric

# Every test module and all that children of tests import is compiled once and kept, whatever the shell prefers: a suite
# that compiles the package anew in each of a thousand processes takes twice as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell lets what it starts in the background ignore Ctrl-C, and so would the children of tests that press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing in the suite depends on the clock or on chance: random inputs in great numbers are for the benchmarks.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

FAULTS = Path(__file__).parent / "faults"

RUBRIC = """
id: small
title: A small one
questions:
  - id: q1
    criteria:
      - {id: q1_count, points: 2, number: {expected: 7850, near: [total]}, feedback: Count the biases.}
      - {id: q1_bias, points: 1, keywords: {any: [[bias*]]}}
  - id: q2
    criteria:
      - {id: q2_pick, points: 3, choice: {options: [relu, tanh], expected: relu}}
"""
RIGHT, WRONG, HALF = "total 7850 with the biases", "total 7840 and no more", "total 7850 of them all"

TROUBLE = """
id: trouble
questions:
  - id: q1
    criteria:
      - {id: t1, points: 1, troublesome: {log: LOG}}
      - {id: t2, points: 1, troublesome: {expected: very}}
  - id: q2
    criteria:
      - {id: t3, points: 1, troublesome: {expected: right}}
"""


class Classroom:
    """A folder with a rubric, hand-ins, reports and a gradebook, and the commands run inside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rubric = folder / "rubric.yaml"
        self.files = folder / "files"
        self.out = folder / "reports"
        self.book = folder / "reports.gradebook"
        self.files.mkdir()
        self.rubric.write_text(RUBRIC, encoding="utf-8")

    def hand_in(
        self, name: str, q1: str = RIGHT, q2: str = "relu", *, students: str = "", when: str = ""
    ) -> Path:
        """Write one hand-in; without students, the file's name names one."""
        lines = [f"students: [{students}]"] * bool(students) + [f"submitted: {when}"] * bool(when)
        answers = json.dumps({"q1": q1, "q2": q2})
        path = self.files / f"{name}.yaml"
        path.write_text("\n".join([*lines, f"answers: {answers}", ""]), encoding="utf-8")
        return path

    def class_of(self, count: int) -> None:
        """Hand in for so many students, some of them alike."""
        for number in range(count):
            self.hand_in(f"s{number:03}", (RIGHT, WRONG, HALF)[number % 3], ("relu", "tanh")[number % 2])

    def change_rubric(self, *changes: tuple[str, str]) -> None:
        """Replace texts in the rubric."""
        text = self.rubric.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.rubric.write_text(text, encoding="utf-8")

    def load(self) -> Rubric:
        from grader.rubric.loading import load_rubric

        return load_rubric(self.rubric)

    def grade(self, *options: object, code: int | None = 0, out: Path | None = None) -> Result:
        """Run `grade` on all files."""
        words = [self.files, "--rubric", self.rubric, "--out", out or self.out, *options]
        return _ran(CliRunner().invoke(grade, list(map(str, words))), code)

    def grader(self, command: str, *options: object, code: int | None = 0) -> Result:
        """Run another command."""
        return _ran(CliRunner().invoke(grader, [command, *map(str, options)]), code)

    def regrade(self, *options: object, code: int | None = 0) -> Result:
        return self.grader("regrade", self.rubric, "--out", self.out, "--jobs", "1", *options, code=code)

    def override(self, *options: object, code: int | None = 0) -> Result:
        return self.grader("override", "--gradebook", self.book, *options, code=code)

    def report(self, student: str, out: Path | None = None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            ((out or self.out) / f"{student}.json").read_text(encoding="utf-8")
        )
        return found

    def row(self, student: str, criterion: str) -> dict[str, Any]:
        rows = [row for question in self.report(student)["questions"] for row in question["criteria"]]
        return next(row for row in rows if row["id"] == criterion)

    def score(self, student: str, out: Path | None = None) -> Any:
        return self.report(student, out)["score"]

    def dump(self, book: Path | None = None) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.dumped(book).splitlines()]

    def dumped(self, book: Path | None = None) -> str:
        return self.grader("gradebook", "dump", book or self.book).stdout

    def count(self, table: str) -> int:
        return sum(line["table"] == table for line in self.dump())

    def everything(self) -> dict[str, str]:
        """Return digests of all files in the folder, to see that nothing was touched."""
        return digests(self.folder)


# What is left out of the fast lane: what runs commands, starts processes or marks whole classes, as a module says by these
# words, and these rooms and files, which do so by fixtures of their own or go through long tables.
NEEDS = re.compile(r"\b(?:CliRunner|subprocess|classroom|algebraprocess|fork)\b")
SLOW = (
    "batch", "calibration", "ci", "cli", "derive", "executors", "faults", "forms", "gradebook", "gradescope", "writers", "review/test_page.py",
    "checks/test_answers.py", "documents/test_hostile.py", "equivalence/test_field.py", "equivalence/test_hostile.py",
    "equivalence/test_soundness.py", "readers/test_handinlimits.py", "test_class.py", "test_contract.py", "test_contract_tables.py",
    "platforms/worksheets/test_feedback.py", "platforms/worksheets/test_round_trip.py", "test_isolation.py", "test_layout.py",
    "test_patterns.py",
)  # fmt: skip


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even load for the fast lane what it leaves out."""
    fast = config.getoption("markexpr") == "not slow"
    return True if fast and collection_path.suffix == ".py" and _is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is left out of the fast lane."""
    for item in items:
        if _is_slow(item.path):
            item.add_marker(pytest.mark.slow)


@cache
def _is_slow(path: Path) -> bool:
    inside = path.relative_to(Path(__file__).parent)
    return (
        inside.parts[0] in SLOW
        or inside.as_posix() in SLOW
        or bool(NEEDS.search(path.read_text(encoding="utf-8")))
    )


def _ran(result: Result, code: int | None) -> Result:
    if code is not None:
        assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    return result


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of every file below a folder, hidden ones as well."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def classroom(tmp_path: Path) -> Classroom:
    return Classroom(tmp_path)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Give what makes a folder once for all processes that run tests; the first one that asks makes it."""
    apart = "PYTEST_XDIST_WORKER" in os.environ  # then every process has a folder below the one they share
    base = tmp_path_factory.getbasetemp().parent if apart else tmp_path_factory.getbasetemp()

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, done = base / name, base / f"{name}.done"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def make_classroom() -> type[Classroom]:
    """Give what makes a classroom in a folder, for a class that several tests look at."""
    return Classroom


@pytest.fixture
def troublesome(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """Give a classroom whose rubric uses the check of `tests/faults`; judgements are logged in `log`."""
    monkeypatch.syspath_prepend(str(FAULTS))
    from grader.checks import CHECKS

    monkeypatch.setitem(CHECKS, "troublesome", "troublesome:Trouble")
    log = classroom.folder / "log"
    classroom.rubric.write_text(TROUBLE.replace("LOG", str(log)), encoding="utf-8")
    yield classroom
    sys.modules.pop("troublesome", None)
