"""The terms of the field: their form, what is below and beside them, and that each can be looked for."""

from __future__ import annotations

import pytest

from grader.prose.compiling import Compiler
from grader.prose.statements.terms import pattern_of, read_terms, terms


def test_there_are_many_and_each_can_be_looked_for() -> None:
    compiler = Compiler({})
    for term in terms().by_name.values():
        for form in (*term.forms, *term.hints):
            compiler.pattern(pattern_of(form), (term.name,))
    assert not compiler.problems
    assert len(terms().by_name) >= 600


def test_opposites_and_kinds_are_terms_and_no_term_is_its_own_opposite() -> None:
    known = terms().by_name
    for term in known.values():
        assert set(term.opposites) <= known.keys(), term
        assert term.name not in (*term.opposites, *term.kinds), term


def test_opposites_are_said_from_both_sides() -> None:
    known = terms().by_name
    one_sided = [
        (term.name, name)
        for term in known.values()
        for name in term.opposites
        if term.name not in known[name].opposites
    ]
    assert not one_sided


@pytest.mark.parametrize(
    ("text", "size", "name"),
    [
        ("stochastic gradient descent", 3, "sgd"),
        ("gradient descent", 2, "gradient descent"),
        ("convolutional neural networks", 3, "convolutional network"),
        ("units", 1, "unit"),
        ("activations", 1, "activation function"),
        ("active", 1, "switched on"),
        ("zebra", 0, ""),
    ],
)
def test_the_longest_name_is_found(text: str, size: int, name: str) -> None:
    found, meant = terms().at(text.split(), 0)
    assert found == size
    assert [term.name for term in meant] == ([name] if name else [])


def test_kinds_go_down_and_rivals_stand_beside() -> None:
    known = terms()
    assert {"sgd", "adam", "adamw"} <= {term.name for term in known.below("optimizer")}
    beside = {term.name for term in known.beside(known.by_name["relu"])}
    assert {"tanh", "leaky relu"} <= beside
    assert "relu" not in beside


def test_a_training_set_is_no_training() -> None:
    longer = terms().longer(["training"], frozenset({"training"}))
    assert "training set" in longer
    assert "training" not in longer


def test_a_line_is_read() -> None:
    (term,) = read_terms("[change: speed]\nslow, slower, more + time < pace ! fast ~ hour*\n")
    assert (term.name, term.sort, term.forms) == ("slow", "change", ("slow", "slower", "more + time"))
    assert (term.kinds, term.opposites, term.hints) == (("speed", "pace"), ("fast",), ("hour*",))
    assert pattern_of("more + time") == {"all": ["more", "time"], "near": 3, "within": "clause"}
