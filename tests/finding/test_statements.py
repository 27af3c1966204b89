from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.finding.reading import Reading
from grader.finding.statements import find_matrix_statements, read_listed


def stated(text: str, *, vectors: bool = False) -> list[list[list[str]] | str]:
    return [
        each.problem or [[str(cell.reading.value) for cell in row if cell.reading] for row in each.rows]
        for each in find_matrix_statements(Reading(text), vectors=vectors)
    ]


M = [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    "text",
    [
        "[[1, 2], [3, 4]]",
        "The matrix is A = [[1, 2], [3, 4]], as asked.",
        "-[[-1, -2], [-3, -4]]",
        "[[1, 3], [2, 4]].T",
        "[[1, 3], [2, 4]]^T",
        "[[1, 3], [2, 4]]'",
        "np.array([[1, 3], [2, 4]], dtype=float).T",
        "np.linalg.inv([[-2, 1], [3/2, -1/2]])",
        "transpose([[1, 3], [2, 4]])",
        "2*[[0.5, 1], [1.5, 2]]",
        "[[2, 4], [6, 8]] / 2",
        r"$\frac{1}{2} \begin{bmatrix} 2 & 4 \\ 6 & 8 \end{bmatrix}$",
        r"$-\begin{pmatrix} -1 & -2 \\ -3 & -4 \end{pmatrix}$",
        r"$\left(\begin{pmatrix} 1 & 3 \\ 2 & 4 \end{pmatrix}\right)^{\top}$",
        r"$\left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]$",
        r"$\begin{pmatrix} 0 & 2 \\ 3 & 3 \end{pmatrix} + I$",
        "[[1, 1], [1, 1]] + [[0, 1], [2, 3]] = [[1, 2], [3, 4]]",
        "- [[1, 2], [3, 4]]",
        "(see [[1, 2], [3, 4]])",
        "Figure 2 [[1, 2], [3, 4]]",
        r"$W\begin{pmatrix} 9 & 9 \\ 9 & 9 \end{pmatrix} = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$",
    ],
)
def test_what_stands_around_a_matrix_is_computed(text: str) -> None:
    assert stated(text) == [M]


@pytest.mark.parametrize(
    "text",
    [
        r"$\det\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$",
        r"$\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}$",
        r"$A \neq \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$",
        "A != [[1, 2], [3, 4]]",
        "A * [[1, 2], [3, 4]]",
        "[[1, 2], [3, 4]] * x",
        "foo([[1, 2], [3, 4]])",
        "[[1, 2], [3, 4]] = [[1, 2], [3, 5]]",
        "[[1, 2], [3, 4]] * [[1, 2], [3, 4]]",
        r"$\exp\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$",
    ],
)
def test_what_cannot_be_computed_has_no_value(text: str) -> None:
    (said,) = stated(text)
    assert isinstance(said, str)
    assert said


def test_matrices_with_words_between_them_are_several() -> None:
    assert len(stated("Input [[0, 1], [2, 3]] and kernel [[1, 0], [0, 1]] give [[1, 2], [3, 4]].")) == 3


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("-2, -14, -7", [["-2", "-14", "-7"]]),
        ("⟨1, 2⟩", [["1", "2"]]),
        (r"\langle 1, 2\rangle", [["1", "2"]]),
        ("<1, 2>", [["1", "2"]]),
        ("1\n2\n3", [["1"], ["2"], ["3"]]),
        (r"1&2\\3&4", M),
        ("1, 2; 3, 4", M),
        ("x1=1, x2=2", None),
        ("1i 2k", None),
        ("1, 2; 3", None),
        ("5", None),
        ("-2, -14 and -7", None),
    ],
)
def test_rows_of_cells_without_brackets(text: str, rows: list[list[str]] | None) -> None:
    listed = read_listed(text)
    found = (
        [[str(cell.reading.value) for cell in row if cell.reading] for row in listed.rows] if listed else None
    )
    assert found == rows


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="[](){}12,;. -+*/^T'=AI\n$\\", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for vectors in (False, True):
        for each in find_matrix_statements(Reading(text), vectors=vectors):
            assert 0 <= each.start <= each.end <= len(text)
    read_listed(text)


@pytest.mark.parametrize(
    "unit", ["[[1,2],[3,4]]", "[[1,2],[3,4]]+", "-(", "[[1],[2]]^T ", "((([[1,2],[3,4]]"]
)
def test_time_is_bounded(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    before = time.process_time()
    find_matrix_statements(Reading(text), vectors=True)
    assert time.process_time() - before < 30
