"""Answers that hang in C code, eat memory or kill their process: only they are given up, and nobody else notices."""

from __future__ import annotations

import itertools
import json

import pytest

from grader.executors import HandIn, Settings
from grader.executors.pool import WorkerPool, mark_task
from grader.executors.processes import Processes
from grader.executors.wall import Failure
from grader.gradebook.packing import unpack
from grader.model.outcome import Reason

MEMORY = 600_000_000

FAULTS = {
    "hang": ("timed_out", "took longer than 1 s and was stopped"),
    "eat": ("fault", "needed more than 600 MB of memory"),
    "die": ("fault", "the process that judged it ended with status -9"),
    "raise": ("fault", "check failed with ValueError: no luck"),
}


def settings(classroom, **options) -> Settings:
    return Settings(
        **{
            "rubric": classroom.load(),
            "version": "v",
            "jobs": 2,
            "deadline": 1.0,
            "memory": MEMORY,
            **options,
        }
    )


def handins(classroom) -> list[HandIn]:
    return [HandIn(path.name, path.read_bytes()) for path in sorted(classroom.files.iterdir())]


def marked(executor, given) -> list[bytes]:
    with executor:
        return [result.report.body for result in executor.mark(given)]


def rows(body: bytes) -> dict[str, tuple[str, str]]:
    report = unpack(body)
    return {
        row.id: (row.reason, row.evidence[0].fault if row.evidence else "")
        for question in report.questions
        for row in question.criteria
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_only_the_answer_is_given_up(troublesome, fault) -> None:
    for number in range(10):
        troublesome.hand_in(f"s{number}", f"a right answer {number}", "right")
    given = settings(troublesome, deadline=1.0 if fault == "hang" else 30.0)
    expected = marked(Processes(given), handins(troublesome))
    troublesome.hand_in("s5", f"{fault} 5", "right")
    found = marked(Processes(given), handins(troublesome))
    assert [number for number, body in enumerate(found) if body != expected[number]] == [5]
    broken = rows(found[5])
    assert (broken["t1"], broken["t2"]) == (FAULTS[fault], FAULTS[fault])
    assert broken["t3"][0] == "correct"  # the other answer of the same hand-in


def test_everybody_else_is_as_without_processes(troublesome) -> None:
    for number in range(6):
        troublesome.hand_in(f"s{number}", f"a right answer {number}", "right")
    troublesome.grade("--executor", "serial", out=troublesome.folder / "serial")
    for number, fault in ((1, "hang"), (3, "die")):
        troublesome.hand_in(f"s{number}", fault, "right")
    result = troublesome.grade("--executor", "processes", "--jobs", "2", "--deadline", "0.5", code=1)
    for student in ("s0", "s2", "s4", "s5"):
        for ending in ("html", "md", "json"):
            name = f"{student}.{ending}"
            assert (troublesome.out / name).read_bytes() == (
                troublesome.folder / "serial" / name
            ).read_bytes()
    assert troublesome.row("s1", "t1")["reason"] == "timed_out"
    assert troublesome.report("s1")["score"] is None
    assert result.stderr.splitlines() == [
        f"{troublesome.files / 's3.yaml'}: criterion {name!r} awaits review: the process that judged it ended with status -9"
        for name in ("t1", "t2")
    ]
    again = troublesome.grade("--executor", "processes", code=1)
    assert again.stderr == result.stderr


def test_a_fault_is_not_shared_with_equal_answers_of_a_later_run(troublesome) -> None:
    troublesome.hand_in("a", "raise")
    troublesome.grade(code=1)
    assert [
        line for line in troublesome.dump() if line["table"] == "verdict" and "fault" in json.dumps(line)
    ] == []


def test_without_processes_memory_that_is_not_there_costs_one_answer(troublesome, monkeypatch) -> None:
    import troublesome as checks

    def eat() -> None:
        raise MemoryError

    monkeypatch.setitem(checks.ACTS, "eat", eat)
    troublesome.hand_in("a", "eat", "right")
    troublesome.grade("--executor", "serial", code=1)
    assert (troublesome.row("a", "t1")["reason"], troublesome.row("a", "t3")["reason"]) == (
        "fault",
        "correct",
    )
    from grader.marking.assembly import mark
    from grader.readers.files import read_file

    rubric = troublesome.load()
    (report,) = mark(rubric, read_file(troublesome.files / "a.yaml", rubric.outline))
    assert [row.reason for question in report.questions for row in question.criteria] == [
        "fault",
        "fault",
        "correct",
    ]


def test_a_pool_that_loses_a_task_is_replaced(troublesome, monkeypatch) -> None:
    """A worker killed between taking a task and saying so takes it along without a word."""
    monkeypatch.setattr("grader.executors.pool._STARTING", 0.2)
    monkeypatch.setattr("grader.executors.pool.PATIENCE", 1)
    troublesome.hand_in("a", "right", "right")
    pool = WorkerPool(settings(troublesome, jobs=1, deadline=0.5))
    try:
        assert isinstance(pool.call(mark_task, handins(troublesome)), list)
        old = pool._pool
        future = pool.submit(mark_task, handins(troublesome))
        future.result()
        lost = type(future)()  # one that nobody will ever settle
        found = pool.collect(lost)
        assert found == Failure(Reason.FAULT, "was lost between processes", own=False)
        assert isinstance(pool.call(mark_task, handins(troublesome)), list)
        assert pool._pool is not old
    finally:
        pool.stop(now=True)


def test_writing_goes_on_where_a_worker_dies(troublesome, monkeypatch) -> None:
    """Writing is tried again, each student by themselves; where that fails too, only they are named."""
    for number in range(5):
        troublesome.hand_in(f"s{number}", f"right {number}", "right")
    troublesome.grade("--executor", "serial", out=troublesome.folder / "serial")
    monkeypatch.setattr(WorkerPool, "collect", _losing(WorkerPool.collect, "s3"))
    book = troublesome.folder / "x.gradebook"
    result = troublesome.grade("--executor", "processes", "--jobs", "1", "--gradebook", book, code=1)
    said = (
        f"{troublesome.files / 's3.yaml'}: the report of 's3' could not be written: killed; this is our fault"
    )
    assert [line.startswith(said) for line in result.stderr.splitlines()] == [True]
    for number in (0, 1, 2, 4):
        for ending in ("html", "md", "json"):
            name = f"s{number}.{ending}"
            assert (troublesome.out / name).read_bytes() == (
                troublesome.folder / "serial" / name
            ).read_bytes()


def _losing(collect, student):
    """Lose every second task with files in it, and every one with a student's."""
    count = itertools.count()

    def lossy(self, future):
        found = collect(self, future)
        written = isinstance(found, list) and found and hasattr(found[0], "files")
        if written and (next(count) % 2 == 0 or student in {item.student for item in found}):
            return Failure(Reason.FAULT, "killed")
        return found

    return lossy


@pytest.mark.parametrize(("trouble", "number"), [("hang", "SIGPROF"), ("wait", "SIGALRM")])
def test_workers_end_by_themselves_when_nobody_stops_them(troublesome, trouble, number) -> None:
    """A worker that works or waits for ever and has lost its parent is ended by the system, not by a living process."""
    import multiprocessing
    import signal

    from troublesome import orphan  # what a forked server can import by name

    troublesome.hand_in("a", trouble)
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=orphan, args=(settings(troublesome, deadline=0.2), handins(troublesome)))
    process.start()
    process.join(30)
    assert process.exitcode == -getattr(signal, number)
