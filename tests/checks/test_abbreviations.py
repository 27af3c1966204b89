from __future__ import annotations

import pytest

from grader.checks.abbreviations import Definitions, DisputedError
from grader.equivalence import Options
from grader.notation.formulareader import read_formula
from grader.notation.printing.text import to_text


def tree(text: str):
    return read_formula(text).tree


def definitions(**said: str) -> Definitions:
    return Definitions.of(
        [(tree(name), tuple(map(tree, text.split("|")))) for name, text in said.items()], Options()
    )


def test_letters_the_expected_formula_does_not_have_are_put_in():
    found = definitions(d="y - t", x="5")
    assert found.expand(tree("d x"), [tree("(y - t) x")]) == tree("(y - t) x")


def test_definitions_may_use_each_other_but_not_themselves():
    found = definitions(p="q + 1", q="r^2", s="s + 1")
    assert found.expand(tree("2 p"), [tree("r")]) == tree("2 (r^2 + 1)")
    assert to_text(found.expand(tree("s"), [tree("r")])) == to_text(tree("s + 1"))


def test_the_index_of_a_sum_is_no_name_of_what_stands_elsewhere():
    found = definitions(i="1", w="2 a")
    sum_and_more = r"i + \sum_{i=1}^{n} w x_i"
    assert found.expand(tree(sum_and_more), []) == tree(r"1 + \sum_{i=1}^{n} (2 a) x_i")


def test_a_circle_comes_to_an_end():
    found = definitions(p="q + 1", q="p + 1")
    assert found.expand(tree("p"), [tree("r")]) == tree("(p + 1) + 1")


def test_two_definitions_must_agree():
    assert definitions(d="2 y|y + y").expand(tree("d"), [tree("y")]) == tree("2 y")
    with pytest.raises(DisputedError, match="do not agree"):
        definitions(d="y - t|t - y").expand(tree("d x"), [tree("y t x")])


def test_what_grows_too_large_is_disputed():
    said = {name: f"{after}*{after} + {after}" for name, after in zip("pqrsuv", "qrsuvw", strict=True)}
    with pytest.raises(DisputedError, match="too long"):
        definitions(**said).expand(tree("p p"), [tree("x")])


def test_numbers_are_put_in_for_examples():
    assert definitions(N="100").with_numbers(tree("2/N")) == tree("2/100")


def test_other_left_sides_define_nothing():
    assert not Definitions.of([(tree("a + b"), (tree("c"),))], Options())
