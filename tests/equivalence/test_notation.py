"""The field's notation: every spelling is proved equal, no mistake is accepted, shapes that differ are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.equivalence import Options, compare
from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.tree import Symbol

ROWS = yaml.safe_load((Path(__file__).parent / "notation.yaml").read_text(encoding="utf-8"))


def trees_of(row, key):
    """Read as the check does: what stands in the expected formula is declared."""
    matrices = row.get("matrices", ())
    names = Names.declare({}, matrices=matrices)
    expected = read_formula(row["right"][0], names=names).tree
    symbols = {node.name: [] for node in expected.walk() if isinstance(node, Symbol)}
    names = Names.declare(symbols, matrices=matrices)
    expected = read_formula(row["right"][0], names=names).tree
    options = Options(matrices=frozenset(matrices))
    return expected, [(text, read_formula(text, names=names).tree) for text in row.get(key, ())], options


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_spelling_is_proved_equal(row):
    expected, right, options = trees_of(row, "right")
    for text, tree in right:
        verdict = compare(expected, tree, options=options)
        assert (verdict.equal, verdict.certainty) == ("equal", "proved"), (text, verdict)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_no_mistake_is_accepted(row):
    expected, wrong, options = trees_of(row, "wrong")
    for text, tree in wrong:
        verdict = compare(expected, tree, options=options)
        assert verdict.equal != "equal", (text, verdict)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_other_formulas_are_told_apart(row):
    expected, apart, options = trees_of(row, "apart")
    for text, tree in apart:
        verdict = compare(expected, tree, options=options)
        assert (verdict.equal, verdict.certainty) == ("different", "disproved"), (text, verdict)
