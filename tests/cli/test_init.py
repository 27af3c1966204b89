"""`grader init`: what it writes, what it lists, and what it leaves alone."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from tests.drafting.quizzes import MOODLE

QUESTIONS = """# Homework 1

## Question 1: Bits (2 points)

How many values have 3 bits?

**Answer:** 2^3 = 8

## Question 2: Words (1 point)

Why do we shuffle?

**Answer:** Batches would otherwise be correlated.
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "homework.md").write_text(QUESTIONS)
    return lambda *words: CliRunner().invoke(grader, list(words), catch_exceptions=False)


def test_a_rubric_is_written_that_passes_its_own_check(run, tmp_path) -> None:
    done = run("init", "homework.md")
    assert done.exit_code == 0, done.output
    assert "wrote rubric.yaml: 2 questions, 2 criteria, 3 points; 1 to check" in done.output
    assert "to check: q2_says: prose" in done.output
    text = (tmp_path / "rubric.yaml").read_text()
    assert text.count("# TO CHECK:") == 1
    assert "id: homework\n" in text
    assert run("check", "rubric.yaml").exit_code == 0


def test_the_same_questions_give_the_same_bytes(run, tmp_path) -> None:
    run("init", "homework.md", "--out", "a.yaml")
    run("init", "homework.md", "--out", "b.yaml")
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()


def test_nothing_that_is_there_is_replaced(run, tmp_path) -> None:
    (tmp_path / "rubric.yaml").write_text("id: mine\n")
    done = run("init", "homework.md")
    assert (done.exit_code, (tmp_path / "rubric.yaml").read_text()) == (2, "id: mine\n")
    assert run("init", "homework.md", "--out", "homework.md").exit_code == 2
    assert (tmp_path / "homework.md").read_text() == QUESTIONS


def test_a_quiz_passes_its_own_check(run, tmp_path) -> None:
    (tmp_path / "quiz.xml").write_text(MOODLE)
    assert run("init", "quiz.xml", "--id", "week 2").exit_code == 0
    assert "id: week-2\n" in (tmp_path / "rubric.yaml").read_text()
    assert run("check", "rubric.yaml").exit_code == 0


@pytest.mark.parametrize("name", ["nothing.md", "empty.md", "broken.xml"])
def test_what_cannot_be_read_is_named(run, tmp_path, name) -> None:
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "broken.xml").write_text("<quiz>")
    done = run("init", name)
    assert done.exit_code == 2
    assert name in done.output
    assert not (tmp_path / "rubric.yaml").exists()
