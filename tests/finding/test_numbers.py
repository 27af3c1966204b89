from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.finding.matrices import find_matrices
from grader.finding.numbers import find_numbers
from grader.finding.shapes import find_shapes


def found(text: str, *roles: str) -> list[Fraction]:
    return [each.reading.value for each in find_numbers(text) if not roles or each.role in roles]


@pytest.mark.parametrize(
    "text",
    [
        "28 * 100 = 2800",
        r"$28 \times 100 = 2800$",
        r"$28 \cdot 100$ = $2800$",
        "28 x 100 = 2,800 parameters",
        "(3*3*3 + 1) * 100 = 2800",
        "(3 x 3 x 3 + 1 bias) x 100 = 2800",
        r"\left(3 \times 3 \times 3 + 1\right) \times 100 = \mathbf{2800}",
        "n_params = 28*100 = 2800",
        "28 weights * 100 maps\n  = 2800",
        "2800 = 28 * 100",
        "28 * 100 ≈ 2800",
        "28 times 100 makes: 28·100 = **2800**",
    ],
)
def test_a_chain_has_one_result(text: str) -> None:
    results = [each for each in find_numbers(text) if each.role == "result"]
    assert [each.reading.value for each in results] == [2800]
    chain = results[0].chain
    assert chain is not None
    assert (chain.left, chain.computes) == (2800, True)


def test_a_chain_that_does_not_compute_is_told() -> None:
    (result,) = [each for each in find_numbers("28*99 = 2800") if each.role == "result"]
    assert result.chain is not None
    assert (result.chain.left, result.chain.computes) == (2772, False)


def test_a_rounded_result_computes() -> None:
    (result,) = [each for each in find_numbers("1/9 * 2 = 0.22") if each.role == "result"]
    assert result.chain is not None
    assert result.chain.computes is True


def test_a_chain_with_names_has_no_value() -> None:
    (result,) = [each for each in find_numbers("3*3*C_in*200 = 180000") if each.role == "result"]
    assert result.chain is not None
    assert (result.chain.left, result.chain.computes) == (None, None)


def test_sums_are_additive() -> None:
    (result,) = [each for each in find_numbers("2800 + 180200 + 720400 = 903400") if each.role == "result"]
    assert result.chain is not None
    assert result.chain.additive
    assert result.chain.operands == (2800, 180_200, 720_400)


def test_an_unfinished_calculation_has_its_exact_value() -> None:
    assert found("params = (3*3*3 + 1) * 100", "unevaluated") == [2800]
    assert found("9^9^9^9 + 1", "unevaluated") == []


def test_bullets_and_dashes_are_no_signs() -> None:
    assert found("sizes:\n- 3 maps\n- 4 maps", "stated") == [3, 4]
    assert found("* 3 maps\n* 4 maps", "stated") == [3, 4]
    assert found("it is -3 or = -4") == [-3, -4]
    assert found("28 -3 = 25", "result") == [25]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ID2223",
            "conv2d and conv_2",
            "x_1",
            "$x_{12}$",
            "L2 norm",
            "the 1st and 2nd",
            "a 2D image",
            "version 1.2.3",
        ),
        *(
            "Question 5",
            "Q5",
            "see Figure 3",
            "page 12",
            "Eq. (3)",
            "section 4.2",
            "layer 1",
            "Conv. Layer 2",
        ),
        *(
            "2021-11-27",
            "November 27, 2021",
            "27 November 2021",
            "27/11/2021",
            "at 12:30",
            "https://x.org/123/456",
        ),
        *("1. First", "2) second", "## 5 Question", "(3) third", "# 5. Title"),
    ],
)
def test_digits_that_are_no_quantities(text: str) -> None:
    assert found(text) == []


def test_sizes_are_marked() -> None:
    assert found(r"images of $200 \times 300$ pixels, 3x3 kernels, a (7, 7) input", "size") == [
        200,
        300,
        3,
        3,
        7,
        7,
    ]


