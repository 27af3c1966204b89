"""Initial weights, normalisation, scaling and attention, worked out by hand."""

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


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"kind": "he", "fan_in": 50}, Fraction(1, 25)),
        ({"kind": "he", "fan_in": 50, "ask": "std"}, Fraction(1, 5)),
        ({"kind": "xavier", "fan_in": 3, "fan_out": 5}, Fraction(1, 4)),
        ({"kind": "glorot_uniform", "fan_in": 12, "fan_out": 12}, HALF),
        ({"kind": "lecun", "fan_in": 4}, Fraction(1, 4)),
        ({"kind": "he", "fan_in": 2, "kernel": 3}, Fraction(1, 9)),
    ],
)
def test_initial_weights(spec, value):
    assert derive({"op": "init_variance", **spec}).value == value


def test_mistakes_of_initial_weights():
    found = named({"op": "init_variance", "kind": "he", "fan_in": 2, "fan_out": 6})
    assert (found["he_vs_glorot"], found["he_vs_lecun"], found["fan_swapped"]) == (
        Fraction(1, 4),
        HALF,
        Fraction(1, 3),
    )


def test_batches():
    spec = {"op": "batches", "examples": 1000, "batch_size": 64, "epochs": 3}
    assert derive(spec).value == 48
    assert derive({**spec, "drop_last": True}).value == 45
    assert derive({**spec, "ask": "last"}).value == 40


def test_batch_statistics():
    batch = [[1, 10], [3, 20]]
    assert derive({"op": "batch_mean", "batch": batch}).value == (2, 15)
    assert derive({"op": "batch_var", "batch": batch}).value == (1, 25)
    assert derive({"op": "batch_var", "batch": batch, "ddof": 1}).value == (2, 50)
    assert named({"op": "batch_mean", "batch": batch})["bn_axis"] == (Fraction(11, 2), Fraction(23, 2))


def test_batch_normalisation():
    spec = {"op": "batch_norm", "batch": [[1], [3]], "eps": 0, "gamma": 2, "beta": 5}
    assert derive(spec).value == ((3,), (7,))
    assert named(spec)["bn_gamma_beta_swapped"] == ((-3,), (7,))
    test = {"op": "batch_norm", "batch": [7], "mode": "test", "mean": 3, "var": 4, "eps": 0}
    assert derive(test).value == (2,)


def test_layer_normalisation():
    assert derive({"op": "layer_norm", "x": [1, 3], "eps": 0}).value == (-1, 1)
    assert derive({"op": "layer_norm", "x": [[1, 3], [4, 0]], "eps": 0}).value == ((-1, 1), (1, -1))


@pytest.mark.parametrize(
    ("kind", "x", "value"),
    [
        ("standardize", [1, 3], (-1, 1)),
        ("min_max", [1, 2, 5], (0, Fraction(1, 4), 1)),
        ("l2", [3, 4], (Fraction(3, 5), Fraction(4, 5))),
        ("max_abs", [1, -4], (Fraction(1, 4), -1)),
        ("robust", [0, 1, 2, 3, 4], (-1, -HALF, 0, HALF, 1)),
        ("center", [1, 3], (-1, 1)),
    ],
)
def test_scaling(kind, x, value):
    assert derive({"op": "scaling", "kind": kind, "x": x}).value == value


def test_scaling_works_on_columns():
    assert derive({"op": "min_max", "x": [[0, 5], [2, 9]]}).value == ((0, 0), (1, 1))


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=9, unique=True))
def test_standardised_values_have_mean_0_and_variance_1(x):
    found = [float(value) for value in derive({"op": "standardize", "x": x}).value]
    assert sum(found) == pytest.approx(0, abs=1e-9)
    assert sum(value * value for value in found) / len(found) == pytest.approx(1)


def test_attention():
    # equal scores: every position sees the mean of the values
    spec = {"op": "attention", "Q": [[0, 0], [0, 0]], "K": [[1, 0], [0, 1]], "V": [[2], [4]]}
    assert derive(spec).value == ((3,), (3,))
    assert derive({**spec, "mask": "causal"}).value == ((2,), (3,))
    assert derive({**spec, "mask": [[0, 1], [1, 1]]}).value == ((4,), (3,))
    assert derive({**spec, "ask": "weights"}).value == ((HALF, HALF), (HALF, HALF))
    assert named({**spec, "mask": "causal"})["attn_no_mask"] == ((3,), (3,))


def test_the_scale_of_attention():
    spec = {"op": "attention", "Q": [[4, 0, 0, 0]], "K": [[1, 0, 0, 0], [0, 0, 0, 0]], "V": [[1], [0]]}
    assert derive(spec).value[0][0] == pytest.approx(1 / (1 + math.exp(-2)))
    assert named(spec)["attn_no_scale"][0][0] == pytest.approx(1 / (1 + math.exp(-4)))


def test_heads_take_their_own_columns():
    spec = {"op": "attention", "X": [[0, 2], [0, 4]], "Wq": [[0, 0], [0, 0]], "heads": 2}
    assert derive(spec).value == ((0, 3), (0, 3))


def test_positions():
    found = derive({"op": "positional_encoding", "d_model": 4, "positions": [0, 1]}).value
    assert found[0] == (0, 1, 0, 1)
    assert found[1] == pytest.approx((math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)))


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"op": "init_variance", "kind": "glorot", "fan_in": 3}, ("fan_out",)),
        ({"op": "init_variance", "kind": "he", "fan_in": 0}, ("fan_in",)),
        ({"op": "batch_norm", "batch": [[1, 2]], "gamma": [1, 2, 3]}, ("gamma",)),
        ({"op": "min_max", "x": [3, 3]}, ("x",)),
        ({"op": "attention", "Q": [[1, 2]], "K": [[1]], "V": [[1]]}, ("K",)),
        ({"op": "attention", "X": [[1, 2]], "Wq": [[1]]}, ("Wq",)),
        ({"op": "attention", "X": [[1, 2]], "heads": 3}, ("heads",)),
        ({"op": "attention", "X": [[1], [2]], "mask": [[0, 0], [1, 1]]}, ("mask",)),
        ({"op": "positional_encoding", "d_model": 10**9, "length": 2}, ("d_model",)),
        ({"op": "batches", "examples": 10, "batch_size": 0}, ("batch_size",)),
    ],
)
def test_errors_name_the_place(spec, path):
    with pytest.raises(SpecError) as error:
        derive(spec)
    assert error.value.path == path
