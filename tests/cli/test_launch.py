"""What a terminal, a pipe or a full disk does to a command; whole processes, as people start them.

Where many commands are tried in one way, they are forked from one process that has loaded what they need.
"""

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


# Runs commands with streams of their own; each is a process that ends as it would by itself.
FORKED = """
import json, os, sys
from click.testing import CliRunner
from grader.cli.entry import grade, grader
from grader.cli.launch import run

invoke = CliRunner().invoke
invoke(grade, ["files", "--rubric", "rubric.yaml", "--dry-run"])
invoke(grader, ["validate", "files", "--rubric", "rubric.yaml"])
invoke(grader, ["schema", "rubric"])
told = []
for words, *streams in json.loads(sys.argv[1]):
    pid = os.fork()
    if not pid:
        for number, path in enumerate(streams, 1):
            if path:
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
            else:
                reading, writing = os.pipe()
                os.close(reading)
                os.dup2(writing, number)
        sys.argv[1:] = words
        break
    told.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
else:
    print(json.dumps(told))
    sys.exit()
run(sys.argv.pop(1))
"""


def forked(folder: Path, names, stdout: str = "{}.out") -> dict[str, subprocess.CompletedProcess[str]]:
    """Run several commands, with a path for standard output ("" for a pipe that nobody reads)."""
    into = folder / "streams"
    into.mkdir(exist_ok=True)
    paths = {
        name: (into / stdout.format(number), into / f"{number}.err") for number, name in enumerate(names)
    }
    cases = [
        (COMMANDS[name], str(out) if stdout else "", str(errors)) for name, (out, errors) in paths.items()
    ]
    done = subprocess.run(
        [sys.executable, "-P", "-c", FORKED, json.dumps(cases)], cwd=folder, capture_output=True, text=True,
        check=True, timeout=100,
    )  # fmt: skip

    def read(path: Path) -> str:
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    return {
        name: subprocess.CompletedProcess(COMMANDS[name], code, read(paths[name][0]), read(paths[name][1]))
        for name, code in zip(names, json.loads(done.stdout), strict=True)
    }


@pytest.fixture(scope="module")
def graded(make_classroom, tmp_path_factory):
    classroom = make_classroom(tmp_path_factory.mktemp("graded"))
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
def test_a_full_disk_behind_standard_output_is_told_in_one_sentence(graded) -> None:
    for name, result in forked(graded.folder, COMMANDS, "/dev/full").items():
        assert result.returncode in {1, 2}, name
        assert result.stderr.endswith("standard output: cannot be written: No space left on device\n"), name
        assert "Traceback" not in result.stderr
    with Path("/dev/full").open("w") as full:
        assert run(*COMMANDS["--help"], cwd=graded.folder, stdout=full).returncode in {1, 2}


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


def test_a_reader_that_goes_away_breaks_nothing(graded) -> None:
    results = forked(graded.folder, ["dump", "ci --json", "grade"], "")
    assert {(result.returncode, result.stderr) for result in results.values()} == {(0, "")}


def test_nothing_that_is_printed_acts_on_a_terminal(graded) -> None:
    for name, result in forked(graded.folder, COMMANDS).items():
        assert result.returncode == 0, (name, result.stderr)
        assert result.stdout, name
        assert not ACTING.search(result.stdout + result.stderr), name
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
