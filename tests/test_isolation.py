"""Files with the names of modules lie where commands are run and beside the hand-ins; none of them is ever run.

Every module of the standard library, every installed one and our own has such a decoy, which leaves its
name behind when it is imported. Python itself looks at some before a line of ours: with `-m`, and with
a PYTHONPATH that names the current folder. These are asked for and left out.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import pytest

from grader import isolation
from grader.cli.entry import COMMANDS, grader
from grader.executors import EXECUTORS
from grader.files.registry import resolve
from grader.gradescope.autograderzip import build_files

ROOT = Path(__file__).parent.parent
FILES, PACKAGES = "{name}.py", "{name}/__init__.py"

CLUSTER = """
from distributed import LocalCluster
with LocalCluster(n_workers=1, processes=False, protocol="tcp", dashboard_address=None, silence_logs=50) as made:
    print(made.scheduler_address, flush=True)
    input()
"""

RUBRIC = r"""
id: small
title: A small one
gradescope: {file: a.yaml}
questions:
  - id: q1
    criteria:
      - {id: q1_area, points: 1, part: area, formula: {expected: '2/6'}}
      - {id: q1_count, points: 1, part: count, number: {expected: 7}, accepts: ["7"]}
      - {id: q1_why, points: 1, part: why, keywords: {any: [[bias*]]}}
      - {id: q1_pick, points: 1, part: pick, choice: {options: [relu, tanh], expected: relu}}
      - {id: q1_table, points: 1, part: table, matrix: {expected: [[1, 2], [3, 4]]}}
"""
ANSWERS = "{area: 1/3, count: '7', why: the biases, pick: relu, table: '[[1, 2], [3, 4]]'}"
# What only the computer algebra system can decide.
HARD = RUBRIC.replace("2/6", r"\int_0^1 x^2 dx")
VARIED = """
id: varied
questions:
  - id: q1
    text: How many are {n} and 3?
    parameters: {n: {from: 4, to: 9}, where: n % 2 == 0}
    data: {sum: {op: expr, expr: n + 3, values: {n: '{n}'}}}
    criteria: [{id: q1_sum, points: 1, number: {derive: sum}}]
"""
MARKS = "answer,criterion,mark\n7,q1_count,yes\n8,q1_count,no\n"
OTHERS = {
    "a.md": "# Q1\n\ncount: 7\n",
    "b.tex": "\\section*{Question 1}\n$7$\n",
    "c.json": '{"answers": {"q1": {"count": 7}}}',
    "d.ipynb": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
    '[{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Q1\\n\\ncount: 7"}]}',
    "e.txt": "Question 1\n\n7\n",
}
SOME, MANY = 2, 13  # hand-ins; many are marked by worker processes where nothing else is asked for

# How each command is given something to do, in a folder made by `Classroom`.
ARGUMENTS = {
    "calibrate": ["rubric.yaml", "marks.csv"],
    "check": ["rubric.yaml"],
    "ci": ["others", "--rubric", "rubric.yaml", "--junit", "junit.xml"],
    "compare": [r"\int_0^1 x^2 dx", "1/3"],
    "derive": ["rubric.yaml"],
    "explain": ["number"],
    "export": ["csv", "--out", "marks-out.csv", "--open", "blank"],
    "grade": ["files/s01.yaml", "others", "--rubric", "rubric.yaml", "--out", "written"],
    "gradebook dump": [],
    "gradebook show": [],
    "gradescope build": ["--rubric", "rubric.yaml"],
    "gradescope run": ["--root", "platform", "--rubric", "rubric.yaml"],
    "init": ["others/a.md", "--out", "drafted.yaml"],
    "override": ["--student", "s01", "--criterion", "q1_why", "--credit", "1/2", "--why", "so"],
    "regrade": ["rubric.yaml", "--apply"],
    "report": ["--out", "sent"],
    "schema": ["rubric"],
    "similar": ["--html", "similar.html"],
    "stats": [],
    "template": ["rubric.yaml", "--out", "published"],
    "variants": ["varied.yaml", "--ids", "s01,s02", "--out", "given"],
    "validate": ["files/s01.yaml", "--rubric", "rubric.yaml", "--html", "read.html"],
}
# Those that serve until they are stopped, and what is asked of them.
SERVING = {"review": (["--rubric", "rubric.yaml", "--no-browser"], ["/", "/zeros", "/help"])}


def leaves(command: click.Command, name: str = "") -> list[str]:
    """Return every command below one, by the words that call it."""
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    below = [(word, command.get_command(context, word)) for word in command.list_commands(context)]
    return [leaf for word, other in below for leaf in leaves(other, f"{name} {word}".strip())]


def clean(**more: str) -> dict[str, str]:
    """Return an environment in which nothing protects Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | more


