"""The code's version changes with whatever can change a verdict, and with nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grader
from grader.codeversion import code_version


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
    first = code_version.__wrapped__()
    monkeypatch.setattr("grader.codeversion.version", lambda name: "9.9" if name == "sympy" else "1.0")
    second = code_version.__wrapped__()
    monkeypatch.setattr("grader.codeversion.version", lambda _name: "1.0")
    assert len({first, second, code_version.__wrapped__()}) == 3
