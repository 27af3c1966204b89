"""Assignments of every format: which questions they hold, and that the drafted rubric gives the model answers full marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.drafting.assignmentfiles import read_assignment, with_answers
from grader.model.errors import SubmissionError
from tests.benchmarks.drafting import WANTED, compared, drafted, pairs
from tests.drafting.quizzes import CANVAS, MOODLE, canvas_package


def questions_in(folder: Path, name: str, content: str | bytes) -> list:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_assignment(path).questions)


@pytest.mark.parametrize(("questions", "reference"), pairs(), ids=lambda path: path.name)
def test_most_values_are_right_as_they_stand(questions, reference) -> None:
    rows = compared(drafted(questions), reference)
    wrong = [row for row in rows if row.wrong]
    assert len(wrong) <= (1 - WANTED) * len(rows), wrong


def test_a_moodle_quiz(tmp_path) -> None:
    found = questions_in(tmp_path, "quiz.xml", MOODLE)
    assert [question.id for question in found] == ["q1", "q2", "q3", "q4", "q5", "q6", "q7.1", "q7.2"]
    assert [float(question.points) for question in found] == [2, 1, 1, 2, 1, 3, 2, 1]
    bayes, loss, size, outputs, slope, order, weights, shared = found
    assert (bayes.key.values, bayes.key.tolerance) == (("0.333",), "0.005")
    assert [option.text for option in loss.key.options if option.right] == ["categorical cross-entropy"]
    assert loss.text == "Which loss fits $K$ exclusive classes?"
    assert size.key.truth is False
    assert outputs.key.pairs == (("spam or not", "sigmoid"), ("one of ten digits", "softmax"))
    assert slope.key.values == ("2*x",)
    assert order.answer == "Batches would otherwise be correlated, so that gradients are biased."
    assert weights.key.values == ("9",)
    assert [(option.text, option.right) for option in shared.key.options] == [
        ("shared", True),
        ("separate", False),
    ]


@pytest.mark.parametrize(("name", "content"), [("quiz.xml", CANVAS), ("quiz.zip", canvas_package())])
def test_a_canvas_quiz(tmp_path, name, content) -> None:
    weights, linear, bias, dropout = questions_in(tmp_path, name, content)
    assert (weights.key.values, weights.key.tolerance, weights.title) == (("36",), "0.5", "")
    assert [option.text for option in linear.key.options if option.right] == [
        "convolution",
        "average pooling",
    ]
    assert bias.key.truth is True
    assert dropout.answer == "Dropout switches random units off during training."
    assert [float(question.points) for question in (weights, linear, bias, dropout)] == [2, 3, 1, 4]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scores.csv", '"Name","SID","Total Score","1: Warm up (2.0 pts)","2.1: Gradients (3.5 pts)"\n'),
        (
            "outline.json",
            """{"assignment": {"title": "HW", "outline": [{"title": "Warm up", "weight": 2},
            {"title": "Long", "children": [{"title": "Gradients", "weight": "3.5"}]}]}}""",
        ),
    ],
)
def test_a_gradescope_outline(tmp_path, name, content) -> None:
    found = questions_in(tmp_path, name, content)
    assert [(question.id, question.title, float(question.points)) for question in found] == [
        ("q1", "Warm up", 2),
        ("q2.1", "Gradients", 3.5),
    ]


def test_answers_in_another_file(tmp_path) -> None:
    (tmp_path / "questions.md").write_text(
        "# HW\n\n1. How many bits has a byte? (2 points)\n\n2. Is 7 prime?\n"
    )
    (tmp_path / "answers.md").write_text("## 1\n\n8 bits\n\n## 2\n\nYes.\n")
    assignment = with_answers(read_assignment(tmp_path / "questions.md"), tmp_path / "answers.md")
    assert [(question.id, question.answer) for question in assignment.questions] == [
        ("q1", "8 bits"),
        ("q2", "Yes."),
    ]
    (tmp_path / "some.md").write_text("## 1\n\n8 bits\n")
    assignment = with_answers(read_assignment(tmp_path / "questions.md"), tmp_path / "some.md")
    assert assignment.notes == (f"{tmp_path / 'some.md'}: no model answer was found for q2",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xml", "<?xml version='1.0'?><!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>", "declares entities"),
        ("a.xml", "<html/>", "got <html>"),
        ("a.xml", "<quiz>", "is no XML"),
        ("a.xml", "<quiz/>", "holds no question"),
        ("a.yaml", "id: a", "is YAML"),
        ("a.json", "{}", "without an outline"),
        ("a.json", "[" * 100_000, "is no JSON"),
        ("a.zip", canvas_package().replace(b"g1/g1.xml", b"g1/g1.txt"), "without a quiz"),
    ],
)
def test_what_is_no_assignment_is_said_to_be(tmp_path, name, content, said) -> None:
    with pytest.raises(SubmissionError, match=said):
        questions_in(tmp_path, name, content)
