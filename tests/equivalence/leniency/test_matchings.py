"""Values rule out matchings of names only where no comparison would accept them."""

from itertools import permutations

import pytest

from grader.equivalence.comparing import compare
from grader.equivalence.leniency.matchings import Matchings
from grader.equivalence.rewriting import substitute
from grader.equivalence.verdict import DEFAULT, Options
from grader.notation.formulareader import read_formula
from grader.notation.tree import Node, Symbol, names_in

PAIRS = [
    ("(x - m)/sqrt(v + s)", "(a - b)/(c + d)^(1/2)"),
    ("(x - m)/sqrt(v + s)", "a/b - c/d"),
    ("g x + b", "c + h y"),
    ("1/m sum(x_i, i, 1, m)", "sum(a_j, j, 1, k)/k"),
    ("1/m sum(x_i, i, 1, m)", "1/m sum((i_j), j, 1, m)"),
    ("1/m sum((x_i - u)^2, i, 1, m)", "1/k sum((a_j)^2 - 2 a_j b + b^2, j, 1, k)"),
    ("sum(i, i, 1, n)", "n (n + 1)/2 + 0 i"),
    ("|x - y|", "max(a - b, b - a)"),
]


def renamed(tree: Node, found: tuple[str, ...], wanted: tuple[str, ...]) -> Node:
    tree = substitute(tree, {old: Symbol(f"{new} renamed") for old, new in zip(found, wanted, strict=True)})
    return substitute(tree, {f"{new} renamed": Symbol(new) for new in wanted})


@pytest.mark.parametrize(("expected", "answer"), PAIRS)
def test_what_is_ruled_out_is_not_equal(expected: str, answer: str):
    first, second = read_formula(expected).tree, read_formula(answer).tree
    found, names = tuple(sorted(names_in(second))), sorted(names_in(first))
    matchings = Matchings(first, second, DEFAULT)
    for wanted in permutations(names, min(len(found), len(names))):
        if len(wanted) == len(found) and matchings.rule_out(found, wanted):
            assert not compare(first, renamed(second, found, wanted)).accepted, (found, wanted)


def test_most_matchings_of_another_formula_are_ruled_out():
    first, second = read_formula("g x + b").tree, read_formula("(a - c)/d").tree
    matchings = Matchings(first, second, DEFAULT)
    assert all(matchings.rule_out(("a", "c", "d"), order) for order in permutations(("g", "x", "b")))


def test_nothing_is_ruled_out_where_values_do_not_decide():
    first, second = read_formula("x + y").tree, read_formula("a b").tree
    for options in (Options(up_to="factor"), Options(default_domain="probability"), Options(abs=1)):
        assert not Matchings(first, second, options).rule_out(("a", "b"), ("x", "y"))
