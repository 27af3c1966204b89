"""Random cases against PyTorch, where it is installed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from grader.derive import SpecError, derive

torch = pytest.importorskip("torch")
CASES = 60


def chance(seed):
    return random.Random(seed)  # noqa: S311 - the same cases every time


def nested(array):
    return array.tolist()


def floats(value):
    return np.array(value, dtype=float)


def integers(rng, *shape):
    return np.array([rng.randint(-4, 4) for _ in range(int(np.prod(shape)))]).reshape(shape)


def tensor(array):
    return torch.tensor(array, dtype=torch.float64)


def agree(got, expected):
    expected = expected.detach().numpy()
    assert floats(got).shape == expected.shape
    assert np.allclose(floats(got), expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(CASES))
def test_convolution(seed):
    rng = chance(seed)
    groups = rng.choice([1, 1, 2])
    channels, filters, kernel = groups * rng.randint(1, 2), groups * rng.randint(1, 2), rng.randint(1, 3)
    options = {"stride": rng.randint(1, 3), "padding": rng.randint(0, 2), "dilation": rng.randint(1, 2)}
    data, weights = integers(rng, channels, 7, 6), integers(rng, filters, channels // groups, kernel, kernel)
    bias = integers(rng, filters)
    expected = torch.nn.functional.conv2d(
        tensor(data), tensor(weights), tensor(bias), groups=groups, **options
    )
    layer = {"type": "conv2d", "filters": filters, "kernel": kernel, "groups": groups, **options}
    spec = {
        "op": "network",
        "framework": "torch",
        "input": [channels, 7, 6],
        "input_values": nested(data),
        "layers": [{**layer, "weights": nested(weights), "bias": nested(bias)}],
    }
    assert derive({**spec, "ask": "shape"}).value == tuple(expected.shape)
    got = floats(derive({**spec, "ask": "value"}).value)
    assert np.allclose(got.reshape(expected.shape), expected.numpy())
    if groups == 1:
        bare = {
            "op": "conv2d",
            "input": nested(data),
            "kernel": nested(weights),
            "bias": nested(bias),
            **options,
        }
        agree(derive(bare).value, expected)


@pytest.mark.parametrize("seed", range(CASES))
def test_transposed_convolution(seed):
    rng = chance(seed)
    channels, filters, kernel, stride = (
        rng.randint(1, 2),
        rng.randint(1, 2),
        rng.randint(1, 4),
        rng.randint(1, 3),
    )
    options = {
        "stride": stride,
        "padding": rng.randint(0, (kernel - 1) // 2),
        "dilation": rng.randint(1, 2),
        "output_padding": rng.randint(0, stride - 1),
    }
    data, weights = integers(rng, channels, 4, 3), integers(rng, channels, filters, kernel, kernel)
    expected = torch.nn.functional.conv_transpose2d(tensor(data), tensor(weights), **options)
    bare = {"op": "conv2d_transpose", "input": nested(data), "kernel": nested(weights), **options}
    agree(derive(bare).value, expected)
    layer = {"type": "nn.ConvTranspose2d", "filters": filters, "kernel": kernel, "bias": False, **options}
    spec = {"op": "network", "framework": "torch", "input": [channels, 4, 3], "layers": [layer]}
    assert derive({**spec, "ask": "shape"}).value == tuple(expected.shape)


@pytest.mark.parametrize("seed", range(CASES))
def test_pooling(seed):
    rng = chance(seed)
    kernel = rng.randint(1, 4)
    options = {
        "stride": rng.randint(1, 4),
        "padding": rng.randint(0, kernel // 2),
        "ceil_mode": rng.random() < 0.5,
    }
    data = integers(rng, 2, 9, 8)
    spec = {"op": "pool2d", "input": nested(data), "kernel": kernel, **options}
    agree(derive(spec).value, torch.nn.functional.max_pool2d(tensor(data), kernel, **options))
    for counted in (True, False):
        expected = torch.nn.functional.avg_pool2d(tensor(data), kernel, count_include_pad=counted, **options)
        agree(derive({**spec, "mode": "avg", "count_include_pad": counted}).value, expected)


@pytest.mark.parametrize("seed", range(CASES))
def test_sizes_agree_or_are_refused(seed):
    rng = chance(seed)
    options = {"stride": rng.randint(1, 5), "padding": rng.randint(0, 3), "dilation": rng.randint(1, 3)}
    size, kernel = rng.randint(1, 20), rng.randint(1, 6)
    spec = {"op": "out_size", "input": size, "kernel": kernel, **options}
    try:
        expected = torch.nn.functional.conv1d(
            torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), **options
        ).shape[-1]
    except RuntimeError:
        with pytest.raises(SpecError):
            derive(spec)
    else:
        assert derive(spec).value == expected


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_recurrent(kind, both, seed):
    rng = chance(seed)
    torch.manual_seed(seed)
    width, units, steps = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 4)
    module = getattr(torch.nn, kind)(width, units, batch_first=True, bidirectional=both).double()
    data = integers(rng, steps, width) / 4
    weights = {}
    for prefix, suffix in (("forward_", ""), ("backward_", "_reverse")):
        if suffix and not both:
            continue
        own = prefix if both else ""
        state = module.state_dict()
        weights[own + "kernel"] = nested(state["weight_ih_l0" + suffix].numpy())
        weights[own + "recurrent"] = nested(state["weight_hh_l0" + suffix].numpy())
        weights[own + "bias"] = [nested(state[f"bias_{which}_l0{suffix}"].numpy()) for which in ("ih", "hh")]
    layer = {"type": kind, "units": units, "bidirectional": both, "weights": weights}
    spec = {"op": "network", "framework": "torch", "input_values": nested(data), "layers": [layer]}
    agree(derive({**spec, "ask": "value"}, mistakes=False).value, module(tensor(data)[None])[0][0])
    assert derive({**spec, "ask": "params"}).value == sum(each.numel() for each in module.parameters())


@pytest.mark.parametrize("seed", range(6))
def test_attention(seed):
    rng = chance(seed)
    torch.manual_seed(seed)
    heads, size, steps = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 4)
    width = heads * size
    module = torch.nn.MultiheadAttention(width, heads, batch_first=True).double()
    state = module.state_dict()
    kernels, biases = state["in_proj_weight"].numpy(), state["in_proj_bias"].numpy()
    weights = {
        "output": nested(state["out_proj.weight"].numpy().T),
        "output_bias": nested(state["out_proj.bias"].numpy()),
    }
    for index, part in enumerate(("query", "key", "value")):
        weights[part] = nested(kernels[index * width : (index + 1) * width].T)
        weights[part + "_bias"] = nested(biases[index * width : (index + 1) * width])
    data = integers(rng, steps, width) / 4
    layer = {"type": "multi_head_attention", "heads": heads, "weights": weights}
    spec = {"op": "network", "input_values": nested(data), "layers": [layer]}
    expected = module(*[tensor(data)[None]] * 3)[0][0]
    agree(derive({**spec, "ask": "value"}, mistakes=False).value, expected)
    assert derive({**spec, "ask": "params"}).value == sum(each.numel() for each in module.parameters())


@pytest.mark.parametrize("function", ["relu", "sigmoid", "tanh", "softplus", "elu", "silu", "leaky_relu"])
def test_gradients(function):
    rng = chance(function)
    first, second, data = integers(rng, 3, 4) / 4, integers(rng, 4, 2) / 4, integers(rng, 3) / 2
    weights = [tensor(first).requires_grad_(), tensor(second).requires_grad_()]
    inputs = tensor(data).requires_grad_()
    output = getattr(torch.nn.functional, function)(inputs @ weights[0]) @ weights[1]
    torch.nn.functional.mse_loss(output, tensor([1.0, -1.0])).backward()
    spec = {
        "op": "network",
        "input_values": nested(data),
        "loss": "mse",
        "target": [1, -1],
        "layers": [
            {"type": "dense", "units": 4, "activation": function, "weights": nested(first)},
            {"type": "dense", "units": 2, "weights": nested(second)},
        ],
    }
    agree(derive({**spec, "ask": "gradient.dense_1.kernel"}).value, weights[0].grad)
    agree(derive({**spec, "ask": "gradient.dense_2.kernel"}).value, weights[1].grad)
    agree(derive({**spec, "ask": "gradient.input"}).value, inputs.grad)
