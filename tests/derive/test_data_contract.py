"""What all data operations have in common: bad specs raise SpecError, texts are read as numbers, mistakes are wrong."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from fractions import Fraction
from types import MappingProxyType

import pytest

from grader.derive import OPERATIONS, SpecError, derive
from grader.derive.catalogue import catalogue
from grader.derive.catalogue_data import DATA

TABLE = {
    "columns": ["a", "b", "y"],
    "rows": [["s", 1, "no"], ["s", 2, "no"], ["o", 1, "yes"], ["r", 2, "yes"]],
}
LINE = {"X": [[1, 1], [1, 2], [1, 4]], "y": [1, 0, 1], "lr": 0.1, "w0": [0, 0.5], "steps": 3}

# One full specification for each function; every field is broken in turn below.
SPECS = [
    {"op": "confusion", "tp": 5, "fp": 2, "fn": 1, "tn": 8, "beta": 2, "ask": ["f1", "fbeta", "recall"]},
    {"op": "confusion", "matrix": [[3, 1], [2, 4]], "labels": ["a", "b"], "positive": "b", "rows": "predicted", "ask": "mcc"},
    {"op": "confusion", "y_true": [1, 0, 2, 1], "y_pred": [1, 1, 2, 0], "average": "micro", "ask": "precision"},
    {"op": "entropy", "p": [0.2, 0.3, 0.5], "base": 2, "ask": ["entropy", "gini", "perplexity"]},
    {"op": "entropy", "counts": [3, 4]},
    {"op": "entropy", "values": ["a", "b", "b"]},
    {"op": "kl", "p": [0.2, 0.8], "q": [0.5, 0.5], "base": "e", "ask": ["kl", "js", "reverse"]},
    {"op": "self_information", "p": [0.25, 0.5], "base": 10},
    {"op": "joint", "joint": [[1, 2], [3, 4]], "base": 2, "ask": "y_given_x"},
    {"op": "split_gain", "data": TABLE, "target": "y", "attributes": ["a", "b"], "criterion": "gini", "conditional": False},
    {"op": "split_gain", "data": TABLE, "attributes": "b", "threshold": 1, "ratio": True, "base": 2},
    {"op": "split_gain", "children": [[3, 1], [1, 2]], "parent": [4, 3]},
    {"op": "softmax", "logits": [[1, 2], [3, 1]], "temperature": 2, "log": True, "axis": "rows"},
    {"op": "activation", "kind": "elu", "x": [[1, -1], [0, 2]], "alpha": 0.5, "derivative": True},
    {"op": "cross_entropy", "logits": [[1, 2], [0, 1]], "target": [0, 1], "base": 2, "reduction": "sum"},
    {"op": "cross_entropy", "probs": [0.2, 0.8], "target": [0.5, 0.5]},
    {"op": "bce", "y": [1, 0], "p": [0.9, 0.2], "base": "e", "reduction": "none"},
    {"op": "bce", "y": [1, 0], "logits": [0.9, -2]},
    {"op": "loss", "kind": "huber", "y": [1, 2], "prediction": [1.5, 5], "delta": 2, "half": False, "reduction": "mean"},
    {"op": "softmax_ce_grad", "logits": [1, 2, 3], "target": 1, "of": "weights", "x": [1, 2], "reduction": "mean"},
    {"op": "bce_grad", "z": [1, -1], "y": [1, 0], "of": "loss", "x": [[1], [2]], "reduction": "sum"},
    {"op": "mse_grad", "y": [1, 2], "prediction": [2, 2], "grad_factor": 1, "reduction": "sum"},
    {"op": "optimizer", "kind": "adam", "params": [1, 2], "grad": [0.1, 0.2], "lr": 0.01, "beta1": 0.9, "beta2": 0.99, "eps": 0.001,
     "steps": 3, "state": {"m": [0, 1], "v": [1, 0], "t": 2}, "weight_decay": 0.1, "ask": ["params", "m_hat", "step"]},
    {"op": "optimizer", "kind": "momentum", "params": [1], "grads": [[1], [2]], "lr": 0.1, "momentum": 0.5, "velocity": "ema"},
    {"op": "optimizer", "kind": "nesterov", "params": [1], "grad": "2 * x", "lr": 0.1, "momentum": 0.5, "names": ["x"], "steps": 2},
    {"op": "optimizer", "kind": "adadelta", "params": [1], "grad": [1], "rho": 0.9, "eps": 0.1, "steps": 2},
    {"op": "schedule", "kind": "step", "lr": 0.1, "step": 5, "gamma": 0.5, "epochs": [0, 4, 5]},
    {"op": "schedule", "kind": "warmup", "lr": 0.1, "warmup": 4, "after": "cosine", "T": 10, "min": 0.01, "start": 0.001, "epochs": [1, 7]},
    {"op": "schedule", "kind": "exponential", "lr": 0.1, "gamma": 0.5, "decay_steps": 3, "staircase": True, "epochs": 7},
    {"op": "schedule", "kind": "inverse_time", "lr": 0.1, "decay": 0.5, "power": 2, "epochs": [3]},
    {"op": "ema", "beta": 0.9, "values": [1, 2, 3], "start": 0, "ask": ["series", "corrected_series"]},
    {"op": "kmeans", "points": [[0, 0], [1, 0], [4, 4]], "centers": [[0, 0], [4, 4]], "rounds": 2, "metric": "manhattan", "ask": "centers"},
    {"op": "knn", "points": [[0, 0], [1, 0], [4, 4]], "labels": ["a", "b", "a"], "query": [1, 1], "k": 2, "metric": "minkowski", "p": 3,
     "weights": "distance", "ties": "first", "ask": ["label", "distances"]},
    {"op": "similarity", "kind": "minkowski", "a": [1, 2], "b": [3, 5], "p": 3},
    {"op": "bayes", "prior": [0.5, 0.5], "likelihood": [[0.1, 0.3], [0.2, 0.2]], "of": 1, "ask": "posterior"},
    {"op": "bayes", "prevalence": 0.1, "sensitivity": 0.9, "specificity": 0.8, "result": "negative"},
    {"op": "bayes", "bags": [{"r": 2, "w": 3}, {"r": 3, "w": 2}], "drawn": ["r", "r"], "replacement": False, "prior": [0.5, 0.5]},
    {"op": "naive_bayes", "data": TABLE, "target": "y", "query": {"a": "s", "b": 1}, "alpha": 1, "classes": ["yes", "no"], "of": "yes"},
    {"op": "svm", "X": [[0, 0], [2, 0], [3, 1]], "y": [-1, 1, 1], "ask": ["w", "b", "margin"]},
    {"op": "perceptron", "X": [[1, 1], [2, -1]], "y": [1, -1], "w0": [0, 1], "b0": 1, "lr": 0.5, "epochs": 3, "bias": True, "zero_fires": True},
    {"op": "eig_sym", "matrix": [[2, 1, 0], [1, 2, 1], [0, 1, 3]], "ask": ["values", "vectors"]},
    {"op": "covariance", "X": [[1, 2], [3, 5], [4, 4]], "ddof": 0, "centred": True, "rows": "observations", "ask": ["covariance", "correlation"]},
    {"op": "pca", "X": [[1, 2], [3, 5], [4, 4]], "k": 1, "ddof": 1, "centred": True, "scaled": True, "ask": ["values", "scores"]},
    {"op": "linear_regression", "X": [[1], [2], [4]], "y": [1, 2, 3], "intercept": True, "l2": 0.5, "predict": [3]},
    {"op": "linreg_gd", **LINE, "grad_factor": 2, "method": "sgd", "ask": ["weights", "loss"]},
    {"op": "logreg_gd", "X": [[1], [2], [4]], "y": [1, 0, 1], "lr": 0.1, "w0": [0.5], "b0": 1, "intercept": True, "steps": 2},
    {"op": "q_learning", "q": 1, "reward": 2, "next": [3, 4], "alpha": 0.5, "gamma": 0.9, "terminal": False},
    {"op": "sarsa", "q": 1, "reward": 2, "next": [3, 4], "alpha": 0.5, "gamma": 0.9, "next_action": 1},
    {"op": "discounted_return", "rewards": [1, 2, 3], "gamma": 0.9, "last": 1, "ask": "all"},
    {"op": "init_variance", "kind": "glorot", "fan_in": 3, "fan_out": 5, "kernel": 3, "distribution": "uniform", "mode": "fan_in", "ask": ["limit", "std"]},
    {"op": "batches", "examples": 100, "batch_size": 32, "epochs": 3, "drop_last": True},
    {"op": "batch_var", "batch": [[1, 2], [3, 5]], "ddof": 1},
    {"op": "batch_norm", "batch": [[1, 2], [3, 5]], "gamma": [1, 2], "beta": 1, "eps": 0.01, "ddof": 0, "mode": "test", "mean": [1, 1], "var": [2, 3]},
    {"op": "layer_norm", "x": [[1, 2], [3, 5]], "gamma": [1, 2], "beta": 1, "eps": 0.01, "ddof": 0},
    {"op": "scaling", "kind": ["standardize", "min_max"], "x": [1, 2, 5], "ddof": 1, "range": [-1, 1]},
    {"op": "attention", "X": [[1, 0], [0, 2]], "Wq": [[1, 0], [0, 1]], "Wk": [[1, 0], [0, 1]], "Wv": [[1, 2], [3, 4]], "Wo": [[1, 1], [0, 1]],
     "heads": 2, "mask": "causal", "scale": True, "ask": ["output", "weights"]},
    {"op": "positional_encoding", "d_model": 4, "positions": [0, 3], "base": 100},
    {"op": "expr", "expr": "a * sum(b)", "values": {"a": 2, "b": [1, 2]}, "alternatives": {"slip": "a"}},
]  # fmt: skip
NAMES = [f"{index}-{spec['op']}" for index, spec in enumerate(SPECS)]
GARBAGE = [
    None, True, -1, 0, 0.5, 3, 10**30, 10**200, -(10**9), float("nan"), float("inf"), "", "x", "0.5", "1e300", "1/0", "causal", [], [[]], [1], [-1, 2],
    [1, "x"], [[1, 2], [3]], [[0, 0], [0, 0]], [["a", None]], {}, {"a": 1}, {"t": -1}, [{}], [None], [[[1]]], "9" * 500, [[1] * 60] * 60, [0] * 30_000,
]  # fmt: skip


def texts(value):
    if isinstance(value, dict):
        return {key: texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [texts(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def frozen(value):
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value


def flat(value):
    return [x for item in value for x in flat(item)] if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_values_are_finite_and_mistakes_differ(spec):
    found = derive(spec)
    for value in (found.value, *(mistake.value for mistake in found.mistakes)):
        assert all(isinstance(x, int | Fraction | str) or math.isfinite(x) for x in flat(value))
    assert all(mistake.value != found.value for mistake in found.mistakes)
    assert len({mistake.name for mistake in found.mistakes}) == len(found.mistakes)
    assert all(mistake.feedback for mistake in found.mistakes if spec["op"] != "expr")
    assert derive(spec) == found
    assert derive(spec, mistakes=False).value == found.value


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_scalars_may_stand_as_text(spec):
    assert derive({**texts(spec), "op": spec["op"]}).value == derive(spec).value


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_lists_may_be_tuples(spec):
    assert derive(frozen(spec)) == derive(spec)


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_unknown_fields_are_refused(spec):
    field = next(name for name in spec if name not in {"op", "ask"})
    with pytest.raises(SpecError) as error:
        derive({**spec, f"{field}z": 1})
    assert error.value.path[-1] == f"{field}z"


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_broken_fields_raise_nothing_but_spec_errors(spec):
    for field in spec:
        if field == "op":
            continue
        with suppress(SpecError):
            derive({name: value for name, value in spec.items() if name != field})
        for garbage in GARBAGE:
            start = time.process_time()
            with suppress(SpecError):
                derive({**spec, field: garbage})
            assert time.process_time() - start < 30, (field, str(garbage)[:50])


def test_every_data_operation_is_tried():
    tried = {OPERATIONS[spec["op"]] for spec in SPECS}
    assert {place for place in OPERATIONS.values() if ".data." in place} == tried


def test_the_catalogue_of_data_speaks_to_students():
    assert set(DATA) <= set(catalogue())
    for name in DATA:
        entry = catalogue()[name]
        assert name == name.lower()
        assert entry.feedback.endswith(".")
        assert 0 <= entry.credit < 1
