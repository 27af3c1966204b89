"""The zip as the platform uses it: unpacked, set up in an environment of its own, run under its memory limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.gradescope.containerrun import run

ROOT = Path(__file__).parent.parent.parent
MEMORY = 768_000_000
# What a run may use; alone it takes 2.2 s, of which half a CPU in the platform's container makes 4.5.
CPU_SECONDS = 6.0
RESIDENT = 250_000_000

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.uname().machine != "x86_64",
    reason="the wheels that are put in are for the platform's own machines",
)

RIGHT = (ROOT / "submissions/group-07.md").read_text(encoding="utf-8")
NOTEBOOK = json.dumps(
    {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Question 5\n\nThe total is 903,400."}]}
)  # fmt: skip
NUMBERS = "answers: {q5: {lowest: 2800, middle: 180200, top: 720400, total: '903,400'}}\n"
BEFORE = [
    {
        "submission_time": f"2026-10-{1 + n % 28:02}T{n % 24:02}:00:00.000000+02:00",
        "score": "3.0",
        "results": None,
    }
    for n in range(99)
]
GROUP = [
    {"id": 1, "email": "a@example.org", "name": "A", "sid": "", "assignment": {"due_date": None}},
    {"id": 2, "email": "b@example.org", "name": "B", "sid": None, "sections": []},
]
# Runs a command and prints its seconds of CPU and the memory of its largest process.
USED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
"""
# Kills the grader, and the shell around it, the first time that Python tells of the event that KILLED_AT names.
KILLED_AT = """
import os, signal, sys
wanted = os.environ.get("KILLED_AT", "").split()
def at(event, arguments):
    if event == wanted[0] and wanted[1:] in ([], [*map(str, arguments[:1])]):
        os.killpg(0, signal.SIGKILL)
if wanted:
    sys.addaudithook(at)
"""
# Compiling all that is installed takes longer than all else here; what a run needs is compiled when it is first loaded.
COMPILE = "venv/bin/python -I -m compileall -q venv/lib > /dev/null || true\n"


@dataclass(frozen=True)
class Case:
    files: dict[str, str | bytes]
    says: str = ""  # somewhere in what a student reads
    points: float | None = None
    metadata: dict | str | None = None


# What may need more memory than there is, or an interpreter's streams, is marked by a process under the platform's limit;
# all else as that process would, but in this one.
APART = {"right", "missing", "huge", "too large", "tower", "nested", "bidi"}


