"""What stands behind a formula: conditions are kept apart, remarks are left out, factors stay."""

from __future__ import annotations

import pytest

from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.printing.text import to_text
from grader.notation.syntaxerrors import ReadingError

REMARKS = [
    ("a*b + c", r"ab + c \quad (3)"),
    ("a*b + c", r"ab + c \qquad (2.1a)"),
    ("a*b + c", r"ab + c \tag{7}"),
    ("a*b + c", r"ab + c \label{eq:sum}"),
    ("a*b + c", r"ab + c \quad\text{(final)}"),
    ("a*b + c", r"ab + c \text{ (the result)}"),
    ("a*b + c", r"ab + c \text{ by the chain rule}"),
    ("a*b + c", r"ab + c && \text{using the definition}"),
    ("a*b + c", r"\therefore ab + c"),
    ("a*b + c", r"\implies ab + c"),
    ("a*b + c", "⇒ ab + c"),
    ("a*b + c", "ab + c (I guess)"),
    ("a*b + c", "ab + c (c is a constant)"),
    ("a*b + c", "ab + c, where c is the offset"),
    ("a*b + c", "ab + c   % from the slides"),
    ("a*b + c", "ab + c  # because of the bias"),
    ("a*b + c", "“ab + c”"),
    ("y = a*b", r"y &= ab && \text{by the rule}"),
    ("y = a*b", "y &= ab & (4)"),
]
CONDITIONS = [
    ("1/x", r"\frac{1}{x}, x \ne 0", ["x != 0"]),
    ("1/x", r"\frac{1}{x} \quad (x > 0)", ["x > 0"]),
    ("1/x", r"\frac1x \quad\text{for } x \neq 0", ["x != 0"]),
    ("1/x", r"\frac{1}{x}, \quad \forall x > 0", ["x > 0"]),
    ("g(t) = c*t", r"g(t) = ct, c \in \mathbb{R}", ["c in reals"]),
    ("1/(1 - q)", "1/(1-q), |q| < 1", ["abs(q) < 1"]),
    ("x^2", "x^2 (x > 0)", ["x > 0"]),
    ("y = s*x", "y = s x where s = 2", ["s = 2"]),
]
KEPT = [
    ("4*(batch*size)", "4 (batch size)"),
    ("mod(n, k)", "n % k"),
    ("20%", "20%"),
    ("x = 1, y > 2", "x = 1, y > 2"),
    ("x > 1, x < 3", "x > 1, x < 3"),
    ("a = 1, b = 2", r"a = 1 \quad b = 2"),
    ("x = 2 or x = 3", r"x = 2 \quad\text{or}\quad x = 3"),
    ("probability(X > 0)", "P(X > 0)"),
    ("piecewise((x, x > 0), (0, x <= 0))", "x for x > 0; 0 for x <= 0"),
    ("piecewise((x, x > 0), (0, true))", "x if x > 0, 0 otherwise"),
    ("f*2", "f (2)"),
]
REFUSED = ["ab (or a + b)", "ab (not a^2)", "ab (c is 3)"]


@pytest.mark.parametrize(("tree", "text"), REMARKS)
def test_remarks_are_no_factors(tree, text):
    reading = read_formula(text)
    assert to_text(reading.tree) == tree
    assert not reading.conditions


@pytest.mark.parametrize(("tree", "text", "conditions"), CONDITIONS)
def test_conditions_are_kept_apart(tree, text, conditions):
    reading = read_formula(text)
    assert to_text(reading.tree) == tree
    assert [to_text(each) for each in reading.conditions] == conditions


@pytest.mark.parametrize(("tree", "text"), KEPT)
def test_what_may_be_meant_stays(tree, text):
    reading = read_formula(text)
    assert to_text(reading.tree) == tree
    assert not reading.conditions


@pytest.mark.parametrize("text", REFUSED)
def test_words_that_may_change_the_formula_are_not_left_out(text):
    with pytest.raises(ReadingError):
        read_formula(text)


def test_a_declared_word_is_no_remark():
    names = Names.declare({"answer": []})
    assert to_text(read_formula(r"2 \quad\text{answer}", names=names).tree) == "2*answer"


def test_a_remark_is_noted():
    assert any("guess" in note for note in read_formula("ab (I guess)").notes)
