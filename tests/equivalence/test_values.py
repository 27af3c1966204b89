from __future__ import annotations

import pytest

from grader.equivalence.values import compare_conclusions
from grader.notation.formulareader import read_formula
from grader.notation.openreadings import reading_of_value
from grader.notation.printing.text import to_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x = 3", "3"),
        ("f(x) = y = 2", "2"),
        ("(p, q) = (3, 2)", "(3, 2)"),
        ("x = 1 or x = -1", "1, -1"),
        ("x = 1, -1", "1, -1"),
        ("p = 5, q = 2", "5, 2"),
        ("p = 5, q = 2; p = 7, q = 2", "(5, 2), (7, 2)"),
        ("(x, y) = (5, 8) and (8, 5)", "(5, 8), (8, 5)"),
        ("x > 3", "x > 3"),
        ("x = 1, y > 2", "x = 1, y > 2"),
        ("{1, 2}", "{1, 2}"),
    ],
)
def test_the_names_are_left_out(text, value):
    assert to_text(reading_of_value(read_formula(text)).tree) == value


@pytest.mark.parametrize(
    ("expected", "answer", "equal"),
    [
        (["3"], ["x = 3"], True),
        (["x = 3"], ["y = 3"], False),
        (["1", "2"], ["1, 2"], True),
        (["1", "2"], ["1, 3"], False),
        (["1", "2"], ["2", "1"], False),
        (["2", "1"], ["1, 2"], True),
        (["1", "2"], ["1"], False),
        (["(1, 2)"], ["1", "2"], False),
        (["x = 1", "y = 2"], ["1", "2"], True),
    ],
)
def test_conclusions_are_compared_value_by_value(expected, answer, equal):
    sides = [[read_formula(text) for text in texts] for texts in (expected, answer)]
    assert compare_conclusions(*sides).accepted is equal
