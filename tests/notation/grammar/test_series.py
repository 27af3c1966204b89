"""Sums with dots are sums where their terms leave no doubt."""

from __future__ import annotations

import pytest

from grader.equivalence import compare
from grader.notation.formulareader import read_formula
from grader.notation.syntaxerrors import ReadingError

SUMS = [
    (r"a_1 + a_2 + \dots + a_n", r"\sum_{j=1}^n a_j"),
    ("a_1 + ... + a_n", r"\sum_{j=1}^n a_j"),
    (r"a_0 + a_1 + a_2 + \cdots + a_m", r"\sum_{j=0}^m a_j"),
    (r"(a_1 - b)^2 + (a_2 - b)^2 + \ldots + (a_k - b)^2", r"\sum_{j=1}^k (a_j - b)^2"),
    (r"c + w_1 x_1 + w_2 x_2 + \dots + w_d x_d", r"c + \sum_{j=1}^d w_j x_j"),
    (r"\log p_1 + \dots + \log p_n", r"\sum_{j=1}^n \log p_j"),
    ("1 + 2 + ... + n", "n (n + 1) / 2"),
]
OPEN = [
    r"1 + r + r^2 + \dots",
    "2 + ... + 5",
    r"a_1 + a_3 + \dots + a_n",
    r"a_1 + b_2 + \dots + a_n",
    r"a_1 + a_2 + \dots + b_n",
    r"a_1 b_1 + a_2 b_3 + \dots + a_n b_n",
    r"a + \dots + z",
]


@pytest.mark.parametrize(("dots", "total"), SUMS)
def test_terms_that_differ_by_their_number_are_a_sum(dots: str, total: str) -> None:
    assert compare(read_formula(total).tree, read_formula(dots).tree).equal == "equal"


@pytest.mark.parametrize("text", OPEN)
def test_what_dots_leave_open_is_refused(text: str) -> None:
    with pytest.raises(ReadingError, match="leave open"):
        read_formula(text)
