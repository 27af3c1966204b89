"""The scripts that are built run under bash, whatever the rubric is called; what cannot go in is refused in words.

What they would fetch is stood in for, and so is the grader: a small script is Python for everything and writes down what
it was asked for, which is then done here. `test_end_to_end.py` starts what is built as it is.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.gradescope import autograderzip
from grader.gradescope.autograderzip import PYTHONS
from grader.gradescope.container import DOCKERFILE

# A name is one argument and no part of it is run.
NAMES = [
    "week 3.yaml", "$(touch pwned).yaml", "`touch pwned`.yaml", "a;touch pwned;.yaml", "a&&touch pwned&&.yaml",
    "a'b.yaml", 'a";touch pwned;".yaml', "a|touch pwned.yaml", "a>pwned.yaml", "$HOME.yaml", "${IFS}.yaml", "*.yaml",
    "[a-z]?.yaml", "{a,b}.yaml", "~.yaml", "!!.yaml", "#a.yaml", "-x.yaml", "--version.yaml", "a=b.yaml", "(a).yaml",
    "@FIRST@.yaml", "@RUBRIC@.yaml", "END.yaml", "Übung 3.yaml", "%s.yaml", "a  b.yaml",
]  # fmt: skip
# Unpacking loses or changes these, and a terminal obeys some.
REFUSED = [
    "a\nb.yaml",
    "a\tb.yaml",
    "\x1b[31m.yaml",
    "a\u202eb.yaml",
    "a\\b.yaml",
    "a\x7f.yaml",
    "a\udcffb.yaml",
]

PYTHON = """#!/bin/bash
case "$1 $2 $3" in
"-I -c import venv, ensurepip") ;;
"-I -m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-I -m pip") printf "%s\\n" "$@" >> {log} ;;
"-I -m compileall") ;;
"-I -m grader") printf "%s\\n" "$@" > {log}.grader ;;
*) exit 9 ;;
esac
"""
# Installs one Python and knows no other.
APT = """#!/bin/bash
printf "%s\\n" "$*" >> {log}.apt
[ "$1" = update ] && exit 0
[ "$3" = python{version} ] || exit 100
cp {python} "$(dirname "$0")/python{version}"
"""


class Machine:
    """A machine that has little but bash, and the platform's folder on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.tools = folder, folder / "log", folder / "tools"
        self.root = folder / "auto grader"
        self.tools.mkdir()
        (self.root / "submission").mkdir(parents=True)
        for name in ("bash", "dirname", "mkdir", "cat", "cp", "touch"):
            (self.tools / name).symlink_to(shutil.which(name))

    def tool(self, name: str, text: str, **words: str) -> Path:
        path = self.tools / name
        path.write_text(text.format(log=shlex.quote(str(self.log)), **words), encoding="utf-8")
        path.chmod(0o755)
        return path

    def python(self, version: str) -> Path:
        return self.tool(f"python{version}", PYTHON)

    def bash(self, script: Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", str(script)], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": str(self.tools), "HOME": str(self.folder), "AUTOGRADER_ROOT": str(self.root)},
        )  # fmt: skip

    def asked(self) -> list[str]:
        """Return the words that the grader was last called with."""
        words = Path(f"{self.log}.grader").read_text(encoding="utf-8").splitlines()
        assert words[:3] == ["-I", "-m", "grader"]
        return words[3:]

    def build(self, rubric: Path, *options: str, code: int = 0) -> str:
        """Build, unpack, and return what was said."""
        out = self.folder / "a.zip"
        words = ["gradescope", "build", "--rubric", str(rubric), "--out", str(out), *options]
        done = CliRunner().invoke(grader, words)
        assert done.exit_code == code, done.output
        assert out.exists() == (code == 0)
        if not code:
            with zipfile.ZipFile(out) as archive:
                archive.extractall(self.root / "source")
        return done.output


