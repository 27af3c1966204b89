"""Expected values, and the values of common mistakes, computed from a description of a network or data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.derive.result import Derived, Mistake
from grader.derive.specification import SpecError, did_you_mean, plain_word
from grader.tables import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OPERATIONS", "Derived", "Mistake", "SpecError", "derive"]

OPERATIONS: Final[Mapping[str, str]] = {
    # networks
    "network": "grader.derive.network:derive_network",
    "memory": "grader.derive.network:derive_memory",
    "receptive_field": "grader.derive.network:derive_receptive_field",
    "params": "grader.derive.network:derive_params",
    "macs": "grader.derive.network:derive_macs",
    "flops": "grader.derive.network:derive_flops",
    "out_size": "grader.derive.matrices:derive_out_size",
    "conv2d": "grader.derive.matrices:derive_conv2d",
    "conv1d": "grader.derive.matrices:derive_conv1d",
    "conv2d_transpose": "grader.derive.matrices:derive_conv2d_transpose",
    "pool2d": "grader.derive.matrices:derive_pool2d",
    # data
}
"""What a specification may ask for under `op`, and the function that computes it."""


def derive(spec: Mapping[str, Any], *, mistakes: bool = True) -> Derived:
    """Compute what a specification asks for.

    `spec` is plain data: `{op: network, input: [28, 28], layers: [...], ask: params}`. Scalars may be
    Python values or the text that stands in YAML. Raises SpecError, with the path to the field at
    fault, and nothing else. Without `mistakes` only the value is wanted.
    """
    if not isinstance(spec, Mapping):
        raise SpecError("a specification is a mapping with an 'op'")
    if spec.get("op") is None:
        raise SpecError("'op' is missing: what is to be computed" + did_you_mean("", OPERATIONS))
    name = plain_word(spec["op"])
    if name not in OPERATIONS:
        raise SpecError(f"unknown op {str(spec['op'])[:60]!r}{did_you_mean(name, OPERATIONS)}", ("op",))
    operation: Callable[[Mapping[str, Any]], Derived] = resolve(OPERATIONS, name)
    try:
        derived = operation(spec)
    except (ArithmeticError, RecursionError) as error:
        raise SpecError(f"{name}: this cannot be computed ({error})") from error
    return derived if mistakes else Derived(derived.value)
