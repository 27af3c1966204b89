"""What mistakes give: each value worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.derive import derive

TOWER = [
    {"type": "conv2d", "filters": filters, "kernel": 5, "stride": 2, "padding": "same"}
    for filters in (10, 20)
]


def wrong(spec, **more):
    return {mistake.name: mistake.value for mistake in derive({"op": "network", **spec, **more}).mistakes}


def test_parameters_of_a_tower():
    spec = {"input": [33, 50, 3], "layers": TOWER}
    found = wrong(spec, ask="params")
    # 5*5*3*10 + 10 = 760 and 5*5*10*20 + 20 = 5020
    assert derive({"op": "network", **spec}).value == 5780
    assert found["no_bias"] == 5750
    assert found["one_bias_per_layer"] == 5752
    assert found["no_in_channels"] == 25 * 10 + 10 + 25 * 20 + 20
    assert found["wrong_prev_channels"] == 760 + 25 * 3 * 20 + 20
    assert found["missing_conv2d_1"] == 5020
    assert found["missing_conv2d_2"] == 760
    assert found["rgb_forgotten"] == 25 * 10 + 10 + 5020
    assert found["unshared"] == 760 * 17 * 25 + 5020 * 9 * 13


def test_shapes_of_a_tower():
    spec = {"input": [33, 50, 3], "layers": TOWER}
    assert derive({"op": "network", **spec, "ask": "shapes"}).value == ((17, 25, 10), (9, 13, 20))
    found = wrong(spec, ask="shapes")
    assert found["floor_same"] == ((16, 25, 10), (8, 12, 20))
    assert found["padding_valid"] == ((15, 23, 10), (6, 10, 20))
    assert found["stride_1"] == ((33, 50, 10), (33, 50, 20))
    assert found["axes_swapped"] == ((25, 17, 10), (13, 9, 20))
    assert found["channels_kept"] == ((17, 25, 3), (9, 13, 3))


def test_windows_that_do_not_fill_up():
    layer = {"type": "conv2d", "filters": 4, "kernel": 5, "stride": 2, "padding": 2}
    spec = {"input": [30, 30, 1], "layers": [layer]}
    assert derive({"op": "network", **spec, "ask": "shape"}).value == (15, 15, 4)
    found = wrong(spec, ask="shape")
    assert found["no_plus_one"] == (14, 14, 4)
    assert found["ceil_valid"] == (16, 16, 4)
    assert found["pad_once"] == (14, 14, 4)
    assert found["padding_valid"] == (13, 13, 4)
    assert "padding_same" not in found  # it gives the right size here
    assert found["stride_squared"] == (8, 8, 4)


@pytest.mark.parametrize(
    ("bias_vectors", "name", "value"), [(1, "lstm_two_bias", 4 * 7 * 14), (2, "lstm_one_bias", 4 * 7 * 13)]
)
def test_biases_of_an_lstm(bias_vectors, name, value):
    layer = {"type": "lstm", "units": 7, "bias_vectors": bias_vectors}
    spec = {"input": [9, 5], "layers": [layer]}
    assert wrong(spec)[name] == value
    assert wrong(spec)["lstm_no_recurrent"] == 4 * 7 * (5 + bias_vectors)
    assert wrong(spec)["lstm_1_gate"] == 7 * (12 + bias_vectors)
    assert wrong(spec)["lstm_3_gates"] == 21 * (12 + bias_vectors)


def test_attention():
    spec = {"input": [6, 32], "layers": [{"type": "multi_head_attention", "heads": 4}]}
    assert derive({"op": "network", **spec}).value == 4 * 32 * 32 + 4 * 32
    found = wrong(spec)
    assert found["no_output_proj"] == 3 * 32 * 33
    assert found["heads_multiplied"] == 4 * 4 * 32 * 33
    assert found["no_bias"] == 4 * 32 * 32


def test_batch_norm_after_a_convolution():
    spec = {"input": [8, 8, 3], "layers": [{"type": "conv2d", "filters": 6, "kernel": 3}, "batch_norm"]}
    assert derive({"op": "network", **spec}).value == 168 + 24
    assert wrong(spec)["bn_2"] == 168 + 12 == wrong(spec)["trainable_vs_total"]
    assert wrong(spec, ask="trainable")["bn_all_trainable"] == 168 + 24
    assert derive({"op": "network", **spec, "conventions": {"bn_params": 2}}).value == 180
    assert derive({"op": "network", **spec, "bn_params": "2"}).value == 180


def test_dense_after_pooling():
    layers = [
        {"type": "conv2d", "filters": 8, "kernel": 3},
        {"type": "max_pool2d", "kernel": 2},
        "flatten",
        {"type": "dense", "units": 10},
    ]
    spec = {"input": [28, 28, 1], "layers": layers}
    assert derive({"op": "network", **spec}).value == 80 + 13 * 13 * 8 * 10 + 10
    assert wrong(spec)["fc_prepool"] == 80 + 26 * 26 * 8 * 10 + 10
    assert wrong(spec)["fc_after_gap"] == 80 + 8 * 10 + 10
    assert wrong({**spec, "input": [29, 29, 1]})["rounded_flatten"] == 80 + 14 * 14 * 8 * 10 + 10


def test_separable_convolution():
    spec = {
        "input": [12, 12, 16],
        "layers": [{"type": "separable_conv2d", "filters": 32, "kernel": 3, "padding": 1}],
    }
    assert derive({"op": "network", **spec}).value == 9 * 16 + 16 * 32 + 32
    assert wrong(spec)["dws_as_conv"] == 9 * 16 * 32 + 32
    assert derive({"op": "network", **spec, "ask": "macs"}).value == 144 * (9 * 16 + 16 * 32)
    assert wrong(spec, ask="macs")["dws_as_conv"] == 144 * 9 * 16 * 32


def test_cost():
    spec = {"input": [10, 10, 3], "layers": [{"type": "conv2d", "filters": 4, "kernel": 3}]}
    assert derive({"op": "network", **spec, "ask": ["macs", "flops"]}).value == (64 * 108, 128 * 108)
    assert wrong(spec, ask="macs")["flops_factor"] == 128 * 108
    assert wrong(spec, ask="flops")["flops_factor"] == 64 * 108
    assert wrong(spec, ask="macs")["macs_no_spatial"] == 108
    assert wrong(spec, ask="macs")["macs_input_size"] == 100 * 108
    assert (
        wrong(spec, ask="macs")["macs_with_bias"]
        == 64 * 112
        == derive({"op": "network", **spec, "ask": "connections"}).value
    )


def test_receptive_field():
    layers = [
        {"type": "conv2d", "filters": 1, "kernel": 3, "stride": 2, "padding": 1},
        {"type": "max_pool2d", "kernel": 2},
        {"type": "conv2d", "filters": 1, "kernel": 3, "dilation": 2, "padding": 2},
    ]
    spec = {"input": [64, 64, 1], "layers": layers}
    assert derive({"op": "network", **spec, "ask": "rfs"}).value == (3, 5, 21)
    assert derive({"op": "network", **spec, "ask": "jump"}).value == 4
    found = wrong(spec, ask="rf")
    assert found["rf_ignores_stride"] == 1 + 2 + 1 + 4
    assert found["rf_n_minus_1"] == 5
    assert found["rf_sum"] == 3 + 2 + 5
    assert found["rf_product"] == 3 * 2 * 5
    assert found["dilation_ignored"] == 5 + 2 * 4
    assert found["rf_ignores_pool"] == 3 + 4 * 4


def test_memory():
    net = {"input": [10, 10, 3], "layers": [*TOWER, "flatten", {"type": "dense", "units": 2}]}
    spec = {"op": "memory", "network": net, "what": "training", "unit": "kB", "batch": 8}
    values = 5 * 5 * 10 + 3 * 3 * 20 + 2
    params = 760 + 5020 + 180 * 2 + 2
    derived = derive(spec)
    assert derived.value == Fraction(4 * (8 * (values + 300) + params), 1000)
    found = {mistake.name: mistake.value for mistake in derived.mistakes}
    assert found["batch_forgotten"] == Fraction(4 * (values + 300 + params), 1000)
    assert found["no_params"] == Fraction(4 * 8 * (values + 300), 1000)
    assert found["no_inputs"] == Fraction(4 * (8 * values + params), 1000)
    assert found["mb_mib"] == derived.value * Fraction(1000, 1024)
    assert found["bytes_forgotten"] == derived.value / 4
    inference = derive({**spec, "what": "inference", "batch": 1}).value
    assert inference == Fraction(4 * (300 + 250 + params), 1000)
    adam = derive({**spec, "gradients": True, "optimizer": "adam"}).value
    assert adam == derived.value + Fraction(4 * 3 * params, 1000)


def test_mistakes_of_one_value_stand_together():
    spec = {
        "op": "network",
        "input": [8, 8, 3],
        "layers": [{"type": "conv2d", "filters": 6, "kernel": 3}, "batch_norm"],
    }
    groups = {group[0].value: {mistake.name for mistake in group} for group in derive(spec).groups}
    assert {"bn_2", "trainable_vs_total"} <= groups[180]


def test_what_follows_from_a_wrong_shape():
    spec = {"op": "network", "input": [33, 50, 3], "layers": TOWER, "ask": "shape"}
    assert derive({**spec, "given": {"conv2d_1": [16, 25, 10]}}).value == (8, 13, 20)


def test_the_memory_of_a_textbook_network():
    layers = [
        {"type": "conv2d", "filters": 100 * 2**i, "kernel": 3, "stride": 2, "padding": "same"}
        for i in range(3)
    ]
    spec = {"op": "memory", "network": {"input": [200, 300, 3], "layers": layers}, "unit": "MB"}
    assert float(derive({**spec, "what": "inference"}).value) == pytest.approx(12.6136)
    assert float(derive({**spec, "what": "training", "batch": 50}).value) == pytest.approx(565.6136)
