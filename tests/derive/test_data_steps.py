"""Optimizers, schedules and moving averages against values worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from grader.derive import SpecError, derive


def named(spec):
    return {mistake.name: mistake.value for mistake in derive(spec).mistakes}


def step(kind, **more):
    return {"op": "optimizer", "kind": kind, "params": [1], "grad": [2], "lr": "1/10", "eps": 0, **more}


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (step("sgd"), Fraction(8, 10)),
        (step("sgd", steps=3), Fraction(4, 10)),
        (step("sgd", weight_decay=1), Fraction(7, 10)),
        (step("momentum", momentum="1/2", steps=2, ask=["params", "v"]), (Fraction(1, 2), Fraction(3, 10))),
        (step("momentum", momentum="1/2", velocity="lr_outside", steps=2), Fraction(1, 2)),
        (step("momentum", momentum="1/2", velocity="ema"), Fraction(9, 10)),
        (step("nesterov", momentum="1/2"), Fraction(7, 10)),  # v = 0.2; 1 - (0.5 * 0.2 + 0.2)
        (step("adagrad", state={"G": [12]}, ask=["params", "G"]), (Fraction(95, 100), 16)),
        (step("rmsprop", rho="3/4", ask=["params", "s"]), (Fraction(8, 10), 1)),
        (step("adam", ask=["m_hat", "v_hat", "params"]), (2, 4, Fraction(9, 10))),
        (step("adamw", weight_decay="1/2"), Fraction(85, 100)),
        (step("adamax"), Fraction(9, 10)),
    ],
)
def test_steps(spec, value):
    assert derive(spec).value == value


def test_a_gradient_may_be_an_expression():
    # f = x^2, rate 1/4: x halves with every step
    assert derive({"op": "optimizer", "params": [8], "grad": "2*x", "lr": "1/4", "steps": 3}).value == 1
    two = {"op": "optimizer", "params": [1, 1], "grad": ["2*a", "4*b"], "names": ["a", "b"], "lr": "1/4"}
    assert derive(two).value == (Fraction(1, 2), 0)
    # the gradient is taken where the velocity leads: at 8 - 1/2 * 4 = 6, so v = 2 + 3
    ahead = {
        "op": "optimizer",
        "kind": "nesterov",
        "params": [8],
        "grad": "2*x",
        "lr": "1/4",
        "momentum": "1/2",
        "state": {"v": [4]},
    }
    assert derive(ahead).value == 3


def test_later_steps_correct_less():
    first = derive(step("adam", state={"t": 1}, ask=["m_hat"])).value
    assert first == Fraction(2, 10) / (1 - Fraction(81, 100))


def test_mistakes_of_optimizers():
    assert named(step("sgd"))["gd_ascent"] == Fraction(12, 10)
    assert named(step("sgd"))["lr_missing"] == -1
    assert named(step("momentum", state={"v": [1]}))["no_momentum"] == Fraction(8, 10)
    assert named(step("adagrad", state={"G": [4]}))["old_accumulator"] == Fraction(9, 10)
    assert named(step("adam", ask=["m_hat"]))["adam_no_correction"] == Fraction(2, 10)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (
            {"kind": "step", "step": 10, "gamma": "1/2", "epochs": [0, 9, 10, 25]},
            (1, 1, Fraction(1, 2), Fraction(1, 4)),
        ),
        (
            {"kind": "multistep", "milestones": [3, 6], "epochs": [2, 3, 6]},
            (1, Fraction(1, 10), Fraction(1, 100)),
        ),
        ({"kind": "exponential", "gamma": "1/2", "epochs": 3}, Fraction(1, 8)),
        (
            {"kind": "exponential", "gamma": "1/2", "decay_steps": 2, "staircase": True, "epochs": [1, 2]},
            (1, Fraction(1, 2)),
        ),
        ({"kind": "cosine", "T": 4, "epochs": [0, 2, 4]}, (1, Fraction(1, 2), 0)),
        ({"kind": "linear", "T": 4, "min": "1/2", "epochs": [2, 8]}, (Fraction(3, 4), Fraction(1, 2))),
        ({"kind": "polynomial", "T": 2, "power": 2, "epochs": 1}, Fraction(1, 4)),
        ({"kind": "1/t", "decay": "1/2", "epochs": 2}, Fraction(1, 2)),
        ({"kind": "warmup", "warmup": 4, "epochs": [1, 4, 9]}, (Fraction(1, 4), 1, 1)),
        (
            {"kind": "warmup", "warmup": 2, "after": "linear", "T": 6, "epochs": [1, 4]},
            (Fraction(1, 2), Fraction(1, 2)),
        ),
        ({"kind": "piecewise", "boundaries": [5], "values": [1, 2], "epochs": [5, 6]}, (1, 2)),
        ({"kind": "noam", "d_model": 4, "warmup": 4, "epochs": 4}, Fraction(1, 4)),
    ],
)
def test_schedules(spec, value):
    assert derive({"op": "schedule", "lr": 1, **spec}).value == value


def test_a_cosine_is_no_line():
    spec = {"op": "schedule", "kind": "cosine", "lr": 1, "T": 4, "epochs": 1}
    assert derive(spec).value == pytest.approx((1 + math.cos(math.pi / 4)) / 2)
    assert named(spec)["linear_schedule"] == Fraction(3, 4)


def test_moving_averages():
    spec = {"op": "ema", "beta": "1/2", "values": [4, 8]}
    assert derive(spec).value == (5, Fraction(20, 3))
    assert derive({**spec, "ask": "series"}).value == (2, 5)
    assert derive({**spec, "ask": "v", "start": 4}).value == 6
    assert derive({"op": "ema", "beta": 0.9, "ask": "window"}).value == 10
    assert named(spec)["ema_no_correction"] == (5, 5)
    assert named(spec)["ema_1_minus_beta"] == (5, 10)


def test_long_runs_stay_short():
    assert derive(
        {"op": "optimizer", "kind": "adam", "params": [1], "grad": "2*x", "steps": 500}
    ).value == pytest.approx(0.55, abs=0.1)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (step("sgdd"), ("kind",)),
        (step("sgd", steps=0), ("steps",)),
        (step("sgd", steps=10**9), ("steps",)),
        (step("adam", beta1=2), ("beta1",)),
        (step("adam", state={"q": [1]}), ("state",)),
        (step("adam", state={"m": [1, 2]}), ("state", "m")),
        (step("sgd", ask="m_hat"), ("kind",)),
        (step("sgd", grad=[1, 2]), ("grad",)),
        (step("sgd", grad="2*y"), ("grad",)),
        ({"op": "schedule", "kind": "step", "lr": 1, "epochs": [1]}, ()),
        ({"op": "schedule", "kind": "cosine", "lr": 1, "T": 0, "epochs": [1]}, ("T",)),
        ({"op": "schedule", "kind": "constant", "lr": 1, "epochs": [-1]}, ("epochs", 0)),
        ({"op": "ema", "beta": 1, "values": [1]}, ("beta",)),
    ],
)
def test_errors_name_the_place(spec, path):
    with pytest.raises(SpecError) as error:
        derive(spec)
    assert error.value.path == path
