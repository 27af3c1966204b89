"""The rules by which shapes are computed: the conventions of a specification, and how mistakes bend them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from grader.derive.specification import Fields, Shape, spelled
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """How sizes are computed. The first field is a convention; each other one is changed by one mistake."""

    rounding: str = "floor"  # without padding `same`: what an incomplete window does
    plus_one: bool = True
    same_rounds_up: bool = True
    ceil_mode: bool = True  # False: a pooling's ceil_mode is overlooked
    padding: str = ""  # "" as the layer says, else valid, same or once, for every layer
    stride: str = ""  # "" as the layer says, else one or squared
    dilation: bool = True
    filters: bool = True  # False: the output keeps the depth of its input
    pool_divides: bool = False  # True: pooling divides the depth by its stride
    transposed: bool = True  # False: a transposed convolution shrinks as a plain one does
    average_positions: bool = False  # True: flatten keeps one value a channel

    def bent(self, name: str) -> Rules:
        """Return the rules as a mistake takes them."""
        return replace(self, **BENT[name])


BENT: Final[dict[str, dict[str, Any]]] = {
    "no_plus_one": {"plus_one": False},
    "floor_same": {"same_rounds_up": False},
    "ceil_valid": {"rounding": "ceil"},
    "floor_ceil_mode": {"ceil_mode": False},
    "padding_valid": {"padding": "valid"},
    "padding_same": {"padding": "same"},
    "pad_once": {"padding": "once"},
    "stride_1": {"stride": "one"},
    "stride_squared": {"stride": "squared"},
    "dilation_ignored": {"dilation": False},
    "channels_kept": {"filters": False},
    "channels_divided": {"pool_divides": True},
    "transposed_as_conv": {"transposed": False},
    "rounded_flatten": {"rounding": "ceil"},
    "fc_after_gap": {"average_positions": True},
}
"""The mistakes that bend the rules."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """The named options of a network, each with its default.

    `data_format`   channels_last (default), channels_first: the order of axes in shapes and values
    `bn_params`     4 (default): the moving mean and variance are part of the total; 2: they are not
    `bias_vectors`  1 (default) or 2 per gate of an LSTM or simple RNN; PyTorch keeps 2
    `flops_per_mac` 2 (default) or 1
    `mac_bias`      false (default): adding a bias is no multiply-accumulate
    `rounding`      floor (default) or ceil, where no padding fills up incomplete windows
    `convolution`   cross_correlation (default) or convolution, which flips the kernel
    `framework`     keras (default) or torch: torch means channels_first, two bias vectors and bn_params 2
    """

    data_format: str = "channels_last"
    bn_params: int = 4
    bias_vectors: int = 1
    flops_per_mac: int = 2
    mac_bias: bool = False
    rounding: str = "floor"
    convolution: str = "cross_correlation"
    framework: str = "keras"

    @property
    def channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def channels_last(self, shape: Shape) -> Shape:
        """Return the shape of an image as it is computed with."""
        return (*shape[1:], shape[0]) if self.channels_first and len(shape) == 3 else shape

    @property
    def rules(self) -> Rules:
        return Rules(rounding=self.rounding)


CONVENTIONS: Final = tuple(Conventions.__dataclass_fields__)

_FORMATS: Final = spelled(
    {
        "channels_last": "hwc nhwc",
        "channels_first": "chw nchw",
    }
)
_CONVOLUTIONS: Final = spelled(
    {
        "cross_correlation": "correlation",
        "convolution": "true_convolution",
    }
)


def read_conventions(fields: Fields) -> Conventions:
    """Read the conventions, which stand beside the layers or under `conventions`."""
    nested: Any = fields.raw("conventions", {})
    if not hasattr(nested, "items"):
        raise fields.error("conventions is a mapping of options", "conventions")
    inner = Fields(nested, fields.at("conventions"), whose="conventions")
    frameworks = spelled({"keras": "tensorflow", "torch": "pytorch"})
    framework = _from(inner, fields, "framework").choice("framework", frameworks, "keras")
    torch = framework == "torch"
    found = Conventions(
        data_format=_from(inner, fields, "data_format").choice(
            "data_format", _FORMATS, "channels_first" if torch else "channels_last"
        ),
        bn_params=int(
            _from(inner, fields, "bn_params").choice("bn_params", ("2", "4"), "2" if torch else "4")
        ),
        bias_vectors=_from(inner, fields, "bias_vectors").count(
            "bias_vectors", 2 if torch else 1, low=1, high=2
        ),
        flops_per_mac=_from(inner, fields, "flops_per_mac").count("flops_per_mac", 2, low=1, high=2),
        mac_bias=_from(inner, fields, "mac_bias").flag("mac_bias", default=False),
        rounding=_from(inner, fields, "rounding").choice("rounding", ("floor", "ceil"), "floor"),
        convolution=_from(inner, fields, "convolution").choice(
            "convolution", _CONVOLUTIONS, "cross_correlation"
        ),
        framework=framework,
    )
    inner.finish()
    return found


def _from(inner: Fields, outer: Fields, name: str) -> Fields:
    """Where an option stands: the nested mapping goes first."""
    if name in inner:
        return inner
    return outer
