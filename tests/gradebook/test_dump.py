"""A dump is the same for the same work, however it was done."""

from __future__ import annotations

import json


def test_the_order_and_the_number_of_runs_do_not_show(classroom) -> None:
    classroom.class_of(6)
    late = [classroom.files / f"s{number:03}.yaml" for number in (1, 4)]
    hidden = [path.rename(classroom.folder / path.name) for path in late]
    classroom.grade("--executor", "serial")
    for path in hidden:
        path.rename(classroom.files / path.name)
    classroom.grade("--jobs", "1")
    classroom.grade("--executor", "serial")
    at_once = classroom.folder / "at-once.gradebook"
    classroom.grade("--gradebook", at_once, "--executor", "serial", out=classroom.folder / "other")
    assert classroom.dumped() == classroom.dumped(at_once)
    runs = [
        json.loads(line)
        for line in classroom.grader("gradebook", "dump", classroom.book, "--runs").stdout.splitlines()
    ]
    assert [(run["marked"], run["reused"]) for run in runs if run["table"] == "run"] == [
        (4, 0),
        (2, 4),
        (0, 6),
    ]


def test_all_of_it_is_there(classroom) -> None:
    classroom.hand_in("g", students="ann, ben")
    classroom.grade()
    classroom.override(
        "--student", "ann", "--criterion", "q1_bias", "--credit", "0", "--why", "No.", "--who", "Bo"
    )
    lines = classroom.dump()
    counts = {
        table: sum(line["table"] == table for line in lines) for table in {line["table"] for line in lines}
    }
    assert counts == {
        "rubric": 1,
        "content": 1,
        "report": 1,
        "outcome": 3,
        "standing": 2,
        "handin": 2,
        "override": 2,  # for both of the group
        "verdict": 2,  # an answer with all its criteria
    }
    (report,) = [line for line in lines if line["table"] == "report"]
    assert (report["low"], report["body"]["questions"][0]["criteria"][0]["credit"]) == ("6", "1")


def test_a_run_that_was_stopped_is_shown_as_such(classroom, monkeypatch) -> None:
    classroom.class_of(2)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("grader.batch.session.ClassRun.write", stop)
        result = classroom.grade(code=130)
    assert result.stderr == (
        f"Stopped. 2 marked hand-ins are kept in {classroom.book}; the same command goes on from there.\n"
    )
    classroom.grade()
    shown = classroom.grader("gradebook", "show", classroom.book).stdout
    assert [line.split()[-1] == "unfinished" for line in shown.splitlines()[1:3]] == [True, False]
    assert "2 students stand; 2 reports, 0 decisions of people" in shown
    history = classroom.grader("gradebook", "show", classroom.book, "--student", "s001").stdout
    assert history.splitlines() == [
        f"small: 0 from {classroom.files / 's001.yaml'} (since run 2)",
        "  run 1: nothing -> 0",
    ]
    assert (
        "nothing stands for student 'zoe'"
        in classroom.grader("gradebook", "show", classroom.book, "--student", "zoe", code=2).stderr
    )
