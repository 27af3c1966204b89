from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.formulareader import read_formula
from grader.notation.names import Names
from grader.notation.numbers.cells import Cell, read_cell
from grader.notation.numbers.matrixvalues import NoValueError, Rows, agree, evaluate


def grid(text: str) -> Rows:
    return tuple(tuple(map(read_cell, row.split())) for row in text.split(";"))


VALUES = {"qaq": grid("1 2; 3 4"), "qbq": grid("0 1; 1 0"), "qcq": grid("0.33 0.5"), "qdq": grid("1 2; 2 4")}
NAMES = Names.declare(dict.fromkeys(VALUES, ()), matrices=frozenset(VALUES))


def value(text: str) -> list[list[Fraction]]:
    rows = evaluate(read_formula(text, names=NAMES).tree, VALUES)
    return [[cell.reading.value for cell in row if cell.reading] for row in rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("-qaq", [[-1, -2], [-3, -4]]),
        ("2 qaq + qbq", [[2, 5], [7, 8]]),
        ("qaq - qbq", [[1, 1], [2, 4]]),
        (r"\frac{qaq}{2}", [[Fraction(1, 2), 1], [Fraction(3, 2), 2]]),
        ("qaq^T", [[1, 3], [2, 4]]),
        ("qaq^{-1}", [[-2, 1], [Fraction(3, 2), Fraction(-1, 2)]]),
        ("qaq^2", [[7, 10], [15, 22]]),
        ("qaq^{-2} qaq^2", [[1, 0], [0, 1]]),
        ("qaq qbq", [[2, 1], [4, 3]]),
        (r"qaq \odot qaq", [[1, 4], [9, 16]]),
        ("qaq + I", [[2, 2], [3, 5]]),
        ("I qaq - 2 qbq", [[1, 0], [1, 4]]),
        ("qaq + 1", [[2, 3], [4, 5]]),
        (r"\frac{1}{\sqrt{2}} qaq \cdot \sqrt{2}", [[1, 2], [3, 4]]),
        (r"\frac{1}{\sqrt{4}} qbq", [[0, Fraction(1, 2)], [Fraction(1, 2), 0]]),
        ("qaq^0", [[1, 0], [0, 1]]),
    ],
)
def test_values_are_exact(text: str, rows: list[list[Fraction]]) -> None:
    assert value(text) == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\det qaq", "a number that belongs"),
        ("x qaq", "A name stands"),
        ("qdq^{-1}", "no inverse"),
        ("qcq^{-1}", "not square"),
        ("qaq + qcq", "do not fit"),
        ("qaq qcq", "do not fit for a product"),
        ("qaq / 0", "division by zero"),
        ("2 / qaq", "more than one way"),
        ("qaq^{99}", "exponent"),
        (r"\sin(qaq)", "could not be computed"),
        ("2 + 3", "a number, not a matrix"),
        ("I + I", "size of the unit matrix"),
        ("qaq - 2 I", "size of the unit matrix"),
        ("2^qaq", "power with a matrix"),
    ],
)
def test_what_has_no_value_says_why(text: str, said: str) -> None:
    with pytest.raises(NoValueError, match=said):
        value(text)


def test_a_sign_that_may_mean_another_product_leaves_it_without_a_value() -> None:
    with pytest.raises(NoValueError, match="more than one way"):
        evaluate(read_formula("qaq * qbq", names=NAMES).tree, VALUES, elementwise=True)


def test_values_beyond_the_limit_are_refused() -> None:
    big = {"qaq": ((Cell("", read_cell("9" * 90).reading),),)}
    with pytest.raises(NoValueError, match="too large"):
        evaluate(read_formula("qaq^{16}", names=NAMES).tree, big)


def test_rounded_cells_stay_rounded() -> None:
    (row,) = evaluate(read_formula("2 qcq", names=NAMES).tree, VALUES)
    assert [cell.reading.step for cell in row if cell.reading] == [Fraction(2, 100), Fraction(2, 10)]


def test_matrices_agree_to_the_digits_they_show() -> None:
    assert agree(grid("1/3 1"), grid("0.33 1"))
    assert not agree(grid("1/3 1"), grid("0.34 1"))
    assert not agree(grid("1 1"), grid("1; 1"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4))
def test_a_matrix_times_its_inverse_is_the_unit_matrix(cells: list[int]) -> None:
    a, b, c, d = cells
    values = {"qaq": grid(f"{a} {b}; {c} {d}")}
    tree = read_formula("qaq^{-1} qaq", names=NAMES).tree
    if a * d == b * c:
        with pytest.raises(NoValueError):
            evaluate(tree, values)
    else:
        rows = evaluate(tree, values)
        assert [[cell.reading.value for cell in row if cell.reading] for row in rows] == [[1, 0], [0, 1]]
