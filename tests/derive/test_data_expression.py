"""The arithmetic of `expr`: what it gives, what it refuses, and that nothing runs away."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.derive import SpecError, derive


def value(expr, **values):
    return derive({"op": "expr", "expr": expr, "values": values}).value


@pytest.mark.parametrize(
    ("expr", "result"),
    [
        ("1 + 2 * 3", 7),
        ("-2 ** 2", -4),
        ("2 ^ 3 ** 2", 512),
        ("2 ** -1", Fraction(1, 2)),
        ("7 // 2 + 7 % 2", 4),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("sqrt(9 / 4)", Fraction(3, 2)),
        ("log2(8) + math.log(8, 2)", 6),
        ("[n, 2 * n], [1, 1]", ((3, 6), (1, 1))),
        ("(n + 1, n)", (4, 3)),
        ("sum(k ** 2 for k in range(4))", 14),
        ("[10 * a + b for a in [1, 2] for b in range(a)]", (10, 20, 21)),
        ("[a * b for a, b in zip([1, 2], [3, 4])]", (3, 8)),
        ("[k for k in range(6) if k % 2 == 0]", (0, 2, 4)),
        ("1 if n > 2 and not n == 4 else 0", 1),
        ("max(n, 5) - min([n, 5]) + abs(-1)", 3),
        ("round(2.345, 2)", Fraction(234, 100)),
        ("ceil(7 / 2) + floor(-1 / 2)", 3),
        ("x[1:3] + [x[-1]]", (2, 3, 4)),
        ("np.array(x) * 2 - 1", (1, 3, 5, 7)),
        ("np.mean(np.array([[1, 2], [3, 6]]), axis=0)", (2, 4)),
        ("np.array([[1, 2], [3, 4]]).T[0]", (1, 3)),
        ("np.array([[1, 2], [3, 4]]) @ np.array([1, 1])", (3, 7)),
        ("np.linalg.inv([[2, 0], [0, 4]])", ((Fraction(1, 2), 0), (0, Fraction(1, 4)))),
        ("np.linalg.det([[1, 2], [3, 4]])", -2),
        ("np.linalg.norm([3, 4])", 5),
        ("np.std([1, 3])", 1),
        ("np.var([1, 3], ddof=1)", 2),
        ("np.dot([1, 2], [3, 4])", 11),
        ("math.comb(5, 2) + math.factorial(3)", 16),
        ("out_dim(32, 5, 1, 1, 2)", 32),
        ("confusion(**counts([1, 1, 0], [1, 0, 0]))['recall']", Fraction(1, 2)),
        ("np.sum(np.eye(3))", 3),
        ("softmax([2, 2])", (Fraction(1, 2), Fraction(1, 2))),
        ("entropy([0.5, 0.5])", 1),
        ("sum([]) + len(x)", 4),
    ],
)
def test_values(expr, result):
    assert value(expr, n=3, x=[1, 2, 3, 4]) == result


def test_floats_where_they_are_needed():
    assert value("exp(1)") == pytest.approx(math.e)
    assert value("sigmoid(2)") == pytest.approx(1 / (1 + math.exp(-2)))


def test_values_may_be_texts_of_numbers():
    assert derive({"op": "expr", "expr": "a + b", "values": {"a": "1/3", "b": "2"}}).value == Fraction(7, 3)


def test_alternatives_are_mistakes():
    spec = {
        "op": "expr",
        "expr": "n * u + u",
        "values": {"n": 3, "u": 2},
        "alternatives": {"no_bias": "n * u", "same": "8"},
    }
    assert [(m.name, m.value) for m in derive(spec).mistakes] == [("no_bias", 6)]


def test_logarithms_and_spreads_the_other_way():
    found = {m.name: m.value for m in derive({"op": "expr", "expr": "log2(4)"}).mistakes}
    assert found["log_base"] == pytest.approx(math.log(4))
    found = {m.name: m.value for m in derive({"op": "expr", "expr": "np.var([1, 3])"}).mistakes}
    assert found["std_ddof"] == 2


@pytest.mark.parametrize(
    "expr",
    [
        "", "1 +", "(1", "1)", "1 2", "a", "1 / 0", "sqrt(-1)", "log(0)", "9 ** 9 ** 9 ** 9", "2 ** 100000", "10 ** -100000",
        "(" * 500 + "1" + ")" * 500, "-" * 3000 + "1", "1" * 3000, "1e99999", "2**" * 900 + "2", "x" * 5000,
        "range(10 ** 9)", "[0] * 10 ** 9", "np.zeros(10 ** 9)", "math.factorial(10 ** 6)", "math.comb(10 ** 6, 3)",
        "sum(1 for i in range(20000)) + sum(1 for i in range(20000)) + sum(sum(1 for j in range(9999)) for i in range(9999))",
        "__import__('os')", "().__class__", "(1).__class__.__bases__", "open('x')", "lambda: 1", "eval('1')", "print(1)",
        "'a' * 3", "'a' + 'b'", "[1] + 1", "x.y", "sqrt", "None", "counts([1], [1])", "[1, 2][5]", "np.array([[1], [1, 2]])",
        "np.array([1, 2]) + np.array([1, 2, 3])", "1 if", "f(**1)", "sum(1, 2, 3, 4, 5)", "max()", "a.b.c.d()", "np.linalg.inv([[1, 1], [1, 1]])",
        "1;2", "1 # note", "$", "\x00", "é", "1..2", "x[::0]", "for", "[k for k in 3]",
    ],
)  # fmt: skip
def test_refusals_are_quick_and_say_where(expr):
    start = time.process_time()
    with pytest.raises(SpecError) as error:
        derive({"op": "expr", "expr": expr, "values": {"x": [1, 2]}})
    assert time.process_time() - start < 20
    assert error.value.path[:1] in {("expr",), ()}


@given(st.text(alphabet="0123456789+-*/%^().,[]: abxsqrtlogfornif'<=>\"", max_size=60))
def test_any_text_gives_a_value_or_an_error(text):
    with suppress(SpecError):
        derive({"op": "expr", "expr": text, "values": {"a": 2, "b": [1, 2]}})


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 20))
def test_fractions_are_exact(a, b, c):
    assert value("(a + b) * a / c - b", a=a, b=b, c=c) == Fraction((a + b) * a, c) - b
