"""Distances, similarities and k-nearest-neighbour votes.

The nearest come first; equally near ones in the order of the data. A tied vote goes to the class whose
nearest member is nearer (`ties: nearest`), or to the class that comes first (`ties: first`).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, exact, label, operation, single
from grader.derive.exactscalars import Matrix, Scalar, Vector, dot, magnitude, mean, power, sqrt, total
from grader.derive.specification import spelled
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.derive.result import Derived

METRICS: Final = spelled(
    {
        "euclidean": "l2",
        "squared": "squared_euclidean",
        "manhattan": "l1 cityblock",
        "chebyshev": "linf",
        "cosine_distance": "cosine",
        "hamming": "",
        "minkowski": "",
    }
)


def _norm(a: Sequence[Scalar]) -> Scalar:
    return sqrt(total(x * x for x in a))


def cosine(a: Sequence[Scalar], b: Sequence[Scalar]) -> Scalar:
    """Return the cosine of the angle between two vectors. Raises ZeroDivisionError for a zero vector."""
    return dot(a, b) / sqrt(total(x * x for x in a) * total(x * x for x in b))


def distance(metric: str, a: Sequence[Scalar], b: Sequence[Scalar], p: Scalar = Fraction(3)) -> Scalar:
    """Return the distance of two vectors of one length."""
    differences = [magnitude(x - y) for x, y in zip(a, b, strict=True)]
    match metric:
        case "squared":
            return total(d * d for d in differences)
        case "manhattan":
            return total(differences)
        case "chebyshev":
            return max(differences)
        case "hamming":
            return Fraction(sum(d != 0 for d in differences))
        case "cosine_distance":
            return 1 - cosine(a, b)
        case "minkowski":
            return power(total(power(d, p) for d in differences), 1 / p)
        case _:
            return sqrt(total(d * d for d in differences))


def _centred(a: Sequence[Scalar]) -> Vector:
    middle = mean(a)
    return [x - middle for x in a]


def _jaccard(a: Sequence[Scalar], b: Sequence[Scalar]) -> Scalar:
    first, second = set(a), set(b)
    if first | second <= {Fraction(0), Fraction(1)} and len(a) == len(b):
        both = sum(bool(x and y) for x, y in zip(a, b, strict=True))
        return Fraction(both, sum(bool(x or y) for x, y in zip(a, b, strict=True)))
    return Fraction(len(first & second), len(first | second))


_SIMILARITIES: Final[Mapping[str, Callable[[Sequence[Scalar], Sequence[Scalar]], Scalar]]] = {
    "cosine": cosine,
    "dot": dot,
    "pearson": lambda a, b: cosine(_centred(a), _centred(b)),
    "jaccard": _jaccard,
    "norm": lambda a, _: _norm(a),
}
_OTHER: Final = {
    "cosine": [("cosine_not_normalised", "dot"), ("distance_for_similarity", "cosine_distance")],
    "dot": [("cosine_for_dot", "cosine")],
    "euclidean": [("distance_no_root", "squared"), ("other_metric", "manhattan")],
    "squared": [("distance_root_taken", "euclidean")],
    "manhattan": [("other_metric", "euclidean")],
    "cosine_distance": [("similarity_for_distance", "cosine")],
    "pearson": [("pearson_uncentered", "cosine")],
}


def _metric_by_default(fields: DataFields) -> str:
    """Return what a distance is that names no metric: Minkowski's where its power `p` is given."""
    return "minkowski" if "p" in fields else "euclidean"


def _power(fields: DataFields, metric: str) -> Scalar:
    """Return the power of a Minkowski distance; no other one has any."""
    if "p" in fields and metric != "minkowski":
        raise fields.fail(f"p is the power of a minkowski distance, and this is {metric}", "p")
    return fields.number("p", 3, above=0)


@operation(kind="metric", a="x u v1", b="y v v2", p="")
def similarity(fields: DataFields) -> Derived:
    """Derive a similarity or distance of two vectors; fields: kind (cosine dot pearson jaccard euclidean ...), a, b, p (minkowski)."""
    kinds = {
        **{name: name for name in _SIMILARITIES},
        **{name: kind for name, kind in METRICS.items() if name != "cosine"},
    }
    default = _metric_by_default(fields) if fields.op == "distance" else "cosine"
    kind = (
        kinds[fields.op]
        if fields.op in kinds and "kind" not in fields
        else fields.choice("kind", kinds, default)
    )
    a = fields.vector("a")
    b = fields.vector("b", size=None if kind == "jaccard" else len(a))
    p = _power(fields, kind)

    def value(kind: str) -> Scalar:
        return _SIMILARITIES[kind](a, b) if kind in _SIMILARITIES else distance(kind, a, b, p)

    wrong: Slips = {name: partial(value, other) for name, other in _OTHER.get(kind, [])}
    return derived(value(kind), wrong)