@cache
def loaded_before(way: str) -> frozenset[str]:
    """Return the modules that Python has looked for before it comes to a line of ours."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "probe.py").write_text("import sys\nprint(*sys.modules)\n")
        (Path(folder) / "script.py").write_text("import re, sys\nprint(*sys.modules)\n")
        words = ["-m", "probe"] if way == "module" else ["script.py"]
        found = subprocess.run(
            [sys.executable, *words], cwd=folder, env=clean(), capture_output=True, text=True, check=True
        ).stdout.split()
    # With `-m` the package itself is looked for there as well.
    return frozenset(name.partition(".")[0] for name in found) | ({"grader"} if way == "module" else set())


@cache
def all_names() -> frozenset[str]:
    own = {"grader", "sitecustomize", "usercustomize", "evil_plugin"}
    return frozenset(sys.stdlib_module_names | importlib.metadata.packages_distributions().keys() | own)


@dataclass
class Classroom:
    """A folder of hand-ins full of decoys, and the commands as they are installed."""

    folder: Path
    marks: Path  # where decoys leave their names

    def plant(self, form: str, folder: Path, *, without: frozenset[str] = frozenset()) -> None:
        for name in all_names() - without:
            if not name.isidentifier():
                continue
            path = folder / form.format(name=name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"open({str(self.marks)!r} + '/' + __name__, 'w').close()\n", encoding="utf-8")

    def plant_distribution(self) -> None:
        """Put a distribution into the current folder that pydantic would load, had it been found."""
        info = self.folder / "evil-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[pydantic]\nevil = evil_plugin:plugin\n")

    def script(self, name: str) -> list[str]:
        """Return a command as an installer writes it for this environment."""
        (entry,) = [
            entry
            for entry in importlib.metadata.distribution("grader").entry_points
            if (entry.group, entry.name) == ("console_scripts", name)
        ]
        path = self.marks.parent / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"import re\nimport sys\nfrom {entry.module} import {entry.attr}\n"
            f"if __name__ == '__main__':\n    sys.exit({entry.attr}())\n"
        )
        return [sys.executable, str(path)]

    def run(self, command: list[str], *arguments: str, code: int = 0, **more: str) -> str:
        done = subprocess.run(
            [*command, *arguments], cwd=self.folder, env=clean(**more), capture_output=True, text=True,
            check=False, timeout=110,
        )  # fmt: skip
        ran = sorted(path.name for path in self.marks.iterdir())
        for name in ran:
            (self.marks / name).unlink()
        assert ran == []
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done.stdout

    def points(self, out: str = "reports") -> list[str]:
        """Return the points of everybody, as the table has them."""
        rows = (self.folder / out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
        return sorted({row.split(",")[rows[0].split(",").index("score")] for row in rows[1:]})


def make(folder: Path, count: int = SOME) -> Classroom:
    (folder / "marks").mkdir()
    place = folder / "class"
    for inner in ("files", "others", "platform/submission", "platform/results"):
        (place / inner).mkdir(parents=True)
    for number in range(count):
        (place / f"files/s{number:02}.yaml").write_text(f"answers: {{q1: {ANSWERS}}}\n")
    (place / "platform/submission/a.yaml").write_text(f"answers: {{q1: {ANSWERS}}}\n")
    for name, text in OTHERS.items():
        (place / "others" / name).write_text(text)
    (place / "rubric.yaml").write_text(RUBRIC)
    (place / "hard.yaml").write_text(HARD)
    (place / "varied.yaml").write_text(VARIED)
    (place / "marks.csv").write_text(MARKS)
    return Classroom(place, folder / "marks")


@pytest.fixture(scope="module", params=["script", "module"])
def way(request) -> str:
    """How commands are called: by the installed script, or as `python -m grader`."""
    return request.param


@pytest.fixture(scope="module")
def classroom(way, tmp_path_factory) -> Classroom:
    """Give a class that is marked already, for what goes on from there; where files lay once, packages lie next time."""
    made = make(tmp_path_factory.mktemp(way))
    made.run(made.script("grade"), "files", "--rubric", "rubric.yaml", "--executor", "serial")
    inner, outer = (FILES, PACKAGES) if way == "script" else (PACKAGES, FILES)
    without = loaded_before(way) if way == "module" else frozenset()
    made.plant_distribution()
    made.plant(outer, made.folder, without=without)
    for below in ("files", "platform", "platform/submission"):
        made.plant(inner, made.folder / below, without=without)
    return made


@pytest.fixture
def command(way, classroom) -> list[str]:
    return classroom.script("grader") if way == "script" else [sys.executable, "-m", "grader"]


def test_every_command_is_driven_here() -> None:
    assert set(leaves(grader)) == {*ARGUMENTS, *SERVING}, (
        "say in ARGUMENTS how a new command is given something to do"
    )
    assert all(callable(resolve(COMMANDS, name)) for name in COMMANDS)


# What `-m` does comes before a command is known; these load most.
BY_MODULE = {"ci", "grade", "gradescope run", "report", "schema"}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_command_runs_what_lies_there(classroom, command, way, name) -> None:
    if way == "module" and name not in BY_MODULE:
        pytest.skip("from the first line of ours on it is as with the script")
    classroom.run(command, *name.split(), *ARGUMENTS[name])


@pytest.mark.parametrize("name", SERVING)
def test_nothing_that_serves_runs_what_lies_there(classroom, command, name) -> None:
    words, paths = SERVING[name]
    process = subprocess.Popen(
        [*command, name, *words], cwd=classroom.folder, env=clean(), stdout=subprocess.PIPE, text=True
    )
    try:
        address = next(line.split()[1] for line in process.stdout if line.startswith("Open "))
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert visitor.open(address).status == 200
        for path in paths:
            assert visitor.open(address.partition("/enter")[0] + path).status == 200
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (0, "Stopped. All decisions are kept.")
    assert not list(classroom.marks.iterdir())


@pytest.mark.parametrize("name", EXECUTORS)
def test_no_executor_runs_what_lies_there(classroom, command, way, name, request) -> None:
    if (
        way == "module" and name == "processes"
    ):  # no variable reaches the servers that workers are forked from
        command = [sys.executable, "-E", "-m", "grader"]
    if way == "module" and name in {"dask", "forked"}:
        pytest.skip("the cluster is the same, whoever asks it, and a fork is what was forked")
    options = {
        "dask": lambda: ["--scheduler", request.getfixturevalue("cluster")], "processes": lambda: ["--jobs", "1"],
    }.get(name, list)()  # fmt: skip
    words = [
        "files",
        "--rubric",
        "hard.yaml",
        "--out",
        name,
        "--format",
        "csv",
        "--deadline",
        "100",
        "--executor",
        name,
        *options,
    ]
    classroom.run(command, "grade", *words, code=0)
    # The programs there are hand-ins without an answer; the computer algebra system has been asked.
    assert classroom.points(name)[-1] == "5"


@pytest.fixture(scope="module")
def cluster(classroom):
    """Give the address of a cluster whose worker was started where the hand-ins are."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", CLUSTER], cwd=classroom.folder, env=clean(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    yield process.stdout.readline().strip()
    process.communicate("\n", timeout=60)


def test_names_relative_to_the_current_folder_are_not_looked_into(tmp_path) -> None:
    classroom = make(tmp_path, MANY)
    # Python looks for these before a line of ours, wherever PYTHONPATH says.
    without = loaded_before("script") | {"grader", "sitecustomize", "usercustomize"}
    classroom.plant_distribution()
    classroom.plant(FILES, classroom.folder, without=without)
    classroom.plant(PACKAGES, classroom.folder / "files", without=without)
    named = os.pathsep.join([".", "", "files", str(classroom.folder), str(tmp_path / "class/../class")])
    words = ["files", "--rubric", "hard.yaml", "--format", "csv", "--deadline", "100", "--jobs", "1"]
    classroom.run(classroom.script("grade"), *words, code=0, PYTHONPATH=named, PYTHONSTARTUP="files/json.py")
    assert classroom.points()[-1] == "5"


def test_the_autograder_runs_nothing_of_the_hand_in(classroom, way) -> None:
    source = classroom.folder / f"platform/source-{way}"
    for name, data in build_files(classroom.folder / "rubric.yaml", vendor=False).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    (source.with_name("source")).symlink_to(source)
    python = source / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    here = Classroom(classroom.folder / "platform/submission", classroom.marks)
    root = classroom.folder / "platform"
    here.run(["bash", str(source / "run_autograder")], AUTOGRADER_ROOT=str(root), PYTHONPATH=".")
    results = json.loads((root / "results/results.json").read_text())
    assert [test["score"] for test in results["tests"] if "score" in test] == [1] * 5


def test_no_pip_of_ours_runs_what_lies_there(classroom, command, way) -> None:
    """Without an index nothing can be fetched; whether pip is started safely shows before that."""
    if way == "script":
        pytest.skip("pip is started in the same way")
    words = ["build", "--rubric", "rubric.yaml", "--vendor", "--out", "vendored.zip"]
    classroom.run(command, "gradescope", *words, code=2, PIP_NO_INDEX="1")


HERE = "the folder where somebody works"


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("", False),
        (".", False),
        ("lib", False),
        ("..", False),
        (HERE, False),
        ("/usr", True),
        ("/no/such", True),
    ],
)
def test_only_absolute_folders_other_than_the_current_one_stay(monkeypatch, tmp_path, entry, kept) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path) if entry == HERE else entry, *sys.path])
    assert (sys.path[0] in isolation.importable()) == kept


