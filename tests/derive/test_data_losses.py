"""Activations, losses and gradients against values worked out by hand, and against differences."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.derive import SpecError, derive


def named(spec):
    return {mistake.name: mistake.value for mistake in derive(spec).mistakes}


def test_softmax():
    assert derive({"op": "softmax", "logits": [7, 7]}).value == (Fraction(1, 2), Fraction(1, 2))
    assert derive({"op": "softmax", "logits": [0, "1"]}).value == pytest.approx(
        (1 / (1 + math.e), math.e / (1 + math.e))
    )
    assert derive({"op": "softmax", "logits": [0, 2], "temperature": 2}).value == pytest.approx(
        (1 / (1 + math.e), math.e / (1 + math.e))
    )
    assert derive({"op": "softmax", "logits": [[0, 0], [1, 1]]}).value == ((Fraction(1, 2),) * 2,) * 2
    assert derive({"op": "log-softmax", "logits": [3, 3]}).value == pytest.approx((-math.log(2),) * 2)
    assert named({"op": "softmax", "logits": [1, 3]})["softmax_linear"] == (Fraction(1, 4), Fraction(3, 4))


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=8))
def test_softmax_is_a_distribution(logits):
    value = derive({"op": "softmax", "logits": logits}).value
    assert min(value) >= 0
    assert sum(value) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "x", "value", "slope"),
    [
        ("sigmoid", 0, Fraction(1, 2), Fraction(1, 4)),
        ("tanh", 0, 0, 1),
        ("relu", -2, 0, 0),
        ("relu", 3, 3, 1),
        ("leaky_relu", -2, Fraction(-1, 50), Fraction(1, 100)),
        ("elu", -1, math.exp(-1) - 1, math.exp(-1)),
        ("softsign", 1, Fraction(1, 2), Fraction(1, 4)),
        ("linear", 5, 5, 1),
    ],
)
def test_activations(kind, x, value, slope):
    assert derive(
        {"op": "activation", "kind": kind, "x": x, "ask": ["value", "derivative"]}
    ).value == pytest.approx((value, slope))


@pytest.mark.parametrize("kind", ["sigmoid", "tanh", "elu", "selu", "softplus", "softsign", "swish", "gelu"])
@pytest.mark.parametrize("x", [-1.5, 0.3, 2.0])
def test_derivatives_are_those_of_the_values(kind, x):
    step = 1e-5
    above, below = (derive({"op": "activation", "kind": kind, "x": x + d}).value for d in (step, -step))
    assert derive({"op": "activation", "kind": kind, "x": x, "derivative": True}).value == pytest.approx(
        (above - below) / (2 * step), abs=1e-8
    )


def test_cross_entropy():
    spec = {"op": "cross_entropy", "probs": [[0.5, 0.5], [0.25, 0.75]], "target": [0, 0]}
    assert derive(spec).value == pytest.approx(1.5 * math.log(2))
    assert derive({**spec, "base": 2}).value == Fraction(3, 2)
    assert derive({**spec, "base": 2, "reduction": "sum"}).value == 3
    assert derive({**spec, "base": 2, "target": [[1, 0], [1, 0]]}).value == Fraction(3, 2)
    assert named({**spec, "base": 2})["sum_for_mean"] == 3
    assert derive({"op": "cross_entropy", "logits": [1, 1], "target": 1}).value == pytest.approx(math.log(2))


def test_binary_cross_entropy():
    spec = {"op": "bce", "y": [1, 0], "p": [0.5, 0.75], "base": 2}
    assert derive(spec).value == Fraction(3, 2)  # (1 + 2) / 2
    assert named(spec)["bce_positive_only"] == Fraction(1, 2)
    assert derive({"op": "bce", "y": 1, "logits": 0, "base": 2}).value == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mse", Fraction(5, 2)),
        ("mae", Fraction(3, 2)),
        ("sse", 5),
        ("rmse", math.sqrt(2.5)),
        ("huber", 1),
        ("r2", -9),
    ],
)
def test_regression_losses(kind, value):  # errors 1 and -2
    assert derive({"op": "loss", "kind": kind, "y": [1, 2], "prediction": [0, 4]}).value == pytest.approx(
        value
    )


def test_margins_and_halves():
    assert derive(
        {"op": "hinge", "y": [1, -1], "prediction": ["1/2", -3], "reduction": "sum"}
    ).value == Fraction(1, 2)
    assert derive({"op": "mse", "y": [1], "prediction": [3], "half": True}).value == 2
    assert named({"op": "mse", "y": [1, 2], "prediction": [3, 2]})["rmse_mse"] == pytest.approx(math.sqrt(2))


def test_gradients():
    half = Fraction(1, 2)
    assert derive({"op": "softmax_ce_grad", "logits": [5, 5], "target": 0}).value == (-half, half)
    assert derive({"op": "softmax_ce_grad", "logits": [5, 5], "target": 0, "of": "log_likelihood"}).value == (
        half,
        -half,
    )
    weights = {"op": "softmax_ce_grad", "logits": [5, 5], "target": 0, "x": [2, 4]}
    assert derive(weights).value == ((-1, 1), (-2, 2))
    assert derive({"op": "bce_grad", "z": 0, "y": 1, "x": [[2]]}).value == (-1,)
    assert derive({"op": "mse_grad", "y": [1, 2], "prediction": [2, 2]}).value == (1, 0)
    assert named({"op": "softmax_ce_grad", "logits": [5, 5], "target": 1})["no_onehot"] == (half, half)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=5))
def test_the_gradient_is_that_of_the_loss(logits):
    step = Fraction(1, 10_000)
    found = derive({"op": "softmax_ce_grad", "logits": logits, "target": 0}).value
    for index, value in enumerate(found):
        ends = [
            derive(
                {
                    "op": "cross_entropy",
                    "logits": [z + d * (i == index) for i, z in enumerate(logits)],
                    "target": 0,
                }
            ).value
            for d in (step, -step)
        ]
        assert float(value) == pytest.approx(float(ends[0] - ends[1]) / float(2 * step), abs=1e-6)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"op": "softmax", "logits": [1, "x"]}, ("logits", 1)),
        ({"op": "softmax", "logits": []}, ("logits",)),
        ({"op": "softmax", "logits": [1, 2], "temperature": 0}, ("temperature",)),
        ({"op": "activation", "kind": "rellu", "x": 1}, ("kind",)),
        ({"op": "cross_entropy", "probs": [0.5, 0.5], "target": 2}, ("target",)),
        ({"op": "cross_entropy", "probs": [0, 1], "target": 0}, ("probs",)),
        ({"op": "mse", "y": [1, 2], "prediction": [1]}, ("prediction",)),
        ({"op": "hinge", "y": [2], "prediction": [1]}, ("y",)),
        ({"op": "mse", "prediction": [1]}, ()),
    ],
)
def test_errors_name_the_place(spec, path):
    with pytest.raises(SpecError) as error:
        derive(spec)
    assert error.value.path == path