CASES = {
    "right": Case({"a.md": RIGHT}, points=34),
    "numbers": Case({"a.yaml": NUMBERS}),
    "json": Case({"a.json": json.dumps({"answers": {"q5": {"total": 902700}}})}),
    "notebook": Case({"a.ipynb": NOTEBOOK}),
    "latex": Case({"a.tex": "\\section*{Question 5}\nThe total is $903{,}400$ parameters.\n"}),
    "text": Case({"a.txt": "Question 5\n\nIn total there are 903400 parameters.\n"}),
    "wrong": Case({"a.yaml": "answers: {q5: {lowest: 1, middle: 2, top: 3, total: 4}, q6: {size: [9, 9]}}\n"}),
    "blank": Case({"a.yaml": "answers: {}\n"}, "Nothing was handed in here.", 0),
    "blank questions": Case({"a.md": "# Question 1\n\n# Question 2\n\n"}, "Nothing was handed in here.", 0),
    "missing": Case({}, "No file was handed in."),
    "wrong type": Case({"a.docx": b"PK\x03\x04"}, "is no .docx file"),
    "two files": Case({"a.md": RIGHT, "b.yaml": NUMBERS}, "2 files could be your answers"),
    "empty": Case({"a.md": ""}, "is empty"),
    "binary": Case({"a.md": b"\x00\x01\x02"}, "is binary, not text"),
    "broken": Case({"a.yaml": "answers: {q1: [1, 2"}, "not valid YAML"),
    "no headings": Case({"a.md": "All is fine."}, "No heading of any question was found"),
    "huge": Case({"a.md": "# Question 4\n\n" + "Dropout slows down training. " * 10_000}),
    "too large": Case({"a.md": b"a" * 21_000_000}, "is larger than"),
    "tower": Case({"a.yaml": "answers: {q5: {total: '9^9^9^9'}, q3: '$x = 9^{9^{9^9}}$'}\n"}),
    "nested": Case({"a.md": f"# Question 3\n\n${'(' * 5000}$\n\n$${'frac{' * 5000}$$"}),
    "code": Case({"a.md": "# Question 5\n\n__import__('os').system('touch /tmp/owned') <script>alert(1)</script>"}),
    "bidi": Case({"a.md": "# Question 4\n\nslow \u202egninrat\x1b[31m\n"}),
    "windows": Case({"a.md": "# Question 5\r\n\r\n903.400 f\xfcr alle\r\n".encode("cp1252")}, "Windows-1252"),
    "group": Case({"a.md": RIGHT}, points=34, metadata={"users": GROUP}),
    "late": Case({"a.md": RIGHT}, "after the due date", 30.6, {"created_at": "2026-11-22T09:00:00.000000+01:00"}),
    "hundredth": Case({"a.md": RIGHT}, points=34, metadata={"previous_submissions": BEFORE}),
    "over the limit": Case(
        {"a.md": RIGHT}, "This hand-in was not marked", 3,
        {"previous_submissions": [*BEFORE, {"submission_time": "2026-11-20T09:00:00+01:00", "score": "3.0"},
                                  {"submission_time": "2026-11-20T09:30:00+01:00", "score": "3.0"}]},
    ),
    "no metadata": Case({"a.md": RIGHT}, points=34, metadata=""),
    "broken metadata": Case({"a.md": RIGHT}, points=34, metadata='{"users": [[]]'),
}  # fmt: skip


@pytest.fixture(scope="session")
def autograder(made_once) -> Path:
    """The platform's `/autograder/source`, set up from a zip that needs no index."""
    return made_once("platform", set_up) / "source"


