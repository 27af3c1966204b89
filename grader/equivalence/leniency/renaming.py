"""Comparing up to the names of symbols."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

from grader.equivalence.effort import effort
from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.leniency.matchings import Matchings
from grader.equivalence.preparation.indices import align, named
from grader.equivalence.rewriting import substitute
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Node, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.equivalence.pair import Pair

MAX_TRIED: Final = 200  # ways to match the names: enough for five symbols
TRIED: Final = 60  # steps that one matching is counted as, beside its nodes
PARTLY: Final = "No way of matching the names makes the formulas equal."
MANY_NAMES: Final = "There are too many ways to match the names of the symbols."


def compare_renamed(pair: Pair, compare: Callable[[Pair], Verdict]) -> Verdict:
    """Compare with every matching of the answer's names to the expected ones, likely ones first."""
    options, plain = pair.options, pair.under(rename=False)
    expected, answer = align(*pair.trees, declared=options.indices)
    expected, answer, _ = named(expected, answer)  # a labelled name is one name
    wanted, found = _free_names(expected, options), _free_names(answer, options)
    if len(wanted) != len(found):
        reason = f"Your formula has {len(found)} symbols, expected were {len(wanted)}."
        return Verdict("different", "disproved", "number of symbols", reason)
    first: Verdict | None = None
    matchings: Matchings | None = None
    allowance, size = effort(), sum(1 for _ in answer.walk())
    for count, order in enumerate(permutations(wanted)):
        if count >= MAX_TRIED:
            return undecided(MANY_NAMES)
        if matchings is not None and matchings.rule_out(found, order):
            continue
        allowance.spend(TRIED + 6 * size)
        values: dict[str, Node] = {
            old: Symbol(f"{new} renamed") for old, new in zip(found, order, strict=True)
        }
        renamed = substitute(answer, values)
        renamed = substitute(renamed, {f"{new} renamed": Symbol(new) for new in order})
        verdict = compare(plain.of(expected, renamed))
        if verdict.equal == "equal":
            pairs = [f"{old} for {new}" for old, new in zip(found, order, strict=True) if old != new]
            notes = (*verdict.notes, f"You wrote {', '.join(pairs)}.") if pairs else verdict.notes
            return replace(verdict, notes=notes)
        first = first or verdict
        matchings = matchings or Matchings(expected, answer, plain.options)
    if first is None or first.equal == "undecided":
        return first or Verdict("undecided", "none", "none", PARTLY)
    return replace(first, reason=PARTLY, point=(), values=None)


def _free_names(tree: Node, options: Options) -> tuple[str, ...]:
    """Return the names that may be exchanged, in order of appearance."""
    found = dict.fromkeys(node.name for node in tree.walk() if isinstance(node, Symbol))
    return tuple(name for name in found if name not in options.fixed)
