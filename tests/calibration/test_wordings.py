"""What a statement can learn from marked answers: wordings that decide their own rows, and none wrongly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.calibration.marks import read_marks
from grader.calibration.measuring import calibrate
from grader.calibration.wordings import WordingProposal, propose_wordings
from grader.cli.entry import grader
from grader.rubric.loading import load_rubric

if TYPE_CHECKING:
    from pathlib import Path

RUBRIC = """
id: small
questions:
  - id: q1
    title: Early stopping
    criteria:
      - {id: over, points: 1, statement: Early stopping prevents overfitting of the training data.}
      - {id: words, points: 1, keywords: [overfit]}
"""
HEAD = "answer,criterion,mark,author\n"
MET = """\
The best epoch on the validation set is kept. The network overfits the training data less then.,over,yes,a1
Training ends when the validation loss rises. It overfits the training data less then.,over,yes,a2
"""
NOT_MET = """\
It saves time since the network is trained for fewer epochs than without it.,over,no,b1
A network that overfits has too many parameters for so few examples of each class.,over,no,b2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    return tmp_path


def proposed(folder: Path, rows: str) -> tuple[WordingProposal, ...]:
    (folder / "marks.csv").write_text(HEAD + rows, encoding="utf-8")
    rubric = load_rubric(folder / "rubric.yaml")
    measured = calibrate(rubric, read_marks(folder / "marks.csv", rubric))
    return propose_wordings(measured.criteria[0])


def test_a_wording_of_a_waiting_answer_is_proposed_and_said_to_help_others(folder: Path) -> None:
    first = proposed(folder, MET + NOT_MET)[0]
    assert (first.key, first.others) == ("accepts", 1)
    assert "overfits the training data" in first.text


def test_it_decides_what_it_was_proposed_for(folder: Path) -> None:
    first = proposed(folder, MET + NOT_MET)[0]
    text = RUBRIC.replace("data.}", f"data., accepts: [{json.dumps(first.text)}]}}")
    (folder / "rubric.yaml").write_text(text, encoding="utf-8")
    rubric = load_rubric(folder / "rubric.yaml")
    measured = calibrate(rubric, read_marks(folder / "marks.csv", rubric)).criteria[0]
    assert [row.machine for row in measured.judged[:2]] == [True, True]
    assert not measured.of("false_positive")
    assert not propose_wordings(measured)


def test_none_is_proposed_that_would_credit_an_answer_that_is_not_met(folder: Path) -> None:
    same = MET.replace("yes", "no").replace(",a", ",b")
    assert not [part for part in proposed(folder, MET + same) if part.key == "accepts"]


def test_what_was_credited_wrongly_is_proposed_not_to_count(folder: Path) -> None:
    wrong = "Stopping early prevents overfitting the training data of a test set.,over,no,b4\n"
    right = "Early stopping prevents overfitting of training data.,over,yes,a3\n"
    (part,) = [part for part in proposed(folder, right + wrong) if part.key == "rejects"]
    assert "test set" in part.text


def test_patterns_learn_words_and_no_wordings(folder: Path) -> None:
    rubric = load_rubric(folder / "rubric.yaml")
    (folder / "marks.csv").write_text(HEAD + MET.replace(",over,", ",words,"), encoding="utf-8")
    measured = calibrate(rubric, read_marks(folder / "marks.csv", rubric))
    assert propose_wordings(measured.criteria[1]) == ()


def test_calibrate_prints_and_records_them(folder: Path) -> None:
    (folder / "marks.csv").write_text(HEAD + MET + NOT_MET, encoding="utf-8")
    words = [
        "calibrate",
        str(folder / "rubric.yaml"),
        str(folder / "marks.csv"),
        "--json",
        str(folder / "out.json"),
    ]
    done = CliRunner().invoke(grader, words)
    assert done.exit_code == 0, done.output
    assert "accepts: “" in done.output
    (first, *_) = json.loads((folder / "out.json").read_text(encoding="utf-8"))["criteria"][0]["wordings"]
    assert first["key"] == "accepts"
