"""What is recalled is what would have been worked out, also to the allowances around it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.equivalence import verdictcache
from grader.equivalence.comparing import compare
from grader.equivalence.effort import ExhaustedError, effort, limited
from grader.equivalence.verdictcache import remembered
from grader.notation.formulareader import read_formula


@pytest.fixture(autouse=True)
def _empty(monkeypatch):
    monkeypatch.setattr(verdictcache, "_memory", {})


class Work:
    """Some work that takes steps and asks the algebra system, and counts how often it is done."""

    def __init__(self, steps: int, requests: int = 0) -> None:
        self.steps, self.requests, self.done = steps, requests, 0

    def __call__(self) -> str:
        self.done += 1
        effort().spend(self.steps)
        granted = [effort().request() for _ in range(self.requests)]
        return f"{self.steps} {granted}"


def outcome(work, allowance: int, *, key: str = "k", steps: int = 100) -> tuple[str, int, int]:
    """Return what comes of it within an allowance, and what is left of that."""
    with limited(allowance) as around:
        try:
            said = remembered(key, steps, work)
        except ExhaustedError:
            said = "exhausted"
        return said, around.left, around.requests


@pytest.mark.parametrize("allowance", [1000, 100, 60, 40, 10])
@pytest.mark.parametrize("steps", [0, 50, 100, 101, 500])
@pytest.mark.parametrize("requests", [0, 1, 2, 3])
def test_recalled_as_worked_out(allowance, steps, requests) -> None:
    expected = outcome(Work(steps, requests), allowance, key="never seen")
    work = Work(steps, requests)
    with limited(10_000):
        outcome(work, 1000)
    assert outcome(work, allowance) == expected


def test_it_is_done_once() -> None:
    work = Work(50)
    assert [outcome(work, 1000) for _ in range(3)] == [("50 []", 950, 2)] * 3
    assert work.done == 1
    hopeless = Work(500)
    assert [outcome(hopeless, 1000, key="h")[0] for _ in range(3)] == ["exhausted"] * 3
    assert hopeless.done == 1


def test_what_did_not_have_its_whole_allowance_is_not_kept() -> None:
    work = Work(50)
    assert outcome(work, 10)[0] == "exhausted"
    assert outcome(work, 1000)[0] == "50 []"


def test_another_allowance_is_another_question() -> None:
    work = Work(50)
    assert outcome(work, 1000, steps=10)[0] == "exhausted"
    assert outcome(work, 1000, steps=100)[0] == "50 []"


@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyboardInterrupt])
def test_what_went_wrong_for_other_reasons_is_tried_again(error) -> None:
    def fail() -> str:
        raise error

    with pytest.raises(error):
        remembered("k", 100, fail)
    assert remembered("k", 100, lambda: "well") == "well"


def test_the_oldest_is_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(verdictcache, "MAX_REMEMBERED", 3)
    for number in range(5):
        remembered(number, 10, lambda: "x")
    assert [key for key, _ in verdictcache._memory] == [2, 3, 4]


FORMULAS = [
    "x + 1", "1 + x", "x^2 - 1", "(x - 1)(x + 1)", "\\frac{x - \\mu}{\\sqrt{v + \\epsilon}}", "(x-\\mu)/(v+\\epsilon)^{1/2}",
    "\\sin(x)^2 + \\cos(x)^2", "1", "\\log(x^2)", "2 \\log x", "e^{x+y}", "e^x e^y", "\\{1, 2\\}", "[1, 2)", "x > 1",
    "\\sum_{i=1}^{n} i", "n(n+1)/2", "x^{100} + x^{99}", "((x+y)^8 - 1)^3",
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(FORMULAS), st.sampled_from(FORMULAS), st.integers(0, 3000)),
        min_size=2,
        max_size=6,
    )
)
def test_a_verdict_never_depends_on_what_was_compared_before(pairs) -> None:
    def verdict(expected: str, answer: str, allowance: int):
        with limited(allowance) as around:
            said = compare(read_formula(expected).tree, read_formula(answer).tree)
            return said, around.left, around.requests

    alone = []
    for pair in pairs:
        verdictcache._memory.clear()
        alone.append(verdict(*pair))
    verdictcache._memory.clear()
    assert [verdict(*pair) for pair in pairs] == alone
    assert [verdict(*pair) for pair in reversed(pairs)] == alone[::-1]
