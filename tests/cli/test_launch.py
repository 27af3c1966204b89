"""What a terminal, a pipe or a full disk does to a command; whole processes, as people start them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ACTING = re.compile("[\x80-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COMMAND = [sys.executable, "-P", "-c", "import sys; from grader.cli.launch import run; run(sys.argv.pop(1))"]


def run(*words: object, cwd: Path, **options) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **options.pop("env", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(
        [*COMMAND, *map(str, words)], cwd=cwd, env=environment, encoding="utf-8", check=False, timeout=100, **streams
    )  # fmt: skip


@pytest.fixture
def graded(classroom):
    classroom.hand_in("ann", students='{id: ann, name: "A\\u202e\\x9b\\uFEFF"}')
    classroom.hand_in("ben\u202e")
    classroom.grade()
    return classroom


COMMANDS = {
    "grade": ("grade", "files", "--rubric", "rubric.yaml"),
    "grade --json": ("grade", "files", "--rubric", "rubric.yaml", "--json"),
    "ci": ("grader", "ci", "files", "--rubric", "rubric.yaml"),
    "ci --json": ("grader", "ci", "files", "--rubric", "rubric.yaml", "--json"),
    "check": ("grader", "check", "rubric.yaml"),
    "dump": ("grader", "gradebook", "dump"),
    "show": ("grader", "gradebook", "show"),
    "regrade --json": ("grader", "regrade", "rubric.yaml", "--json"),
    "validate": ("grader", "validate", "files", "--rubric", "rubric.yaml"),
    "schema": ("grader", "schema", "rubric"),
    "--help": ("grader", "--help"),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_behind_standard_output_is_told_in_one_sentence(graded, name) -> None:
    with Path("/dev/full").open("w") as full:
        result = run(*COMMANDS[name], cwd=graded.folder, stdout=full)
    assert result.returncode in {1, 2}
    assert result.stderr.endswith("standard output: cannot be written: No space left on device\n")
    assert "Traceback" not in result.stderr


GONE = """
import os, sys
from pathlib import Path
os.chdir(sys.argv[1])
Path(sys.argv.pop(1)).rmdir()
from grader.cli.launch import run
run(sys.argv.pop(1))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
@pytest.mark.parametrize("name", ["grade", "ci"])
def test_a_current_folder_that_is_gone_is_told_in_one_sentence(graded, name) -> None:
    gone = graded.folder / "gone"
    gone.mkdir()
    command = [sys.executable, "-P", "-c", GONE, str(gone), *COMMANDS[name]]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=100)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("grader: the current folder is gone (")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["dump", "ci --json", "grade"])
def test_a_reader_that_goes_away_breaks_nothing(graded, name) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = run(*COMMANDS[name], cwd=graded.folder, stdout=writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_is_printed_acts_on_a_terminal(graded, name) -> None:
    result = run(*COMMANDS[name], cwd=graded.folder)
    assert not ACTING.search(result.stdout + result.stderr)
    if "json" in name:
        assert json.loads(result.stdout) is not None


def test_a_terminal_of_few_characters_is_shown_their_numbers(graded) -> None:
    result = run(*COMMANDS["grade"], cwd=graded.folder, env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert r"A\ufffd\ufffd\ufeff" in result.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_take_everything(graded, closed) -> None:
    words = " ".join(f'"{word}"' for word in [*COMMAND, *COMMANDS["grade"]])
    assert subprocess.run(["sh", "-c", f"{words} {closed}"], cwd=graded.folder, check=False).returncode == 0


@pytest.mark.parametrize("where", ["grader.cli.streams", "click", "grader.cli.entry", "grader.cli.grade"])
def test_ctrl_c_ends_a_command_with_one_sentence_also_while_it_loads(graded, where) -> None:
    """Ctrl-C comes at the very moment when something is imported."""
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {where!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from grader.cli.launch import grader\n"
        "grader()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=graded.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


def test_a_fault_of_ours_is_one_sentence_and_its_place_can_be_asked_for(graded) -> None:
    code = (
        "import grader.cli.entry as entry\n"
        "from grader.cli.launch import grader\n"
        "def main(**_): raise KeyError('x')\n"
        "entry.grader = type('G', (), {'main': staticmethod(main)})\n"
        "grader()\n"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert (
        done.stderr
        == "grader: stopped by a fault of its own: KeyError: 'x' (GRADER_TRACEBACK=1 shows where)\n"
    )
    environment = {**os.environ, "GRADER_TRACEBACK": "1"}
    assert (
        "Traceback"
        in subprocess.run(words, capture_output=True, text=True, check=False, env=environment).stderr
    )