def set_up(folder: Path) -> None:
    rubric = folder / "rq3.yaml"
    rubric.write_text(
        (ROOT / "rubrics/rq3.yaml").read_text(encoding="utf-8")
        + "\ndue: 2026-11-01T00:00:00Z\nlate: {per_day: 10%, cap: 50%}\ngradescope: {attempts: {limit: 2, per: 1 day}}\n"
    )
    (folder / "sets").mkdir()
    for path in (ROOT / "rubrics/sets").iterdir():
        (folder / "sets" / path.name).write_bytes(path.read_bytes())
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    built = CliRunner().invoke(
        grader,
        [
            "gradescope",
            "build",
            "--rubric",
            str(rubric),
            "--out",
            str(folder / "a.zip"),
            "--vendor",
            "--python",
            python,
        ],
    )
    assert built.exit_code == 0, built.output
    source = folder / "source"
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(source)
    setup = (source / "setup.sh").read_text()
    assert setup.count(COMPILE) == 1
    (source / "setup.sh").write_text(setup.replace(COMPILE, ""))
    # No index: whatever setup.sh needs must lie in the zip.
    clean = {
        "PATH": f"{Path(sys.executable).resolve().parent}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_COMPILE": "0",
        "HOME": str(folder),
    }
    done = subprocess.run(
        ["bash", str(source / "setup.sh")], env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (packages,) = (source / "venv/lib").glob("python3*/site-packages")
    (packages / "sitecustomize.py").write_text(KILLED_AT)


def lay_out(root: Path, source: Path, case: Case, base: dict) -> None:
    (root / "source").symlink_to(source)
    (root / "submission").mkdir()
    for name, content in case.files.items():
        (root / "submission" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if case.metadata != "":
        text = (
            case.metadata if isinstance(case.metadata, str) else json.dumps({**base, **(case.metadata or {})})
        )
        (root / "submission_metadata.json").write_text(text)


def start(root: Path, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        ["bash", "-c", f"ulimit -v {MEMORY // 1024}; exec bash source/run_autograder"],
        cwd=root, env={"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root)} | more,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_hand_in(autograder, tmp_path, base_metadata, check_results, name) -> None:
    case = CASES[name]
    lay_out(tmp_path, autograder, case, base_metadata)
    if name in APART:
        process = start(tmp_path)
        output, _ = process.communicate()
        assert process.returncode == 0, output.decode()[-1000:]
    else:
        run(tmp_path, autograder / "rubric/rq3.yaml")
    results = check_results(json.loads((tmp_path / "results/results.json").read_text()))
    told = json.dumps([results.get("output", ""), *(test.get("output", "") for test in results["tests"])])
    total = results.get("score", round(sum(test.get("score", 0) for test in results["tests"]), 9))
    assert case.says in told
    assert case.points in (None, total)
    assert "Traceback" not in told
    assert not results.get("extra_data", {}).get("fault")


@pytest.mark.timeout(300)
def test_it_takes_little(autograder, tmp_path, base_metadata) -> None:
    lay_out(tmp_path, autograder, CASES["right"], base_metadata)
    start(tmp_path).communicate()  # compiled files are there from now on
    shown = subprocess.run(
        [sys.executable, "-c", USED, "env", f"AUTOGRADER_ROOT={tmp_path}", "bash", str(autograder / "run_autograder")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, memory = shown.stdout.split()
    assert float(seconds) < CPU_SECONDS
    assert int(memory) < RESIDENT


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "moment",
    ["import click", "import grader.gradescope.containerrun", "import grader.rubric.loading", "os.fork", "os.rename"],
)  # fmt: skip
def test_killed_at_any_moment_a_valid_file_stands_there(
    autograder, tmp_path, base_metadata, check_results, moment
) -> None:
    lay_out(tmp_path, autograder, CASES["right"], base_metadata)
    process = start(tmp_path, KILLED_AT=moment)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    check_results(json.loads((tmp_path / "results/results.json").read_text()))


def test_the_same_rubric_gives_the_same_zip(tmp_path) -> None:
    zips = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for path in zips:
        done = CliRunner().invoke(
            grader, ["gradescope", "build", "--rubric", str(ROOT / "rubrics/rq3.yaml"), "--out", str(path)]
        )
        assert done.exit_code == 0, done.output
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        names = archive.namelist()
        assert {"setup.sh", "run_autograder", "rubric/rq3.yaml", "rubric/sets/deep_learning.yaml"} <= set(
            names
        )
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
        assert archive.read("run_autograder").startswith(b"#!")
        pins = archive.read("requirements.txt").decode().split()
    assert all("==" in pin for pin in pins)
    assert not any(pin.startswith(("pytest", "distributed", "grader")) for pin in pins)


def test_the_docker_folder_has_all_that_its_file_names(tmp_path) -> None:
    done = CliRunner().invoke(
        grader,
        ["gradescope", "build", "--rubric", str(ROOT / "rubrics/rq3.yaml"), "--docker", str(tmp_path / "d")],
    )
    assert done.exit_code == 0, done.output
    assert "COPY . /autograder/source/" in (tmp_path / "d/Dockerfile").read_text()
    assert os.access(tmp_path / "d/setup.sh", os.X_OK)


@pytest.mark.parametrize(
    ("rubric", "says"),
    [
        ("id: r\nquestions: []\n", "questions"),
        (
            "id: r\nimport: [../x.yaml]\nquestions: [{id: q, criteria: [{id: c, points: 1, number: {expected: 1}}]}]\n",
            "outside",
        ),
    ],
)
def test_a_rubric_that_cannot_go_in_is_refused(tmp_path, rubric, says) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "x.yaml").write_text("words: [a]\n")
    (inner / "r.yaml").write_text(rubric)
    done = CliRunner().invoke(
        grader, ["gradescope", "build", "--rubric", str(inner / "r.yaml"), "--out", str(tmp_path / "a.zip")]
    )
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "a.zip").exists()