def nearest(points: Matrix, query: Vector, metric: str, p: Scalar) -> tuple[list[int], Vector]:
    """Return the indices of the points from near to far, and all distances in the order of the points."""
    distances = [distance(metric, point, query, p) for point in points]
    return sorted(range(len(points)), key=lambda index: (distances[index], index)), distances


def vote(labels: Sequence[str], weights: Sequence[Scalar], ties: str) -> str:
    """Return the class with the largest weight among neighbours that come nearest first."""
    sums: dict[str, Scalar] = {}
    for name, weight in zip(labels, weights, strict=True):
        sums[name] = sums.get(name, Fraction(0)) + weight
    best = max(sums.values())
    tied = [name for name, value in sums.items() if value == best]
    return min(tied, key=lambda name: (len(name), name)) if ties == "first" else tied[0]


_ASKS: Final = ("label", "neighbours", "distances", "value", "votes")


@dataclass(frozen=True)
class Vote:
    """The data that vote, and how."""

    points: Matrix
    names: list[str]
    numbers: Vector
    k: int
    metric: str
    p: Scalar
    by_distance: bool
    ties: str
    farthest: bool = False

    def answer(self, ask: str, query: Vector) -> Any:
        """Return one asked quantity for a query."""
        order, distances = nearest(self.points, query, self.metric, self.p)
        if ask == "distances":
            return distances
        chosen = (order[::-1] if self.farthest else order)[: self.k]
        if ask == "neighbours":
            return chosen
        weights = [_weight(distances[i]) if self.by_distance else Fraction(1) for i in chosen]
        if ask == "value":
            return total(w * self.numbers[i] for w, i in zip(weights, chosen, strict=True)) / total(weights)
        own = [self.names[i] for i in chosen]
        if ask == "votes":
            return [own.count(name) for name in dict.fromkeys(self.names)]
        return _number_or_text(vote(own, weights, self.ties))


def _weight(length: Scalar) -> Scalar:
    return 1 / length if length else Fraction(10**12)  # a point on the query outvotes all others


def _read_vote(fields: DataFields) -> tuple[Vote, tuple[str, ...]]:
    points = fields.rows("points", column=True)
    asks = fields.asked(_ASKS, "value" if "values" in fields else "label")
    names = fields.names("labels") if "labels" in fields else []
    if names and len(names) != len(points):
        raise fields.fail(f"{len(names)} labels for {len(points)} points", "labels")
    if not names and {"label", "votes"} & set(asks):
        raise fields.fail("labels are needed to vote", "labels")
    numbers = (
        fields.vector("values" if "values" in fields else "labels", size=len(points))
        if "value" in asks
        else []
    )
    metric = fields.choice("metric", METRICS, _metric_by_default(fields))
    found = Vote(
        points,
        names,
        numbers,
        fields.whole("k", 1, low=1, high=len(points)),
        metric,
        _power(fields, metric),
        fields.choice("weights", ("uniform", "distance"), "uniform") == "distance",
        fields.choice("ties", ("nearest", "first"), "nearest"),
    )
    return found, asks


_KNN: Final = {
    "points": "X data", "labels": "y classes", "values": "targets", "query": "x queries point", "k": "n_neighbors", "metric": "distance", "p": "",
    "weights": "", "ties": "",
}  # fmt: skip


@operation(**_KNN)
def knn(fields: DataFields) -> Derived:
    """Derive k-nearest neighbours; fields: points, labels | values, query, k (1), metric, weights, ties; ask label, neighbours, ..."""
    data, asks = _read_vote(fields)
    width = len(data.points[0])
    queries = fields.rows("query", columns=width)

    def values(**changes: Any) -> Any:
        changed = replace(data, **changes)
        return single([changed.answer(ask, query) for query in queries for ask in asks])

    wrong: Slips = {
        "knn_one": lambda: values(k=1),
        "knn_all": lambda: values(k=len(data.points)),
        "other_metric": lambda: values(metric="manhattan" if data.metric == "euclidean" else "euclidean"),
        "knn_farthest": lambda: values(farthest=True),
        "knn_weights": lambda: values(by_distance=not data.by_distance),
    }
    if asks == ("distances",) and data.metric == "euclidean":
        wrong["distance_no_root"] = lambda: values(metric="squared")
    return derived(values(), wrong)


def _number_or_text(name: str) -> Any:
    found = exact(label(name))
    return name if found is None else found
