"""Networks as programs build them, parsed and never run."""

from __future__ import annotations

import pytest

from grader.derive import derive
from grader.drafting.networkcode import network_of_code

SEQUENTIAL = """
model = Sequential([
    Conv2D(8, 3, activation="relu", input_shape=(28, 28, 1)), MaxPooling2D(2), Flatten(), Dense(10, "softmax")])
"""
ADDED = "model = Sequential()\nmodel.add(Dense(12, input_shape=(8,)))\nmodel.add(Dense(1, activation='sigmoid'))\n"
CHAINED = "inputs = keras.Input((784,))\nx = layers.Dense(64)(inputs)\nout = layers.Dense(10)(x)\n"
TORCH = "net = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 2))\n"
MODULE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU())
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(4 * 4 * 4, 3)

    def forward(self, x):
        x = self.pool(self.features(x))
        x = x.view(-1, 64)
        return F.softmax(self.head(x), dim=1)
"""


@pytest.mark.parametrize(
    ("code", "given", "params"),
    [
        (SEQUENTIAL, None, 80 + (13 * 13 * 8 + 1) * 10),
        (ADDED, None, 121),
        (CHAINED, None, 785 * 64 + 650),
        (TORCH, [20], 630 + 62),
        (MODULE, [1, 8, 8], 40 + 65 * 3),
    ],
)
def test_a_program_gives_the_network_that_it_builds(code, given, params) -> None:
    spec = network_of_code(code)
    assert spec is not None
    assert derive({**spec, **({"input": given} if given else {}), "ask": "params"}).value == params


@pytest.mark.parametrize(
    "code",
    [
        "print('hello')",
        "def broken(:",
        "",
        "model = Sequential([Dense(2 ** 99) for _ in range(3)])",
        "model = Sequential([my_layer(3)])",
        "x = Dense(3)(a, b)",
        "(" * 5_000,
        "model = Sequential([Dense(__import__('os').getpid())])" * 2,
        MODULE.replace(
            "        return", "        for _ in range(3):\n            x = self.head(x)\n        return"
        ),
    ],
)
def test_what_is_computed_is_not_understood(code) -> None:
    assert network_of_code(code) is None
