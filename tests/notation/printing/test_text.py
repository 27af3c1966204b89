"""What is printed reads back as the same tree; what is shown as LaTeX is only our own commands."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.printing.text import to_latex, to_text
from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Constant,
    Interval,
    Logic,
    Matrix,
    Number,
    Relation,
    Symbol,
)

NAMES = Names.declare({"Ef": [], "batch size": [], "e": []}, constants=("pi",))

letters = st.sampled_from(
    ["x", "y", "z", "a", "b", "n", "theta", "mu", "Sigma", "stride", "Ef", "batch size", "x_hat", "mu_bar", "x1", "e", "lr",
     "learning_rate", "f", "w'", "max_pool", "T", "E", "d", "MSE", "xy", "or", "sin"]
)  # fmt: skip
symbols = letters.map(Symbol)
indices = st.sampled_from(["i", "j", "k", "t", "max", "in", "B", "train", "kv", "true"])
numbers = st.one_of(
    st.integers(0, 10**9).map(lambda value: Number(Fraction(value), text=str(value))),
    st.decimals(0, 1000, places=3).map(lambda value: Number(Fraction(value), text=str(value))),
)
atoms = st.one_of(symbols, numbers, st.just(Constant("pi")), st.just(Constant("infinity")))
indexed = st.builds(
    lambda base, found: Apply("index", (base, *found)),
    letters.filter(lambda name: "_" not in name and " " not in name and name not in {"sin", "or"}).map(
        Symbol
    ),
    st.lists(
        st.one_of(indices.map(Symbol), st.integers(0, 9).map(lambda value: Number(Fraction(value)))),
        min_size=1,
        max_size=2,
    ),
)

UNARY = ["neg", "exp", "log", "abs", "norm", "floor", "ceil", "sin", "arctan", "arsinh", "factorial", "percent", "sign",
         "transpose", "sigmoid", "relu", "expectation", "variance", "big_o", "conjugate", "call:loss", "call:f",
         "call:q", "plusminus"]  # fmt: skip
BINARY = ["div", "pow", "root", "mod", "binomial", "plusminus", "minusplus", "hadamard", "dot", "derivative"]


def _grown(inner):
    pairs = st.tuples(inner, inner)
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    index = st.sampled_from(["i", "j", "t"]).map(Symbol)
    relations = st.builds(
        lambda sign, args: Relation((sign,), args), st.sampled_from(["=", "<", "<=", "!=", "~"]), pairs
    )
    return st.one_of(
        st.builds(lambda head, arg: Apply(head, (arg,)), st.sampled_from(UNARY), inner),
        st.builds(Apply, st.sampled_from(BINARY), pairs),
        st.builds(lambda args: Apply("add", args), several),
        st.builds(lambda args: Apply("mul", args), several),
        st.builds(lambda args: Apply("max", args), several),
        st.builds(lambda body, at, low, high: Binder("sum", body, at, low, high), inner, index, inner, inner),
        st.builds(lambda body, at: Binder("argmin", body, at), inner, index),
        st.builds(lambda value, test, other: Cases(((value, test), (other, None))), inner, relations, inner),
        st.builds(lambda row, other: Matrix((row, other)), pairs, pairs),
        st.builds(lambda items: Collection("set", items), several),
        st.builds(lambda ends, low: Interval(*ends, low, not low), pairs, st.booleans()),
        st.builds(Logic, st.sampled_from(["and", "or"]), st.tuples(relations, relations)),
        relations,
    )  # fmt: skip


trees = st.recursive(st.one_of(atoms, indexed), _grown, max_leaves=14)


def _printable(tree):
    """Leave out what no text can say: `(-2)!` aside, trees the reader itself writes in another way."""
    for node in tree.walk():
        if isinstance(node, Apply):
            if node.head == "pow" and isinstance(node.args[0], Constant) and node.args[0].name == "e":
                return False
            if node.head == "mul" and any(_matrix_like(arg) for arg in node.args):
                return False
            if node.head == "div" and isinstance(node.args[0], Symbol) and node.args[0].name == "d":
                return False
            if node.head == "max" and isinstance(node.args[0], Collection):
                return False
            if node.head == "derivative" and isinstance(node.args[1], Collection):
                return False
            if node.head == "transpose" and isinstance(node.args[0], Apply) and node.args[0].head == "mul":
                return False
        if isinstance(node, Binder) and isinstance(node.lower, Collection | Relation):
            return False
    return True


def _matrix_like(node):
    return isinstance(node, Matrix) or (isinstance(node, Apply) and (
        node.head in {"transpose", "hadamard"} or (node.head in {"add", "neg", "div"} and any(map(_matrix_like, node.args)))
    ))  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trees.filter(_printable))
def test_printed_trees_read_back(tree):
    text = to_text(tree)
    again = read_formula(text, names=NAMES, syntax="text").tree
    assert to_text(again) == text
    assert again == tree, text


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trees)
def test_latex_is_only_our_own_commands(tree):
    latex = to_latex(tree)
    commands = set(re.findall(r"\\([A-Za-z]+)", latex))
    assert commands <= OUR_COMMANDS
    assert latex.count("{") == latex.count("}")


OUR_COMMANDS = frozenset(re.findall(r"\w+", """
    left right frac sqrt cdot times ln log sin cos arctan operatorname mathrm mathbb
    text sum prod int lim max min ne le ge approx to pm mp
    lfloor rfloor lceil rceil lVert rVert langle rangle begin end top overline binom partial
    mid land lor lnot in cup cap setminus theta mu Sigma pi infty hat
    bar odot bmod sigma
"""))  # fmt: skip


@pytest.mark.parametrize(
    "name", [r"\input{x}", "$x$", "a}b{", "%", r"\\", "<script>", "x&y", "#1", "~", "^_"]
)
def test_names_are_escaped(name):
    latex = to_latex(Symbol(name))
    stripped = re.sub(r"\\(?:[{}$%&#_ ]|backslash |wedge |sim |lt |gt |mathrm)", "", latex)
    assert not re.search(r"[\\$%&#~<>^_]", stripped)
    assert stripped.count("{") == stripped.count("}") == 1


def test_latex_of_common_formulas():
    assert to_latex(read_formula("(x - mu)/sqrt(sigma^2 + eps)").tree) == (
        r"\frac{x - \mu}{\sqrt{{\sigma}^{2} + \epsilon}}"
    )
    assert to_latex(read_formula("sum(x_i, i, 1, m)").tree) == r"\sum_{i = 1}^{m} {x}_{i}"
    assert to_latex(read_formula("x if x > 0 else 0").tree) == (
        r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}"
    )
    assert to_latex(read_formula("learning_rate * x_hat").tree) == r"\mathrm{learning\_rate} \cdot \hat{x}"


def test_long_numbers_are_shown_shortened():
    assert len(to_latex(read_formula("1" * 900).tree)) < 100
