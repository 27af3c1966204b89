"""Batch and layer normalisation, and the scaling of features.

A batch has one example a row. Variances divide by m (`ddof: 0`), eps (1e-5 unless given) stands inside the
root. `mode: test` takes `mean` and `var` as given. Layer normalisation works on each row. Scaling works on
every column: standardise (divisor n), min_max (to `range`, 0 to 1), robust, max_abs; l2 on each row.
Sources: Ioffe and Szegedy (2015), Ba et al. (2016).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import (
    Matrix,
    Scalar,
    Vector,
    magnitude,
    mean,
    sqrt,
    total,
    transpose,
    variance,
)
from grader.derive.specification import spelled
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.derive.result import Derived

_BATCH: Final = "x X data values input"


def _rows(fields: DataFields, field: str) -> tuple[Matrix, bool]:
    """Return the examples as rows, and whether only one feature was given as a list."""
    if fields.is_matrix(field):
        return fields.matrix(field), False
    return [[value] for value in fields.vector(field)], True


@operation(batch=_BATCH, ddof="")
def batch_statistics(fields: DataFields) -> Derived:
    """Derive a batch's mean or variance by feature; fields: batch (examples in rows), ddof (0); ask mean, var, std."""
    rows, flat = _rows(fields, "batch")
    ddof = fields.whole("ddof", 0, high=1)
    default = {"batch_var": "var", "batch_std": "std"}.get(fields.op, "mean")
    asks = fields.asked(("mean", "var", "std"), default)
    if len(rows) <= ddof and asks != ("mean",):
        raise fields.fail("a variance with ddof 1 needs two examples", "batch")

    def values(rows: Matrix = rows, ddof: int = ddof) -> Any:
        functions: dict[str, Callable[[Vector], Scalar]] = {
            "mean": mean, "var": lambda column: variance(column, ddof), "std": lambda column: sqrt(variance(column, ddof)),
        }  # fmt: skip
        found = [[functions[ask](column) for column in transpose(rows)] for ask in asks]
        return single([single(part) if flat else part for part in found])

    wrong: Slips = {"bn_axis": lambda: None if flat else values(transpose(rows))}
    if asks == ("mean",):
        wrong["mean_not_divided"] = lambda: (
            single([total(c) for c in transpose(rows)]) if flat else [total(c) for c in transpose(rows)]
        )
        wrong["mean_of_all"] = lambda: mean([x for row in rows for x in row])
    else:
        wrong["bn_ddof"] = lambda: values(rows, 1 - ddof)
    return derived(values(), wrong)


@dataclass(frozen=True)
class Normal:
    """How values are normalised: (x - mean) / sqrt(var + eps) * gamma + beta."""

    gamma: Vector
    beta: Vector
    eps: Scalar
    ddof: int = 0
    slip: str = ""

    def apply(self, line: Vector, index: int | None, given: tuple[Scalar, Scalar] | None = None) -> Vector:
        """Return one feature (index) or one row (None: gamma and beta by place) normalised."""
        middle, spread = given or (mean(line), variance(line, self.ddof))
        if self.slip == "eps_outside":
            under = sqrt(spread) + self.eps
        else:
            under = spread + self.eps if self.slip == "no_root" else sqrt(spread + self.eps)
        found = [(x - (0 if self.slip == "no_mean" else middle)) / under for x in line]
        places = [index] * len(line) if index is not None else list(range(len(line)))
        return [self.gamma[i] * x + self.beta[i] for i, x in zip(places, found, strict=True)]


def _normal(fields: DataFields, features: int) -> Normal:
    def wide(field: str, default: int) -> Vector:
        found = fields.vector(field, [default])
        if len(found) not in {1, features}:
            raise fields.fail(f"{field} has one number or {features}", field)
        return found * features if len(found) == 1 else found

    return Normal(
        wide("gamma", 1),
        wide("beta", 0),
        fields.number("eps", "1/100000", low=0),
        fields.whole("ddof", 0, high=1),
    )


@operation(
    batch=_BATCH,
    gamma="scale",
    beta="shift",
    eps="epsilon",
    ddof="",
    mode="",
    mean="moving_mean running_mean",
    var="variance moving_var running_var",
)
def batch_norm(fields: DataFields) -> Derived:
    """Derive batch normalisation; fields: batch, gamma (1), beta (0), eps (1e-5), ddof (0), mode (train | test), mean, var."""
    rows, flat = _rows(fields, "batch")
    columns = transpose(rows)
    normal = _normal(fields, len(columns))
    test = (
        fields.choice(
            "mode",
            {"train": "train", "test": "test", "inference": "test"},
            "test" if "mean" in fields else "train",
        )
        == "test"
    )
    given: list[tuple[Scalar, Scalar]] | None = None
    if test:
        means, spreads = (fields.vector(name, size=len(columns)) for name in ("mean", "var"))
        if min(spreads) < 0:
            raise fields.fail("a variance is not negative", "var")
        given = list(zip(means, spreads, strict=True))
    fields.asked(("output",), "output")

    def values(normal: Normal = normal, *, test: bool = test) -> Any:
        found = [normal.apply(c, i, given[i] if given and test else None) for i, c in enumerate(columns)]
        return found[0] if flat else transpose(found)

    by_row = Normal([Fraction(1)] * len(columns), [Fraction(0)] * len(columns), normal.eps)
    wrong: Slips = {
        "bn_train_at_test": lambda: values(test=False) if test else None,
        "bn_ddof": lambda: values(replace(normal, ddof=1 - normal.ddof)) if not test else None,
        "bn_axis": lambda: None if flat or test else [by_row.apply(row, None) for row in rows],
        **_slips(normal, values),
    }
    return derived(values(), wrong)


