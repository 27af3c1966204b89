"""Whatever is written, reading ends, and ends in a Reading or a ReadingError."""

from __future__ import annotations

import os
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.formulareader import SYNTAXES, read_formula
from grader.notation.names import NO_NAMES, Names
from grader.notation.printing.text import to_latex, to_text
from grader.notation.syntaxerrors import ReadingError

RUNS = int(os.environ.get("READING_FUZZ_RUNS", "2500"))
"""Mutated texts; a long run sets 100000."""

SEEDS = [
    r"\hat{x}^{(i)} = \frac{x^{(i)}-\mu_B}{\sqrt{\sigma_B^2+\epsilon}}", r"\sum_{i=1}^{m_B} x^{(i)}", "sum(x_i, i, 1, m)",
    r"\begin{cases} x & \text{if } x > 0 \\ \alpha(e^x-1) & \text{otherwise} \end{cases}", "x if x > 0 else 0",
    r"\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}", "[[1,2],[3,4]]", "[1 2; 3 4]", r"\|x\|_2^2 + ||y|| + |z|", "{x | x > 0}",
    "(-oo, 0) U (1, oo)", r"\frac{\partial^2 L}{\partial w^2}", "dL/dw + f''(x)", r"\int_0^1 x^2 dx", "903,400 + 0,11",
    r"\lim_{x \to 0} \frac{\sin x}{x}", "softmax(QK^T/√d_k)V", "P(A|B) = P(B|A)P(A)/P(B)", "⌊(n+2p−k)/s⌋+1", "2½x̂ᵢ²",
    r"\mathbb{E}_{x \sim p}[\log D(x)]", "sin^2(x) + cos 2x", "1/2x", "a and not b or c", "O(n log n)", "3x3x100 = 900",
    r"\arg\max_{x \in A} f(x)", r"\left\lfloor \frac{a}{b} \right\rfloor", "1.5e-3 %", r"a \equiv b \pmod{n}", "n!/(k!)",
]  # fmt: skip
PIECES = [
    "(", ")", "[", "]", "{", "}", r"\{", r"\}", "|", "||", r"\|", "^", "_", r"\frac", r"\sqrt", r"\left", r"\right", "&",
    r"\\", "$", "%", "!", "=", ",", ";", " ", "x", "e", "i", r"\text{if}", "if", "else", "and", "d", "dx", r"\int", r"\max",
    "f(", "1", "0,1", "1e9", "...", '"', "'", "²", "₁", "√", "½", "\u0302", "σ", r"\hat", r"\mathbb", "E[", "~", "@", "∪",
    r"\choose", r"\partial", "1,000", r"\,", "^T", "-", r"\pm", "in", ":", "->", "where(", "diff(", "matrix(", "\u202e",
    "\x00", "é", "x" * 30, r"\newcommand", "np.", r"\begin{cases}", r"\end{cases}", r"\operatorname", "Σ", "U", "<-", "=>",
]  # fmt: skip
DECLARED = Names.declare(
    {"mu": [r"\mu_B"], "var": [r"\sigma_B^2", "variance"], "x": ["x^{(i)}"], "eps": []},
    ["g"],
    constants=("e", "pi", "i"),
)


def _check(text, names, syntax):
    position = 0
    trees = ()
    try:
        reading = read_formula(text, names=names, syntax=syntax)
        trees = (reading.tree, *reading.alternatives)
    except ReadingError as error:
        position = error.position
    assert 0 <= position <= len(text)
    for tree in trees:
        assert all(0 <= node.span[0] <= node.span[1] <= len(text) for node in tree.walk())
        hash(tree)
        to_text(tree)
        to_latex(tree)


def _mutated(source):
    text = source.choice(SEEDS)
    for _ in range(source.randint(1, 5)):
        at = source.randint(0, len(text))
        kind = source.random()
        if kind < 0.4:
            text = text[:at] + source.choice(PIECES) + text[at:]
        elif kind < 0.65:
            text = text[:at] + text[at + source.randint(1, 6) :]
        elif kind < 0.85:
            other = source.choice(SEEDS)
            start = source.randint(0, len(other))
            text = text[:at] + other[start : start + source.randint(1, 20)] + text[at:]
        else:
            text = (
                text[:at]
                + chr(source.choice([source.randint(32, 126), source.randint(0x80, 0x2FFF)]))
                + text[at:]
            )
    return text


def test_mutated_formulas():
    source = random.Random(20)  # noqa: S311 - a fixed seed for a repeatable test
    for run in range(RUNS):
        _check(_mutated(source), DECLARED if run % 3 else NO_NAMES, SYNTAXES[run % 3])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text(text):
    _check(text, NO_NAMES, "auto")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_run_of_signs(text):
    _check(text, DECLARED, "latex")
    _check(text, DECLARED, "text")


def test_the_same_text_gives_the_same_reading():
    for text in SEEDS:
        assert read_formula(text) == read_formula(text)
