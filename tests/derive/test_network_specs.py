"""Bad specifications are told where they stand, in words, and cost nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.derive import SpecError, derive
from grader.derive.catalogue import catalogue
from grader.derive.catalogue_data import DATA
from grader.derive.catalogue_networks import NETWORKS
from grader.derive.layers.table import LAYERS
from grader.derive.network import describe
from grader.files.registry import resolve

CONV = {"type": "conv2d", "filters": 8, "kernel": 3}


def network(*layers, **more):
    return {"op": "network", "input": [28, 28, 1], "layers": list(layers), **more}


BAD = [
    (network({**CONV, "filters": -3}), ("layers", 0, "filters"), "at least 1"),
    (network({**CONV, "filters": 10**9}), ("layers", 0, "filters"), "at most 10,000,000"),
    (network({**CONV, "filters": "many"}), ("layers", 0, "filters"), "whole number"),
    (network({**CONV, "kernel": [3, 3, 3]}), ("layers", 0, "kernel"), "one number or 2"),
    (network({**CONV, "kernel": 29}), ("layers", 0, "kernel"), "covers 29 positions"),
    (network({**CONV, "stride": 0}), ("layers", 0, "stride"), "at least 1"),
    (network({**CONV, "padding": "sane"}), ("layers", 0, "padding"), "same"),
    (network({**CONV, "padding": -1}), ("layers", 0, "padding"), "at least 0"),
    (network({**CONV, "groups": 3}), ("layers", 0, "groups"), "must divide"),
    (network({**CONV, "filter": 8}), ("layers", 0, "filter"), "did you mean 'filters'"),
    (network({"type": "conv2"}), ("layers", 0, "type"), "did you mean 'conv2d'"),
    (network({"type": "conv2d", "kernel": 3}), ("layers", 0), "'filters' is missing"),
    (network({"type": "lstm", "units": 3}), ("layers", 0), "(length, channels)"),
    (network(CONV, {"type": "reshape", "shape": [3, 7]}), ("layers", 1, "shape"), "5408 values"),
    (network(CONV, {"type": "add", "from": ["input", "conv2d_1"]}), ("layers", 1, "from"), "one shape"),
    (
        network(CONV, {"type": "add", "from": ["input", "conv2d_2"]}),
        ("layers", 1, "from"),
        "did you mean 'conv2d_1'",
    ),
    (network(CONV, "add"), ("layers", 1), "at least 2 inputs"),
    (
        network({**CONV, "name": "a"}, {**CONV, "name": "a"}),
        ("layers", 1, "name"),
        "two layers are called 'a'",
    ),
    (network({**CONV, "padding": 1, "repeat": 10**6}), ("layers", 0), "more than 3,000 layers"),
    (
        network({"repeat": 10**6, "layers": [{"repeat": 10**6, "layers": []}]}),
        ("layers", 0, "layers", 0),
        "more than",
    ),
    (network({"type": "dense", "units": 3, "expects": 7}), ("layers", 0, "expects"), "7 features"),
    (network({"type": "dense", "units": 3, "bias": "perhaps"}), ("layers", 0, "bias"), "true or false"),
    (
        network({"type": "multi_head_attention", "heads": 3}, input=[4, 32]),
        ("layers", 0, "heads"),
        "do not divide",
    ),
    (network(CONV, ask="parms"), ("ask",), "did you mean 'params'"),
    (network(CONV, ask="params.7"), ("ask",), "there are 1 of them"),
    (network(CONV, ask="shape.conv2d_1.5"), ("ask",), "has no axis"),
    (network(CONV, ask="params.conv9"), ("ask",), "did you mean 'conv2d_1'"),
    (network(CONV, ask="value"), (), "input's values"),
    (network(CONV, askk="params"), ("askk",), "did you mean 'ask'"),
    (network(CONV, input=[28, -28, 1]), ("input", 1), "at least 1"),
    (network(CONV, input=[None, 28, 1]), ("input",), "any number will do"),
    (network(CONV, input="big"), ("input",), "shape such as"),
    ({"op": "network", "layers": [CONV]}, (), "'input' is missing"),
    ({"op": "network", "input": [3], "layers": {}}, ("layers",), "list of layers"),
    ({"op": "network", "input": [3], "layers": [[1]]}, ("layers", 0), "a layer is a mapping"),
    ({"op": "netwrok"}, ("op",), "did you mean 'network'"),
    ({}, (), "'op' is missing"),
    ({"op": "memory", "network": network(CONV), "unit": "MP"}, ("unit",), "cannot be"),
    ({"op": "conv2d", "input": [[1, 2], [3]], "kernel": [[1]]}, ("input", 1), "row 1"),
    ({"op": "conv2d", "input": [[1, 2], [3, 4]], "kernel": [[1] * 3] * 3}, ("kernel",), "covers 3 positions"),
    ({"op": "conv2d", "input": [[1, "x"]], "kernel": [[1]]}, ("input", 0, 1), "must be a number"),
    ({"op": "pool2d", "input": [[1, 2]], "kernel": 1, "mode": "mox"}, ("mode",), "did you mean 'max'"),
    ({"op": "out_size", "input": 4, "kernel": 9}, ("kernel",), "covers 9"),
]


@pytest.mark.parametrize(("spec", "path", "words"), BAD, ids=lambda value: str(value)[:60])
def test_bad_specifications(spec, path, words):
    start = time.process_time()
    with pytest.raises(SpecError) as caught:
        derive(spec)
    assert words in str(caught.value)
    assert caught.value.path == path
    assert time.process_time() - start < 20


def test_an_error_names_the_layer_and_what_reached_it():
    with pytest.raises(
        SpecError, match=r"layer 'conv2d_2' \(conv2d\) on \[26, 26, 8\]: the kernel covers 27"
    ):
        derive(network(CONV, {**CONV, "kernel": 27}))


def test_a_large_network_is_counted_without_its_arrays():
    spec = network({**CONV, "filters": 10**7, "kernel": 28}, "flatten", {"type": "dense", "units": 10**6})
    assert derive(spec).value == (28 * 28 + 1) * 10**7 + (10**7 + 1) * 10**6


WORDS = st.sampled_from(
    [
        *LAYERS,
        "residual",
        "parallel",
        "same",
        "valid",
        "params",
        "value",
        "",
        "1/0",
        "nan",
        "1e99",
        "-1",
        "3",
        "true",
    ]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.sampled_from(["type", "layers"]), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "filters",
        "kernel",
        "stride",
        "padding",
        "units",
        "heads",
        "vocab",
        "dim",
        "bias",
        "weights",
        "from",
        "name",
        "repeat",
        "layers",
        "shape",
        "size",
        "order",
        "index",
        "groups",
        "dilation",
        "merge",
        "branches",
        "shortcut",
        "activation",
        "function",
        "epsilon",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda kind, more: {**more, "type": kind}, WORDS, st.dictionaries(FIELDS, JUNK, max_size=4)
        ),
        max_size=4,
    ),
    JUNK | st.sampled_from([[8, 8, 2], [5, 4], [6]]),
    st.sampled_from(["params", "shapes", "macs", "rf", "value", "params.0", "shape.1.w", "gradient.x.kernel"])
    | JUNK,
)
def test_any_specification_gives_a_value_or_a_spec_error(layers, shape, ask):
    try:
        derive({"op": "network", "input": shape, "layers": layers, "ask": ask})
    except SpecError:
        return


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        ["conv1d", "conv2d", "conv2d_transpose", "pool2d", "out_size", "memory", "receptive_field"]
    ),
    st.dictionaries(
        st.sampled_from(
            [
                "input",
                "kernel",
                "stride",
                "padding",
                "dilation",
                "bias",
                "mode",
                "ask",
                "network",
                "what",
                "unit",
                "layers",
            ]
        ),
        JUNK | st.sampled_from([[[1, 2], [3, 4]], [[1]], 2]),
    ),
)
def test_any_matrix_gives_a_value_or_a_spec_error(op, fields):
    try:
        derive({"op": op, **fields})
    except SpecError:
        return


def test_names_of_frameworks():
    torch = {
        "op": "network",
        "framework": "torch",
        "input": [3, 32, 32],
        "layers": [
            {"type": "nn.Conv2d", "in_channels": 3, "out_channels": 6, "kernel_size": 5},
            {"type": "nn.ReLU"},
            {"type": "nn.MaxPool2d", "kernel_size": 2},
            {"type": "nn.Flatten"},
            {"type": "nn.Linear", "in_features": 6 * 14 * 14, "out_features": 10},
        ],
    }
    keras = {
        "op": "network",
        "input": [32, 32, 3],
        "layers": [
            {"Conv2D": {"filters": 6, "kernel_size": [5, 5], "activation": "relu"}},
            {"MaxPooling2D": {"pool_size": 2}},
            "Flatten",
            {"Dense": {"units": 10}},
        ],
    }
    assert derive(torch).value == derive(keras).value
    assert derive({**torch, "ask": "shape.conv2d_1"}).value == (6, 28, 28)
    assert derive({**keras, "ask": "shape.conv2d_1"}).value == (28, 28, 6)
    assert derive({**torch, "ask": "out"}).value == (10,)


def test_dotted_names():
    spec = network(
        {**CONV, "name": "first"},
        {"type": "max_pool2d", "kernel": 2},
        "batch_norm",
        "flatten",
        {"type": "dense", "units": 3},
    )

    def ask(what):
        return derive({**spec, "ask": what}).value

    assert ask("layer_params") == (80, 32, 13 * 13 * 8 * 3 + 3)
    assert (ask("params.0"), ask("params.first"), ask("params.-1"), ask("params.last")) == (
        80,
        80,
        4059,
        4059,
    )
    assert ask("params.0.weights") == 72
    assert ask("params.0.biases") == 8
    assert ask("params.trainable") + ask("params.non_trainable") == ask("params.total") == ask("params")
    assert ask("params.weights") + ask("params.biases") == ask("trainable")
    assert (ask("shape.1"), ask("shape.1.0"), ask("shape.first.channels")) == ((13, 13, 8), 13, 8)
    assert ask("macs.0") == 26 * 26 * 72
    assert ask("rf.1") == 4


def test_branches_by_name():
    spec = network(
        {**CONV, "padding": "same", "name": "left"},
        {**CONV, "padding": "same", "name": "right", "from": "input"},
        {"type": "concat", "from": ["left", "right"]},
        {"type": "add", "from": ["left", "right"]},
        ask="shapes",
    )
    assert derive(spec).value == ((28, 28, 8), (28, 28, 8), (28, 28, 16), (28, 28, 8))


def test_the_table_of_a_network():
    first, conv, total = describe(network(CONV))
    assert (first.kind, conv.name, conv.shape, conv.params) == ("input", "conv2d_1", (26, 26, 8), 80)
    assert (total.params, total.macs, total.receptive_field) == (80, 26 * 26 * 72, "3")


def test_every_layer_can_be_imported_and_every_mistake_has_one_entry():
    for kind in LAYERS:
        assert resolve(LAYERS, kind).kind == kind
    assert not NETWORKS.keys() & DATA.keys()
    assert set(catalogue()) == NETWORKS.keys() | DATA.keys()


def test_blocks_by_count_and_positions():
    encoder = {"type": "transformer_encoder", "heads": 2}
    spec = {"op": "network", "input": [7, 8], "layers": ["position_embedding", {**encoder, "layers": 3}]}
    block = 12 * 64 + 13 * 8
    assert derive(spec).value == 56 + 3 * block
    assert derive({**spec, "ask": "layer_params"}).value == (56, block, block, block)
    assert {mistake.name: mistake.value for mistake in derive(spec).mistakes}["no_positions"] == 3 * block