def _slips(normal: Normal, values: Callable[[Normal], Any]) -> Slips:
    plain = replace(normal, gamma=[Fraction(1)] * len(normal.gamma), beta=[Fraction(0)] * len(normal.beta))
    return {
        "bn_no_root": lambda: values(replace(normal, slip="no_root")),
        "bn_no_mean": lambda: values(replace(normal, slip="no_mean")),
        "bn_no_scale": lambda: values(plain),
        "bn_gamma_beta_swapped": lambda: values(replace(normal, gamma=normal.beta, beta=normal.gamma)),
        "bn_eps_outside": lambda: values(replace(normal, slip="eps_outside")),
    }


@operation(x="X batch data values input", gamma="scale", beta="shift", eps="epsilon", ddof="")
def layer_norm(fields: DataFields) -> Derived:
    """Derive layer normalisation of a vector or of rows; fields: x, gamma (1), beta (0), eps (1e-5), ddof (0)."""
    many = fields.is_matrix("x")
    rows = fields.rows("x")
    normal = _normal(fields, len(rows[0]))

    def values(normal: Normal = normal) -> Any:
        found = [normal.apply(row, None) for row in rows]
        return found if many else found[0]

    wrong: Slips = {
        "bn_ddof": lambda: values(replace(normal, ddof=1 - normal.ddof)),
        "ln_as_bn": lambda: (
            transpose([normal.apply(c, i) for i, c in enumerate(transpose(rows))]) if many else None
        ),
        **_slips(normal, values),
    }
    return derived(values(), wrong)


def _quartile(line: Vector, share: Fraction) -> Scalar:
    found, at = sorted(line), share * (len(line) - 1)
    low = int(at)
    high = min(low + 1, len(found) - 1)
    return found[low] + (at - low) * (found[high] - found[low])


def scale(kind: str, line: Vector, ddof: int, low: Scalar, high: Scalar) -> Vector:
    """Return one feature scaled. Raises ZeroDivisionError for a constant one."""
    match kind:
        case "standardize":
            middle, spread = mean(line), sqrt(variance(line, ddof))
            return [(x - middle) / spread for x in line]
        case "min_max":
            least, most = min(line), max(line)
            return [low + (high - low) * (x - least) / (most - least) for x in line]
        case "robust":
            middle = _quartile(line, Fraction(1, 2))
            width = _quartile(line, Fraction(3, 4)) - _quartile(line, Fraction(1, 4))
            return [(x - middle) / width for x in line]
        case "max_abs":
            most = max(magnitude(x) for x in line)
            return [x / most for x in line]
        case "l1":
            return [x / total(magnitude(y) for y in line) for x in line]
        case "center":
            middle = mean(line)
            return [x - middle for x in line]
        case _:
            length = sqrt(total(x * x for x in line))
            return [x / length for x in line]


_SCALINGS: Final = spelled(
    {
        "standardize": "standardise zscore z_score standard",
        "min_max": "minmax normalize",
        "robust": "",
        "max_abs": "",
        "l2": "",
        "l1": "",
        "center": "centre",
    }
)


@operation(kind="kinds method", x="X values data column", ddof="", range="feature_range")
def scaling(fields: DataFields) -> Derived:
    """Derive scaled features; fields: kind (standardize, or a list of kinds), x (a list, or examples in rows), ddof (0), range (0 to 1)."""
    alone = fields.op if fields.op in _SCALINGS and "kind" not in fields else "standardize"
    value = fields.raw("kind", alone)
    kinds = [
        DataFields({"op": fields.op, "kind": item}, {"kind": ""}, fields.path).choice("kind", _SCALINGS)
        for item in (value if isinstance(value, list) else [value])
    ]
    rows, flat = _rows(fields, "x")
    ddof = fields.whole("ddof", 0, high=1)
    low, high = fields.vector("range", [0, 1], size=2)

    def one(kind: str, ddof: int) -> Any:
        if kind in {"l1", "l2"} and not flat:
            return [scale(kind, row, ddof, low, high) for row in rows]
        found = [scale(kind, column, ddof, low, high) for column in transpose(rows)]
        return found[0] if flat else transpose(found)

    def values(ddof: int = ddof, **other: str) -> Any:
        return single([one(other.get(kind, kind), ddof) for kind in kinds])

    with fields.refusing(ZeroDivisionError, "a constant feature cannot be scaled", "x"):
        right = values()
    wrong: Slips = {
        "std_ddof": lambda: values(1 - ddof),
        "standardize_for_min_max": lambda: values(min_max="standardize"),
        "min_max_for_standardize": lambda: values(standardize="min_max"),
        "scaled_by_variance": lambda: (
            single([_by_variance(x, ddof) for x in transpose(rows)])
            if kinds == ["standardize"] and flat
            else None
        ),
    }
    return derived(right, wrong)


def _by_variance(line: Vector, ddof: int) -> Vector:
    middle, spread = mean(line), variance(line, ddof)
    return [(x - middle) / spread for x in line]
