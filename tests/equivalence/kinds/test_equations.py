"""Equations: by their factors, by going back, by solutions; updates side by side; conditions and statements."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.comparison import ComparisonOptions, compare_texts
from grader.equivalence.kinds.solving import isolated
from grader.equivalence.normal.factors import MAX_ATOMS, atoms_of, factors_of
from grader.equivalence.normal.normalizer import Normalizer
from grader.notation.formulareader import read_formula
from grader.notation.tree import Apply, Number, Symbol


def found(expected, answer, **options):
    return compare_texts(expected, answer, options=ComparisonOptions.model_validate(options))


EQUAL = [
    (r"\theta_{t+1} = \theta_t - \eta g_t", r"\theta_{t} = \theta_{t-1} - \eta g_{t-1}"),
    ("y_i = w x_i + b", "y_k - b = w x_k"),
    ("2^x=4", "x=2"),
    (r"x=\ln 2", "e^x=2"),
    ("x^3 = 8", "x=2"),
    ("3 (x - 1)/2 = 6", "x = 5"),
    (r"\log x = 2", "x = e^2"),
    (r"\log_2 x = 3", "x = 8"),
    (r"\sqrt{x} = 3", "x = 9"),
    (r"-(x + 1) = 2", "x = -3"),
    ("x y = 0", "x = 0 or y = 0"),
    ("x^2 - y^2 = 0", "x = y or x = -y"),
    (r"\bar x = \frac1n\sum_{i=1}^n x_i", r"n\bar x = \sum_{k=1}^n x_k"),
    (r"\sum_{i\in B} x_i = m", r"m = \sum_{k\in B} x_k"),
    (r"w \leftarrow w - \eta g", r"w := -\eta g + w"),
    (r"w \leftarrow w - \eta g", r"w_{t+1} = w_t - \eta g"),
    ("false", "x > 1 and x < -1"),
    ("m \\in [\\sqrt{3}, \\infty)", "m \\ge \\sqrt{3}"),
    ("A | ~B", "~(~A & B)"),
    ("A xor B", "(A and not B) or (B and not A)"),
    ("A xor B xor C", "(A xor B) xor C"),
    ("A iff B", "not (A xor B)"),
    ("A implies B", "B or not A"),
    ("x > 0 xor x > 1", "0 < x and x <= 1"),
    ("k = 3, 5, 7", "k = 7, 3, 5"),
    ("(1,2),(3,4)", "(3,4),(1,2)"),
    ("1, -2", "-2 and 1"),
    ("oo", "oo"),
]
DIFFERENT = [
    ("x=2", "(x-2)^2=0"),
    ("x=0", "x^2=0"),
    ("x=y", "(x-y)^2=0"),
    ("2^x=4", "x=3"),
    ("oo", "-oo"),
    ("A xor B", "A iff B"),
    ("A xor B xor C", "not (A xor B xor C)"),
    (r"y_i = \sum_j w_{ij} x_j", r"y_i = \sum_j w_{ji} x_j"),
    (r"\bar x = \frac1n\sum_{i=1}^n x_i", r"\bar x = \frac{1}{n-1}\sum_{i=1}^n x_i"),
    (r"\sum_{i\in B} x_i = m", r"\sum_{i\in C} x_i = m"),
    (r"w \leftarrow w - \eta g", r"w \leftarrow w + \eta g"),
    (r"w \leftarrow w - \eta g", r"w_{t+1} = w_t + \eta g"),
    ("m \\in [\\sqrt{3}, \\infty)", "m > \\sqrt{3}"),
    ("k = 3, 5", "k = 3, 6"),
    ("(1,2),(3,4)", "(3,4),(2,1)"),
    ("x > 0", "x >= 0"),
]
OPEN = [
    (r"w \leftarrow w - \eta g", r"\eta g = 0"),
    (r"w \leftarrow w - \eta g", r"v \leftarrow w - \eta g"),
    ("x^2 = -1", "x^2 = -4"),
    (r"w := w - g", r"w_{old} = w_{new} - g"),
]


@pytest.mark.parametrize(("expected", "answer"), EQUAL)
def test_equal(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert found(*pair).verdict == "equal", (pair, found(*pair).evidence)


@pytest.mark.parametrize(("expected", "answer"), DIFFERENT)
def test_different(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert found(*pair).verdict == "different", (pair, found(*pair).evidence)


@pytest.mark.parametrize(("expected", "answer"), OPEN)
def test_open(expected, answer):
    assert found(expected, answer).verdict == "undecided"


def test_a_factor_that_is_never_zero_may_go():
    assert found("a = c x^3/x", "a x = c x^3", where={"x": "positive"}).verdict == "equal"
    assert found("x y = x z", "y = z", where={"x": "positive"}).verdict == "equal"
    assert found("x y = x z", "y = z").verdict == "different"


def test_factors_with_their_multiplicities():
    field = Normalizer({})
    poly = field.normal(read_formula("4 (x - y)^2 (x + 1)").tree).top
    factors = factors_of(field, poly, atoms_of(poly))
    assert sorted(factors.values()) == [1, 2]
    assert factors_of(field, {}, ()) is None
    assert factors_of(field, poly, tuple(range(MAX_ATOMS + 1))) is None
    root = field.normal(read_formula("sqrt(x) + 1").tree).top
    assert factors_of(field, root, atoms_of(root)) is None
    high = field.normal(read_formula("x^30 + 1").tree).top
    assert factors_of(field, high, atoms_of(high)) is None


@pytest.mark.parametrize(
    "text",
    ["x^2 - 4", "0 x - 1", "x + x - 2", "2^x + 4", "1^x - 2", "exp(x) + 1", "sqrt(x) + 1", "abs(x) - 1", "1/x - 2",
     "x^y - 2", "x/(y - y) - 1", "y x - 2", "x^x - 4", "log(x, 1) - 2"],
)  # fmt: skip
def test_no_value_where_going_back_is_not_one_way(text):
    assert isolated(read_formula(text).tree, "x") is None


def test_going_back_through_an_odd_power_of_a_negative_number():
    value = isolated(read_formula("x^3 + 8").tree, "x")
    assert found("x = 1", "x = 1").verdict == "equal"
    three = Number(Fraction(3))
    assert isinstance(value, Apply)
    assert isolated(Apply("add", (Apply("pow", (Symbol("x"), three)), Number(Fraction(8)))), "x") == value


def test_complex_numbers_are_compared_at_complex_points():
    for options in ({"domain": "complex"}, {"where": {"z": "complex"}}):
        different = found("z", r"\bar z", **options)
        assert different.verdict == "different"
        assert "i" in dict(different.point)["z"]
    assert found(r"z\bar z", "|z|^2", domain="complex").verdict == "equal"
    assert found(r"\frac{z + z^*}{2}", r"\operatorname{Re}(z)", domain="complex").verdict == "equal"
    assert found(r"\sqrt{z^2}", "z", domain="complex").verdict == "different"
    assert found(r"\bar x + 1", "1 + \\bar x").verdict == "equal"


def test_points_lie_where_the_field_has_its_values():
    point = dict(found(r"-p\log p-(1-p)\log(1-p)", r"p\log p").point)
    assert Fraction(point["p"]) < 1
    counts = dict(found(r"\frac{TP}{TP+FP}", r"\frac{TP}{TP+FN}").point)
    assert all(Fraction(value).denominator == 1 and Fraction(value) > 0 for value in counts.values())
    assert found("|p|", "p").verdict == "undecided" or found("|p|", "p").verdict == "different"
    assert found("|p|", "p", where={"p": "probability"}).verdict == "equal"


def test_a_strict_comparison_needs_more_than_no_sign():
    cases = r"\begin{cases} x & x > 0 \\ 5 & \text{otherwise} \end{cases}"
    assert found("x", cases, where={"x": "positive"}).verdict == "equal"
    assert found("x", cases, where={"x": "nonnegative"}).verdict == "different"
    assert found("x", cases, where={"x": "count"}).verdict == "different"


def test_zero_to_an_open_power_is_not_zero():
    assert found("0^x", "0", where={"x": "nonnegative"}).verdict != "equal"


def test_powers_of_powers_differ_below_zero():
    assert found("a^{b c}", "(a^b)^c").verdict == "different"
    assert found("a^{b c}", "(a^b)^c", where={"a": "positive"}).verdict == "equal"
