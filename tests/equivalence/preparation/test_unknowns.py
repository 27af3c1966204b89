"""Probabilities, expectations and extrema: unknown, but for the laws that hold for all of them."""

from __future__ import annotations

import pytest

from grader.comparison import compare_texts
from grader.equivalence.preparation.unknowns import PARTIAL, telescoped
from grader.notation.tree import Apply, Symbol

EQUAL = [
    ("P(A|B)", r"\frac{P(B|A)P(A)}{P(B)}"),
    ("P(A, B)", "P(B, A)"),
    (r"P(A\cap B)", "P(A|B) P(B)"),
    (r"P(B|A)P(A)+P(B|\neg A)P(\neg A)", "P(B)"),
    (r"1 - P(\neg A)", "P(A)"),
    (r"p(x|z)p(z)", "p(x,z)"),
    (r"\mathrm{Var}(X)", "E[X^2]-E[X]^2"),
    ("E[(X-E[X])^2]", r"\mathrm{Var}(X)"),
    ("E[2X+1]", "2E[X]+1"),
    ("E[X/3 - Y]", "E[X]/3 - E[Y]"),
    ("E[X (Y + 2)]", "2 E[X] + E[X Y]"),
    (r"r+\gamma\max_{a'} Q(s',a')", r"\gamma\max_{b} Q(s',b)+r"),
    (r"\arg\max_x f(x)", r"\arg\max_z f(z)"),
    (r"\sum_k E[z_k]", r"\sum_j E[z_j]"),
]
DIFFERENT = [
    ("P(A|B)", "P(B|A)"),
    ("P(A)", "P(B)"),
    (r"\max_{a'} Q(s',a')", "Q(s',a')"),
    (r"\arg\max_x f(x)", r"\arg\min_x f(x)"),
    ("2E[X]", "3E[X]"),
    ("p(x|z)", "p(z|x)"),
    ("E[X^2]-E[X]^2", "E[X^2]"),
]
OPEN = [
    ("P(A)P(B)", "P(A,B)"),
    ("E[X Y]", "E[X] E[Y]"),
]


@pytest.mark.parametrize(("expected", "answer"), EQUAL)
def test_equal(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        found = compare_texts(*pair)
        assert found.verdict == "equal", (pair, found.evidence)


@pytest.mark.parametrize(("expected", "answer"), DIFFERENT)
def test_told_apart(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert compare_texts(*pair).verdict != "equal", pair
    assert compare_texts(expected, answer).verdict == "different"


@pytest.mark.parametrize(("expected", "answer"), OPEN)
def test_what_may_hold_for_some_goes_to_a_person(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert compare_texts(*pair).verdict == "undecided", pair


def test_a_probability_is_told_from_its_double():
    assert compare_texts("P(A)", "2P(A)").verdict == "different"


def test_chains_of_derivatives_telescope():
    steps = [Apply(PARTIAL, (Symbol(a), Symbol(b))) for a, b in (("L", "a"), ("a", "z"), ("z", "w"))]
    assert telescoped(steps) == {("L", "w")}
    assert telescoped(steps[:2]) == {("L", "z")}
    assert telescoped([steps[0], steps[2]]) == {("L", "a"), ("z", "w")}
