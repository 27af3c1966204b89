"""What each command loads: a budget in modules, which no clock and no load of the machine changes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.cli.entry import COMMANDS

COUNT = """
import atexit, os, sys
from grader.cli.launch import run
own = os.getpid()
atexit.register(lambda: os.getpid() == own and print("loaded", *sys.modules, file=sys.stderr))
sys.argv = sys.argv[1:]
run(sys.argv[0])
"""
ENGINES = {"numpy", "flint", "sympy", "dask", "pebble", "rapidfuzz", "snowballstemmer"}
# Rooms that nothing is needed of where nothing has changed.
ROOMS = ("batch", "checks", "derive", "documents", "equivalence", "executors", "finding", "marking", "platforms", "prose", "readers", "rubric")  # fmt: skip


def loaded(*words: object) -> set[str]:
    """Run a command; return the modules that its own process has loaded by the end."""
    alone = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
    command = [sys.executable, "-c", COUNT, *map(str, words)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=alone).stderr
    return set(told.partition("loaded ")[2].split())


@pytest.fixture
def structured(tmp_path):
    """Give one structured hand-in, and a rubric with a number and a choice."""
    (tmp_path / "small.yaml").write_text(
        "id: small\nquestions:\n  - id: q1\n    criteria:\n"
        "      - {id: total, points: 2, number: {expected: 903400}}\n"
        "      - {id: pick, points: 1, choice: {options: [a, b], expected: a}}\n"
    )
    (tmp_path / "s1.yaml").write_text("students: [{id: s1}]\nanswers: {q1: {total: '903,400', pick: a}}\n")
    return [tmp_path / "s1.yaml", "--rubric", tmp_path / "small.yaml", "--out", tmp_path / "reports"]


@pytest.mark.parametrize("words", [["grade"], *(["grader", name] for name in COMMANDS)], ids=" ".join)
def test_help_loads_next_to_nothing(words) -> None:
    modules = loaded(*words, "--help")
    assert "click" in modules
    assert not {*ENGINES, "pydantic", "jinja2", "yaml", "rich", "sqlite3", "email"} & modules
    assert len(modules) <= 150


@pytest.mark.parametrize(("formats", "most", "page"), [("json", 450, False), ("html,md,json,csv", 500, True)])
def test_one_structured_hand_in_loads_what_it_uses(structured, formats, most, page) -> None:
    modules = loaded("grade", *structured, "--format", formats)
    assert "grader.checks.number" in modules
    assert not {*ENGINES, "rich", "grader.checks.formula", "grader.checks.keywords"} & modules
    assert ("jinja2" in modules) == page
    assert len(modules) <= most


def test_nothing_changed_loads_no_engine(structured) -> None:
    loaded("grade", *structured)
    modules = loaded("grade", *structured)
    assert "grader.cli.repeating" in modules
    assert not {*ENGINES, "pydantic", "jinja2", "yaml", "rich", "email"} & modules
    rooms = {name.split(".")[1] for name in modules if name.startswith("grader.")}
    assert not rooms & set(ROOMS)
    assert len(modules) <= 180
