"""`grader explain`: checks, and what a rubric's criterion looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.rubric.loading import make_check

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

RUBRIC = """
id: r
questions:
  - id: q
    title: Dropout
    criteria:
      - {id: infer, points: 1, statement: Dropout does not slow down inference., accepts: [Predictions are just as fast.]}
      - {id: size, points: 1, number: {expected: 42}}
"""


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    path = tmp_path / "rubric.yaml"
    path.write_text(RUBRIC, encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(grader, ["explain", *map(str, words)])


def test_a_statement_is_printed_as_keywords_that_compile(rubric: Path) -> None:
    done = run(rubric, "infer")
    assert done.exit_code == 0, done.output
    printed = yaml.safe_load(done.output)
    assert printed["keywords"]["any"][0]["all"] == [{"set": "slow"}, {"set": "inference"}]
    assert make_check("keywords", printed["keywords"], sets=printed["sets"]).branches


def test_another_check_is_printed_with_its_keys(rubric: Path) -> None:
    done = run(rubric, "size")
    assert done.exit_code == 0, done.output
    assert "number" in yaml.safe_load(done.output)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("infr",), "did you mean 'infer'?"), ((), "has no criterion ''")],
)
def test_a_criterion_that_is_not_there_is_named(rubric: Path, words: tuple[str, ...], said: str) -> None:
    done = run(rubric, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_what_is_neither_a_check_nor_a_file_is_named() -> None:
    done = run("numbr")
    assert done.exit_code == 2
    assert "'numbr' is neither a check nor a rubric's file" in done.output
