"""Networks as questions describe them in words."""

from __future__ import annotations

import pytest

from grader.derive import derive
from grader.drafting.networkwords import network_of_words

ROWS = [
    ("a 5x5 convolution with 32 filters, stride 2, padding same on a 28x28x1 image", "shape", (14, 14, 32)),
    ("An image of size 32x32x3 is passed through a convolutional layer with 10 filters of size 5x5, stride 1 and padding 2.", "params", 760),
    ("Two convolutional layers with 3x3 kernels, no padding, 8 and 16 filters, see RGB images of 64 x 64.", "params", 224 + 1168),
    ("Grayscale images of 28 x 28 pixels: a 3x3 convolution with 16 filters and no padding, then 2x2 max pooling with stride 2.", "shape", (13, 13, 16)),
    ("An MLP has 784 inputs, two hidden layers with 256 and 128 neurons and 10 outputs.", "params", 235146),
    ("A dense layer without biases has 20 input features and 5 units.", "params", 100),
    ("Three hidden layers with 10 units each follow 4 inputs.", "params", 50 + 110 + 110),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ask", "value"), ROWS)
def test_a_description_gives_what_its_author_meant(text, ask, value) -> None:
    network = network_of_words(text)
    assert network is not None
    assert derive({**network.spec, "ask": ask}).value == value


@pytest.mark.parametrize(
    "text", ["Why do convolutions share weights?", "An image of 32 x 32.", "", "3x3 " * 2_000]
)
def test_what_describes_no_network_gives_none(text) -> None:
    assert network_of_words(text) is None


def test_what_is_not_said_is_said_to_be_assumed() -> None:
    network = network_of_words("A 3x3 convolution with 2 filters goes over an image of 8 x 8.")
    assert network is not None
    assert len(network.assumed) == 2
