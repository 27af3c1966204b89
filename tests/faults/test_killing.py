"""`kill -9`, Ctrl-C and two runs at once: the same command again, and nothing shows that anything happened.

What happens comes with an event in the run itself, not after a time; `tests/benchmarks/faults.py` kills at random moments.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class School:
    """A class that is the same for all tests, and what an undisturbed run makes of it."""

    def __init__(self, classroom) -> None:
        from killing import files

        self.classroom = classroom
        classroom.rubric.write_text(RUBRIC)
        for number in range(STUDENTS):
            classroom.hand_in(f"s{number:02}", f"sleep, total 7850 is right, {number}", f"sleep {number}")
        self.at(classroom.out).undisturbed()
        self.reports, self.dump = files(classroom.out), classroom.dumped()

    def at(self, out: Path) -> Run:
        return Run(self.classroom, out)


class Run:
    """`grade` on the class into a folder of one's own."""

    def __init__(self, classroom, out: Path) -> None:
        self.classroom, self.out, self.book = classroom, out, out.with_name(f"{out.name}.gradebook")

    def start(self, *options: object, trouble: str = "", coins: int = 1):
        from killing import Running

        words = [
            self.classroom.files,
            "--rubric",
            self.classroom.rubric,
            "--out",
            self.out,
            "--jobs",
            "2",
            "--quiet",
        ]
        folder = self.out.with_name("coins")
        folder.mkdir(exist_ok=True)
        for number in range(coins):
            (folder / str(number)).touch()
        more = {"TROUBLE": trouble, "COINS": str(folder)} if trouble else {}
        return Running(*words, *options, **more)

    def undisturbed(self) -> None:
        running = self.start()
        code, _, errors = running.finish()
        assert (code, errors) == (0, "")
        assert running.left() == []

    def shows_nothing(self, school: School) -> None:
        from killing import files

        assert files(self.out) == school.reports
        assert self.classroom.dumped(self.book) == school.dump


@pytest.fixture(scope="module")
def school(make_classroom, tmp_path_factory) -> Iterator[School]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield School(make_classroom(tmp_path_factory.mktemp("school")))


@pytest.fixture
def run(school, tmp_path) -> Run:
    return school.at(tmp_path / "reports")


# In the main process before anything is written, while answers are judged, and while reports are put in their places.
MOMENTS = [
    "kill sqlite3.connect 1",
    "kill troublesome.judged 3",
    "kill troublesome.judged 20",
    "kill os.rename 5",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_started_again(school, run, moment) -> None:
    running = run.start(trouble=moment)
    assert running.finish()[0] == -signal.SIGKILL
    assert running.left() == [], "workers were left behind"
    run.undisturbed()
    run.shows_nothing(school)


def test_workers_killed_from_outside(school, run) -> None:
    running = run.start(trouble="die troublesome.judged 3", coins=3)
    code, _, errors = running.finish()
    assert (code, errors) == (0, "")
    assert list(run.out.with_name("coins").iterdir()) == []
    run.shows_nothing(school)
    assert running.left() == []


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(school, run) -> None:
    running = run.start(trouble="interrupt troublesome.judged 10")
    code, said, errors = running.finish()
    assert (code, said) == (130, "")
    assert errors.startswith("Stopped. ")
    assert errors.endswith(f" marked hand-ins are kept in {run.book}; the same command goes on from there.\n")
    assert errors.count("\n") == 1, "somebody else had something to say"
    assert running.left() == []
    run.undisturbed()
    run.shows_nothing(school)


def test_two_runs_at_once_on_one_gradebook(school, run) -> None:
    from killing import files

    other = run.out.with_name("other")
    both = [run.start(), school.at(other).start("--gradebook", run.book)]
    assert [running.finish()[::2] for running in both] == [(0, ""), (0, "")]
    run.shows_nothing(school)
    assert files(other) == school.reports
