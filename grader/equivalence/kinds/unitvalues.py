"""Values with a unit of the field: bytes and bits, FLOPs and MACs, seconds, rates, counts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.verdict import Verdict
from grader.notation.numbers.units import Unit, unit_named
from grader.notation.tree import Apply, Node, Number, Quantity, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[[Node, Node], Verdict]

COUNTS: Final = frozenset({"parameters", "biases", "neurons", "filters", "channels", "layers", "pixels"})
"""Dimensions that a bare number may stand for."""

UNIT: Final = "unit"  # the method of a verdict that a unit decided
_MAC: Final = "One multiply-accumulate (MAC) was counted as two operations (FLOPs)."


def compare_quantities(expected: Node, answer: Node, compare: Compare) -> Verdict:
    """Compare two values, of which one at least has a unit, in their base unit; a slip between units is named."""
    if not isinstance(expected, Quantity):
        return _not_asked_for(expected, answer, compare)
    wanted = unit_named(expected.unit)
    if wanted is None:  # no reader makes these
        return _different(f"The unit {expected.unit} is not known.")
    if not isinstance(answer, Quantity):
        return _missing(expected, answer, wanted, compare)
    given = unit_named(answer.unit)
    if given is None:
        return _different(_other_unit(expected, answer))
    if wanted.dimension != given.dimension:
        return _other_dimension(expected, answer, wanted, given, compare)
    verdict = compare(_in_base(expected, wanted), _in_base(answer, given))
    if verdict.equal != "different":
        return verdict
    slip = _slip(expected, answer, wanted, given, compare)
    if slip:
        return Verdict("different", "disproved", UNIT, slip, verdict.point, verdict.values)
    if verdict.values and not wanted.scale == given.scale == 1:
        return replace(verdict, notes=(*verdict.notes, f"Both values are given in {given.base}."))
    return verdict


def _in_base(tree: Quantity, unit: Unit) -> Node:
    return _scaled(tree.magnitude, unit.scale)


def _scaled(tree: Node, factor: Fraction) -> Node:
    return tree if factor == 1 else Apply("mul", (Number(factor), tree))


def _different(reason: str) -> Verdict:
    return Verdict("different", "disproved", UNIT, reason)


def _other_unit(expected: Quantity, answer: Quantity) -> str:
    return f"Your value is in {answer.unit}, expected was one in {expected.unit}."


def _not_asked_for(expected: Node, answer: Node, compare: Compare) -> Verdict:
    """Compare where the rubric names no unit: then none is checked, and the value may be in the base unit."""
    if not isinstance(answer, Quantity):
        return compare(expected, answer)
    verdict = compare(expected, answer.magnitude)
    if verdict.accepted:
        unit = unit_named(answer.unit)
        note = f"No unit was asked for; yours is {answer.unit}."
        silent = unit is not None and unit.dimension in COUNTS
        return verdict if silent else replace(verdict, notes=(*verdict.notes, note))
    product = compare(expected, _product(answer))
    if product.accepted:
        return product
    unit = unit_named(answer.unit)
    scaled = compare(expected, _in_base(answer, unit)) if unit and unit.scale != 1 else verdict
    return scaled if scaled.accepted else verdict


def _product(tree: Quantity) -> Node:
    """Return what was read as a unit as the symbol it may be as well: `kernel channels`."""
    return Apply("mul", (tree.magnitude, Symbol(tree.unit)))


def _missing(expected: Quantity, answer: Node, wanted: Unit, compare: Compare) -> Verdict:
    """Compare with a value without a unit: fine for counts; for a person where the unit may be hidden in it."""
    if wanted.dimension in COUNTS:
        verdict = compare(_in_base(expected, wanted), answer)
        if verdict.accepted:
            return verdict
    product = compare(_product(expected), answer)
    if product.accepted:
        return product
    if names_in(answer) - names_in(expected.magnitude):
        reason = f"No unit that is known stands behind your value; expected was one in {expected.unit}."
        return Verdict("undecided", "none", "none", reason)
    if wanted.dimension in COUNTS:
        return verdict
    for unit, value in ((expected.unit, expected.magnitude), (wanted.base, _in_base(expected, wanted))):
        if compare(value, answer).accepted:
            return _different(f"The number is right for {unit}, but the unit is missing.")
    return _different(f"A unit is missing: expected was a value in {expected.unit}.")


def _other_dimension(
    expected: Quantity, answer: Quantity, wanted: Unit, given: Unit, compare: Compare
) -> Verdict:
    """Compare MACs with FLOPs, and FLOPS with FLOP/s; nothing else has two dimensions."""
    values = _in_base(expected, wanted), _in_base(answer, given)
    dimensions = {wanted.dimension, given.dimension}
    if dimensions == {"flops", "macs"}:
        factor = Fraction(1, 2) if given.dimension == "flops" else Fraction(2)
        verdict = compare(values[0], _scaled(values[1], factor))
        if verdict.accepted:
            return replace(verdict, notes=(*verdict.notes, _MAC))
        if compare(*values).accepted:
            return _different(f"{_right_for(expected.unit, answer.unit)} One MAC is two FLOPs.")
    written = expected.unit if wanted.dimension == "flops" else answer.unit
    if dimensions == {"flops", "flops/time"} and written.endswith("FLOPS"):
        return compare(*values)
    return _different(_other_unit(expected, answer))


def _right_for(right: str, written: str) -> str:
    return f"The number is right for {right}, but you wrote {written}."


def _slip(expected: Quantity, answer: Quantity, wanted: Unit, given: Unit, compare: Compare) -> str:
    """Name the unit that would have made the answer right (MiB for MB, bits for bytes)."""
    if compare(expected.magnitude, answer.magnitude).accepted:
        return " ".join((_right_for(expected.unit, answer.unit), _relation(wanted, given))).strip()
    for name in (_swapped_prefix(given.name), _swapped_size(given.name)):
        other = unit_named(name) if name else None
        if other and compare(_in_base(expected, wanted), _in_base(answer, other)).accepted:
            return f"{_right_for(other.name, answer.unit)} {_relation(other, given)}".strip()
    return ""


def _relation(right: Unit, given: Unit) -> str:
    """Say what parts two units that are easily mixed up."""
    if right.name == _swapped_prefix(given.name):
        decimal, binary = sorted((right.name, given.name), key=lambda name: name[1] == "i")
        return f"The prefix of {decimal} means a power of 1000, that of {binary} a power of 1024."
    return "8 bits are 1 byte." if right.name == _swapped_size(given.name) else ""


def _swapped_prefix(name: str) -> str:
    """Return MiB for MB and MB for MiB."""
    if len(name) > 2 and name[1] == "i" and name[0] in "KMGTP":
        return ("k" if name[0] == "K" else name[0]) + name[2:]
    if len(name) > 1 and name[0] in "kMGTP":
        return ("K" if name[0] == "k" else name[0]) + "i" + name[1:]
    return ""


def _swapped_size(name: str) -> str:
    """Return Mbit for MB and MB for Mbit."""
    if name.endswith("bit"):
        return name[:-3] + "B"
    return name[:-1] + "bit" if name.endswith("B") else ""
