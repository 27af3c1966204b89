"""Values with units, compared in the base unit; what has another unit, or none, is told so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.comparison import compare_texts
from grader.equivalence import compare
from grader.notation.tree import Number, Quantity, Symbol


def amount(value: int, unit: str) -> Quantity:
    return Quantity(Number(Fraction(value)), unit)


@pytest.mark.parametrize(
    ("expected", "answer", "verdict"),
    [
        ("3 GB", "3000 MB", "equal"),
        ("3 GB", "3 GiB", "different"),
        ("3 GB", "3 ms", "different"),
        ("3 GB", "3", "different"),
        ("3 GB", "3000000000", "different"),
        ("3 GB", "4", "different"),
        ("3 GB", "3 q", "undecided"),
        ("3", "3 GB", "equal"),
        ("3000000000", "3 GB", "equal"),
        ("4", "3 GB", "different"),
    ],
)
def test_units_count_where_they_are_asked_for(expected: str, answer: str, verdict: str) -> None:
    assert compare_texts(expected, answer).verdict == verdict


def test_units_that_nobody_knows_are_other_units() -> None:
    assert compare(amount(3, "GB"), amount(3, "quux")).equal == "different"
    assert compare(amount(3, "quux"), amount(3, "GB")).equal == "different"


def test_what_was_read_as_a_unit_may_be_a_symbol() -> None:
    assert compare(Symbol("s"), amount(1, "s")).equal == "equal"
    assert compare(amount(1, "s"), Symbol("s")).equal == "equal"
