"""What follows from a student's own earlier numbers is computed exactly, in the arithmetic of `expr`."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.derive.following import calculated, names_in
from grader.derive.specification import SpecError


@pytest.mark.parametrize(
    ("calculation", "value"),
    [
        ("a + 2 * (3 - top.size) / 3", 1),
        ("-top.size^2 + 2**3", 4),
        ("top.size^-1", Fraction(1, 2)),
        ("(13 - 5) // 3 + 1", 3),
        ("max(a, top.size, lambda)", 5),  # a word of the grammar may be the name of a part
        ("sqrt(top.size * 8)", 4),
        ("sum([a, a, a])", 1),
        ("mean + max", 12),  # a part goes before a function of its name
        ("a + other", None),
        ("1 / (a - a)", None),
        ("[a, a]", None),
        ("a == a", None),
        ("9^9^9^9", None),
        ("round(a, sqrt)", None),
        ("inf", None),
    ],
)
def test_a_calculation_has_a_value(calculation, value):
    earlier = dict.fromkeys(("mean", "max"), Fraction(6)) if "mean" in calculation else {}
    numbers = {"a": Fraction(1, 3), "top.size": Fraction(2), "lambda": Fraction(5), **earlier}
    assert calculated(calculation, numbers) == value


def test_names_are_listed_in_order_without_functions():
    assert names_in("b * max(a, top.size) + b - sqrt(in)") == ("b", "a", "top.size", "in")


@pytest.mark.parametrize("calculation", ["a +", "a b", "(a", "a)", "a ! b", "", "(" * 3_000 + "a"])
def test_what_is_no_calculation_is_refused(calculation):
    with pytest.raises(SpecError):
        names_in(calculation)
