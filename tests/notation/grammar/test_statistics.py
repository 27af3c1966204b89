from __future__ import annotations

import pytest

from grader.notation.grammar.statistics import with_statistics_named
from grader.notation.names import Names

NAMES = Names.declare({"mu": ("mean",), "v": ("var", "variance"), "x": ()})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("x - mean(x)", "x -  mean "),
        (r"x - \mathbb{E}[x]", "x -  mean "),
        (r"\sqrt{\mathrm{Var}(x_i)}", r"\sqrt{ var }"),
        ("np.mean(x)", " mean "),
        ("std(x)", "std(x)"),
        ("mean(x + y)", "mean(x + y)"),
        ("cosine(x)", "cosine(x)"),
    ],
)
def test_statistics_of_the_data_are_their_declared_names(text: str, read: str) -> None:
    assert with_statistics_named(text, NAMES) == read


def test_nothing_changes_where_nothing_is_declared() -> None:
    assert with_statistics_named("x - mean(x)", Names.declare({"x": ()})) == "x - mean(x)"
