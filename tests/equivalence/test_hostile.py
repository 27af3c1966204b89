"""Answers meant to break the machine: each step ends soon, in a verdict or the documented error."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from grader.checks.formula import FormulaCheck
from grader.equivalence import Options, compare, near_miss
from grader.equivalence.effort import ExhaustedError, effort, limited
from grader.finding.formulas import find_formulas
from grader.finding.reading import Reading
from grader.notation.formulareader import read_formula
from grader.notation.syntaxerrors import ReadingError

ROWS = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text(encoding="utf-8"))
SECONDS = 5
"""Of CPU time for one step: five times what the benchmark asks for, as test machines are busy."""

CHECK = FormulaCheck(
    expected="(x - mu)/sqrt(var + eps)",
    defines=["\\hat{x}", "x_hat"],
    symbols={"mu": ["\\mu"], "var": ["sigma^2"], "eps": []},
    mistakes=[{"name": "no_root", "expected": "(x - mu)/(var + eps)"}],
)
EXACT = Options(symbolic=False)  # the computer algebra system has a process and a deadline of its own


def text_of(row):
    if "distinct" not in row:
        return "".join(piece * count for piece, count in row["pieces"])
    form, count, *given = row["distinct"]
    between, before, after = (*given, *("+", "", "")[len(given) :])
    return before + between.join(form.replace("{n}", str(n)) for n in range(1, count + 1)) + after


@pytest.fixture(autouse=True)
def no_algebra(monkeypatch):
    monkeypatch.setattr("grader.equivalence.algebra.algebraprocess.equal_by_algebra", lambda *_: "unknown")


@pytest.fixture(scope="module", autouse=True)
def warm():
    CHECK.check(Reading(text="x_hat = sin(x) + 10^(10^10)"), {})


def in_time(action):
    start = time.process_time()
    result = None
    with suppress(ReadingError):
        result = action()
    assert time.process_time() - start < SECONDS
    return result


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_step_ends_soon(row):
    text = text_of(row)
    right = CHECK._read.right[0]
    reading = in_time(lambda: read_formula(text))
    if reading is not None:
        verdict = in_time(lambda: compare(right, reading.tree, options=EXACT))
        assert not verdict.accepted
        in_time(lambda: compare(reading.tree, right, options=EXACT))
        in_time(lambda: near_miss(right, reading.tree, options=EXACT))
        in_time(lambda: near_miss(reading.tree, right, options=EXACT))
    in_time(lambda: find_formulas(text))
    for answer, part in ((text, "p"), (text, ""), (f"x_hat = {text}", "")):
        outcome = in_time(lambda answer=answer, part=part: CHECK.check(
            Reading(text=answer, part=part), {}))  # fmt: skip
        assert outcome.credit != 1


def test_nothing_is_executed(tmp_path):
    marker = tmp_path / "executed"
    for text in (f"__import__('os').system('touch {marker}')", f"open('{marker}', 'w')"):
        for answer, part in ((text, "p"), (text, ""), (f"x_hat = {text}", "")):
            CHECK.check(Reading(text=answer, part=part), {})
    assert not marker.exists()


def test_memory_stays_bounded():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in ("9^9^9^9", "(x-a)^{6000}", "7" * 1_000_000, "10^{10^{10}}", "(" * 10_000):
        in_time(lambda text=text: CHECK.check(Reading(text=text), {}))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_an_allowance_is_no_larger_than_the_one_around_it():
    with limited(100) as outer:
        with limited(1_000) as inner:
            assert inner.left == 100
            inner.spend(60)
        assert outer.left == 40
        with pytest.raises(ExhaustedError), limited(30):
            effort().spend(31)
        assert outer.left == 9


def test_what_takes_too_long_is_undecided():
    with limited(0):
        verdict = compare(read_formula("x+1").tree, read_formula("x+2").tree)
    assert (verdict.equal, verdict.method) == ("undecided", "timed out")
    assert near_miss(read_formula("x-1").tree, read_formula("x+1").tree) is not None
