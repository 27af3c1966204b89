from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.comparison import compare_texts
from grader.equivalence import Options, compare
from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.tree import Symbol

ROWS = yaml.safe_load((Path(__file__).parents[1] / "formulas.yaml").read_text(encoding="utf-8"))


def read_all(row):
    symbols = dict(row.get("symbols", {}))
    declared = {"functions": row.get("functions", ()), "matrices": row.get("matrices", ())}
    names = Names.declare(symbols, **declared)
    for node in read_formula(row["right"][0], names=names).tree.walk():
        if isinstance(node, Symbol):
            symbols.setdefault(node.name, [])
    names = Names.declare(symbols, **declared)
    options = Options(domains=row.get("where", {}), matrices=frozenset(row.get("matrices", ())))
    return [
        [read_formula(text, names=names).tree for text in row[key]] for key in ("right", "wrong")
    ], options


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_spelling_is_proved_equal(row):
    (right, _), options = read_all(row)
    for text, tree in zip(row["right"], right, strict=True):
        for expected in right[:2]:
            verdict = compare(expected, tree, options=options)
            assert (verdict.equal, verdict.certainty) == ("equal", "proved"), (text, verdict)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_mistake_is_disproved_at_a_point(row):
    (right, wrong), options = read_all(row)
    for text, tree in zip(row["wrong"], wrong, strict=True):
        verdict = compare(right[0], tree, options=options)
        assert (verdict.equal, verdict.certainty) == ("different", "disproved"), (text, verdict)
        assert verdict.values is not None
        assert verdict.values[0] != verdict.values[1]
        assert verdict.values[0] in verdict.reason
        assert verdict.values[1] in verdict.reason


def verdict_of(expected, answer, **options):
    return compare(read_formula(expected).tree, read_formula(answer).tree, options=Options(**options))


def test_domains_decide():
    assert verdict_of("sqrt(x^2)", "x").equal == "different"
    assert verdict_of("sqrt(x^2)", "x", domains={"x": "nonnegative"}).certainty == "proved"
    assert verdict_of("sqrt(x^2)", "-x", domains={"x": "negative"}).equal == "equal"
    assert verdict_of("sqrt(x^2)", "|x|").certainty == "proved"
    assert verdict_of("x^2", "x", domains={"x": "natural"}).equal == "different"


def test_another_domain_of_definition_is_said():
    verdict = verdict_of("x", "x^2/x")
    assert verdict.equal == "equal"
    assert "At x = 0 your formula has no value" in verdict.notes[0]
    verdict = verdict_of("2*log(a) + log(b)", "log(a^2*b)")
    assert verdict.certainty == "proved"
    assert "the expected formula has no value" in verdict.notes[0]


@pytest.mark.parametrize(
    ("expected", "answer"),
    [("9^9^9^9", "9^9^9^9 + 1"), ("10^{10^{10}}", "5"), ("x^(10^9)", "y"), ("2^(2^(2^(2^(2^2))))", "x")],
)
def test_towers_of_powers_end_at_once(expected, answer):
    assert verdict_of(expected, answer, symbolic=False).equal in {"undecided", "different"}


def test_large_powers_are_not_multiplied_out():
    assert verdict_of("(x - 4a)^6000", "(4a - x)^6000").certainty == "proved"
    assert verdict_of("(x - 4a)^5999", "(4a - x)^5999").certainty == "disproved"


def test_numbers_are_exact():
    assert verdict_of("99999998/99999999", "99999999/10^8").certainty == "disproved"
    assert verdict_of("1 - 1/e", "1 + 1/e").certainty == "disproved"
    assert verdict_of("10^{-20}", "2*10^{-20}").certainty == "disproved"
    assert verdict_of("sqrt(12)", "2*sqrt(3)").certainty == "proved"
    assert verdict_of("(5*sqrt(2)-7)^7", "(19601-13860*sqrt(2))^(7/4)").equal == "equal"


def test_verdicts_do_not_depend_on_what_was_compared_before():
    pairs = [("(x-m)/s", "(x-m)/s^2"), ("max(0, x)", "(x+|x|)/2"), ("log(a b)", "log(a)+log(b)")]
    first = [verdict_of(*pair) for pair in pairs]
    assert [verdict_of(*pair) for pair in reversed(pairs)] == first[::-1]


def test_the_first_points_are_readable():
    verdict = verdict_of("x^2", "2x")
    assert verdict.point == (("x", "1"),)
    assert verdict.reason == "At x = 1 your formula gives 2, the expected one 1."


def test_a_sign_is_zero_between_the_regions_and_proves_nothing_there() -> None:
    assert compare_texts("sign(x) abs(x)", "x").certainty == "probable"
    assert compare_texts("abs(x)", "max(x, -x)").certainty == "proved"
    assert compare_texts("sign(x^2)", "1").certainty != "proved"  # at 0 it is 0
    assert compare_texts("sign(exp(x))", "1").certainty == "proved"
