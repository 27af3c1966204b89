"""Clusters, neighbours, Bayes, margins, components, regression and rewards, worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.derive import SpecError, derive

HALF = Fraction(1, 2)


def named(spec):
    return {mistake.name: mistake.value for mistake in derive(spec).mistakes}


def test_kmeans():
    spec = {"op": "kmeans", "points": [0, 1, 2, 10], "centers": [0, 1]}
    assert derive({**spec, "rounds": 1}).value == (0, Fraction(13, 3))
    assert derive(spec).value == (1, 10)
    assert derive({**spec, "ask": "labels"}).value == (0, 0, 0, 1)
    assert derive({**spec, "ask": "inertia"}).value == 2
    assert named({**spec, "rounds": 1})["kmeans_not_updated"] == (0, 1)


def test_a_tie_goes_to_the_first_centre():
    spec = {"op": "kmeans", "points": [[0, 0], [1, 0], [2, 0]], "centers": [[0, 0], [2, 0]], "rounds": 1}
    assert derive(spec).value == ((HALF, 0), (2, 0))
    assert named(spec)["kmeans_double"] == ((HALF, 0), (Fraction(3, 2), 0))


def test_neighbours():
    spec = {
        "op": "knn",
        "points": [[0], [1], [5], [6], [7]],
        "labels": ["a", "a", "b", "b", "b"],
        "query": [2],
    }
    assert derive({**spec, "k": 3}).value == "a"
    assert derive({**spec, "k": 2, "ask": "neighbours"}).value == (1, 0)
    assert derive({**spec, "ask": "distances"}).value == (2, 1, 3, 4, 5)
    assert named({**spec, "k": 3})["knn_all"] == "b"
    assert derive({"op": "knn", "points": [[0], [2]], "values": [3, 5], "query": [1], "k": 2}).value == 4


def test_similarities():
    assert derive({"op": "cosine", "a": [3, 4], "b": [4, 3]}).value == Fraction(24, 25)
    assert derive({"op": "distance", "a": [0, 0], "b": [3, 4]}).value == 5
    assert derive({"op": "similarity", "kind": "manhattan", "a": [0, 0], "b": [3, 4]}).value == 7
    assert derive({"op": "similarity", "kind": "jaccard", "a": [1, 1, 0], "b": [1, 0, 0]}).value == HALF
    assert derive({"op": "similarity", "kind": "pearson", "a": [1, 2, 3], "b": [2, 4, 6]}).value == 1
    assert named({"op": "cosine", "a": [3, 4], "b": [4, 3]})["cosine_not_normalised"] == 24


def test_a_distance_with_a_power_is_one_of_minkowski():
    apart = {"a": [0, 0], "b": [3, 4]}
    assert derive({"op": "distance", **apart, "p": 1}).value == 7
    assert derive({"op": "distance", **apart, "p": 2}).value == 5
    points = {"op": "knn", "points": [[3, 4]], "labels": ["a"], "query": [0, 0], "ask": "distances"}
    assert derive({**points, "p": 1}).value == (7,)
    for other in ({"op": "distance", "kind": "euclidean"}, {"op": "cosine"}, {"op": "similarity"}):
        with pytest.raises(SpecError, match="p is the power of a minkowski distance") as refused:
            derive({**other, **apart, "p": 1})
        assert refused.value.path == ("p",)


def test_bayes():
    test = {"op": "bayes", "prevalence": "1/100", "sensitivity": "9/10", "specificity": "9/10"}
    assert derive(test).value == Fraction(9, 108)
    assert named(test)["bayes_likelihood"] == Fraction(9, 10)
    assert derive({**test, "result": "negative"}).value == Fraction(1, 892)
    assert derive(
        {"op": "bayes", "prior": [HALF, HALF], "likelihood": ["1/4", "3/4"], "of": 1}
    ).value == Fraction(3, 4)
    bags = {"op": "bayes", "bags": [{"red": 2, "blue": 2}, {"red": 3, "blue": 1}], "drawn": ["red", "red"]}
    assert derive(bags).value == Fraction(1, 4)  # 1/6 against 1/2
    assert named(bags)["with_replacement"] == Fraction(4, 13)


def test_naive_bayes():
    rows = [["a", 1], ["a", 1], ["b", 1], ["a", 0]]
    spec = {
        "op": "naive_bayes",
        "data": {"columns": ["f", "y"], "rows": rows},
        "query": {"f": "b"},
        "alpha": 1,
    }
    # P(b|1) = 2/5, P(b|0) = 1/3; times 3/4 and 1/4
    assert derive({**spec, "ask": "scores"}).value == (Fraction(3, 10), Fraction(1, 12))
    assert derive({**spec, "of": 1}).value == Fraction(18, 23)
    assert named({**spec, "of": 1})["smoothing_ignored"] == 1


def test_margins():
    spec = {"op": "svm_hard_margin", "X": [[0, 0], [2, 0], [3, 1]], "y": [-1, 1, 1]}
    assert derive(spec).value == (1, 0, -1)
    assert derive({**spec, "ask": "margin"}).value == 2
    assert derive({**spec, "ask": "support"}).value == (0, 1)
    assert derive({**spec, "ask": "alpha"}).value == (HALF, HALF, 0)
    assert named({**spec, "ask": "margin"})["half_margin"] == 1
    with pytest.raises(SpecError, match="no plane separates"):
        derive({"op": "svm", "X": [[0], [1], [2]], "y": [1, -1, 1]})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=4, max_size=10, unique=True))
def test_the_widest_margin_is_at_least_that_of_a_known_plane(points):
    y = [1 if a + 2 * b > 0 else -1 for a, b in points]
    if len(set(y)) < 2:
        return
    *w, b = derive({"op": "svm", "X": [list(point) for point in points], "y": y}).value
    slack = [t * (w[0] * p[0] + w[1] * p[1] + b) for t, p in zip(y, points, strict=True)]
    assert min(slack) == 1  # everything is right, and something touches the margin
    scores = [t * (p[0] + 2 * p[1] - HALF) for t, p in zip(y, points, strict=True)]
    assert 1 / (w[0] ** 2 + w[1] ** 2) >= min(scores) ** 2 / 5


def test_perceptrons():
    spec = {"op": "perceptron", "X": [[1, 1], [2, -1]], "y": [1, -1]}
    # (0,0,0) -> add (1,1,1); then 2 - 1 + 1 > 0 is wrong: subtract (2,-1,1)
    assert derive(spec).value == (-1, 2, 0)
    assert derive({**spec, "ask": "updates"}).value == 2
    assert (
        derive({"op": "perceptron", "X": [[1], [2]], "y": [0, 1], "w0": [1], "bias": False}).value == 2
    )  # 0 for 1, then 2 for 2


def test_components():
    assert derive({"op": "eig_sym", "matrix": [[4, 1], [1, 4]]}).value == (5, 3)
    root = math.sqrt(HALF)
    assert derive({"op": "eig_sym", "matrix": [[4, 1], [1, 4]], "ask": "vectors"}).value[0] == pytest.approx(
        (root, root)
    )
    diagonal = derive({"op": "eig_sym", "matrix": [[1, 0, 0], [0, 5, 0], [0, 0, 3]]}).value
    assert diagonal == pytest.approx((5, 3, 1))
    # (0,0), (2,0), (0,2), (2,2): variance 4/3 each, no covariance
    square = [[0, 0], [2, 0], [0, 2], [2, 2]]
    assert derive({"op": "covariance", "X": square}).value == ((Fraction(4, 3), 0), (0, Fraction(4, 3)))
    assert derive({"op": "covariance", "X": square, "ddof": 0}).value == ((1, 0), (0, 1))
    assert derive({"op": "covariance", "X": [1, 2, 3], "Y": [2, 4, 6]}).value == 2
    line = {"op": "pca", "X": [[0, 0], [1, 1], [2, 2]], "k": 1}
    assert derive({**line, "ask": "ratio"}).value == pytest.approx(1)
    assert derive(line).value == pytest.approx(2)
    assert named(line)["cov_ddof"] == pytest.approx(4 / 3)


def test_regression():
    spec = {"op": "linear_regression", "X": [0, 1, 2], "y": [1, 3, 5]}
    assert derive(spec).value == (1, 2)
    assert derive({**spec, "predict": 10}).value == 21
    assert derive({**spec, "ask": ["r2", "sse"]}).value == (1, 0)
    assert derive({"op": "linear_regression", "X": [[1, 0], [1, 1]], "y": [1, 3]}).value == (1, 2)
    assert derive(
        {"op": "linear_regression", "X": [1, 2], "y": [2, 4], "intercept": False, "l2": 5}
    ).value == (1,)
    assert derive({"op": "linreg_gd", "X": [[1], [2]], "y": [1, 2], "lr": "1/5"}).value == (HALF,)
    assert named({"op": "linreg_gd", "X": [[1], [2]], "y": [1, 2], "lr": "1/5"})["grad_2"] == (1,)
    assert derive({"op": "logreg_gd", "X": [[2]], "y": [1], "lr": 1}).value == (1,)


def test_rewards():
    spec = {"op": "q_learning", "q": 1, "reward": 2, "next": [3, 4], "alpha": "1/2", "gamma": "1/2"}
    assert derive(spec).value == Fraction(5, 2)
    assert derive({**spec, "op": "sarsa", "next_action": 0}).value == Fraction(9, 4)
    assert derive({**spec, "terminal": True}).value == Fraction(3, 2)
    assert derive({"op": "discounted_return", "rewards": [1, 2, 4], "gamma": "1/2"}).value == 3
    assert named(spec)["q_no_discount"] == Fraction(7, 2)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"op": "kmeans", "points": [[1, 2]], "centers": [[1]]}, ("centers", 0)),
        ({"op": "knn", "points": [[1]], "labels": ["a"], "query": [1], "k": 2}, ("k",)),
        ({"op": "bayes", "prior": [0.5, 0.6], "likelihood": [1, 1]}, ("prior",)),
        ({"op": "bayes", "prior": [0.5, 0.5], "likelihood": [1, 1, 1]}, ("likelihood",)),
        ({"op": "svm", "X": [[1], [2]], "y": [1, 1]}, ("y",)),
        ({"op": "eig_sym", "matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}, ("matrix",)),
        ({"op": "eig_sym", "matrix": [[0, 1], [-1, 0]]}, ("matrix",)),
        ({"op": "linear_regression", "X": [[1, 2], [2, 4]], "y": [1, 2]}, ("X",)),
        ({"op": "q_learning", "q": 1, "reward": 1, "alpha": 2, "gamma": 1}, ("alpha",)),
        ({"op": "cosine", "a": [1, 2], "b": [1]}, ("b",)),
    ],
)
def test_errors_name_the_place(spec, path):
    with pytest.raises(SpecError) as error:
        derive(spec)
    assert error.value.path == path
