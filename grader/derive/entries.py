"""One entry of a list of layers: the ways to write it, and the fields that every layer may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.derive.layers.table import layer_kind, unknown_layer
from grader.derive.specification import SpecError, shown

if TYPE_CHECKING:
    from grader.derive.specification import Path

COMMON: Final = (
    "type",
    "name",
    "from",
    "repeat",
    "trainable",
    "weights",
    "bias_values",
    "activation",
    "expects",
)

# What frameworks let one say about a layer and what changes none of its figures.
WITHOUT_EFFECT: Final = (
    *("input_shape", "sequence_first", "rate", "dropout", "recurrent_dropout", "return_state", "inplace"),
    *("kernel_initializer", "bias_initializer", "kernel_regularizer", "momentum", "note"),
)


def read_entry(item: Any, path: Path) -> tuple[Mapping[str, Any], Path]:
    """Return a layer's mapping: `flatten`, `{flatten: null}` and `{conv2d: {...}}` are written out."""
    if isinstance(item, str):
        return {"type": item}, path
    if not isinstance(item, Mapping):
        raise SpecError(f"a layer is a mapping with a 'type', not {shown(item)}", path)
    if "type" in item or "layers" in item:
        return item, path
    if len(item) == 1:
        name, inner = next(iter(item.items()))
        if inner is None:
            return {"type": name}, path
        if isinstance(inner, Mapping):
            return {"type": name, **inner}, (*path, name)
        if isinstance(inner, list | tuple) and str(name) in {"residual", "block"}:
            return {"type": name, "layers": inner}, path
    raise SpecError(f"a layer needs its 'type' (got {shown(dict(item))})", path)


def read_kind(entry: Mapping[str, Any], path: Path) -> tuple[str, dict[str, Any]]:
    """Return the layer's name in the table and the fields that its spelling stands for."""
    name = str(entry.get("type") or "block")
    try:
        return layer_kind(name)
    except KeyError:
        raise SpecError(unknown_layer(name), (*path, "type")) from None


def stacked(kind: str, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read `layers: 12` of a transformer block as twelve of them."""
    for name in ("layers", "num_layers"):
        if kind.startswith("transformer") and name in entry and "repeat" not in entry:
            return {("repeat" if key == name else key): value for key, value in entry.items()}
    return entry
