from __future__ import annotations

import pytest

from grader.finding.amounts import MAX_AMOUNTS, find_amounts
from grader.finding.formulas import find_formulas


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It takes 4 n m bytes of memory.", ["4 n m bytes"]),
        ("4.5 MB, or 4500 kB", ["4.5 MB", "4500 kB"]),
        ("a bandwidth of 900 GB per second", ["900 GB per second"]),
        ("4.5 million bytes", ["4.5 million bytes"]),
        ("the 3 layers have 45 filters", []),
        ("in 5 of the bytes", []),
        ("memory = 4*n bytes", []),  # a formula with a sign in it is found as such
        ("x_4 bytes", []),
    ],
)
def test_values_with_a_unit_in_a_sentence(text, found):
    assert [amount.text for amount in find_amounts(text, find_formulas(text))] == found


def test_a_dump_is_cut():
    assert len(list(find_amounts("4 MB and " * 1_000, ()))) == MAX_AMOUNTS