def test_the_current_folder_is_known_by_any_name(monkeypatch, tmp_path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "other").symlink_to("class")
    monkeypatch.chdir(tmp_path / "class")
    names = [str(tmp_path / "class"), str(tmp_path / "other"), f"{tmp_path}/class/../class/"]
    monkeypatch.setattr(sys, "path", names)
    assert isolation.importable() == []


@pytest.mark.parametrize("place", [ROOT, Path(os.__file__).parent, Path(click.__file__).parent.parent])
def test_who_works_where_things_are_installed_can_work(monkeypatch, place) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setattr(isolation, "__file__", str(ROOT / "grader/isolation.py"))
    monkeypatch.setattr(sys, "path", ["", str(place)])
    assert isolation.importable() == [str(place)]
    # As `-m` puts it: first, and then where an installation has it.
    monkeypatch.setattr(sys, "path", [str(place), "/usr", str(place)])
    assert isolation.importable() == ["/usr", str(place)]


def test_children_get_no_variable_that_makes_python_run_something(monkeypatch) -> None:
    given = {
        "PYTHONPATH": "/x", "PYTHONSTARTUP": "x.py", "PYTHONINSPECT": "1", "PYTHONWARNINGS": "error::json.X",
        "PYTHONHOME": "here", "PYTHONPYCACHEPREFIX": "here", "PYTHONUTF8": "1", "LANG": "C",
    }  # fmt: skip
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = isolation.child_environment(PYTHONHASHSEED="0")
    assert {name: value for name, value in found.items() if name.startswith("PYTHON")} == {
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
    }
    assert found["LANG"] == "C"


def test_code_is_not_read_from_caches_in_the_current_folder(monkeypatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", "cache")
    for name, value in {"PYTHONPYCACHEPREFIX": "cache", "PYTHONPATH": "lib", "PYTHONSAFEPATH": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", [*sys.path])
    isolation.isolate()
    assert sys.pycache_prefix is None
    assert os.environ.get("PYTHONPYCACHEPREFIX") is os.environ.get("PYTHONPATH") is None
    assert os.environ["PYTHONSAFEPATH"] == "1"
