from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.finding.matrices import MAX_MATRICES, MAX_TEXT
from grader.finding.reading import Reading
from grader.finding.shapes import MAX_SHAPES
from grader.model.errors import RubricError
from grader.model.outcome import Outcome, Reason
from grader.rubric.loading import make_check

KEY = make_check(
    "matrix",
    {
        "expected": [["1", "2"], ["3", "1/9"]],
        "size": "1/4",
        "scale": ["1", {"factor": "1/2", "feedback": "Halved.", "credit": "1/2"}],
        "mistakes": [{"name": "odd", "value": [["9", "9"], ["9", "9"]], "feedback": "All nines."}],
    },
)
SIZE = make_check("matrix", {"expected": "3x3", "shape_only": "true", "near": ["output"]})


def judge(check: Any, text: str, value: Any = None, *, part: str = "") -> Outcome:
    outcome: Outcome = check.check(Reading(text=text, value=value, part=part), {})
    return outcome


def test_evidence_names_the_wrong_cells_and_renders_the_matrix() -> None:
    outcome = judge(KEY, "so [[1, 2], [4, 0.11]] it is")
    (evidence,) = outcome.evidence
    assert outcome.credit == Fraction(1, 4) + Fraction(3, 4) * Fraction(3, 4)
    assert evidence.read == "[[1, 2], [4, 0.11]]"
    assert "row 2, column 1 (4)" in evidence.decided
    assert evidence.latex == r"\begin{bmatrix} 1 & 2 \\ 4 & 0.11 \end{bmatrix}"


def test_a_factor_speaks_and_costs_what_it_says() -> None:
    outcome = judge(KEY, "[[0.5, 1], [1.5, 1/18]]")
    assert (outcome.credit, outcome.code, outcome.feedback) == (Fraction(1, 2), "partly", "Halved.")


def test_a_mistake_without_credit_keeps_what_the_cells_earn() -> None:
    outcome = judge(KEY, "[[9, 9], [9, 9]]")
    assert (outcome.credit, outcome.code, outcome.feedback) == (Fraction(1, 4), "mistake:odd", "All nines.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[1, 3], [2, 1/9]]", "rows and columns exchanged"),
        ("[[1/9, 3], [2, 1]]", "turned by 180 degrees"),
        ("[[2, 1], [1/9, 3]]", "mirrored left to right"),
        ("[[3, 1/9], [1, 2]]", "mirrored top to bottom"),
        ("[[3, 1], [1/9, 2]]", "turned by 90 degrees"),
        ("[[2, 1/9], [1, 3]]", "turned by 270 degrees"),
        ("[[-1, -2], [-3, -1/9]]", "opposite sign"),
        ("[[7, 14], [21, 7/9]]", "times 7"),
    ],
)
def test_simple_changes_of_the_key_are_recognised(text: str, said: str) -> None:
    assert said in judge(KEY, text).feedback


def test_shapes_say_what_was_read() -> None:
    outcome = judge(SIZE, "The output is 4 × 4 with a 3x3 filter.")
    assert (outcome.code, outcome.evidence[0].read_as) == ("wrong", "4 x 4")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"expected": "abc"}, "must be one number"),
        ({"expected": [["1", "2"], ["3"]]}, "rows of one length"),
        ({"expected": [["1", "2"], "3"]}, "nested list of numbers"),
        ({"expected": []}, "nested list of numbers"),
        ({"expected": [["1"]], "scale": ["0"]}, "other than 0"),
        ({"expected": [["1"]], "size": "2"}, "between 0 and 1"),
        ({"expected": ["0.5", "3"], "shape_only": "true"}, "positive whole numbers"),
        ({"expected": [["1"]], "mistakes": [{"name": "m", "value": [["1"]]}]}, "values that are right"),
    ],
)
def test_authors_are_told_what_is_wrong(params: dict[str, Any], said: str) -> None:
    with pytest.raises(RubricError, match=said):
        make_check("matrix", params)


cells = st.recursive(
    st.text(max_size=6) | st.integers().map(str),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@given(cells)
@settings(deadline=None)
def test_any_part_gets_an_outcome(value: Any) -> None:
    text, nested = (value, None) if isinstance(value, str) else ("", value)
    for check in (KEY, SIZE):
        outcome = judge(check, text, nested, part="p")
        assert outcome == judge(check, text, nested, part="p")
        assert outcome.credit is None or 0 <= outcome.credit <= 1


@given(st.text(alphabet="0123456789 ,;.[](){}\\&|x\n-/abegimnrtx", max_size=120))
@settings(deadline=None)
def test_any_text_gets_an_outcome(text: str) -> None:
    for check in (KEY, SIZE):
        outcome = judge(check, text)
        for evidence in outcome.evidence:
            if evidence.start is not None:
                assert text[evidence.start : evidence.end] == evidence.read


def test_more_matrices_than_are_looked_at_are_for_a_person() -> None:
    wrong = "\n\n".join(
        rf"$$\begin{{pmatrix}}{number} & 7\\8 & 9\end{{pmatrix}}$$" for number in range(MAX_MATRICES)
    )
    right = r"$$M = \begin{pmatrix}5 & 6\\7 & 8\end{pmatrix}$$"
    check = make_check("matrix", {"expected": [["5", "6"], ["7", "8"]]})
    for text in (f"{wrong}\n\n{right}", f"{right}\n\n{wrong}"):
        outcome = judge(check, text)
        assert (outcome.credit, outcome.reason) == (None, Reason.UNREADABLE)


def test_sizes_behind_those_that_are_looked_at_are_for_a_person() -> None:
    text = "The output is 3x3. " + "Then 2x2. " * MAX_SHAPES
    assert judge(SIZE, text).credit is None


def test_what_is_cut_off_may_deny_what_stands_before_it() -> None:
    check = make_check("matrix", {"expected": [["5", "6"], ["7", "8"]]})
    assert (
        judge(check, "[[5, 6], [7, 8]]\n" + "word " * (MAX_TEXT // 5) + "That matrix is wrong.").credit
        is None
    )
