"""Labels are names, indices are letters for data; a letter is renamed throughout or not at all."""

from __future__ import annotations

import pytest

from grader.comparison import ComparisonOptions, compare_texts
from grader.equivalence.preparation.indices import align, free_indices, named, shifts
from grader.notation.formulareader import read_formula
from grader.notation.tree import Apply, Symbol


def found(expected, answer, **options):
    return compare_texts(expected, answer, options=ComparisonOptions.model_validate(options))


EQUAL = [
    ("t_n - y_n", "t_i - y_i"),
    (r"\gamma \hat{x}^{(i)}+\beta", r"\gamma \hat{x}+\beta"),
    (r"\gamma_i \hat{x}_i+\beta_i", r"\gamma \hat{x}_i+\beta"),
    ("A_{ij} + B_{ji}", "A_{k,l} + B_{l,k}"),
    ("x^{(i)}_j", "x_{ij}"),
    (r"\sum_k a_{ik} b_{kj}", r"\sum_j a_{ij} b_{jk}"),
    ("h_{t-1} + x_t", "h_{-1+t} + x_t"),
    ("W_{xh} x_t", "x_t W_{xh}"),
]
DIFFERENT = [
    ("y_{true}-y_{pred}", "y_{pred}-y_{true}"),
    (r"\sqrt{2/n_{in}}", r"\sqrt{2/n_{out}}"),
    (r"k^2 C_{in}", r"k^2 C_{out}"),
    ("W_Q", "W_K"),
    (r"\sqrt{d_k}", r"\sqrt{d_v}"),
    ("A_{ij}", "A_{ji}"),
    ("x_i - x_j", "x_j - x_i"),
    (r"p_\theta", r"p_\phi"),
    (r"\sum_k a_{ik} b_{kj}", r"\sum_k a_{ki} b_{kj}"),
    (r"\sum_k a_{ik} b_{kj}", r"\sum_k a_{ik} b_{jk}"),
    ("a_i b_j", "a_i b_i"),
    ("h_{t-1}", "h_t"),
    ("x_1", "x_2"),
    (r"\sigma_B", r"\sigma_L"),
    ("w_0 + w_1 x_1", "w_1 + w_0 x_1"),
]
OPEN = [
    (r"\frac{x-\mu_B}{\sigma_B}", r"\frac{x-\mu}{\sigma}"),
    ("2/n_{in}", "2/n"),
    ("x_i - x_j", "x_j - x_k"),
    (r"-y_c\log p_c", r"-y_i\log p_i"),
]


@pytest.mark.parametrize(("expected", "answer"), EQUAL)
def test_equal(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert found(*pair).verdict == "equal", pair


@pytest.mark.parametrize(("expected", "answer"), DIFFERENT)
def test_different(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert found(*pair).verdict == "different", pair


@pytest.mark.parametrize(("expected", "answer"), OPEN)
def test_what_may_be_meant_goes_to_a_person(expected, answer):
    assert found(expected, answer).verdict == "undecided"


def test_a_letter_may_be_declared_an_index_or_a_value():
    assert found(r"-y_c\log p_c", r"-y_i\log p_i", where={"c": "index"}).verdict == "equal"
    assert found("x_i", "x_k", where={"i": "natural"}).verdict == "equal"


def test_a_letter_that_is_a_value_somewhere_is_no_index():
    assert free_indices(read_formula("k x_k").tree) == ()
    assert free_indices(read_formula(r"x_i + \sum_j y_j").tree) == ("i",)
    assert found("k x_k", "i x_i").verdict == "different"


def test_points_name_what_a_student_wrote():
    assert "y_true = " in found("y_{true}", "2 y_{true}").evidence
    assert "h_t-1 = " in found("h_{t-1}", "2 h_{t-1}").evidence


def test_names_of_their_own_keep_their_base():
    first, second, made = named(*(read_formula(text).tree for text in ("W_Q x_1", "W_K")))
    assert first == Apply("mul", (Symbol("W_Q"), Symbol("x_1")))
    assert second == Symbol("W_K")
    assert made == {"W_Q": "W", "x_1": "x", "W_K": "W"}


def test_data_of_a_sum_stay_data():
    first, _, made = named(*(read_formula(r"x_1 + \sum_{i=1}^n x_i").tree for _ in range(2)))
    assert not made
    assert first == read_formula(r"x_1 + \sum_{i=1}^n x_i").tree


def test_domains_of_a_name_are_those_of_its_labels():
    assert found(r"\sqrt{s_A^2}", "s_A", where={"s": "positive"}).verdict == "equal"
    assert found(r"\sqrt{s_A^2}", "s_A").verdict != "equal"


def test_alignment_leaves_formulas_without_indices_alone():
    pair = read_formula("a + b").tree, read_formula("c").tree
    assert align(*pair) == pair


def test_shifts_count_an_index_one_higher_or_lower():
    expected, answer = (read_formula(text).tree for text in ("v_t - v_{t-1}", "v_{t+1} - v_t"))
    lower = list(shifts(expected, answer))[1]
    assert named(expected, lower)[0] == named(expected, lower)[1]
    assert not list(shifts(read_formula("v_t").tree, read_formula("v_t").tree))