def test_units_and_offsets() -> None:
    text = "about **903,400** parameters, 720000 bytes"
    first, second = find_numbers(text)
    assert text[first.start : first.end] == "903,400"
    assert (first.reading.unit_name, second.reading.unit_name) == ("parameters", "B")
    assert not second.reading.approximate


@given(st.text(max_size=200))
def test_finding_is_total_and_keeps_its_places(text: str) -> None:
    for each in find_numbers(text):
        assert 0 <= each.start < each.end <= len(text)
    for matrix in find_matrices(text):
        assert 0 <= matrix.start < matrix.end <= len(text)
    for shape in find_shapes(text):
        assert 0 <= shape.start < shape.end <= len(text)


@given(st.text(alphabet="0123456789 =+-*/^()[]{}\\&|,;.x\n$abe", max_size=120))
def test_finding_in_what_looks_like_mathematics(text: str) -> None:
    assert find_numbers(text) == find_numbers(text + "")
    find_matrices(text)
    find_shapes(text)


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{bmatrix} 1 & 0 \\ 1/9 & 2 \end{bmatrix}",
        r"\left( \begin{array}{cc} 1 & 0 \\ \hline \frac19 & 2 \\ \end{array} \right)",
        "[[1, 0], [1/9, 2]]",
        "array([[1, 0],\n       [1/9, 2]])",
        "[[1 0]\n [1/9 2]]",
        "{{1, 0}, {1/9, 2}}",
        "[1 0; 1/9 2]",
        "| 1 | 0 |\n|---|---|\n| 1/9 | 2 |",
        "result:\n1 0\n1/9 2\nend",
        "[1, 0]\n[1/9, 2]",
        "| 1 0 |\n| 1/9 2 |",
        "⎡1 0⎤\n⎣1/9 2⎦",
    ],
)
def test_matrices_in_every_form(text: str) -> None:
    (matrix,) = find_matrices(text)
    values = [[cell.reading.value for cell in row if cell.reading] for row in matrix.rows]
    assert values == [[1, 0], [Fraction(1, 9), 2]]
    assert matrix.shape == (2, 2)


def test_a_factor_in_front_belongs_to_the_matrix() -> None:
    assert find_matrices(r"= \frac{1}{9} \begin{bmatrix} 1 & 0 \\ 1 & 2 \end{bmatrix}")[0].factor == Fraction(
        1, 9
    )
    assert find_matrices("1/9 * [[1, 0], [1, 2]]")[0].factor == Fraction(1, 9)
    assert find_matrices("see 9 [[1, 0], [1, 2]]")[0].factor == 1


def test_decimal_commas_and_calculations_in_cells() -> None:
    (matrix,) = find_matrices("0,11 0 0,11\n0 0,11 1")
    assert [cell.reading.value for cell in matrix.rows[0] if cell.reading] == [
        Fraction(11, 100),
        0,
        Fraction(11, 100),
    ]
    (matrix,) = find_matrices("[[1*2+3, 0], [1, -(2)]]")
    assert [cell.reading.value for cell in matrix.rows[0] if cell.reading] == [5, 0]


def test_ragged_rows_have_no_shape() -> None:
    assert find_matrices("[[1, 2], [3]]")[0].shape is None


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("3x3", (3, 3)),
        ("3 × 3", (3, 3)),
        (r"$3 \times 3$", (3, 3)),
        ("(3, 3)", (3, 3)),
        ("[3,3]", (3, 3)),
        ("3 by 3", (3, 3)),
        ("three-by-three", (3, 3)),
        ("100x150x100", (100, 150, 100)),
    ],
)
def test_shapes_in_every_form(text: str, sides: tuple[int, ...]) -> None:
    (shape,) = find_shapes(f"size {text}.")
    assert shape.dimensions == sides
    assert not shape.product


def test_products_are_no_shapes() -> None:
    assert [shape.product for shape in find_shapes("3 x 3 x 3 = 27")] == [True]
    assert find_shapes("(2,800) and 0x1F and 1.5 x 3") == ()
