"""What people decided of an answer counts on the platform for the same answer and for an equal one, and for no other."""

from __future__ import annotations

import json
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.gradebook import Gradebook
from grader.gradescope.decided import decisions_of
from grader.review.board import Board

SLOW = "answers: {q2: slower}\n"
SAME = "answers: {q2: '  Slower '}\n"  # but for white space and case
OTHER = "answers: {q2: slower and slower}\n"
BLANK = "answers: {q1: {total: 903400}}\n"


@pytest.fixture
def decided(tree):
    """A class of two, in which a person decided one answer, and how the platform marks with that."""
    folder = tree.root / "class"
    folder.mkdir()
    for name, text in {"ada": SLOW, "ben": BLANK}.items():
        (folder / f"{name}.yaml").write_text(text)
    rubric = tree.root / "rubric.yaml"
    rubric.write_text(tree.rubric)
    book = tree.root / "class.gradebook"
    done = CliRunner().invoke(
        grader,
        [
            "grade",
            str(folder),
            "--rubric",
            str(rubric),
            "--out",
            str(tree.root / "out"),
            "--gradebook",
            str(book),
        ],
    )
    assert done.exit_code in (0, 1), done.output
    board = Board(book, "small")
    key = board.next_key("ta")
    board.decide(key, {"slow": Fraction(1, 2)}, who="ta", seen={}, why={"slow": "Half of it."})
    board.close()
    return book


def run(tree, book: Path, handed_in: str, rubric: str | None = None) -> dict:
    with Gradebook(book, readonly=True) as opened:
        packed = decisions_of(opened, "small").packed()
    (tree.root / "decisions.json").write_bytes(packed)
    tree.hand_in("a.yaml", handed_in)
    results = tree.run(rubric or tree.rubric, decisions=tree.root / "decisions.json")
    (row,) = [test for test in results["tests"] if "Dropout: slow" in test["name"]]
    return row


def override(book: Path, student: str) -> None:
    words = f"override --gradebook {book} --student {student} --criterion slow --credit 1".split()
    done = CliRunner().invoke(grader, [*words, "--why", "Told me."])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("text", [SLOW, SAME])
def test_an_answer_that_a_person_decided_is_decided(tree, decided, text) -> None:
    row = run(tree, decided, text)
    assert row["score"] == 0.5
    assert "Half of it." in row["output"]
    assert "awaits" not in row["name"]


def test_another_answer_awaits_a_person(tree, decided) -> None:
    assert "score" not in run(tree, decided, OTHER)


def test_a_criterion_that_changed_is_decided_anew(tree, decided) -> None:
    changed = tree.rubric.replace("all: [slow*, training]", "all: [slow*, train*]")
    assert "score" not in run(tree, decided, SLOW, changed)


def test_what_is_decided_of_a_blank_answer_is_about_a_person(tree, decided) -> None:
    override(decided, "ben")
    assert run(tree, decided, BLANK)["score"] == 0


def again(tree, book: Path) -> None:
    """One more hands in the same, and the class is marked again."""
    (tree.root / "class/cem.yaml").write_text(SLOW)
    words = (
        f"grade {tree.root}/class --rubric {tree.root}/rubric.yaml --out {tree.root}/out --gradebook {book}"
    )
    CliRunner().invoke(grader, words.split())


def test_an_exception_for_one_student_stays_at_home(tree, decided) -> None:
    again(tree, decided)
    override(decided, "cem")
    assert run(tree, decided, SLOW)["score"] == 0.5


def test_what_was_decided_differently_for_equal_answers_awaits_a_person(tree, decided) -> None:
    board = Board(decided, "small")
    board.undo("ta")
    board.close()
    again(tree, decided)
    override(decided, "cem")
    assert run(tree, decided, SLOW)["score"] == 1
    words = f"override --gradebook {decided} --student ada --criterion slow --credit 0".split()
    assert CliRunner().invoke(grader, [*words, "--why", "No."]).exit_code == 0
    with Gradebook(decided) as book:
        assert decisions_of(book, "small").contradictory == 1
    assert "score" not in run(tree, decided, SLOW)


def test_the_zip_takes_them_along(tree, decided) -> None:
    out = tree.root / "a.zip"
    words = [
        "gradescope",
        "build",
        "--rubric",
        str(tree.root / "rubric.yaml"),
        "--out",
        str(out),
        "--decisions",
        str(decided),
    ]
    done = CliRunner().invoke(grader, words)
    assert done.exit_code == 0, done.output
    assert "what people decided of 1 row comes along" in done.output
    with zipfile.ZipFile(out) as packed:
        (said,) = json.loads(packed.read("decisions.json"))["equal"].values()
        assert said[:2] == ["1/2", "ta"]
        assert b'--decisions "$root/source/decisions.json"' in packed.read("run_autograder")
    missing = CliRunner().invoke(grader, [*words[:-1], str(tree.root / "none.gradebook")])
    assert missing.exit_code == 2
    assert "there is no such gradebook" in missing.output


def test_a_damaged_file_of_decisions_is_our_fault(tree) -> None:
    tree.hand_in("a.yaml")
    (tree.root / "decisions.json").write_text("[]")
    results = tree.run(decisions=tree.root / "decisions.json")
    assert results["extra_data"]["fault"] is True
