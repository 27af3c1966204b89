"""Recompute the rest of a network from a student's own intermediate size.

A wrong size after one layer makes every later shape and count wrong; those that follow correctly
from it are found by deriving the remaining layers from that size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive import derive
from grader.derive.specification import MAX_DIMENSION, SpecError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKS_LAYER: Final = re.compile(r"[a-z_]+\.(?P<layer>[^.\s]+)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class RestOfNetwork:
    """What comes after a layer; `part` names the earlier answer that holds the layer's side length."""

    part: str
    spec: Mapping[str, Any]  # of the remaining layers, without input and ask
    ask: str
    axes: int  # how many positions of the shape are side lengths
    channels: int
    channels_first: bool

    def value(self, side: Fraction) -> Fraction | None:
        """Return what is asked for if the layer's output had this side; None where that cannot be."""
        if side.denominator != 1 or not 0 < side <= MAX_DIMENSION:
            return None
        sides = [int(side)] * self.axes
        shape = [self.channels, *sides] if self.channels_first else [*sides, self.channels]
        try:
            found = derive({**self.spec, "input": shape, "ask": self.ask}, mistakes=False).value
        except SpecError:
            return None
        return Fraction(found) if isinstance(found, int | Fraction) else None


def rest_of_network(spec: Mapping[str, Any], ask: Any, follows: Mapping[str, Any]) -> RestOfNetwork:
    """Prepare `follows: {part: , layer: }`; raises SpecError with a message for the rubric's author."""
    if set(follows) != {"part", "layer"}:
        raise SpecError(
            f"follows is a calculation, or a mapping with 'part' and 'layer' (got {sorted(follows)})"
        )
    layers = spec.get("layers")
    if spec.get("op") != "network" or not isinstance(layers, list | tuple):
        raise SpecError("only a network can be recomputed from one of its layers")
    if any(isinstance(layer, Mapping) and {"from", "repeat"} & layer.keys() for layer in layers):
        raise SpecError("only a plain chain of layers can be recomputed, without 'from' and 'repeat'")
    names = [str(layer.get("name", "")) if isinstance(layer, Mapping) else "" for layer in layers]
    index = _index(names, str(follows["layer"]))
    asked = _ASKS_LAYER.fullmatch(str(ask))
    if asked is None or asked["layer"] not in names[index + 1 :]:
        after = ", ".join(filter(None, names[index + 1 :]))
        raise SpecError(
            f"'ask' must name a later layer, such as 'params.NAME' with one of {after} (got {ask!r})"
        )
    shape = derive({**spec, "ask": f"shape.{names[index]}"}, mistakes=False).value
    first = spec.get("data_format") == "channels_first"
    sides = shape[1:] if first else shape[:-1]
    if not sides or len(set(sides)) != 1:
        raise SpecError(f"the output of layer {names[index]!r}, {list(shape)}, has no one side length")
    return RestOfNetwork(
        part=str(follows["part"]),
        spec={**{key: value for key, value in spec.items() if key != "input"}, "layers": layers[index + 1 :]},
        ask=str(ask),
        axes=len(sides),
        channels=shape[0] if first else shape[-1],
        channels_first=first,
    )


def _index(names: Sequence[str], wanted: str) -> int:
    if wanted not in names or not wanted:
        raise SpecError(f"no layer has the name {wanted!r}{did_you_mean(wanted, filter(None, names))}")
    index = names.index(wanted)
    if index + 1 == len(names):
        raise SpecError("nothing follows the last layer")
    return index
