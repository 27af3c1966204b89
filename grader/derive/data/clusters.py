"""k-means: assign every point to its nearest centre, then move the centres to the means.

A point as near to two centres goes to the first. A centre without points stays. Squared distances are
compared exactly. Without `rounds` it runs until nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.data.neighbours import distance
from grader.derive.exactscalars import (
    Matrix,
    Scalar,
    Vector,
    least_index,
    mean,
    same,
    settled,
    total,
    transpose,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.derive.result import Derived

MAX_ROUNDS: Final = 200
MAX_WORK: Final = 60_000  # points times centres times rounds: exact distances, again for every mistake
_ASKS: Final = ("centers", "labels", "inertia", "sizes", "rounds")


def assign(points: Matrix, centers: Matrix, metric: str = "squared") -> list[int]:
    """Return for every point the index of its nearest centre, the first of equally near ones."""
    return [least_index([distance(metric, point, center) for center in centers]) for point in points]


def move(points: Matrix, labels: Sequence[int], centers: Matrix) -> Matrix:
    """Return the means of the points of every centre."""
    found = []
    for index, center in enumerate(centers):
        own = [point for point, label in zip(points, labels, strict=True) if label == index]
        found.append(settled([mean(column) for column in transpose(own)]) if own else center)
    return found


def run(
    points: Matrix, centers: Matrix, rounds: int | None, metric: str = "squared"
) -> tuple[Matrix, list[int], int]:
    """Return the centres, the labels that made them, and the number of rounds in which something changed."""
    labels: list[int] = []
    for number in range(MAX_ROUNDS if rounds is None else rounds):
        new = assign(points, centers, metric)
        if rounds is None and new == labels:
            return centers, labels, number
        labels, centers = new, move(points, new, centers)
    return centers, labels, MAX_ROUNDS if rounds is None else rounds


def _shared(points: Matrix, centers: Matrix, metric: str) -> Matrix:
    """Return the centres when a point as near to two of them counts for both."""
    found = []
    for index, center in enumerate(centers):
        own = []
        for point in points:
            distances = [distance(metric, point, other) for other in centers]
            if same(distances[index], min(distances)):
                own.append(point)
        found.append([mean(column) for column in transpose(own)] if own else center)
    return found


def inertia(points: Matrix, centers: Matrix, labels: Sequence[int]) -> Scalar:
    """Return the sum of squared distances of the points to their centres."""
    return total(
        distance("squared", point, centers[label]) for point, label in zip(points, labels, strict=True)
    )


@operation(points="X data", centers="centres centroids initial", rounds="iterations steps", metric="")
def kmeans(fields: DataFields) -> Derived:
    """Derive k-means; fields: points, centers, rounds (until stable), metric; ask centers, labels (from 0), inertia, sizes, rounds."""
    flat = not fields.is_matrix("points")
    points = fields.rows("points", column=True)
    centers = (
        [[x] for x in fields.vector("centers")]
        if not fields.is_matrix("centers")
        else fields.matrix("centers", columns=len(points[0]))
    )
    if len(points[0]) != len(centers[0]):
        raise fields.fail(f"a centre has {len(points[0])} numbers (got {len(centers[0])})", "centers")
    rounds = fields.whole("rounds", low=1, high=MAX_ROUNDS) if "rounds" in fields else None
    metric = fields.choice(
        "metric", {"euclidean": "squared", "manhattan": "manhattan", "squared": "squared"}, "squared"
    )
    if len(points) * len(centers) * (rounds or 20) > MAX_WORK:
        raise fields.fail("too many points, centres and rounds", "points")
    asks = fields.asked(_ASKS, "centers")

    def results(rounds: int | None = rounds, metric: str = metric) -> tuple[Matrix, list[int], int]:
        return run(points, centers, rounds, metric)

    def answer(found: tuple[Matrix, Sequence[int], int]) -> Any:
        moved, labels, number = found
        values = {
            "centers": [single(center) for center in moved] if flat else moved,
            "labels": list(labels),
            "inertia": inertia(points, moved, assign(points, moved)),
            "sizes": [list(labels).count(index) for index in range(len(centers))],
            "rounds": number,
        }
        return single([values[ask] for ask in asks])

    right = results()
    first = results(1)
    wrong: Slips = {
        "kmeans_double": lambda: (
            answer((_shared(points, centers, metric), right[1], 1)) if rounds == 1 else None
        ),
        "kmeans_not_updated": lambda: answer((centers, right[1], right[2])),
        "kmeans_one_round": lambda: answer(first),
        "kmeans_round_more": lambda: answer(results((rounds or 1) + 1)) if rounds else None,
        "kmeans_round_less": lambda: answer(results(rounds - 1)) if rounds and rounds > 1 else None,
        "other_metric": lambda: answer(results(rounds, "manhattan" if metric == "squared" else "squared")),
        "kmeans_with_center": lambda: (
            answer((_with_center(points, centers, right[1]), right[1], 1)) if rounds == 1 else None
        ),
    }
    return derived(answer(right), wrong)


def _with_center(points: Matrix, centers: Matrix, labels: Sequence[int]) -> Matrix:
    """Return the means when the old centre is counted as one more point."""
    found: Matrix = []
    for index, center in enumerate(centers):
        own: list[Vector] = [point for point, label in zip(points, labels, strict=True) if label == index]
        found.append([mean(column) for column in transpose([*own, center])])
    return found
