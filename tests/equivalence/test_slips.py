from __future__ import annotations

import pytest

from grader.equivalence import Options, near_miss
from grader.notation.formulareader import read_formula
from grader.notation.names import Names

NAMES = Names.declare({name: [] for name in ("mu", "var", "eps", "xhat", "C_in", "C_out")}, matrices=())
SLIPS = [
    ("(x - mu)/sqrt(var + eps)", "(x - mu)/(var + eps)", "A root is missing."),
    ("(x - mu)/sqrt(var + eps)", "(mu - x)/sqrt(var + eps)", "times -1"),
    ("(x - mu)/sqrt(var + eps)", "(x - mu)/sqrt(var - eps)", "One sign is different."),
    ("2/N", "1/N", "times 1/2"),
    ("2/N", "N/2", "reciprocal"),
    ("2/N", "sqrt(2/N)", "a square root of the expected one"),
    ("p", "100p", "100 (as a percentage)"),
    ("a b", "1000 a b", "1000 (a power of ten)"),
    ("floor((W - K)/S) + 1", "floor((W - K)/S)", "minus 1"),
    ("floor((W - K)/S) + 1", "(W - K)/S + 1", "rounding is missing"),
    ("-log(p)", "-log_2(p)", "base 2"),
    ("1/m * sum(x_i, i, 1, m)", "sum(x_i, i, 1, m)", "missing"),
    ("1/m * sum((x_i-mu)^2, i, 1, m)", "1/(m-1) * sum((x_i-mu)^2, i, 1, m)", "too small by 1"),
    ("1/m * sum((x_i-mu)^2, i, 1, m)", "1/m * sum(x_i-mu, i, 1, m)", "power is missing"),
    ("(k k C_in + 1) C_out", "k k C_in C_out", "term is missing"),
    ("gamma xhat + beta", "gamma xhat", "term is missing"),
    ("1/(1 + exp(-x))", "1/(1 + exp(x))", "sign"),
    ("a/b + c", "b/a + c", "swapped"),
]


@pytest.mark.parametrize(("expected", "answer", "words"), SLIPS)
def test_named_slips(expected, answer, words):
    trees = [read_formula(text, names=NAMES).tree for text in (expected, answer)]
    assert words in near_miss(*trees)


@pytest.mark.parametrize(("expected", "words"), [("Q K^T", "transposed"), ("A B", "other order")])
def test_slips_of_matrix_products(expected, words):
    names = Names.declare({}, matrices=["Q", "K", "A", "B"])
    answers = {"Q K^T": "K Q^T", "A B": "B A"}
    trees = [read_formula(text, names=names).tree for text in (expected, answers[expected])]
    assert words in near_miss(*trees, options=Options(matrices=frozenset("QKAB")))


@pytest.mark.parametrize(
    ("expected", "answer"), [("x", "y^3"), ("x + 1", "x + 1"), ("x = 1", "x = 2"), ("x", "9^9^9^9")]
)
def test_no_slip_is_no_sentence(expected, answer):
    assert near_miss(read_formula(expected).tree, read_formula(answer).tree) is None