@pytest.fixture(autouse=True, scope="module")
def one_wheel():
    """Pack the grader itself once; whatever the rubric, it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograderzip, "make_wheel", cache(autograderzip.make_wheel))
        yield


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pwned(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("pwned*")]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_rubric_is_one_argument(machine, tree, name, monkeypatch) -> None:
    machine.python("3.13")
    machine.build(write(machine.folder / "rubrics" / name, tree.rubric))
    done = machine.bash(machine.root / "source/setup.sh")
    assert done.returncode == 0, done.stderr
    words = machine.asked()
    assert words == ["check", "--", f"rubric/{name}"]
    monkeypatch.chdir(machine.root / "source")
    assert CliRunner().invoke(grader, words).exit_code == 0
    write(machine.root / "submission/a.yaml", tree.good)
    done = machine.bash(machine.root / "source/run_autograder")
    assert done.returncode == 0, done.stderr
    words = machine.asked()
    assert words[-2:] == ["--rubric", f"{machine.root}/source/rubric/{name}"]
    monkeypatch.chdir(machine.folder)
    assert CliRunner().invoke(grader, words).exit_code == 0
    results = json.loads((machine.root / "results/results.json").read_text(encoding="utf-8"))
    assert tree.total(results) == 3.5
    assert pwned(machine.folder) == []


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("imported", [False, True])
def test_a_name_that_unpacking_may_change_is_refused_in_words(machine, tree, name, imported) -> None:
    try:
        path = write(machine.folder / "rubrics" / name, "words: [a]\n" if imported else tree.rubric)
    except (OSError, UnicodeEncodeError):
        pytest.skip("the system has no such names")
    if imported:
        if "\udcff" in name:
            pytest.skip("no file can say this")
        path = write(machine.folder / "rubrics/r.yaml", tree.rubric + f"import: [{json.dumps(name)}]\n")
    said = machine.build(path, code=2)
    assert "may not outlast packing; rename the file" in said
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "version", ["3.11; touch pwned", "$(touch pwned)", "3.10", "2.7", "3.11.4", "latest", "", "-x", "3.1\n1"]
)
def test_a_version_that_is_none_reaches_no_script(machine, tree, version) -> None:
    rubric = write(machine.folder / "r.yaml", tree.rubric)
    said = machine.build(rubric, "--vendor", "--python", version, code=2)
    assert said == f"--python: must be a Python from 3.11 on, such as 3.11 (got {version!r})\n"


@pytest.mark.parametrize("version", PYTHONS)
def test_the_python_that_can_be_had_is_installed(machine, tree, version) -> None:
    """Each release of the system has another Python in its index."""
    machine.build(write(machine.folder / "r.yaml", tree.rubric))
    python = machine.python(version)
    python = python.rename(machine.folder / "python")
    machine.tool("apt-get", APT, version=version, python=shlex.quote(str(python)))
    done = machine.bash(machine.root / "source/setup.sh")
    assert done.returncode == 0, done.stderr
    asked = Path(f"{machine.log}.apt").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "update"
    assert asked[-1] == f"install -y python{version} python{version}-venv"
    assert (machine.root / "source/venv/bin/python").exists()


def test_where_no_python_can_be_had_it_says_so(machine, tree) -> None:
    machine.build(write(machine.folder / "r.yaml", tree.rubric))
    machine.tool("apt-get", APT, version="2.7", python="python")
    done = machine.bash(machine.root / "source/setup.sh")
    assert done.returncode == 1
    assert done.stderr == "setup.sh: there is no Python 3.13 3.12 3.11 here and none to install\n"


@pytest.mark.parametrize("name", ["my folder", "$(touch pwned)", "a;touch pwned", "-x", "a'b"])
def test_the_command_for_docker_can_be_copied(machine, tree, name, monkeypatch) -> None:
    monkeypatch.chdir(machine.folder)
    rubric = write(machine.folder / "r$(x).yaml", tree.rubric)
    done = CliRunner().invoke(grader, ["gradescope", "build", "--rubric", str(rubric), "--docker", name])
    assert done.exit_code == 0, done.output
    command = done.output.strip().partition(" is ready: ")[2]
    assert shlex.split(command) == ["docker", "build", str(machine.folder / name)]
    assert (machine.folder / name / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE
    assert os.access(machine.folder / name / "setup.sh", os.X_OK)
