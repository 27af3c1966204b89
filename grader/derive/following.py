"""Recompute the rest of a network from a student's own intermediate size.

A wrong size after one layer makes every later shape and count wrong; those that follow correctly
from it are found by deriving the network again with that size given.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.derive import derive
from grader.derive.specification import MAX_DIMENSION, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RestOfNetwork:
    """What comes after a layer; `part` names the earlier answer that holds the layer's side length."""

    part: str
    layer: str
    spec: Mapping[str, Any]  # with its `ask`
    shape: tuple[int | None, ...]  # of the layer's output; None where the student's side goes

    def value(self, side: Fraction) -> Fraction | None:
        """Return what is asked for if the layer's output had this side; None where that cannot be."""
        if side.denominator != 1 or not 0 < side <= MAX_DIMENSION:
            return None
        shape = [int(side) if size is None else size for size in self.shape]
        try:
            found = derive({**self.spec, "given": {self.layer: shape}}, mistakes=False).value
        except SpecError:
            return None
        return Fraction(found) if isinstance(found, int | Fraction) else None


def rest_of_network(spec: Mapping[str, Any], ask: Any, follows: Mapping[str, Any]) -> RestOfNetwork:
    """Prepare `follows: {part: , layer: }`; raises SpecError with a message for the rubric's author."""
    if set(follows) != {"part", "layer"}:
        raise SpecError(
            f"follows is a calculation, or a mapping with 'part' and 'layer' (got {sorted(follows)})"
        )
    if spec.get("op") != "network":
        raise SpecError("only a network can be recomputed from one of its layers")
    layer = str(follows["layer"])
    shape = derive({**spec, "ask": f"shape.{layer}"}, mistakes=False).value
    first = spec.get("data_format") == "channels_first"
    sides = shape[1:] if first else shape[:-1]
    if not sides or len(set(sides)) != 1:
        raise SpecError(f"the output of layer {layer!r}, {list(shape)}, has no one side length")
    own = (shape[0], *[None] * len(sides)) if first else (*[None] * len(sides), shape[-1])
    asked = {**spec, "ask": ask} if ask is not None else spec
    return RestOfNetwork(str(follows["part"]), layer, asked, own)
