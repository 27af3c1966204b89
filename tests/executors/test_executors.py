"""All executors give the same bytes: a part of the sample class by each of them, by a real cluster as well."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader
from grader.executors import EXECUTORS

ROOT = Path(__file__).parent.parent.parent
RUBRIC = ROOT / "rubrics/rq3.yaml"
# Of every kind one, and more than one worker has something to do.
HAND_INS = [
    ROOT / "submissions" / name
    for name in (
        "ada-lindqvist.yaml",
        "george-whitfield.json",
        "group-07.md",
        "nadia-rahman.md",
        "sofia-lund.tex",
    )
]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the cluster's own making
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            memory_limit=0,
            silence_logs=50,
        ) as made:
            yield made


@pytest.fixture(scope="module")
def serial(tmp_path_factory) -> tuple[dict[str, bytes], str]:
    return run(tmp_path_factory.mktemp("serial"), "serial")


def run(folder: Path, executor: str, *options: str) -> tuple[dict[str, bytes], str]:
    """Mark the sample class; return its reports and the gradebook's dump."""
    words = [
        *HAND_INS,
        "--rubric",
        RUBRIC,
        "--out",
        folder / "reports",
        "--executor",
        executor,
        *options,
    ]
    result = CliRunner().invoke(grade, [str(word) for word in words])
    assert (result.exit_code, result.stderr) == (0, ""), result.exception
    dump = CliRunner().invoke(grader, ["gradebook", "dump", str(folder / "reports.gradebook")]).stdout
    return files(folder / "reports"), dump


@pytest.mark.parametrize("name", EXECUTORS)
def test_every_executor_gives_the_same_bytes(name, serial, tmp_path, request) -> None:
    options = {
        "dask": lambda: ["--scheduler", request.getfixturevalue("cluster").scheduler_address],
        "processes": lambda: ["--jobs", "2"],
    }.get(name, list)()
    assert run(tmp_path, name, *options) == serial


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_workers_in_the_middle_loses_nothing(classroom, monkeypatch) -> None:
    from distributed import LocalCluster

    troubled(classroom, monkeypatch)
    for number in range(40):
        classroom.hand_in(f"s{number:02}", f"sleep, right {number}", "sleep")
    classroom.grade("--executor", "serial", out=classroom.folder / "serial")
    coins = classroom.folder / "coins"
    coins.mkdir()
    (coins / "1").touch()
    monkeypatch.setenv("COINS", str(coins))
    monkeypatch.setenv("TROUBLE", "die troublesome.judged 5")  # one of the cluster's processes, once
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        silence_logs=50,
    ) as made:
        classroom.grade("--executor", "dask", "--scheduler", made.scheduler_address)
    assert list(coins.iterdir()) == []
    assert files(classroom.out) == files(classroom.folder / "serial")
    assert classroom.dumped() == classroom.dumped(classroom.folder / "serial.gradebook")


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_is_told_what_the_gradebook_knows(classroom, monkeypatch) -> None:
    from distributed import LocalCluster

    troubled(classroom, monkeypatch)
    log = classroom.folder / "log"
    first = classroom.rubric.read_text().replace("troublesome: {}", f"troublesome: {{log: {log}}}")
    classroom.rubric.write_text(first)
    for number in range(6):
        classroom.hand_in(f"s{number}", f"right {number}", "wrong")
    classroom.grade("--executor", "serial")
    before = log.read_text().splitlines()
    assert len(before) == 7
    classroom.rubric.write_text(first.replace("log: ", "expected: 3, log: ", 1))
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=50
    ) as made:  # fmt: skip
        classroom.grade("--executor", "dask", "--scheduler", made.scheduler_address)
    assert sorted(log.read_text().splitlines()[7:]) == [f"right {number}" for number in range(6)]
    assert [classroom.row(f"s{number}", "t1")["credit"] for number in range(6)] == [0, 0, 0, 1, 0, 0]


def test_what_takes_long_is_sent_one_by_one(monkeypatch) -> None:
    from grader.executors import Result
    from grader.executors.dask import _Pace
    from grader.gradebook.packing import PackedReport

    pace = _Pace()
    assert pace.together() == 8
    report = PackedReport("a", (), "", "0", "0", (), b"", seconds=0.05)
    pace.note([Result("a", report), Result("b")])
    assert pace.together() == 20
    pace.note([Result("a", PackedReport("a", (), "", "0", "0", (), b"", seconds=5.0))])
    assert pace.together() == 1


def troubled(classroom, monkeypatch) -> None:
    """Let the check of `tests/faults` be found here and in the cluster's processes."""
    faults = str(ROOT / "tests/faults")
    monkeypatch.syspath_prepend(faults)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([faults, os.environ.get("PYTHONPATH", "")]))
    from grader.checks import CHECKS

    monkeypatch.setitem(CHECKS, "troublesome", "troublesome:Trouble")
    classroom.rubric.write_text(
        "id: trouble\nquestions:\n  - {id: q1, criteria: [{id: t1, points: 1, troublesome: {}}]}\n"
        "  - {id: q2, criteria: [{id: t2, points: 1, troublesome: {}}]}\n"
    )


def test_a_cluster_of_another_version_marks_nothing(classroom, cluster, monkeypatch) -> None:
    monkeypatch.setattr("grader.cli.classrun.code_version", lambda: "0.0.9+old")
    classroom.class_of(2)
    result = classroom.grade("--executor", "dask", "--scheduler", cluster.scheduler_address, code=2)
    assert result.stderr.startswith("--scheduler: a worker of the cluster has grader ")
    assert "this is 0.0.9+old; install the same there" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--executor", "dask"], "--executor: 'dask' needs --scheduler, such as tcp://HOST:8786"),
        (
            ["--executor", "dsak"],
            "--executor: unknown executor 'dsak'; did you mean 'dask'?; known are serial, ",
        ),
        (
            ["--executor", "dask", "--scheduler", "nowhere"],
            "--scheduler: no dask scheduler answers at 'nowhere'",
        ),
    ],
)
def test_executors_that_cannot_be_had(classroom, monkeypatch, options, message) -> None:
    monkeypatch.setattr("grader.executors.dask._CONNECT", 0.3)
    classroom.class_of(1)
    assert classroom.grade(*options, code=2).stderr.startswith(message)


def test_an_executor_whose_extra_is_not_installed(classroom, monkeypatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "grader.executors.dask", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    classroom.class_of(1)
    said = classroom.grade("--executor", "dask", "--scheduler", "tcp://x:1", code=2).stderr
    assert said == "--executor: 'dask' needs distributed: install grader with the extra 'dask'\n"
