"""Comparing what two texts conclude with, value by value: `x = 3` says 3 where a value is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.equivalence.kinds.members import combined, compare_sets
from grader.equivalence.readings import compare_readings
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.notation.formulareader import FormulaReading
from grader.notation.openreadings import reading_of_value, value_of
from grader.notation.tree import Collection

if TYPE_CHECKING:
    from collections.abc import Sequence


def compare_conclusions(
    expected: Sequence[FormulaReading], answer: Sequence[FormulaReading], *, options: Options = DEFAULT
) -> Verdict:
    """Compare what two texts conclude with: value by value, or as sets where one lists what the other parts."""

    def compare(wanted: FormulaReading, found: FormulaReading) -> Verdict:
        verdict = compare_readings(wanted, found, options=options)[0]
        if verdict.accepted or _is_named(wanted) == _is_named(found):
            return verdict  # `x = 3` is not `y = 3`
        bare = compare_readings(reading_of_value(wanted), reading_of_value(found), options=options)[0]
        return bare if bare.accepted else verdict

    wanted, found = _members(expected, len(answer)), _members(answer, len(expected))
    if len(wanted) == len(found):
        verdict = combined([compare(e, a) for e, a in zip(wanted, found, strict=True)], "conclusions")
        if verdict.accepted or len(expected) == len(answer):
            return verdict
    if len(expected) == len(answer) or len(wanted) != len(found):
        reason = f"Your answer concludes with {len(found)} values, expected were {len(wanted)}."
        return Verdict("different", "disproved", "number of values", reason)
    table = {id(reading.tree): reading for reading in (*wanted, *found)}
    return compare_sets(
        [reading.tree for reading in wanted],
        [reading.tree for reading in found],
        lambda e, a: compare(table[id(e)], table[id(a)]),
    )


def _is_named(reading: FormulaReading) -> bool:
    return value_of(reading.tree) != reading.tree


def _members(readings: Sequence[FormulaReading], others: int) -> list[FormulaReading]:
    """Return the values; a single listing is several where the other side has several."""
    if len(readings) != 1 or others == 1:
        return list(readings)
    for tree in map(value_of, (readings[0].tree, *readings[0].alternatives)):
        if isinstance(tree, Collection) and tree.kind != "tuple" and len(tree.items) == others:
            return [FormulaReading(item, "") for item in tree.items]
    return list(readings)
