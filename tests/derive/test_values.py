"""Values of small networks and matrices, worked out by hand or against a framework's definition."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from fractions import Fraction

import pytest

from grader.derive import SpecError, derive

SQUARE = [[1, 2, 0], [0, 1, 3], [2, 0, 1]]


def value(op, **fields):
    return derive({"op": op, **fields}).value


def wrong(op, **fields):
    return {mistake.name: mistake.value for mistake in derive({"op": op, **fields}).mistakes}


def test_convolution():
    spec = {"input": SQUARE, "kernel": [[1, 0], [2, -1]]}
    # 1 + 0 - 1, 2 + 2 - 3; 0 + 4 - 0, 1 + 0 - 1
    assert value("conv2d", **spec) == ((0, 1), (4, 0))
    found = wrong("conv2d", **spec)
    assert found["flip_kernel"] == ((-1 + 4 + 0 + 1, -2 + 0 + 0 + 3), (0 + 2 + 0 + 0, -1 + 6 + 0 + 1))
    assert found["output_transposed"] == ((0, 4), (1, 0))
    assert found["scaled"] == ((0, Fraction(1, 4)), (1, 0))
    assert value("conv2d", **spec, convolution="true") == found["flip_kernel"]
    assert wrong("conv2d", **spec, convolution=True)["not_flipped"] == ((0, 1), (4, 0))
    assert value("conv2d", **spec, bias="1/2") == (
        (Fraction(1, 2), Fraction(3, 2)),
        (Fraction(9, 2), Fraction(1, 2)),
    )
    assert value("conv2d", **spec, ask="shape") == (2, 2)


def test_a_decimal_is_what_is_written():
    assert value("conv2d", input=[[1]], kernel=[[0.1]]) == ((Fraction(1, 10),),)


def test_convolution_with_channels_and_filters():
    image = [SQUARE, [[1, 1, 1], [1, 1, 1], [1, 1, 1]]]
    one = value("conv2d", input=image, kernel=[[[1, 0], [0, 0]], [[1, 1], [1, 1]]])
    assert one == ((5, 6), (4, 5))
    assert wrong("conv2d", input=image, kernel=[[[1, 0], [0, 0]], [[1, 1], [1, 1]]])["one_channel"] == (
        (1, 2),
        (0, 1),
    )
    several = value("conv2d", input=SQUARE, kernel=[[[1]], [[2]]])
    assert several == (tuple(map(tuple, SQUARE)), tuple(tuple(2 * x for x in row) for row in SQUARE))


def test_convolution_along_a_sequence():
    assert value("conv1d", input=[1, 2, 3, 4], kernel=[1, -1], dilation=2) == (-2, -2)


def test_transposed_convolution():
    spec = {"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]], "stride": 2}
    assert value("conv2d_transpose", **spec) == ((1, 0, 2, 0), (0, 1, 0, 2), (3, 0, 4, 0), (0, 3, 0, 4))
    assert value("conv2d_transpose", **spec, padding=1) == ((1, 0), (0, 4))
    assert wrong("conv2d_transpose", **spec)["transposed_as_conv"] == ((5,),)


def test_pooling():
    spec = {"input": [[-1, -2, -3], [-4, -5, -6], [-7, -8, -9]], "kernel": 2, "stride": 1, "padding": 1}
    assert value("pool2d", **spec)[0] == (-1, -1, -2, -3)
    assert wrong("pool2d", **spec)["zero_pad_in_max"][0] == (0, 0, 0, 0)
    assert value("pool2d", **spec, mode="avg")[0] == (-1, Fraction(-3, 2), Fraction(-5, 2), -3)
    assert wrong("pool2d", **spec, mode="avg")["zero_pad_in_avg"][0][0] == Fraction(-1, 4)
    assert value("pool2d", **spec, mode="avg", count_include_pad=True)[0][0] == Fraction(-1, 4)
    assert wrong("pool2d", **spec, mode="avg")["sum_for_avg"][1][1] == -12
    assert value("pool2d", input=[[1, 2, 3]], kernel=[1, 2], ceil_mode=True) == ((2, 3),)


def test_sizes():
    assert value("out_size", input=[7, 7, 8], kernel=[3, 3, 3], stride=[1, 2, 3]) == (5, 3, 2)
    assert value("out_size", input=5, kernel=3, stride=2, padding=1, output_padding=1, transposed=True) == 10
    assert value("out_size", input=75, kernel=3, stride=2, padding="same") == 38
    assert wrong("out_size", input=75, kernel=3, stride=2, padding="same")["floor_same"] == 37
    assert value("out_size", input=32, kernel=5, filters=6) == (28, 28, 6)
    assert value("out_size", kernel=7, ask="padding") == 3
    assert wrong("out_size", kernel=7, ask="padding")["total_vs_side"] == 6
    assert value("out_size", input=10, kernel=3, dilation=2) == 6
    assert wrong("out_size", input=10, kernel=3, dilation=2)["dilation_ignored"] == 8


def layers(*items, **more):
    return {"layers": list(items), "ask": "value", **more}


def test_a_convolutional_network_with_data():
    conv = {
        "type": "conv2d",
        "filters": 1,
        "kernel": 2,
        "weights": [[1, 0], [2, -1]],
        "activation": "relu",
        "bias": [-1],
    }
    net = layers(conv, {"type": "max_pool2d", "kernel": 2}, "flatten", input=SQUARE)
    assert value("network", **net) == (3,)
    assert value("network", **{**net, "ask": "value.conv2d_1"}) == ((0, 0), (3, 0))
    assert wrong("network", **{**net, "ask": "value.conv2d_1"})["no_relu"] == ((-1, 0), (3, -1))
    assert wrong("network", **net)["avg_for_max"] == (Fraction(3, 4),)


def test_dense_layers_and_their_gradient():
    net = layers(
        {"type": "dense", "units": 2, "activation": "relu", "weights": [[1, -1], [0.5, 1]], "bias": [0, -2]},
        {"type": "dense", "units": 1, "weights": [[1], [2]]},
        input_values=[1, 2],
        loss="half",
        target=[1],
    )
    assert value("network", **net) == (2,)
    assert value("network", **{**net, "ask": "loss"}) == Fraction(1, 2)
    assert value("network", **{**net, "ask": "gradient.dense_1.kernel"}) == ((1, 0), (2, 0))
    assert value("network", **{**net, "ask": "gradient.dense_1.bias"}) == (1, 0)
    assert value("network", **{**net, "ask": "gradient.input"}) == (1, Fraction(1, 2))
    assert wrong("network", **{**net, "ask": "gradient.input"})["relu_grad_ignored"] == (-1, Fraction(5, 2))


def test_softmax_and_cross_entropy_give_p_minus_y():
    net = layers(
        {"type": "dense", "units": 3, "activation": "softmax", "weights": [[1, 2, 3]]},
        input_values=[1],
        loss="cross_entropy",
        target=1,
        ask="gradient.dense_1.bias",
    )
    total = sum(math.exp(k) for k in (1, 2, 3))
    expected = [math.exp(k) / total - (k == 2) for k in (1, 2, 3)]
    assert value("network", **net) == pytest.approx(expected)


def test_one_step_of_an_lstm():
    gate = {"kernel": [[1, 1, 1, 1]], "recurrent": [[1, 1, 1, 1]], "bias": [0, 0, 0, 0]}
    net = layers({"type": "lstm", "units": 1, "weights": gate}, input_values=[[1], [1]])
    s = 1 / (1 + math.exp(-1))
    cell = s * math.tanh(1)
    state = s * math.tanh(cell)
    z = 1 + state
    s2 = 1 / (1 + math.exp(-z))
    cell = s2 * cell + s2 * math.tanh(z)
    assert value("network", **net) == pytest.approx((s2 * math.tanh(cell),))
    assert "state_not_carried" in wrong("network", **net)


def test_attention_over_two_tokens():
    eye = [[1, 0], [0, 1]]
    net = layers(
        {
            "type": "multi_head_attention",
            "heads": 1,
            "weights": {"query": eye, "key": eye, "value": [[1, 2], [3, 4]]},
        },
        input_values=[[1, 1], [1, 0]],
    )
    found = derive({"op": "network", **net})
    assert found.value[1] == pytest.approx((2.5, 4.0))
    assert found.value[0] == pytest.approx((3.00928465, 4.6790462))
    assert {"attn_no_scale", "softmax_axis"} <= {mistake.name for mistake in found.mistakes}


def test_normalization():
    norm = {"type": "batch_norm", "weights": {"mean": [1], "variance": [4], "gamma": [2], "beta": [1]}}
    assert value("network", **layers(norm, input_values=[4])) == (4,)
    assert value("network", **layers("layer_norm", input_values=[1, 3])) == (-1, 1)


def test_channels_first():
    conv = {"type": "conv2d", "filters": 2, "kernel": 1, "weights": [[[[1]]], [[[2]]]]}
    net = layers(conv, "flatten", input_values=[[[1, 2], [3, 4]]], framework="torch")
    assert value("network", **net) == (1, 2, 3, 4, 2, 4, 6, 8)
    assert value("network", **{**net, "ask": "value.conv2d_1"}) == (((1, 2), (3, 4)), ((2, 4), (6, 8)))


def test_counting_needs_no_numpy():
    code = (
        "import sys; from grader.derive import derive\n"
        "spec = {'op': 'network', 'input': [8, 8, 1], 'layers': [{'type': 'conv2d', 'filters': 2, 'kernel': 3}]}\n"
        "for ask in ('params', 'shapes', 'macs', 'rf'): derive({**spec, 'ask': ask})\n"
        "print('numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


HUGE = [
    {"op": "conv2d", "input": [[1]], "kernel": [[1]], "padding": 10**6},
    {"op": "conv2d_transpose", "input": [[1, 2], [3, 4]], "kernel": [[1]], "stride": 10**6},
    {"op": "pool2d", "input": [[1]], "kernel": 10**5, "padding": 10**5},
    {"op": "network", **layers({"type": "upsampling2d", "size": 10**4}, input_values=SQUARE)},
    {"op": "network", **layers({"type": "zero_pad2d", "padding": 10**5}, input_values=SQUARE)},
    {"op": "network", **layers({"type": "repeat_vector", "times": 10**7}, input_values=[1, 2])},
    {
        "op": "network",
        **layers(
            {"repeat": 900, "layers": [{"type": "multiply", "from": ["a", "a"], "name": "a"}]},
            input_values=[3],
        ),
    },
]


@pytest.mark.parametrize("number", range(len(HUGE)))
def test_values_beyond_all_limits_are_refused_at_once(number):
    spec = dict(HUGE[number])
    if number == len(HUGE) - 1:
        first = {"type": "dense", "units": 1, "weights": [[12345.678]], "name": "a"}
        spec["layers"] = [first, *spec["layers"]]
    start = time.process_time()
    with pytest.raises(SpecError):
        derive(spec)
    assert time.process_time() - start < 20
