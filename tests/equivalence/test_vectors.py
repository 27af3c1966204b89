"""Vectors and matrices: inner products and norms as sums, products in their order."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.comparison import ComparisonOptions, compare_texts
from grader.equivalence import Options, compare
from grader.notation.tree import Apply, Matrix, Symbol
from grader.notation.tree import Number as Literal


def verdict(expected, answer, **options):
    return compare_texts(expected, answer, options=ComparisonOptions.model_validate(options)).verdict


EQUAL = [
    (r"w^\top x + b", r"x^\top w + b"),
    (r"w^\top x + b", r"w\cdot x + b"),
    (r"w^\top x + b", r"\sum_i w_i x_i + b"),
    (r"w^\top x + b", r"\sum_{i=1}^n x_i w_i + b"),
    (r"w^\top x+b", r"\langle w,x\rangle+b"),
    (r"\frac{1}{2}\|w\|^2", r"\frac12 w^\top w"),
    (r"\|w\|_2^2", r"\sum_i w_i^2"),
    (r"\|w\|", r"\sqrt{\sum_i w_i^2}"),
    (r"\|w\|_1", r"\sum_j |w_j|"),
    (r"\frac1n\sum_{i=1}^n(y_i-\hat y_i)^2", r"\frac{1}{n}(y-\hat y)^\top(y-\hat y)"),
    (r"\frac{1}{n}\sum_{i=1}^n (y_i-w^\top x_i)^2", r"\frac{1}{n}\sum_{i=1}^n (x_i^\top w-y_i)^2"),
    (r"\frac{a\cdot b}{\|a\|\|b\|}", r"\frac{a^\top b}{\sqrt{a^\top a}\sqrt{b^\top b}}"),
    (r"\frac{1}{n}\|y-Xw\|^2", r"\frac{1}{n}(y-Xw)^\top(y-Xw)"),
    (r"x^\top A y", r"y^\top A^\top x"),
    (r"(AB)^{-1}", r"B^{-1}A^{-1}"),
    (r"(A^\top)^{-1} B", r"(A^{-1})^\top B"),
    (r"(2AB)^{-1}", r"\frac12 B^{-1}A^{-1}"),
    (r"\tilde D^{-1/2}\tilde A\tilde D^{-1/2}H", r"\tilde D^{-1/2}\tilde A\tilde D^{-1/2}H + 0"),
]
NOT_EQUAL = [
    (r"w^\top x + b", r"w^\top x - b"),
    (r"w^\top x + b", r"\sum_i w_i + b"),
    (r"\|w\|_1", r"\|w\|_2"),
    (r"\|w\|^2", r"\|w\|"),
    (r"a^\top b", r"a b^\top"),
    (r"X^\top X w", r"X X^\top w"),
    (r"x^\top A y", r"x^\top A^\top y"),
    (r"(AB)^{-1}", r"A^{-1}B^{-1}"),
    (r"AB^{-1}", r"B^{-1}A"),
    (r"\tilde D^{-1/2}\tilde A\tilde D^{-1/2}HW", r"\tilde D^{-1}\tilde AHW"),
    (r"\sum_i w_i x_i", r"w\cdot x"),
    (r"\mathrm{tr}(A^\top B)", r"\mathrm{tr}(A^\top B) + 1"),
    (r"\det(A^\top B)", r"2\det(A^\top B)"),
]


@pytest.mark.parametrize(("expected", "answer"), EQUAL)
def test_equal(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert verdict(*pair) == "equal", pair


@pytest.mark.parametrize(("expected", "answer"), NOT_EQUAL)
def test_not_equal(expected, answer):
    for pair in ((expected, answer), (answer, expected)):
        assert verdict(*pair) != "equal", pair


def test_declared_vectors():
    assert verdict(r"w\cdot x", r"\sum_i w_i x_i", matrices=["w", "x"]) == "equal"
    assert verdict(r"w^\top x", r"\sum_i w_i x_i", where={"w": "real", "x": "real"}) != "equal"


def Number(value):  # noqa: N802 - as the node it makes
    return Literal(Fraction(value))


A = Matrix(tuple(tuple(map(Symbol, row)) for row in ("ab", "cd")))
IDENTITY = Matrix(((Number(1), Number(0)), (Number(0), Number(1))))
MATRICES = Options(matrices=frozenset("XYZ"))


def of(head, *args):
    return Apply(head, args)


X, Y, Z = map(Symbol, "XYZ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (of("matmul", X, of("add", Y, Z)), of("add", of("matmul", X, Y), of("matmul", X, Z))),
        (of("transpose", of("matmul", X, Y)), of("matmul", of("transpose", Y), of("transpose", X))),
        (
            of("div", of("matmul", X, Y), Number(2)),
            of("mul", of("div", Number(1), Number(2)), of("matmul", X, Y)),
        ),
        (of("pow", of("matmul", X, Y), Number(2)), of("matmul", X, Y, X, Y)),
        (of("neg", of("transpose", X)), of("transpose", of("neg", X))),
        (of("trace", of("matmul", X, Y)), of("trace", of("matmul", Y, X))),
        (of("hadamard", of("transpose", X), of("transpose", Y)), of("transpose", of("hadamard", X, Y))),
        (of("softmax", of("matmul", X, Y)), of("softmax", of("matmul", X, Y, Number(1)))),
        (of("exp", of("matmul", X, Y)), of("exp", of("mul", Number(1), of("matmul", X, Y)))),
        (of("matmul", X, of("inverse", X), Y, of("transpose", Z)), of("matmul", Y, of("transpose", Z))),
    ],
)
def test_laws_of_matrices_hold_for_two_by_two_at_least(first, second):
    assert compare(first, second, options=MATRICES).equal == "equal"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (of("matmul", X, Y), of("matmul", Y, X)),
        (of("transpose", of("matmul", X, Y)), of("matmul", of("transpose", X), of("transpose", Y))),
        (of("det", of("matmul", X, Y)), of("add", of("det", X), of("det", of("transpose", Y)))),
        (of("hadamard", of("transpose", X), Y), of("matmul", of("transpose", X), Y)),
        (of("softmax", of("transpose", X)), of("transpose", of("softmax", X))),
        (of("pow", of("transpose", X), Number(3)), of("pow", X, Number(3))),
        (of("sin", of("transpose", X)), of("cos", of("transpose", X))),
        (of("trace", of("transpose", X)), of("trace", of("matmul", X, X))),
    ],
)
def test_small_matrices_tell_formulas_apart(first, second):
    found = compare(first, second, options=MATRICES)
    assert (found.equal, found.certainty) == ("different", "disproved")
    assert found.reason.startswith("At ")


@pytest.mark.parametrize(
    ("head", "args", "result"),
    [
        ("add", (A, IDENTITY), Matrix(((of("add", Symbol("a"), Number(1)), Symbol("b")), (Symbol("c"), of("add", Symbol("d"), Number(1)))))),
        ("neg", (A,), Matrix(tuple(tuple(of("neg", cell) for cell in row) for row in A.rows))),
        ("div", (A, Number(2)), Matrix(tuple(tuple(of("div", cell, Number(2)) for cell in row) for row in A.rows))),
        ("hadamard", (A, IDENTITY), Matrix(((Symbol("a"), Number(0)), (Number(0), Symbol("d"))))),
        ("transpose", (A,), Matrix(tuple(tuple(map(Symbol, row)) for row in ("ac", "bd")))),
        ("pow", (IDENTITY, Number(3)), IDENTITY),
        ("matmul", (A, IDENTITY), A),
        ("matmul", (Number(1), A, Number(1)), A),
        ("mul", (Number(2), Number(3), IDENTITY), Matrix(((Number(6), Number(0)), (Number(0), Number(6))))),
        ("det", (A,), of("add", of("mul", Symbol("a"), Symbol("d")), of("neg", of("mul", Symbol("b"), Symbol("c"))))),
        ("trace", (A,), of("add", Symbol("a"), Symbol("d"))),
    ],
)  # fmt: skip
def test_arithmetic_of_written_matrices(head, args, result):
    assert compare(Apply(head, args), result).equal == "equal"


@pytest.mark.parametrize(
    ("head", "args"),
    [
        ("add", (A, Matrix(((Number(1),),)))),
        ("matmul", (A, Matrix(((Number(1), Number(2), Number(3)),)))),
        ("hadamard", (A, Number(2))),
        ("div", (Number(1), A)),
        ("pow", (A, Number(99))),
        ("det", (Matrix(((Number(1), Number(2)),)),)),
        ("trace", (Matrix(((Number(1), Number(2)),)),)),
    ],
)
def test_what_has_no_meaning_is_never_equal(head, args):
    assert compare(Apply(head, args), A).equal != "equal"
    assert compare(A, Apply(head, args)).equal != "equal"
