"""Formulas that agree by a convention: whole arrays, weights that sum to 1, and listings in any order."""

from __future__ import annotations

import pytest

from grader.comparison import compare_texts
from grader.equivalence import Options, compare
from grader.equivalence.leniency.conventions import (
    agree_as_weights,
    in_elements,
    leaves_open,
    with_binomials,
    without_bases,
)
from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.tree import Node


def _tree(text: str, *functions: str) -> Node:
    names = Names.declare({}, functions=functions, matrices=frozenset())
    return read_formula(text, names=names).tree


ARRAYS = [
    (r"\frac1n\sum_{i=1}^n (t_i - a_i)^2", "mean((t - a)^2)", "equal"),
    (r"\frac1n\sum_{i=1}^n (t_i - a_i)^2", "mean(abs(t - a))", "different"),
    (r"\frac1n\sum_{i=1}^n (t_i - a_i)^2", "sum((t - a)^2)", "different"),
    (r"\frac{e^{u_k}}{\sum_{j=1}^K e^{u_j}}", "exp(u) / sum(exp(u))", "equal"),
    (r"\frac{e^{u_k}}{\sum_{j=1}^K e^{u_j}}", "exp(-u) / sum(exp(u))", "different"),
    (r"-\sum_c t_c \log q_c", "-sum(t * log(q))", "equal"),
    (r"-\sum_c t_c \log q_c", "-sum(q * log(t))", "different"),
]


@pytest.mark.parametrize(("expected", "answer", "verdict"), ARRAYS)
def test_whole_arrays_get_the_indices_of_the_expected_formula(
    expected: str, answer: str, verdict: str
) -> None:
    tree = _tree(expected)
    written = in_elements(tree, _tree(answer))
    assert written is not None
    assert compare(tree, written).equal == verdict


@pytest.mark.parametrize("answer", ["mean(t_i - a_i)", "t - a", r"\sum_i t_i"])
def test_what_has_indices_or_no_sum_is_not_about_whole_arrays(answer: str) -> None:
    assert in_elements(_tree(r"\frac1n\sum_{i=1}^n (t_i - a_i)^2"), _tree(answer)) is None


WEIGHTS = [
    (r"1 - \sum_k q_k^2", r"\sum_k q_k (1 - q_k)", True),
    (r"1 - \sum_k q_k^2", r"\sum_{i \ne j} q_i q_j", True),
    (r"1 - \sum_k q_k^2", r"\sum_k q_k^2", False),
    (r"1 - \sum_k q_k^2", r"1 - \sum_k q_k^3", False),
    (r"\sum_k w_k v_k", r"\frac{\sum_k w_k v_k}{\sum_k w_k}", True),
    (r"\sum_k w_{jk} v_k", r"\sum_k w_{kj} v_k", False),
    (r"-\sum_k q_k \ln q_k", r"\sum_k q_k \ln q_k", False),
]


@pytest.mark.parametrize(("expected", "answer", "agree"), WEIGHTS)
def test_formulas_of_weights_are_compared_where_these_sum_to_one(
    expected: str, answer: str, *, agree: bool
) -> None:
    assert agree_as_weights(_tree(expected), _tree(answer), Options()) is agree


def test_a_function_that_is_only_named_leaves_open_what_it_is() -> None:
    named = _tree("g(w x + b)", "g")
    assert leaves_open(named, _tree(r"\tanh(w x + b)"))
    assert leaves_open(named, _tree("h(w x + b)", "h"))
    assert not leaves_open(named, _tree("g(w x - b)", "g"))
    assert not leaves_open(named, _tree("w x + b"))


def test_bases_are_left_out_of_every_logarithm() -> None:
    assert without_bases(_tree(r"-q \log_2 q - (1-q) \log_2 (1-q)")) == _tree(r"-q \ln q - (1-q) \ln (1-q)")


LISTINGS = [
    ("4, -3", "x = -3 or x = 4", "equal"),
    ("4, -3", "x = -3 or x = 5", "different"),
    ("4, -3", "y = 4, y = -3", "equal"),
    ("[4, -3]", "[-3, 4]", "different"),
    ("4", "x = 4 or x = -3", "different"),
]


@pytest.mark.parametrize(("expected", "answer", "verdict"), LISTINGS)
def test_bare_listings_have_no_order(expected: str, answer: str, verdict: str) -> None:
    assert compare_texts(expected, answer).verdict == verdict


def test_bars_of_the_expected_formula_count_where_nothing_is_said_of_the_sign() -> None:
    assert compare_texts(r"\log|u - 1|", r"\log(u - 1)").verdict == "undecided"
    assert compare_texts(r"\log|u - 1|", r"\log|1 - u|").verdict == "equal"
    assert compare_texts(r"\sqrt{u^2}", r"|u|").verdict == "equal"


def test_two_letters_in_a_call_of_c_may_be_combinations() -> None:
    assert with_binomials(_tree("C(n, 2) + 1", "C")) == _tree(r"\binom{n}{2} + 1")
    assert with_binomials(_tree("C(n) + 1", "C")) == _tree("C(n) + 1", "C")
    assert with_binomials(_tree("n + 1")) == _tree("n + 1")


def test_whole_arrays_are_not_looked_for_where_several_sums_run() -> None:
    assert in_elements(_tree(r"\sum_{i=1}^n a_i + \sum_{j=1}^m b_j"), _tree("sum(a) + sum(b)")) is None


@pytest.mark.parametrize("answer", [r"\sum_k g(q_k)", r"\lim_{z \to 0} \sum_k q_k z"])
def test_what_has_no_value_does_not_agree_as_weights(answer: str) -> None:
    assert not agree_as_weights(_tree(r"1 - \sum_k q_k^2"), _tree(answer, "g"), Options())
