"""What becomes of one model answer: the check, its keys, and what its author is told to look at."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.drafting.assignmentquestion import AssignmentQuestion
from grader.drafting.criteriondrafts import question_draft
from grader.drafting.proseclaims import prose_check
from grader.drafting.rubrictext import rubric_text
from grader.rubric.loading import read_rubric


def drafted(text: str, answer: str, points: int | None = 2):
    question = AssignmentQuestion("q1", "", text, answer, None if points is None else Fraction(points))
    draft = question_draft(question)
    read_rubric(rubric_text("trial", "", [draft], source="x.md"))  # whatever it is, it loads
    return draft


@pytest.mark.parametrize(
    ("text", "answer", "check", "expected"),
    [
        ("How many?", "12", "number", "12"),
        ("How many steps?", "100 / 8 = 12.5, rounded up 13", "number", "13"),
        ("Compute the loss.", "The loss is **0.25**, since 0.5^2 = 0.25.", "number", "0.25"),
        ("What is the rate?", "$8 / 9 \\approx 0.889$", "number", "8/9"),
        ("How large is the output?", "It is 14 x 14.", "matrix", [14, 14]),
        ("What is the shape?", "(3, 32, 32)", "matrix", [3, 32, 32]),
        ("Give the product.", "[[1, 2], [3, 4]]", "matrix", [["1", "2"], ["3", "4"]]),
        ("Give the product.", "$\\frac{1}{2}\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$", "matrix", [["1/2", "1"], ["3/2", "2"]]),
        ("Give the derivative.", "$f'(x) = 2x$", "formula", "2x"),
        ("Write down the update.", "w = w - eta * g", "formula", "w - eta * g"),
        ("What is the update?", "The new value of w is $w \\leftarrow w - \\eta g$.", "formula", "w \\leftarrow w - \\eta g"),
        ("Is it linear?", "Yes.", "choice", "true"),
        ("True or false: it is convex.", "False.", "choice", "false"),
    ],
)  # fmt: skip
def test_a_value_becomes_its_check(text, answer, check, expected) -> None:
    (row,) = drafted(text, answer).criteria
    assert (row.check.name, row.check.keys["expected"]) == (check, expected)
    assert row.accepts == (answer,)


def test_a_value_that_is_not_the_answers_result_calls_nobody_wrong() -> None:
    choice, said = drafted("Is it differentiable everywhere?", "No, not at 0.").criteria
    assert choice.check.keys == {"expected": "false"}
    assert said.check.name == "keywords"
    assert "does not take the model answer" in said.doubts[0]


def test_prose_becomes_a_criterion_a_sentence() -> None:
    draft = drafted("Why?", "Gradients shrink in every layer. The first layers learn slowly.")
    assert [row.check.name for row in draft.criteria] == ["statement"] * 2
    assert all(row.doubts for row in draft.criteria)
    assert [row.points for row in draft.criteria] == ["1", "1"]


def test_a_sentence_in_which_nothing_can_be_looked_for_is_no_statement() -> None:
    assert prose_check("Dropout is off at inference.") == {"statement": "Dropout is off at inference."}
    assert list(prose_check("It converges, but it does not generalize to new data.")) == ["keywords"]


@pytest.mark.parametrize("answer", ["", "Biases."])
def test_where_nothing_is_known_every_answer_goes_to_a_person(answer) -> None:
    from grader.finding.reading import Reading
    from grader.marking.judgement import judge

    draft = drafted("Explain.", answer)
    rubric = read_rubric(rubric_text("trial", "", [draft], source="x.md"))
    (criterion,) = rubric.questions[0].criteria
    for said in ("It is the learning rate.", "I do not know.", "Biases and weights are learned."):
        assert judge(criterion, Reading(said), {}).credit is None
    assert draft.criteria[0].doubts


def test_a_marking_guide_gives_a_criterion_each_with_its_points() -> None:
    draft = drafted(
        "How many?", "first (1): 5. total (2): 12. x_wrong (-1): claims that it is 7. aside (0): a remark.", 3
    )
    assert [(row.id, row.points, row.check.keys["expected"]) for row in draft.criteria] == [
        ("q1_first", "1", "5"),
        ("q1_total", "2", "12"),
    ]
    assert len(draft.left_out) == 2


def test_points_that_do_not_add_up_are_told() -> None:
    assert "3 points, the question 5" in drafted("How many?", "a (1 P): 5\n\nb (2 P): 7", 5).doubts[0]
    assert drafted("How many?", "5", None).doubts == ["no points were found; the question is worth 1"]


NETWORK = (
    "A 3x3 convolution with 8 filters, stride 1, no padding sees images of 8x8x3. How many parameters has it?"
)


def test_a_figure_of_the_network_is_derived() -> None:
    (row,) = drafted(NETWORK, "3 * 3 * 3 * 8 + 8 = 224").criteria
    assert (row.check.keys["derive"], row.check.keys["ask"], row.doubts) == ("network", "params", [])


def test_another_figure_than_the_networks_is_told() -> None:
    (row,) = drafted(NETWORK, "3 * 3 * 3 * 8 = 216").criteria
    assert row.check.keys["expected"] == "216"
    assert "params 224" in row.doubts[0]


def test_without_an_answer_the_network_gives_it() -> None:
    (row,) = drafted(NETWORK, "").criteria
    assert row.check.keys["derive"] == "network"
    assert "no model answer" in row.doubts[0]
