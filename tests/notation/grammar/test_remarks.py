from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.grammar.remarks import without_remarks


@pytest.mark.parametrize(
    ("text", "formula", "condition"),
    [
        (r"a+b \quad (3)", "a+b", False),
        (r"a+b \qquad (\ast)", "a+b", False),
        (r"a+b \tag{7a}", "a+b", False),
        (r"a+b \label{eq:x}", "a+b", False),
        (r"a+b \quad\text{(answer)}", "a+b", False),
        (r"a+b && \text{simplify}", "a+b", False),
        (r"a+b \text{ by the chain rule}", "a+b", False),
        (r"a+b % so far", "a+b", False),
        (r"a+b \quad \blacksquare", "a+b", False),
        ("a+b (I think)", "a+b", False),
        ("a+b for all a", "a+b", False),
        (r"a+b \text{ where } a \text{ is the bias}", "a+b", False),
        (r"\Rightarrow a+b", "a+b", False),
        ("a+b, a > 0", "a+b", True),
        (r"a+b, a \in \mathbb{R}", "a+b", True),
        (r"a+b, \quad 0 < a < 1", "a+b", True),
        (r"a+b \quad (b \in \mathbb{N})", "a+b", True),
        (r"a+b, \; a \ge 0 \quad (2)", "a+b", True),
    ],
)
def test_what_trails_is_left_out(text: str, formula: str, condition: object) -> None:
    trimmed = without_remarks(text)
    assert (text[trimmed.start : trimmed.end], trimmed.condition) == (formula, condition)


@pytest.mark.parametrize(
    "text",
    [
        "a (b+c)",
        "f (a)",
        "a (wrong)",
        r"a \text{ (not this)}",
        r"4 n \text{ bytes}",
        r"a \text{ if } a > 0",
        "max(a, b > 0",
        "a, b",
        r"\{a, b\}",
        "a = 1, b = 2",
        "(1)",
        "a + b",
    ],
)
def test_what_counts_stays(text: str) -> None:
    trimmed = without_remarks(text)
    assert (trimmed.start, trimmed.end) == (0, len(text))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=r"a1,;()\{}<>=%& quadtextin", max_size=120))
def test_something_is_always_left(text: str) -> None:
    trimmed = without_remarks(text)
    assert 0 <= trimmed.start <= trimmed.end <= len(text)
    assert bool(text[trimmed.start : trimmed.end].strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "unit", [",", "\\quad ", "& ", "(", "\\text{a b}", " ", "a, ", "%", "\\tag{1}", "x,", "a<"]
)
def test_time_is_bounded(unit: str) -> None:
    text = "a" + unit * (4_000 // len(unit))
    before = time.process_time()
    without_remarks(text)
    assert time.process_time() - before < 10
