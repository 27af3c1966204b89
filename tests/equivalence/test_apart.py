"""Formulas told apart by their symbols are never equal, and those that a convention makes equal are not told apart."""

from __future__ import annotations

from itertools import product

import pytest

from grader.equivalence import Options, compare
from grader.equivalence.apart import are_apart, has_its_own, telling_names
from grader.notation.formulareader import read_formula
from grader.notation.tree import names_in

PLAIN = Options()
FORMULAS = (
    "a x + b", "a x", "x", "x_1 + a", "x1 + a", "a x - a x + b", "\\frac{x - \\mu}{\\sqrt{v + \\epsilon}}", "\\sigma_B + x", "\\sigma + x",
    "\\frac{1}{m} \\sum_{i=1}^m x_i", "\\frac{1}{m} \\sum_i x_i", "\\sum x", "\\sum_{i=1}^m x_i", "\\sum_{i=1}^m \\sum_{j=1}^n x_{ij}",
    "\\frac{\\sum_i x_i}{\\sum_i 1}", "\\sum_{i=1}^m (x_i - \\mu)", "x_i - \\mu", "x_k - \\mu", "x - \\mu", "e^{a + b}", "e^a e^b", "2", "\\pi r^2",
    "\\log(p) + \\log(1 - p)", "(s - s) t + x", "x^0 + a", "\\sqrt{x^2} - x + a", "|x| + a", "f(x) + a", "\\hat{x} + a", "\\sum_{k \\in K} x_k",
)  # fmt: skip


def tree(text: str):
    return read_formula(text).tree


@pytest.mark.parametrize(
    "options", [PLAIN, Options(domains={"m": "natural", "x": "integer", "a": "negative"})]
)
def test_what_is_told_apart_is_not_equal(options):
    told = 0
    for wrong, answer in product(map(tree, FORMULAS), repeat=2):
        if are_apart(answer, telling_names(wrong, options)):
            told += 1
            assert not compare(wrong, answer, options=options).accepted
    assert told > len(FORMULAS)


@pytest.mark.parametrize(
    "options", [PLAIN, Options(domains={"m": "natural", "x": "integer", "a": "negative"})]
)
def test_what_has_a_symbol_of_its_own_is_not_equal(options):
    told = 0
    for wrong, answer in product(map(tree, FORMULAS), repeat=2):
        if telling_names(wrong, options).names and has_its_own(answer, names_in(wrong), options):
            told += 1
            assert not compare(wrong, answer, options=options).accepted
    assert told > len(FORMULAS)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("x + c", True),
        ("x_k + c_k", False),  # data: `c` may be without its index elsewhere
        ("x + c - c", False),
        ("x \\sqrt{c^2} - x c + x", False),
        ("x_B", False),
        ("x^c", True),
        ("\\sum_{i=1}^n x_i", False),  # a limit that the other formula may leave out
        ("\\sum_i (x_i - c)", False),  # its own limits are not written
        ("\\frac{1}{m} \\sum_{i=1}^m (x_i - c)^2", True),
        ("f(x, c)", False),
        ("x > c", False),
    ],
)
def test_a_symbol_is_a_formulas_own_where_its_value_changes_with_it(text, own):
    assert has_its_own(tree(text), frozenset({"x", "m"}), PLAIN) is own


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a x + b", {"a", "x", "b"}),
        ("a x - a x + b", {"b"}),
        ("\\sqrt{x^2} - x + a", {"a"}),
        ("\\sum_{i=1}^m x_i", {"m", "x"}),
        ("\\sum_i x_i", set()),
        ("f(x)", set()),
        ("x_1 > 2", set()),
    ],
)
def test_telling_are_the_symbols_that_the_value_changes_with(text, names):
    assert telling_names(tree(text), PLAIN).names == names


def test_a_limit_that_is_not_written_may_be_that_of_the_other_formula():
    telling = telling_names(tree("\\frac{1}{m} \\sum_{i=1}^m x_i"), PLAIN)
    assert telling.outside == {"x"}
    assert not are_apart(tree("\\frac{\\sum_i x_i}{\\sum_i 1}"), telling)
    assert are_apart(tree("\\frac{1}{n} \\sum_{i=1}^n x_i"), telling)


@pytest.mark.parametrize("changes", [{"rename": True}, {"up_to": "factor"}, {"rel": 1}, {"growth": "class"}])
def test_nothing_is_told_apart_where_other_formulas_are_as_good(changes):
    assert not telling_names(tree("a x"), Options(**changes)).names
