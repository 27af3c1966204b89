"""Values with a unit of the field: bytes and bits, FLOPs and MACs, seconds, counts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.verdict import Verdict
from grader.notation.tree import Apply, Node, Number, Quantity
from grader.notation.units import Unit, unit_named

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS: Final = frozenset({"parameters", "biases", "neurons", "filters", "channels", "layers", "pixels"})
"""Dimensions that a bare number may stand for."""


def compare_quantities(expected: Node, answer: Node, compare: Callable[[Node, Node], Verdict]) -> Verdict:
    """Compare two quantities in their base unit; a slip between units is named."""
    units = _unit(expected), _unit(answer)
    if (
        units[0] is None
        and units[1] is None
        and isinstance(expected, Quantity)
        and isinstance(answer, Quantity)
    ):
        if expected.unit != answer.unit:
            return _other_unit(expected.unit, answer.unit)
        return compare(expected.magnitude, answer.magnitude)
    if units[0] is None or units[1] is None:
        return _one_bare(expected, answer, units, compare)
    if units[0].dimension != units[1].dimension:
        return _other_dimension(expected, answer, (units[0], units[1]), compare)
    verdict = compare(_in_base(expected, units[0]), _in_base(answer, units[1]))
    if verdict.equal == "different":
        slip = _slip(expected, answer, units[0], units[1], compare)
        if slip:
            return Verdict("different", "disproved", "unit", slip, verdict.point, verdict.values)
    return verdict


def _unit(tree: Node) -> Unit | None:
    return unit_named(tree.unit) if isinstance(tree, Quantity) else None


def _magnitude(tree: Node) -> Node:
    return tree.magnitude if isinstance(tree, Quantity) else tree


def _in_base(tree: Node, unit: Unit) -> Node:
    return _scaled(_magnitude(tree), unit.scale)


def _scaled(tree: Node, factor: Fraction) -> Node:
    return tree if factor == 1 else Apply("mul", (Number(factor), tree))


def _other_unit(expected: str, answer: str) -> Verdict:
    reason = f"Your value is in {answer}, expected was one in {expected}."
    return Verdict("different", "disproved", "unit", reason)


def _one_bare(
    expected: Node,
    answer: Node,
    units: tuple[Unit | None, Unit | None],
    compare: Callable[[Node, Node], Verdict],
) -> Verdict:
    """Compare where one side has no unit: fine for counts, else the unit is missing."""
    unit = units[0] or units[1]
    bare = answer if units[0] else expected
    if unit is None or isinstance(bare, Quantity):
        texts = [tree.unit if isinstance(tree, Quantity) else "no unit" for tree in (expected, answer)]
        return _other_unit(texts[0], texts[1])
    if unit.dimension in COUNTS or not isinstance(expected, Quantity):
        scales = [each.scale if each else Fraction(1) for each in units]
        return compare(_scaled(_magnitude(expected), scales[0]), _scaled(_magnitude(answer), scales[1]))
    return Verdict(
        "different", "disproved", "unit", f"A unit is missing: expected was a value in {unit.name}."
    )


def _other_dimension(
    expected: Node, answer: Node, units: tuple[Unit, Unit], compare: Callable[[Node, Node], Verdict]
) -> Verdict:
    dimensions = {unit.dimension for unit in units}
    if dimensions == {"flops", "macs"}:
        factor = Fraction(1, 2) if units[1].dimension == "flops" else Fraction(2)
        mine = _scaled(_in_base(answer, units[1]), factor)
        if compare(_in_base(expected, units[0]), mine).equal == "equal":
            note = "One multiply-accumulate (MAC) was counted as two operations (FLOPs)."
            return Verdict(
                "equal", "proved", "unit", "Your value is equal to the expected one.", notes=(note,)
            )
    return _other_unit(units[0].name, units[1].name)


def _slip(
    expected: Node, answer: Node, wanted: Unit, given: Unit, compare: Callable[[Node, Node], Verdict]
) -> str:
    """Name the unit that would have made the answer right (MiB for MB, bits for bytes)."""
    if compare(_magnitude(expected), _magnitude(answer)).equal == "equal":
        return f"The number is right for {wanted.name}, but you wrote {given.name}."
    for name in (_swapped_prefix(given.name), _swapped_size(given.name)):
        other = unit_named(name) if name else None
        if other and compare(_in_base(expected, wanted), _in_base(answer, other)).equal == "equal":
            return f"The number is right for {other.name}, but you wrote {given.name}."
    return ""


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
