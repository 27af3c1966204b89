"""`kill -9`, Ctrl-C and two runs at once: the same command again, and nothing shows that anything happened."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STUDENTS = 24
RUBRIC = """
id: trouble
questions:
  - id: q1
    criteria:
      - {id: t1, points: 2, number: {expected: 7850, near: [total]}}
      - {id: t2, points: 1, troublesome: {expected: right}}
  - id: q2
    criteria:
      - {id: t3, points: 1, troublesome: {expected: right}}
"""


@pytest.fixture
def slow(classroom, monkeypatch):
    """A class that takes about a second after the workers have started."""
    monkeypatch.syspath_prepend(str(HERE))
    classroom.rubric.write_text(RUBRIC)
    for number in range(STUDENTS):
        classroom.hand_in(f"s{number:02}", f"sleep, total 7850 is right, {number}", f"sleep {number}")
    return classroom


def words(classroom, out: Path | None = None) -> list[object]:
    return [
        classroom.files,
        "--rubric",
        classroom.rubric,
        "--out",
        out or classroom.out,
        "--jobs",
        "2",
        "--quiet",
    ]


def undisturbed(classroom) -> tuple[dict[str, bytes], str, float]:
    """Mark the class once without any trouble; return the reports, the dump and the time it took."""
    from killing import Running, files

    out = classroom.folder / "undisturbed"
    running = Running(*words(classroom, out))
    code, _, errors = running.finish()
    assert (code, errors) == (0, "")
    assert running.left() == []
    return (
        files(out),
        classroom.dumped(classroom.folder / "undisturbed.gradebook"),
        time.monotonic() - running.started,
    )


def as_undisturbed(classroom, expected) -> None:
    from killing import Running, files

    code, _, errors = Running(*words(classroom)).finish()
    assert (code, errors) == (0, "")
    assert files(classroom.out) == expected[0]
    assert classroom.dumped() == expected[1]


def test_killed_at_random_moments_and_started_again(slow) -> None:
    from killing import kill_after

    expected = undisturbed(slow)
    chance = random.Random(6)  # noqa: S311 - repeatable, nothing secret
    for moment in (chance.uniform(0.1, 1) for _ in range(6)):
        assert kill_after(moment * expected[2], *words(slow)) == [], "workers were left behind"
    as_undisturbed(slow, expected)


def test_workers_killed_from_outside(slow) -> None:
    from killing import Running, files

    expected = undisturbed(slow)
    running = Running(*words(slow))
    killed = 0
    while running.process.poll() is None and killed < 3:
        for worker in running.workers()[:1]:
            time.sleep(0.1)
            os.kill(worker, signal.SIGKILL)
            killed += 1
        time.sleep(0.15)
    code, _, errors = running.finish()
    assert (killed, code, errors) == (3, 0, "")
    assert files(slow.out) == expected[0]
    assert slow.dumped() == expected[1]
    assert running.left() == []


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(slow) -> None:
    from killing import Running

    expected = undisturbed(slow)
    running = Running(*words(slow))
    while not slow.book.exists() or not running.workers():
        time.sleep(0.02)
    time.sleep(0.6)
    running.interrupt()
    code, said, errors = running.finish()
    assert (code, said) == (130, "")
    assert errors.startswith("Stopped. ")
    assert errors.endswith(
        f" marked hand-ins are kept in {slow.book}; the same command goes on from there.\n"
    )
    assert errors.count("\n") == 1, "somebody else had something to say"
    assert running.left() == []
    as_undisturbed(slow, expected)


def test_two_runs_at_once_on_one_gradebook(slow) -> None:
    from killing import Running, files

    expected = undisturbed(slow)
    both = [Running(*words(slow)), Running(*words(slow, slow.folder / "other"), "--gradebook", slow.book)]
    assert [run.finish()[::2] for run in both] == [(0, ""), (0, "")]
    assert files(slow.out) == files(slow.folder / "other") == expected[0]
    assert slow.dumped() == expected[1]
