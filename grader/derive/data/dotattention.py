"""Scaled dot-product attention on small matrices, and sinusoidal positions.

Rows are positions. Give Q, K and V, or X with Wq, Wk and Wv (identity where left out) and Wo at the end.
`mask: causal` hides what comes later; a matrix of 0 and 1 says who sees whom. With several heads the columns
of Q, K and V are cut into equal parts. Source: Vaswani et al. (2017).
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.activationfunctions import softmax
from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Matrix, Scalar, Vector, product, sqrt, transpose
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.result import Derived

MAX_POSITIONS: Final = 64
MAX_WIDTH: Final = 64
MAX_CELLS: Final = 2_000  # of one matrix: exact products


@dataclass(frozen=True)
class Inputs:
    """The matrices of an attention layer and its options."""

    q: Matrix
    k: Matrix
    v: Matrix
    out: Matrix | None
    seen: list[list[bool]]  # query x key
    heads: int = 1
    scaled: bool = True
    axis: str = "keys"


def _head(x: Inputs, q: Matrix, k: Matrix, v: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    root = sqrt(Fraction(len(q[0]))) if x.scaled else Fraction(1)
    scores = [[value / root for value in row] for row in product(q, transpose(k))]
    if x.axis == "queries":
        weights = transpose([softmax(column) for column in transpose(scores)])
    elif x.axis == "none":
        weights = scores
    else:
        weights = [_masked(row, seen) for row, seen in zip(scores, x.seen, strict=True)]
    return scores, weights, product(weights, v)


def _masked(row: Vector, seen: list[bool]) -> Vector:
    shares = iter(softmax([value for value, allowed in zip(row, seen, strict=True) if allowed]))
    return [next(shares) if allowed else Fraction(0) for allowed in seen]


def attend(x: Inputs) -> dict[str, Any]:
    """Return scores, weights (one matrix a head) and the output."""

    def parts(matrix: Matrix) -> list[Matrix]:
        width = len(matrix[0]) // x.heads
        return [[row[h * width : (h + 1) * width] for row in matrix] for h in range(x.heads)]

    heads = [_head(x, q, k, v) for q, k, v in zip(parts(x.q), parts(x.k), parts(x.v), strict=True)]
    joined = [[value for _, _, out in heads for value in out[i]] for i in range(len(x.q))]
    return {
        "scores": single([scores for scores, _, _ in heads]),
        "weights": single([weights for _, weights, _ in heads]),
        "output": product(joined, x.out) if x.out else joined,
    }


def _examples(fields: DataFields, name: str) -> Matrix:
    found = fields.matrix(name)
    if len(found) > MAX_POSITIONS or len(found[0]) > MAX_WIDTH or len(found) * len(found[0]) > MAX_CELLS:
        raise fields.fail(
            f"{name} has at most {MAX_POSITIONS} rows, {MAX_WIDTH} columns and {MAX_CELLS} cells", name
        )
    return found


def _projected(fields: DataFields, x: Matrix | None, name: str, weight: str) -> Matrix:
    if x is None:
        return _examples(fields, name)
    if weight not in fields:
        return x
    return product(x, _weight(fields, weight, len(x[0])))


def _weight(fields: DataFields, name: str, rows: int) -> Matrix:
    found = fields.matrix(name)
    if len(found[0]) > MAX_WIDTH:
        raise fields.fail(f"{name} has at most {MAX_WIDTH} columns", name)
    if len(found) != rows:
        raise fields.fail(f"{name} has {len(found)} rows for {rows} columns in front of it", name)
    return found


def _mask(fields: DataFields, queries: int, keys: int) -> list[list[bool]]:
    if not fields.is_matrix("mask"):
        value = fields.raw("mask", "none")
        causal = value is True or str(value).lower() in {"causal", "true", "look_ahead"}
        if not causal and str(value).lower() not in {"none", "false"}:
            raise fields.fail("mask is causal, none, or a matrix of 0 and 1", "mask")
        return [[not causal or j <= i for j in range(keys)] for i in range(queries)]
    found = fields.matrix("mask", columns=keys)
    hidden = {cell for row in found for cell in row} - {Fraction(0), Fraction(1)}
    additive = bool(hidden) and max(hidden) < -100  # 0 and a large negative number
    seen = [[(cell == 0) if additive else (cell != 0) for cell in row] for row in found]
    if len(found) != queries or (hidden and not additive) or not all(map(any, seen)):
        raise fields.fail(
            f"the mask has {queries} x {keys} cells, 0 or 1, and every query sees something", "mask"
        )
    return seen


def _inputs(fields: DataFields) -> Inputs:
    x = _examples(fields, "X") if "X" in fields else None
    q, k, v = (_projected(fields, x, name, f"W{name.lower()}") for name in ("Q", "K", "V"))
    if len(q[0]) != len(k[0]):
        raise fields.fail(f"queries have {len(q[0])} columns, keys {len(k[0])}", "Wk" if x else "K")
    if len(k) != len(v):
        raise fields.fail(f"{len(k)} keys for {len(v)} values", "V")
    if max(len(q), len(k)) > MAX_POSITIONS or max(len(q[0]), len(v[0])) > MAX_WIDTH:
        raise fields.fail(f"at most {MAX_POSITIONS} positions and {MAX_WIDTH} columns", "X" if x else "Q")
    heads = fields.whole("heads", 1, low=1, high=64)
    if len(q[0]) % heads or len(v[0]) % heads:
        raise fields.fail(f"{heads} heads do not divide {len(q[0])} and {len(v[0])} columns", "heads")
    out = _weight(fields, "Wo", len(v[0])) if "Wo" in fields else None
    return Inputs(q, k, v, out, _mask(fields, len(q), len(k)), heads, fields.flag("scale", default=True))


@operation(
    X="x input",
    Q="q queries",
    K="k keys",
    V="v values",
    Wq="W_q W_Q WQ",
    Wk="W_k W_K WK",
    Wv="W_v W_V WV",
    Wo="W_o W_O WO",
    heads="num_heads n_heads",
    mask="causal",
    scale="scaled",
)
def attention(fields: DataFields) -> Derived:
    """Derive attention; fields: Q, K, V | X, Wq, Wk, Wv; Wo, heads (1), mask (none), scale (true); ask output, weights, scores."""
    inputs = _inputs(fields)
    asks = fields.asked(("output", "weights", "scores"), "output")

    def values(inputs: Inputs = inputs) -> Any:
        found = attend(inputs)
        return single([found[ask] for ask in asks])

    everyone = [[True] * len(row) for row in inputs.seen]
    wrong: Slips = {
        "attn_no_scale" if inputs.scaled else "attn_scaled": lambda: values(
            replace(inputs, scaled=not inputs.scaled)
        ),
        "softmax_axis": lambda: values(replace(inputs, axis="queries")),
        "attn_no_softmax": lambda: values(replace(inputs, axis="none")),
        "attn_no_mask": lambda: values(replace(inputs, seen=everyone)),
        "attn_one_head": lambda: values(replace(inputs, heads=1)),
        "attn_no_output_projection": lambda: values(replace(inputs, out=None)),
        "attn_qk_swapped": lambda: (
            values(replace(inputs, q=inputs.k, k=inputs.q)) if len(inputs.q) == len(inputs.k) else None
        ),
    }
    return derived(values(), wrong)


def position(place: Scalar, width: int, base: Scalar) -> Vector:
    """Return sin and cos in turn, of place / base^(2i / width)."""
    angles = [float(place) / float(base) ** (2 * (index // 2) / width) for index in range(width)]
    return [
        Fraction(index % 2) if not angle else (math.cos if index % 2 else math.sin)(angle)
        for index, angle in enumerate(angles)
    ]


@operation(d_model="dim width d", positions="position pos", length="max_len seq_len", base="")
def positional_encoding(fields: DataFields) -> Derived:
    """Derive sinusoidal positions; fields: d_model, positions (from 0) | length, base (10000)."""
    width = fields.whole("d_model", low=1, high=8 * MAX_WIDTH)
    base = fields.number("base", 10_000, above=1)
    one = "positions" in fields and not isinstance(fields.raw("positions"), list)
    places: Vector = (
        fields.vector("positions")
        if "positions" in fields
        else [Fraction(i) for i in range(fields.whole("length", low=1, high=MAX_POSITIONS))]
    )

    def values(shift: int = 0, step: int = 2) -> Any:
        if step == 2:
            found = [position(p + shift, width, base) for p in places]
        else:  # every column its own frequency
            found = [
                [
                    (math.cos if i % 2 else math.sin)(float(p) / float(base) ** (i / width))
                    for i in range(width)
                ]
                for p in places
            ]
        return found[0] if one else found

    wrong: Slips = {
        "position_from_one": lambda: values(1),
        "position_frequencies": lambda: values(0, 1),
        "sin_cos_swapped": lambda: _swapped(places, width, base, one=one),
    }
    return derived(values(), wrong)


def _swapped(places: Vector, width: int, base: Scalar, *, one: bool) -> Any:
    found: list[Any] = []
    for place in places:
        row = position(place, width + width % 2, base)
        found.append([row[i + 1 - 2 * (i % 2)] for i in range(width)])
    return found[0] if one else found
