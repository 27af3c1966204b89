"""Answer what is asked about a network's values: `value`, `value.NAME`, `loss`, `gradient.NAME.kernel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.derive.catalogue import mistake
from grader.derive.result import Derived
from grader.derive.specification import SpecError, did_you_mean
from grader.derive.values.exactarrays import Array, mapped, nested_of
from grader.derive.values.forwardrun import run_forward
from grader.derive.values.gradient import read_loss, run_backward
from grader.derive.values.layerstep import Twist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.derive.graph import Network
    from grader.derive.specification import Fields

_FLAGS: Final = (
    "flip_kernel",
    "kernel_transposed",
    "one_channel",
    "no_relu",
    "bias_ignored",
    "scaled",
    "avg_for_max",
    "max_for_avg",
    "sum_for_avg",
    "weights_transposed",
    "attn_no_scale",
    "softmax_axis",
    "state_not_carried",
)
_RULES: Final = ("padding_valid", "padding_same", "stride_1", "dilation_ignored")


def derive_values(fields: Fields, network: Network, ask: str) -> Derived:
    """Derive values from `input_values` and the layers' `weights`; `loss` and `target` for gradients."""
    for name in ("ask", "types", "skip"):
        fields.raw(name, None)
    with np.errstate(all="ignore"):  # a double that overflows is found by its value and told as an error
        return _derived(fields, network, ask)


def _derived(fields: Fields, network: Network, ask: str) -> Derived:
    head, *steps = ask.strip().split(".")
    base = Twist(rules=network.conventions.rules)
    run = run_forward(network, base)
    loss = read_loss(fields, run.outputs[-1].shape) if head.startswith(("gradient", "loss")) else None
    for name in ("loss", "target", "weights"):
        fields.raw(name, None)
    fields.finish()
    if head.startswith("gradient") and loss is not None:
        index, tensor = _gradient_asked(network, steps)
        right = _gradient(run_backward(run, loss, base), network, index, tensor)
        wrong = _gradient(
            run_backward(run, loss, Twist("relu_grad_ignored", base.rules)), network, index, tensor
        )
        found = {"relu_grad_ignored": wrong, "gradient_sign": _presented(network, _negated(right))}
        return _collected(
            _presented(network, right), {k: _presented(network, v) for k, v in found.items()}.items()
        )
    if loss is not None:
        return Derived(loss.value(run.outputs[-1]))
    index = _asked_node(network, steps)
    value = _presented(network, run.outputs[index])
    return _collected(value, _alternatives(network, base, index, value))


def _negated(value: Any) -> Any:
    return mapped(lambda x: -x, value) if isinstance(value, np.ndarray) else value


def _collected(value: Any, alternatives: Any) -> Derived:
    return Derived(value, tuple(mistake(name, wrong) for name, wrong in alternatives if wrong != value))


def _alternatives(network: Network, base: Twist, index: int, value: Any) -> Iterator[tuple[str, Any]]:
    flips = network.conventions.convolution == "convolution"
    twists = [
        Twist("not_flipped" if flips and name == "flip_kernel" else name, base.rules) for name in _FLAGS
    ]
    twists += [Twist(name, base.rules.bent(name)) for name in _RULES]
    for twist in twists:
        try:
            yield twist.name, _presented(network, run_forward(network, twist).outputs[index])
        except (SpecError, ArithmeticError):  # the mistake leads to nothing here
            continue
    if (
        isinstance(value, tuple)
        and value
        and isinstance(value[0], tuple)
        and not isinstance(value[0][0], tuple)
    ):
        yield "output_transposed", tuple(zip(*value, strict=True))


def _asked_node(network: Network, steps: list[str]) -> int:
    if not steps or steps == ["out"]:
        return len(network.nodes) - 1
    names = {node.name: index for index, node in enumerate(network.nodes)}
    if len(steps) == 1 and steps[0] in names:
        return names[steps[0]]
    if len(steps) == 1 and steps[0].isdigit() and int(steps[0][:6]) + 1 < len(network.nodes):
        return int(steps[0]) + 1  # after the input
    raise SpecError(f"no layer is called {'.'.join(steps)!r}{did_you_mean(steps[0], names)}", ("ask",))


def _gradient_asked(network: Network, steps: list[str]) -> tuple[int, str]:
    if steps == ["input"] or not steps:
        return 0, "output"
    tensor = steps.pop() if steps[-1] in {"kernel", "bias", "output", "before"} else "kernel"
    return _asked_node(network, steps), tensor


def _gradient(found: dict[tuple[int, str], Array], network: Network, index: int, tensor: str) -> Any:
    if (index, tensor) not in found:
        node = network.nodes[index]
        raise SpecError(f"layer {node.name!r} ({node.kind}) has no gradient of its {tensor}", ("ask",))
    return found[index, tensor]


def _presented(network: Network, value: Any) -> Any:
    """Write values as the specification does: an image of one channel is a matrix."""
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim == 3 and value.shape[-1] == 1:
        return nested_of(value[..., 0])
    if value.ndim == 3 and network.conventions.channels_first:
        return nested_of(np.moveaxis(value, -1, 0))
    return nested_of(value)
