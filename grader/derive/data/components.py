"""Eigenvalues, covariance and principal components.

Eigenvalues come from the largest to the smallest; eigenvectors are unit vectors, one a row, whose largest
entry is positive. Observations are rows; a covariance divides by n - 1 (`ddof: 1`) and is taken of centred
data. Symmetric matrices are solved by Jacobi's rotations, 2 x 2 ones exactly where the roots are.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import (
    Matrix,
    Scalar,
    Vector,
    dot,
    magnitude,
    mean,
    product,
    sqrt,
    total,
    transpose,
    variance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.derive.result import Derived

MAX_SIDE: Final = 20
MAX_WORK: Final = 200_000  # observations times squared variables: exact sums of products
MAX_SWEEPS: Final = 60


def _two(m: Matrix) -> Vector:
    """Return the eigenvalues of a 2 x 2 matrix. Raises ValueError where they are not real."""
    half, determinant = (m[0][0] + m[1][1]) / 2, m[0][0] * m[1][1] - m[0][1] * m[1][0]
    root = sqrt(half * half - determinant)
    return [half + root, half - root]


def _rotate(a: list[list[float]], v: list[list[float]], p: int, q: int) -> None:
    angle = math.atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2
    c, s = math.cos(angle), math.sin(angle)
    for row in (*a, *v):
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    a[p], a[q] = (
        [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
        [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
    )


def symmetric(matrix: Matrix) -> tuple[Vector, Matrix]:
    """Return eigenvalues from large to small and unit eigenvectors as rows, of a symmetric matrix."""
    size = len(matrix)
    a = [[float(x) for x in row] for row in matrix]
    v = [[float(i == j) for j in range(size)] for i in range(size)]
    scale = max(magnitude(x) for row in a for x in row) or 1.0
    for _ in range(MAX_SWEEPS):
        if max((magnitude(a[i][j]) for i in range(size) for j in range(i)), default=0.0) <= 1e-15 * scale:
            break
        for p in range(size - 1):
            for q in range(p + 1, size):
                if a[p][q]:
                    _rotate(a, v, p, q)
    order = sorted(range(size), key=lambda i: -a[i][i])
    values: Vector = [a[i][i] for i in order]
    if size == 2:
        values = _two(matrix)
    return values, [_signed([row[i] for row in v]) for i in order]


def _signed(vector: Sequence[Scalar]) -> Vector:
    largest = max(vector, key=lambda x: round(float(magnitude(x)), 9))
    return [-x for x in vector] if largest < 0 else list(vector)


def _square(fields: DataFields, field: str) -> Matrix:
    found = fields.matrix(field)
    if len(found) != len(found[0]) or len(found) > MAX_SIDE:
        raise fields.fail(f"{field} is square, at most {MAX_SIDE} x {MAX_SIDE}", field)
    return found


@operation(matrix="A a X")
def eig_sym(fields: DataFields) -> Derived:
    """Derive eigenvalues (large to small) and vectors of a symmetric matrix (2 x 2: any with real ones); fields: matrix; ask values, vectors, ..."""
    matrix = _square(fields, "matrix")
    even = all(matrix[i][j] == matrix[j][i] for i in range(len(matrix)) for j in range(i))
    asks = fields.asked(("values", "vectors", "trace", "determinant", "largest", "smallest"), "values")
    if not even and (len(matrix) > 2 or "vectors" in asks):
        raise fields.fail("the matrix is not symmetric", "matrix")
    with fields.refusing(ValueError, "the eigenvalues are not real", "matrix"):
        values, vectors = symmetric(matrix) if even else (_two(matrix), [])
    parts: dict[str, Any] = {
        "values": values, "vectors": vectors, "trace": total(values), "determinant": math.prod(values), "largest": values[0], "smallest": values[-1],
    }  # fmt: skip
    wrong: Slips = {}
    if asks == ("values",):
        wrong |= {
            "eigenvalues_diagonal": lambda: sorted((matrix[i][i] for i in range(len(matrix))), reverse=True),
            "eigenvalues_negated": lambda: [-v for v in values[::-1]],
            "eigenvalues_root": lambda: [sqrt(v) for v in values],
        }
    return derived(single([parts[ask] for ask in asks]), wrong)


def covariance(rows: Matrix, ddof: int, *, centred: bool = True) -> Matrix:
    """Return the covariance of the columns, divided by n - ddof."""
    columns = transpose(rows)
    if centred:
        middles = [mean(column) for column in columns]
        columns = [[x - m for x in column] for column, m in zip(columns, middles, strict=True)]
    return [[dot(a, b) / (len(rows) - ddof) for b in columns] for a in columns]


def _data(fields: DataFields) -> Matrix:
    rows = fields.matrix("X") if fields.is_matrix("X") else transpose([fields.vector("X")])
    if fields.choice("rows", {"observations": "observations", "samples": "observations", "variables": "variables", "features": "variables"},
                     "observations") == "variables":  # fmt: skip
        rows = transpose(rows)
    if len(rows) < 2 or len(rows[0]) > MAX_SIDE or len(rows) * len(rows[0]) ** 2 > MAX_WORK:
        raise fields.fail(f"2 observations or more of at most {MAX_SIDE} variables, not too many", "X")
    return rows


@operation(X="x data", Y="y", rows="", ddof="", centred="centered")
def derive_covariance(fields: DataFields) -> Derived:
    """Derive a covariance; fields: X (and Y for two lists), rows (observations | variables), ddof (1), centred; ask covariance, correlation, mean."""
    x = fields.vector("X") if "Y" in fields else None
    rows = transpose([x, fields.vector("Y", size=len(x))]) if x is not None else _data(fields)
    ddof, centred = fields.whole("ddof", 1, high=1), fields.flag("centred", default=True)
    asks = fields.asked(
        ("covariance", "correlation", "mean"), "correlation" if fields.op == "correlation" else "covariance"
    )

    def values(ddof: int = ddof, centred: bool = centred, rows: Matrix = rows) -> Any:  # noqa: FBT001 - internal
        found = covariance(rows, ddof, centred=centred)
        parts: dict[str, Any] = {"covariance": found, "mean": [mean(column) for column in transpose(rows)]}
        if "correlation" in asks:
            parts["correlation"] = [
                [c / sqrt(row[i] * found[j][j]) for j, c in enumerate(row)] for i, row in enumerate(found)
            ]
        if x is not None:  # two lists have one covariance
            parts.update({name: parts[name][0][1] for name in ("covariance", "correlation") if name in parts})
        return single([parts[ask] for ask in asks])

    wrong: Slips = {
        "cov_ddof": lambda: values(1 - ddof),
        "cov_uncentered": lambda: values(ddof, not centred),
        "cov_sum": lambda: values(len(rows) - 1),
    }
    if x is None:
        wrong["cov_rows"] = lambda: values(rows=transpose(rows))
    return derived(values(), wrong)


@operation(X="x data", k="n_components", ddof="", centred="centered", scaled="standardize", rows="")
def pca(fields: DataFields) -> Derived:
    """Derive principal components; fields: X, k (all), ddof (1), centred, scaled (false), rows; ask values, components, ratio, scores, mean, covariance."""
    rows = _data(fields)
    k = fields.whole("k", len(rows[0]), low=1, high=len(rows[0]))
    ddof, centred, scaled = (
        fields.whole("ddof", 1, high=1),
        fields.flag("centred", default=True),
        fields.flag("scaled", default=False),
    )
    asks = fields.asked(
        ("values", "components", "ratio", "scores", "mean", "covariance", "singular_values"), "values"
    )

    def values(ddof: int = ddof, centred: bool = centred, scaled: bool = scaled, k: int = k) -> Any:  # noqa: FBT001 - internal
        columns = transpose(rows)
        middles = [mean(column) if centred else Fraction(0) for column in columns]
        spreads = [sqrt(variance(column, ddof)) if scaled else Fraction(1) for column in columns]
        moved = [[(x - m) / s for x, m, s in zip(row, middles, spreads, strict=True)] for row in rows]
        matrix = covariance(moved, ddof, centred=False)
        found, vectors = symmetric(matrix)
        whole = total(found)
        parts: dict[str, Any] = {
            "values": found[:k], "components": vectors[:k], "mean": middles, "covariance": matrix,
            "singular_values": [sqrt(max(v, Fraction(0)) * (len(rows) - ddof)) for v in found[:k]],
        }  # fmt: skip
        if "ratio" in asks:
            parts["ratio"] = [v / whole for v in found[:k]]
        if "scores" in asks:
            parts["scores"] = product(moved, transpose(vectors[:k]))
        return single(
            [
                single(parts[ask]) if k == 1 and ask in {"values", "ratio", "components"} else parts[ask]
                for ask in asks
            ]
        )

    wrong: Slips = {
        "pca_uncentered": lambda: values(ddof, not centred),
        "cov_ddof": lambda: values(1 - ddof),
        "pca_unscaled" if scaled else "pca_scaled": lambda: values(ddof, centred, not scaled),
    }
    return derived(values(), wrong)
