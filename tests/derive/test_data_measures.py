"""Metrics, information and splits against values worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.derive import SpecError, derive

HALF = Fraction(1, 2)


def named(spec):
    return {mistake.name: mistake.value for mistake in derive(spec).mistakes}


def counts(**more):  # 6 of 8 positives found, 2 false alarms among 12 negatives
    return {"op": "confusion", "tp": 6, "fp": 2, "fn": 2, "tn": 10, **more}


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        ("accuracy", Fraction(16, 20)),
        ("precision", Fraction(6, 8)),
        ("sensitivity", Fraction(6, 8)),
        ("specificity", Fraction(10, 12)),
        ("f1", Fraction(12, 16)),
        ("iou", Fraction(6, 10)),
        ("mcc", Fraction(60 - 4, 8 * 12)),
        ("balanced_accuracy", (Fraction(3, 4) + Fraction(5, 6)) / 2),
        ("fpr", Fraction(1, 6)),
        ("error", Fraction(1, 5)),
    ],
)
def test_metrics_of_counts(ask, value):
    assert derive(counts(ask=ask)).value == value


def test_f_beta_leans_to_recall():
    # P = 1/2, R = 1: F2 = 5 * P * R / (4 P + R) = 2.5 / 3
    assert derive(
        {"op": "confusion", "tp": 3, "fp": 3, "fn": 0, "tn": 0, "beta": 2, "ask": ["fbeta"]}
    ).value == Fraction(5, 6)


def test_label_lists_and_counts_agree():
    labels = {
        "op": "confusion",
        "y_true": [1, 1, 0, 0, 1],
        "y_pred": [1, 0, 0, 1, 1],
        "ask": ["tp", "fp", "fn", "tn"],
    }
    assert derive(labels).value == (2, 1, 1, 1)
    assert derive({**labels, "positive": 0}).value == (1, 1, 1, 2)


def test_three_classes():
    # rows actual: a 2 of 3, b 1 of 2, c 1 of 1 right
    spec = {"op": "confusion", "y_true": list("aaabbc"), "y_pred": list("aabbcc"), "labels": list("abc")}
    assert derive({**spec, "ask": "accuracy"}).value == Fraction(4, 6)
    assert derive({**spec, "ask": "per_class_recall"}).value == (Fraction(2, 3), HALF, 1)
    assert derive({**spec, "ask": "macro_precision"}).value == (1 + HALF + HALF) / 3
    assert derive({**spec, "ask": "micro_f1"}).value == Fraction(4, 6)
    assert named({**spec, "ask": "macro_recall"})["pr_swapped"] == Fraction(2, 3)


def test_mistakes_of_metrics():
    spec = {"op": "confusion", "tp": 1, "fp": 1, "fn": 3, "tn": 5}
    assert named({**spec, "ask": ["precision", "recall"]})["pr_swapped"] == (Fraction(1, 4), HALF)
    assert named({**spec, "ask": "f1"})["f1_arithmetic"] == Fraction(3, 8)
    assert named({**spec, "ask": "jaccard"})["iou_sum"] == Fraction(1, 6)
    assert named({**spec, "ask": "recall"})["accuracy_for_metric"] == Fraction(6, 10)


@pytest.mark.parametrize(
    ("spec", "path", "words"),
    [
        (counts(tpp=3), ("tpp",), "did you mean 'tp'"),
        ({"op": "confusion", "tp": 1, "fp": 1, "fn": 2, "ask": "accuracy"}, (), "needs the count 'tn'"),
        (counts(ask="recal"), ("ask",), "did you mean 'recall'"),
        ({"op": "confusion", "tp": -1, "fn": 2}, ("tp",), "at least 0"),
        ({"op": "confusion", "y_true": [1, 0], "y_pred": [1]}, ("y_pred",), "1 predictions for 2 cases"),
        (
            {"op": "confusion", "y_true": ["cat", "dog"], "y_pred": ["dog", "dog"]},
            ("positive",),
            "cat or dog",
        ),
        ({"op": "confusion", "matrix": [[1, 2], [3]]}, ("matrix", 1), "row 1"),
        ({"op": "entropy", "p": [0.5, 0.4]}, ("p",), "sum to 0.9"),
        ({"op": "entropy", "p": [1.5, -0.5]}, ("p", 0), "no probability"),
        ({"op": "kl", "p": [0.5, 0.5], "q": [1, 0]}, ("q",), "infinite"),
        ({"op": "entropy", "p": [0.5, 0.5], "base": 1}, ("base",), "base 1"),
        ({"op": "split_gain", "children": [[1, 2], [3, -4]]}, ("children",), "not negative"),
        ({"op": "split_gain", "data": {"columns": ["a"], "rows": [[1, 2]]}}, ("data", 0), "1 cells"),
        ({"op": "split_gain", "data": [{"a": 1, "y": 0}], "attributes": "b"}, ("attributes",), "it has a, y"),
    ],
)
def test_errors_name_the_place(spec, path, words):
    with pytest.raises(SpecError, match=words) as error:
        derive(spec)
    assert error.value.path == path


def test_entropies():
    assert derive({"op": "entropy", "p": [HALF, "1/4", "1/4"]}).value == Fraction(3, 2)
    assert derive({"op": "entropy", "counts": [3, 3]}).value == 1
    assert derive({"op": "entropy", "values": list("aabb")}).value == 1
    assert derive({"op": "entropy", "p": [HALF, HALF], "base": "e"}).value == pytest.approx(math.log(2))
    assert derive({"op": "gini", "counts": [1, 3]}).value == Fraction(3, 8)
    assert derive({"op": "self_information", "p": ["1/8"]}).value == 3
    assert derive({"op": "kl", "p": [HALF, HALF], "q": ["1/4", "3/4"]}).value == pytest.approx(
        1 - math.log2(3) / 2
    )
    assert derive({"op": "mutual_information", "joint": [[1, 0], [0, 1]]}).value == 1
    assert named({"op": "entropy", "p": [HALF, HALF]})["log_base"] == pytest.approx(math.log(2))


def test_splits():
    # parent 4+4 has entropy 1; children 4+0 and 0+4 are pure
    assert derive({"op": "split_gain", "children": [[4, 0], [0, 4]]}).value == 1
    spec = {"op": "split_gain", "children": [[2, 0], [1, 1]], "criterion": "gini"}
    assert derive(spec).value == Fraction(3, 8) - Fraction(1, 4)
    assert derive({**spec, "conditional": True}).value == Fraction(1, 4)
    assert derive({"op": "split_gain", "children": [[2, 0], [0, 2]], "ratio": True}).value == 1
    assert named(spec)["gain_is_entropy"] == Fraction(1, 4)
    uneven = {"op": "split_gain", "children": [[3, 0], [1, 1]], "criterion": "gini"}
    assert named(uneven)["unweighted_children"] == Fraction(8, 25) - Fraction(1, 4)


def test_a_threshold_splits_numbers():
    rows = [{"size": 1, "y": "no"}, {"size": 2, "y": "no"}, {"size": 3, "y": "yes"}, {"size": 9, "y": "yes"}]
    assert (
        derive({"op": "split_gain", "data": rows, "target": "y", "attributes": "size", "threshold": 2}).value
        == 1
    )


distributions = st.lists(st.integers(1, 50), min_size=2, max_size=6)


@given(distributions, st.data())
def test_divergence_is_not_negative(p, data):
    q = data.draw(st.lists(st.integers(1, 50), min_size=len(p), max_size=len(p)))
    spec = {"op": "kl", "p": [Fraction(x, sum(p)) for x in p], "q": [Fraction(x, sum(q)) for x in q]}
    assert derive(spec).value >= -1e-12


@given(distributions)
def test_entropy_is_at_most_that_of_equal_shares(p):
    assert -1e-12 <= derive({"op": "entropy", "counts": p}).value <= math.log2(len(p)) + 1e-12
