"""Formulas of the field: other spellings are right, slips are not, and no mutated formula is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from grader.comparison import ComparisonOptions, compare_texts
from grader.equivalence import compare
from grader.equivalence.rewriting import map_children
from grader.notation.formulareader import read_formula
from grader.notation.tree import Apply, Binder, Node, Number, Relation, Symbol

ROWS = yaml.safe_load((Path(__file__).parent / "field.yaml").read_text(encoding="utf-8"))


def options_of(row):
    keys = ("where", "matrices", "functions", "constants", "symbols")
    return ComparisonOptions.model_validate({key: row[key] for key in keys if key in row})


def verdict_of(row, answer):
    return compare_texts(row["expected"], answer, options=options_of(row))


def test_there_are_a_hundred_formulas():
    assert len(ROWS) >= 100
    assert sum(len(row["right"]) + len(row["wrong"]) for row in ROWS) >= 300


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["expected"])
def test_other_spellings_are_right_and_slips_are_not(row):
    for answer in (row["expected"], *row["right"]):
        found = verdict_of(row, answer)
        assert found.verdict == "equal", (answer, found.evidence)
    for answer in row["wrong"]:
        found = verdict_of(row, answer)
        assert found.verdict in {"different", "undecided"}, (answer, found.verdict, found.evidence)


ONE = Number(Fraction(1))


def places(tree: Node) -> Iterator[Node]:
    """Yield what stands in a formula as a part of its own: not what stands in subscripts or derivatives."""
    yield tree
    if isinstance(tree, Apply) and tree.head in {"index", "derivative", "call:gradient"}:
        return
    if isinstance(tree, Binder):
        yield from places(tree.body)
        return
    for child in tree.children:
        yield from places(child)


def changed_at(tree: Node, place: Node, other: Node) -> Node:
    if tree is place:
        return other
    return map_children(tree, lambda child: changed_at(child, place, other))


def mutated(node: Node) -> Iterator[Node]:
    """Yield a part with another sign, factor, label, index set, order or variable."""
    if isinstance(node, Relation):
        return
    if isinstance(node, Apply) and node.head == "add":
        for at, arg in enumerate(node.args):
            flipped = arg.args[0] if isinstance(arg, Apply) and arg.head == "neg" else Apply("neg", (arg,))
            yield Apply("add", (*node.args[:at], flipped, *node.args[at + 1 :]))
    if isinstance(node, Apply) and node.head in {"mul", "div", "index", "derivative"}:
        yield Apply("mul", (Number(Fraction(3)), node))
    if isinstance(node, Apply) and node.head == "index":
        for at, label in enumerate(node.args[1:], 1):
            if isinstance(label, Symbol) and len(label.name) > 1:
                yield Apply("index", (*node.args[:at], Symbol(label.name + "er"), *node.args[at + 1 :]))
            elif isinstance(label, Symbol) and label.name.isupper():
                yield Apply("index", (*node.args[:at], Symbol("Z"), *node.args[at + 1 :]))
            elif isinstance(label, Number):
                yield Apply("index", (*node.args[:at], Number(label.value + 1), *node.args[at + 1 :]))
        if len(node.args) == 3 and node.args[1] != node.args[2]:
            yield Apply("index", (node.args[0], node.args[2], node.args[1]))
    if isinstance(node, Apply) and node.head == "derivative":
        yield Apply("derivative", (node.args[0], Symbol("zeta"), *node.args[2:]))
        yield node.args[0]
    if isinstance(node, Apply) and node.head == "matmul":
        yield Apply("matmul", node.args[::-1])
    if isinstance(node, Binder) and node.head in {"sum", "prod"}:
        yield node.changed(domain=Symbol("Omega"), lower=None, upper=None)
        nested = isinstance(node.body, Binder)  # the inner range may be empty at the end of the outer one
        if node.upper is not None and not nested:
            yield node.changed(upper=Apply("add", (node.upper, ONE)))
        if node.lower is not None and not nested:
            yield node.changed(lower=Apply("add", (node.lower, Number(Fraction(2)))))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["expected"])
def test_no_mutated_formula_is_accepted(row):
    given = options_of(row)
    tree = read_formula(row["expected"], names=given.names()).tree
    options = given.options(row["expected"])
    tried = 0
    for place in places(tree):
        for other in mutated(place):
            answer = changed_at(tree, place, other)
            tried += 1
            verdict = compare(tree, answer, options=options)
            assert verdict.equal != "equal", (answer, verdict)
    assert tried
