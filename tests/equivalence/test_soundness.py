"""What is proved holds at points, and what differs at a point is never proved."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.equivalence import Options, Verdict, compare
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.numeric.sampling import Sampler
from grader.notation.tree import Apply, Number, Symbol

NAMES = ("x", "y")
leaves = st.one_of(
    st.sampled_from(NAMES).map(Symbol),
    st.integers(-3, 5).map(lambda value: Number(Fraction(value))),
    st.sampled_from(["1/2", "2/3", "3/2"]).map(lambda text: Number(Fraction(text))),
)


def nodes(children):
    pair = st.tuples(children, children)
    return st.one_of(
        st.tuples(st.sampled_from(["add", "mul", "div", "max", "min"]), pair).map(
            lambda t: Apply(t[0], t[1])
        ),
        st.tuples(
            st.sampled_from(["neg", "exp", "log", "abs", "sin", "cos", "tanh", "sigmoid", "floor"]), children
        ).map(lambda t: Apply(t[0], (t[1],))),
        children.map(lambda child: Apply("root", (child, Number(Fraction(2))))),
        st.tuples(children, st.sampled_from(["2", "3", "-1", "1/2", "-2"])).map(
            lambda t: Apply("pow", (t[0], Number(Fraction(t[1]))))
        ),
        pair.map(lambda t: Apply("add", (t[0], Apply("neg", (t[1],))))),
    )


trees = st.recursive(leaves, nodes, max_leaves=8)
options = Options(symbolic=False)


@settings(max_examples=100, deadline=None)
@given(trees, trees)
def test_a_proof_is_never_contradicted_by_a_point(first, second):
    verdict = compare(first, second, options=options)
    if verdict.certainty == "proved":
        sample = Sampler(first, second, {}, "real", "another seed").run()
        assert sample.differ is None, (first, second, sample)


@settings(max_examples=100, deadline=None)
@given(trees)
def test_the_normal_form_has_the_value_of_the_tree(tree):
    """Rewrite a tree in ways that keep its value: the verdict must not be `different`."""
    zero = Apply("add", (Symbol("x"), Apply("neg", (Symbol("x"),))))
    one = Apply("exp", (Number(Fraction(0)),))
    for same in (
        Apply("add", (tree, zero)),
        Apply("mul", (tree, one)),
        Apply("neg", (Apply("neg", (tree,)),)),
        Apply("div", (Apply("mul", (Number(Fraction(6)), tree)), Number(Fraction(6)))),
    ):
        assert compare(tree, same, options=options).equal != "different"
        assert compare(same, tree, options=options).equal != "different"


@settings(max_examples=100, deadline=None)
@given(trees)
def test_another_value_is_never_equal(tree):
    other = Apply("add", (tree, Number(Fraction(1, 1000))))
    verdict = compare(tree, other, options=options)
    assert verdict.equal != "equal", (tree, verdict)


@settings(max_examples=100, deadline=None)
@given(trees, trees, trees)
def test_quotients_obey_the_laws_of_a_field(first, second, third):
    field = Normalizer({})
    try:
        a, b, c = map(field.normal, (first, second, third))
        left = field.times(a, field.plus(b, c))
        right = field.plus(field.times(a, b), field.times(a, c))
        assert field.same(left, right)
        assert field.same(field.times(a, b), field.times(b, a))
        if a.top:
            assert field.times(a, field.inverse(a)).constant == 1 or field.same(
                field.times(a, field.inverse(a)), field.number(1)
            )
    except (TooLargeError, UndefinedError):
        pass


@settings(max_examples=100, deadline=None)
@given(trees, trees)
def test_same_input_same_verdict(first, second):
    assert compare(first, second, options=options) == compare(first, second, options=options)


def test_rational_formulas_load_no_computer_algebra(tmp_path):
    import subprocess

    code = (
        "import sys\n"
        "from grader.equivalence import compare\n"
        "from grader.notation.tree import Apply, Number, Symbol\n"
        "from fractions import Fraction\n"
        "x = Symbol('x'); two = Number(Fraction(2))\n"
        "assert compare(Apply('mul', (two, x)), Apply('add', (x, x))).certainty == 'proved'\n"
        "assert compare(Apply('mul', (two, x)), Apply('mul', (x, x))).certainty == 'disproved'\n"
        "print(sorted({'sympy', 'numpy', 'flint', 'pydantic'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


soundness = load("soundness")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.integers(0, 10**6))
def test_mpmath_confirms_every_proof_and_every_disproof(random, seed):
    """Compare random pairs over declared domains: 50 exact points for a proof, its own point for a disproof."""
    maker = soundness.formula_pairs.Maker(random)
    pair = maker.pair()
    verdict = compare(*pair, options=Options(domains=maker.domains, symbolic=False))
    found = soundness.contradiction(pair, verdict, maker.domains, seed)
    assert not found, (pair, maker.domains, verdict, found)


def test_the_harness_sees_a_wrong_proof_and_a_wrong_disproof():
    x, y = Symbol("x"), Symbol("y")
    proof = Verdict("equal", "proved", "normal form", "")
    assert soundness.contradiction((x, y), proof, {}, 1)
    assert not soundness.contradiction(
        (Apply("add", (x, x)), Apply("mul", (Number(Fraction(2)), x))), proof, {}, 1
    )
    disproof = Verdict("different", "disproved", "point", "", (("x", "2"), ("y", "2")))
    assert soundness.contradiction((x, y), disproof, {}, 1)
    other = Verdict("different", "disproved", "point", "", (("x", "2"), ("y", "1/2")))
    assert not soundness.contradiction((x, y), other, {}, 1)
