from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.finding.conclusions import find_conclusions
from grader.finding.formulas import find_formulas
from grader.finding.reading import Reading


def concluded(text):
    return find_conclusions(text, Reading(text).values)


def texts(text):
    return [found.text for found in find_formulas(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("using $\\sigma^2 = \\frac{2}{N}$, where $N$ counts", ["\\sigma^2 = \\frac{2}{N}", "N"]),
        ("with sigma^2 = 2/N, where N is the fan-in", ["sigma^2 = 2/N"]),
        ("z = gamma * xhat + beta where gamma is learned", ["z = gamma * xhat + beta"]),
        ("z = gamma xhat + beta.", ["z = gamma xhat + beta"]),
        ("**z = γ x̂ + β**", ["z = γ x̂ + β"]),
        ("the variance should be 2/n", ["2/n"]),
        ("the std is sqrt(2/N) then", ["sqrt(2/N)"]),
        ("normalise by (x - mu)/sqrt(var + eps) as usual", ["(x - mu)/sqrt(var + eps)"]),
        ("y = ax + b. Then we go on", ["y = ax + b"]),
        ("ReLU = max(0, x); ELU = alpha*(e^x - 1) below", ["ReLU = max(0, x)", "ELU = alpha*(e^x - 1)"]),
        ("\\sigma^2 = \\frac{2}{N} is the rule", ["\\sigma^2 = \\frac{2}{N}"]),
        ("input/output of the layer and/or others", []),
        ("A -> B => C", []),
        ("nothing here at all", []),
        ("$$a = 1, \\quad b = 2$$", ["a = 1", "b = 2"]),
        ("$a = f(x, y), b = 2$", ["a = f(x, y)", "b = 2"]),
        ("\\begin{align*} a &= b \\\\ &= c \\label{x} \\end{align*}", ["a &= b", "= c"]),
        ("\\[ \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix} \\]", ["\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}"]),
        ("```python\nz = g*x + b  # shift\n```", ["z = g*x + b"]),
        ("```math\na = b \\\\ c = d\n```", ["a = b", "c = d"]),
        ("it costs 5$ in all", []),
        ("a \\$ sign and $x + 1$", ["x + 1"]),
    ],
)
def test_formulas_are_found_in_prose(text, found):
    assert texts(text) == found


def test_a_row_that_goes_on_is_marked():
    first, second = find_formulas("$$a &= b \\\\ &= c$$")
    assert (first.continues, second.continues) == (False, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We get $x = 2$. So \\boxed{x^{2} = 4} holds.", ["x^{2} = 4"]),
        ("The answer is $7$. Another thought: $x$.", ["7"]),
        ("Final answer: the volume of $V$ is 120. I hope so.", ["120"]),
        ("one root is $1$, the others are $2$, $3$ and $4$.", ["2", "3", "4"]),
        ("\\boxed{1} cats and \\boxed{2} dogs", ["1", "2"]),
        ("First \\boxed{1}. Then, after a check, \\boxed{2}", ["2"]),
        ("\\boxed{3}, as said: \\boxed{ 3 }", ["3"]),
        ("\\boxed{12\\text{ miles}}", ["12"]),
        ("\\boxed{12\\text{ MB}}", ["12\\text{ MB}"]),
        ("$a = 1,\\quadb = 2$", ["a = 1", "b = 2"]),
        ("so $\\\\frac{1}{2}$", ["\\\\frac{1}{2}"]),
        ("Therefore, $a = 1$ is the answer. It was $b$ before.", ["b"]),
        ("First $a$, then $b = 2$", ["b = 2"]),
        ("nothing", []),
        ("\\boxed{", []),
    ],
)
def test_conclusions(text, found):
    assert [each.text for each in concluded(text)] == found


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="$`\\[](){}=+-/^ab1 \n.,&_", max_size=200))
def test_spans_are_true_and_in_order(text):
    end = 0
    for found in find_formulas(text):
        assert text[found.start : found.end] == found.text
        assert found.start >= end
        end = found.end
    concluded(text)


@pytest.mark.parametrize(
    "unit",
    ["$", "\\[", "`", "=", "a=", "(", "a/", "\\begin{align}", "a^b ", "(a)=", "\\boxed{", "$a$ ", "a_", ")"],
)
def test_time_is_linear(unit):
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    find_formulas(text)
    concluded(text)
    assert time.process_time() - start < 20
