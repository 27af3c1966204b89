"""How much memory a network takes: values times bytes, in the unit asked for.

`what`  params      the parameters
        activations the inputs and the output of every layer that makes a tensor of its own
        inference   the two largest neighbouring tensors, and the parameters
        training    every layer's output for the whole batch, the inputs and the parameters;
                    with `gradients: true` and `optimizer: adam` also these
        input, output
Flattening, dropout and elementwise activations make no tensor of their own.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.derive.catalogue import mistake
from grader.derive.specification import spelled
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.derive.analysis import Analysis
    from grader.derive.result import DerivedMistake
    from grader.derive.specification import Fields

_SIZES: Final = {
    Fraction(8): "float64 double int64",
    Fraction(4): "float32 float fp32 int32",
    Fraction(2): "float16 half fp16 bfloat16 bf16 int16",
    Fraction(1): "int8 uint8 fp8",
    Fraction(1, 2): "int4",
}
_BYTES: Final = {name: size for size, names in _SIZES.items() for name in names.split()}
_PREFIXES: Final = "kmgt"
_UNITS: Final[dict[str, int | Fraction]] = {
    "values": 0,
    **dict.fromkeys(("b", "byte", "bytes"), 1),
    **dict.fromkeys(("bit", "bits"), Fraction(1, 8)),
    **{f"{prefix}b": 1000**power for power, prefix in enumerate(_PREFIXES, 1)},
    **{f"{prefix}ib": 1024**power for power, prefix in enumerate(_PREFIXES, 1)},
}
_WHAT: Final = spelled(
    {
        "params": "parameters weights",
        "activations": "features forward",
        "inference": "prediction",
        "training": "train",
        "input": "inputs",
        "output": "",
    }
)
_OPTIMIZERS: Final = {"none": 0, "sgd": 0, "momentum": 1, "adagrad": 1, "rmsprop": 1, "adam": 2, "adamw": 2}


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked about memory."""

    what: str = "params"
    unit: str = "b"
    size: Fraction = Fraction(4)
    batch: int = 1
    params: bool = True
    inputs: bool = True
    gradients: bool = False
    states: int = 0

    def value(self, analysis: Analysis) -> int | Fraction:
        """Return the amount in the unit."""
        return self.converted(self.values(analysis) * self.size)

    def converted(self, amount: int | Fraction) -> int | Fraction:
        """Return bytes in the unit; `values` counts numbers instead."""
        divisor = _UNITS[self.unit] or self.size
        return Fraction(amount) / divisor

    def values(self, analysis: Analysis) -> int:
        """Count the numbers that are kept."""
        inputs = [prod(shape) for node, shape in _outputs(analysis) if node == "input"]
        outputs = [prod(shape) for node, shape in _outputs(analysis) if node != "input"]
        kept = sum(analysis.counts)
        if self.what == "params":
            return kept
        if self.what in {"input", "output"}:
            return self.batch * (sum(inputs) if self.what == "input" else prod(analysis.outputs[-1]))
        if self.what == "activations":
            return self.batch * (sum(outputs) + (sum(inputs) if self.inputs else 0))
        held = kept if self.params else 0
        if self.what == "inference":
            row = [*inputs, *outputs]
            return self.batch * max(a + b for a, b in zip(row, [*row[1:], 0], strict=True)) + held
        trainable = sum(tensor.size for tensors in analysis.tensors for tensor in tensors if tensor.trainable)
        extra = trainable * (int(self.gradients) + self.states)
        return self.batch * (sum(outputs) + (sum(inputs) if self.inputs else 0)) + held + extra


def _outputs(analysis: Analysis) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (node.kind, shape)
        for node, shape in zip(analysis.nodes, analysis.outputs, strict=True)
        if node.layer.stores
    ]


def read_demand(fields: Fields) -> Demand:
    """Read `what`, `unit`, `dtype` or `bytes`, `batch`, `params`, `inputs`, `gradients`, `optimizer`."""
    what = fields.choice("what", _WHAT, "params")
    kind = fields.choice("dtype", list(_BYTES), "float32")
    size = Fraction(fields.exact("bytes", _BYTES[kind]))
    if not 0 < size <= 64:
        raise fields.error(f"bytes must be from above 0 to 64 (got {size})", "bytes")
    return Demand(
        what,
        fields.choice("unit", list(_UNITS), "b"),
        size,
        fields.count("batch", 1, low=1),
        fields.flag("params", default=True),
        fields.flag("inputs", default=True),
        fields.flag("gradients", default=False),
        _OPTIMIZERS[fields.choice("optimizer", list(_OPTIMIZERS), "none")],
    )


def memory_mistakes(demand: Demand, analysis: Analysis) -> tuple[DerivedMistake, ...]:
    """Return the amounts that known mistakes give."""
    right = demand.value(analysis)
    found = [(name, value) for name, value in _alternatives(demand, analysis) if value != right]
    return tuple(mistake(name, value) for name, value in found)


def _alternatives(demand: Demand, analysis: Analysis) -> Iterator[tuple[str, Any]]:
    values = demand.values(analysis)
    for prefix in _PREFIXES:
        pair = [f"{prefix}b", f"{prefix}ib"]
        if demand.unit in pair:
            yield "mb_mib", replace(demand, unit=pair[pair.index(demand.unit) - 1]).value(analysis)
    if _UNITS[demand.unit]:
        yield "bytes_forgotten", demand.converted(values)
        yield "bits_for_bytes", demand.converted(values * demand.size * 8)
    if demand.batch > 1 and demand.what != "params":
        yield "batch_forgotten", replace(demand, batch=1).value(analysis)
    if demand.what in {"inference", "training"} and demand.params:
        yield "no_params", replace(demand, params=False).value(analysis)
    if demand.what in {"training", "activations"} and demand.inputs:
        yield "no_inputs", replace(demand, inputs=False).value(analysis)
    if demand.what == "inference":
        yield "all_layers_at_inference", replace(demand, what="training", inputs=False).value(analysis)
    if demand.what == "training":
        yield "last_layer_only", replace(demand, what="inference").value(analysis)
