"""The code's version changes with whatever can change a verdict, and with nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grader
from grader.codeversion import code_version, read_version


def version_of(folder: Path) -> str:
    words = [sys.executable, "-c", "from grader.codeversion import code_version; print(code_version())"]
    return subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=folder, env={"PYTHONPATH": str(folder)}
    ).stdout


def test_it_names_the_release_and_the_code() -> None:
    assert re.fullmatch(re.escape(grader.__version__) + r"\+[0-9a-f]{12}", code_version())


def test_code_and_word_lists_count_and_where_they_stand_does_not(tmp_path) -> None:
    package = Path(grader.__file__).parent
    ignored = shutil.ignore_patterns("assets", "__pycache__")
    for name in ("one", "two"):
        shutil.copytree(package, tmp_path / name / "grader", ignore=ignored)
    one, two = tmp_path / "one", tmp_path / "two"
    first = version_of(one)
    assert first == version_of(two)
    with (two / "grader/prose/words.txt").open("a") as file:
        file.write("anotherword\n")
    assert version_of(two) != first
    with (one / "grader/checks/number.py").open("a") as file:
        file.write("\n")
    assert version_of(one) != first


def test_another_version_of_a_library_that_decides_is_another_code(monkeypatch) -> None:
    first = read_version()
    monkeypatch.setattr("grader.codeversion.version", lambda name: "9.9" if name == "sympy" else "1.0")
    second = read_version()
    monkeypatch.setattr("grader.codeversion.version", lambda _name: "1.0")
    assert len({first, second, read_version()}) == 3


def test_it_is_read_once_and_again_where_anything_was_touched(tmp_path) -> None:
    package = tmp_path / "grader"
    shutil.copytree(
        Path(grader.__file__).parent, package, ignore=shutil.ignore_patterns("assets", "__pycache__")
    )
    first = version_of(tmp_path)
    assert not list(
        package.rglob("*.version*")
    )  # it was written a moment ago, and may be written over in the same moment
    code = "import time; now = time.time_ns; time.time_ns = lambda: now() + 10**10; import grader.codeversion as c; {}"
    said = "c.read_version = lambda: 'read'; print(c.code_version())"

    def of(words: str) -> str:
        command = [sys.executable, "-c", code.format(words)]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path)},
        ).stdout

    assert of("print(c.code_version())") == first  # long after
    assert [path.name.partition(".")[0] for path in package.rglob("*.version")] == ["codeversion"]
    assert of(said) == first
    with (package / "checks/number.py").open("r+") as file:
        file.write('"')
    assert of(said) == "read\n"
