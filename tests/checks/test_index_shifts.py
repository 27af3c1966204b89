from __future__ import annotations

import pytest

from grader.checks.index_shifts import shifted
from grader.notation.formulareader import read_formula


def tree(text: str):
    return read_formula(text).tree


@pytest.mark.parametrize(
    ("right", "wanted", "left", "moved"),
    [
        (r"h_t - g_t", r"h_{t+1}", r"h_t", r"h_{t-1} - g_{t-1}"),
        (r"h_{t-1} + g_t", r"h_t", r"h_{t+1}", r"h_t + g_{t+1}"),
        (r"h_t - g_t", r"h_{t+1}", r"h_{k+1}", r"h_k - g_k"),
        (r"x^2 + 1", "f(x)", "f(t)", "t^2 + 1"),
    ],
)
def test_the_right_side_moves_with_the_left_one(right, wanted, left, moved):
    assert shifted(tree(right), [tree(wanted)], tree(left)) == tree(moved)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ("h_t", "h_t"),
        ("h_t", "g_t"),
        ("h_{2t}", "h_t"),
        ("h_{tt}", "h_{kj}"),
        ("P(A|B)", "P(B|A)"),
        ("f(x)", "f(2)"),
    ],
)
def test_other_left_sides_are_not_moved(wanted, left):
    assert shifted(tree("x + t"), [tree(wanted)], tree(left)) is None
