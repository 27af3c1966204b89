"""Declared names: every spelling is the symbol, the longest spelling wins, case is kept."""

from __future__ import annotations

import pytest

from grader.notation.formulareader import read_formula
from grader.notation.names import NO_NAMES, Names
from grader.notation.printing.text import to_text
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Constant, Symbol

BATCH = Names.declare(
    {
        "x": ["x^{(i)}", "x_i"],
        "mu": [r"\mu_B", "mean"],
        "var": [r"\sigma_B^2", "sigma^2", "variance"],
        "eps": [r"\epsilon"],
        "xhat": [r"\hat{x}"],
    }
)


@pytest.mark.parametrize("text", [
    r"\frac{x^{(i)}-\mu_B}{\sqrt{\sigma_B^2+\epsilon}}", "(x - mu)/sqrt(var + eps)", "(x_i - μ_B)/√(σ_B² + ε)",
    r"\frac{x_i - \mu_{B}}{\sqrt{\sigma_{B}^{2} + \varepsilon}}", "(x-mean)/sqrt(variance+epsilon)",
    r"(x^(i) - mu_B)/sqrt(sigma^2 + eps)", r"\dfrac{x_{i}-\mu}{\sqrt{\sigma^{2}+\epsilon}}",
    r"\frac{\mathbf{x}_i-\text{mean}}{\sqrt{\mathrm{var} + \epsilon}}", "(xᵢ − μ)/√(σ² + ϵ)",
])  # fmt: skip
def test_every_spelling_is_the_symbol(text):
    assert to_text(read_formula(text, names=BATCH).tree) == '(x - mu)/sqrt(var + "eps")'


def test_the_longest_spelling_wins():
    assert read_formula(r"\sigma_B^2", names=BATCH).tree == Symbol("var")
    assert to_text(read_formula(r"\sigma_B^3", names=BATCH).tree) == "sigma_B^3"
    assert to_text(read_formula(r"\sigma_{B+1}^2", names=BATCH).tree) == "sigma_{B + 1}^2"
    assert to_text(read_formula(r"x_{ij}", names=BATCH).tree) == "x_{i, j}"


def test_accents_in_every_notation():
    for text in (r"\hat{x}", r"\hat x", "x_hat", "x̂", "xhat"):
        assert read_formula(text, names=BATCH).tree == Symbol("xhat")


def test_declared_words_win_over_letters():
    names = Names.declare({"lr": [], "ab": [], "c": []})

    assert read_formula("abc", names=names).tree.args == (Symbol("ab"), Symbol("c"))
    assert read_formula("ABC", names=names).tree.args == (Symbol("A"), Symbol("B"), Symbol("C"))


@pytest.mark.parametrize(("run", "pieces"), [
    ("xy", ["x", "y"]), ("stride", ["stride"]), ("2omegat", ["2", "omega", "t"]), ("thetad", ["theta", "d"]),
    ("longName", ["longName"]), ("mnk", ["m", "n", "k"]), ("abcd", ["abcd"]), ("MSE", ["MSE"]), ("dim", ["dim"]),
])  # fmt: skip
def test_undeclared_runs_in_plain_text(run, pieces):
    tree = read_formula(run).tree
    parts = tree.args if hasattr(tree, "args") else (tree,)
    assert [to_text(part).strip('"') for part in parts] == pieces


def test_a_function_behind_a_letter():
    assert to_text(read_formula("Bsin(x)").tree) == "B*sin(x)"
    assert to_text(read_formula("nlog(n)").tree) == "n*log(n)"


def test_constants_are_chosen():
    assert read_formula("i").tree == Symbol("i")
    imaginary = Names.declare({}, constants=("e", "pi", "i"))
    assert read_formula("i", names=imaginary).tree == Constant("i")
    assert to_text(read_formula(r"\sum_{i=1}^n i^2 x_i", names=imaginary).tree) == "sum(i^2*x_i, i, 1, n)"
    assert read_formula("e", names=Names.declare({"e": []})).tree == Symbol("e")
    with pytest.raises(ValueError, match="no such constant"):
        Names.declare({}, constants=("tau",))


def test_declared_functions_are_called():
    names = Names.declare({"x": []}, ["loss"])
    assert to_text(read_formula("loss(x) + loss", names=names).tree) == "loss(x) + loss"
    assert to_text(read_formula("x(2)", names=names).tree) == "x*2"


def test_matrices_do_not_commute():
    names = Names.declare({"A": [], "B": []}, matrices=("A", "B"))
    assert read_formula("AB", names=names).tree.head == "matmul"
    assert read_formula("A^{-1}", names=names).tree.head == "inverse"
    assert read_formula("AB", names=NO_NAMES).tree.head == "mul"


def test_case_is_kept():
    names = Names.declare({"N": [], "n": []})
    assert to_text(read_formula("N/n", names=names).tree) == "N/n"


def test_a_rubric_is_told_what_is_wrong_with_its_names():
    with pytest.raises(ReadingError):
        Names.declare({"x": [""]})
    with pytest.raises(ValueError, match="is declared for"):
        Names.declare({"a": ["x"], "b": ["x"]})


@pytest.mark.parametrize("declared", [r"P(B \mid A)", "P(B|A)", "P(B | A)"])
@pytest.mark.parametrize("text", [r"2 P(B \mid A)", "2 P(B|A)", r"$2 P(B | A)$", "2P(B|A)"])
def test_a_condition_has_one_sign_however_it_is_written(declared, text):
    reading = read_formula(text.strip("$"), names=Names.declare({"likelihood": [declared]}))
    assert to_text(reading.tree) == "2*likelihood"
