"""A reading holds for other names only where these would have come to the same."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from grader.notation import formulareader
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.names import NO_NAMES, Names
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Symbol

NAMES = (
    NO_NAMES,
    Names.declare({"x": [], "N": [], "mu": []}),
    Names.declare({"mu": ["\\mu_B", "mean"], "x": ["x_i"], "m": ["N"]}),
    Names.declare({"var": ["\\sigma_B^2", "sigma^2"], "i": ["j"], "eps": ["\\epsilon"]}),
    Names.declare({"xhat": ["\\hat{x}", "x_hat"], "loss": [], "n": []}, ["f"], matrices=["x"]),
    Names.declare({"J": [], "theta": ["w"], "dL/dw": []}, constants=["e", "i"]),
    Names.declare({"a": ["b"], "d": [], "E": []}, implicit_first=True),
    Names.declare(
        {"M": [], "k": [], "s": ["sec"], "long_name_of_a_thing": ["a b c d e f g h i j k l m n o"]}
    ),
)
TEXTS = (
    "x + mu", "\\mu_B + \\mu", "\\frac{x_i - \\mu_B}{\\sqrt{\\sigma_B^2 + \\epsilon}}", "2x3", "3 x 3 x 64", "mean(x)", "f(x) = x(x+1)",
    "J(\\theta) + 1", "\\hat{x} + \\hat{x}_i", "x_ij + x_i", "dL/dw + d/dx x^2", "E[x]", "e^{i x}", "a/bc", "1.5M n", "2 M", "4 n s",
    "12 sec", "w^Tx + x^T", "dim + mnk", "loss", "\\sum_{i=1}^N x_i", "x[i] + n(1)", "xhat - x'", "a b c d e f g h i j k l m n o", "(", "x +",
    "\\sigma^2_B", "{\\sigma}_B^2", "nlog(n)", "abc", "N i", "Pi x", "pi(a)", "\\Sigma_i x_i", "x where N = 2", "mu' (x)", "sin x (k)",
)  # fmt: skip


def said(text: str, names: Names) -> object:
    """Return all that a reading says, with the places of its nodes."""
    try:
        return repr(read_formula(text, names=names))
    except ReadingError as error:
        return error.message, error.position


@pytest.fixture
def fresh(monkeypatch):
    """Return what is read where nothing was read before."""

    def read(text: str, names: Names) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(formulareader, "_readings", lambda *_, **__: [])
            return said(text, names)

    return read


@pytest.mark.parametrize("seed", range(4))
def test_a_reading_for_other_names_is_what_they_would_have_read(seed, fresh, monkeypatch):
    kept: dict[object, list] = {}
    monkeypatch.setattr(
        formulareader, "_readings", lambda text, manner, *, latex: kept.setdefault((text, manner, latex), [])
    )
    trips = list(product(TEXTS, NAMES))
    Random(seed).shuffle(trips)  # noqa: S311 - an order
    assert [(text, said(text, names)) for text, names in trips] == [
        (text, fresh(text, names)) for text, names in trips
    ]


def test_names_that_do_not_occur_do_not_make_another_reading():
    first = read_formula("q/(r + 1)", names=Names.declare({"x": ["\\mu_B"], "q": []}))
    second = read_formula("q/(r + 1)", names=Names.declare({"y": ["variance"], "r": []}))
    assert isinstance(first, FormulaReading)
    assert first is second


def test_a_spelling_longer_than_what_is_kept_is_looked_for_in_the_whole_text():
    long = "a b c d e f g h i j k l m n o"
    assert said(long, NO_NAMES) != said(long, NAMES[-1])
    assert read_formula(long, names=NAMES[-1]).tree == Symbol("long_name_of_a_thing")
