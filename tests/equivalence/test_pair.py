"""The pair that rules are given: what is made of both formulas is made once, and kept where it stays the same."""

from __future__ import annotations

import pytest

from grader.equivalence import Options, compare
from grader.equivalence import pair as pairs
from grader.equivalence.comparing import RULES
from grader.equivalence.pair import Pair
from grader.notation.formulareader import read_formula
from grader.notation.tree import Node


def tree(text: str) -> Node:
    return read_formula(text).tree


@pytest.fixture
def counted(monkeypatch) -> list[tuple[Node, Node]]:
    """Note each preparation of two formulas."""
    made: list[tuple[Node, Node]] = []
    prepare = pairs.prepare

    def noted(expected: Node, answer: Node, **named: frozenset[str]) -> object:
        made.append((expected, answer))
        return prepare(expected, answer, **named)

    monkeypatch.setattr(pairs, "prepare", noted)
    return made


def test_two_formulas_are_prepared_once_for_all_rules(counted) -> None:
    both = Pair(tree("sum_i x_i / n"), tree("1/n sum_j x_j"), Options(domains={"n": "natural"}))
    assert both.prepared is both.prepared
    assert both.sampler().names
    assert both.under(up_to="factor").prepared is both.prepared
    assert len(counted) == 1


def test_other_domains_are_another_preparation(counted) -> None:
    both = Pair(tree("y_i + x"), tree("x + y_i"))
    assert both.domains == {}
    assert both.under(domains={"x": "positive"}).domains == {"x": "positive"}
    assert len(counted) == 2


def test_a_pair_of_its_own_trees_is_itself() -> None:
    both = Pair(tree("a + b"), tree("[1, 2]"))
    assert both.of(*both.trees) is both
    assert both.of(both.answer, both.expected).kinds == both.kinds[::-1]
    assert both.names == {"a", "b"}


def test_a_comparison_up_to_a_factor_prepares_its_formulas_once(counted) -> None:
    options = Options(up_to="factor", seed="a pair of its own")
    assert compare(tree("w * (a + b)"), tree("3 * w * (b + a)"), options=options).accepted
    assert len(counted) == len(set(counted))


@pytest.mark.parametrize(
    "text", ["x + 1", "x = 1", "(1, 2)", "{1, 2}", "[0, 1]", "x < 3 and x > 1", "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}"]
)  # fmt: skip
def test_one_rule_says_something_of_any_kind(text: str) -> None:
    both = Pair(tree(text), tree(text))
    assert any(rule(both) is not None for rule in RULES)
