"""Classes of growth: O(f), Theta(f) and the like, and bare bounds such as `n log n`.

Two bounds name the same class when their ratio tends to a positive constant. `simplest` asks for
the bound without constant factors and lower terms, as courses write it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.equivalence.kinds.scalars import compare_scalars, undecided
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError, no_data
from grader.equivalence.verdict import Verdict
from grader.notation.tree import Apply, Node, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.equivalence.pair import Pair

HEADS: Final = frozenset({"big_o", "big_theta", "big_omega", "little_o"})
_BOUNDS: Final = frozenset({"big_o", "big_theta"})
OTHER_KIND: Final = "Your class is of another kind (O, Theta, Omega and o differ)."
TIGHT: Final = (
    "The bounds grow alike, but only one of them is said to be tight; a person will see whether that matters."
)
FAR: Final = tuple(Fraction(2) ** power for power in (16, 32, 64, 128, 256, 512))
NEAR: Final = tuple(map(Fraction, (12, 25, 50, 100, 200, 400, 800)))  # where n! and 2^n still fit
SETTLED: Final = 0.02  # relative change between the last two ratios of one class
GROWN: Final = 1.15  # and of different classes, at every step
BITS: Final = 128


def growth_argument(tree: Node) -> Node | None:
    """Return what stands in O(...), None where the tree is no class."""
    return tree.args[0] if isinstance(tree, Apply) and tree.head in HEADS else None


def compare_growth(pair: Pair) -> Verdict:
    """Compare two classes of growth, or two bounds that stand for them."""
    options, (expected, answer) = pair.options, pair.trees
    classes = [tree.head for tree in (expected, answer) if isinstance(tree, Apply) and tree.head in HEADS]
    if len(set(classes)) == 2:
        verdict = Verdict("different", "disproved", "kind of class", OTHER_KIND)
        if set(classes) == _BOUNDS and compare_growth(pair.of(expected, answer.children[0])).accepted:
            return undecided(TIGHT)
        return verdict
    mine, other = growth_argument(answer) or answer, growth_argument(expected) or expected
    domains = dict.fromkeys(names_in(mine) | names_in(other), "natural")
    same = compare_scalars(pair.of(other, mine).under(domains={**domains, **options.domains}, growth=""))
    if same.equal == "equal":
        return same
    order = _order(other, mine)
    if order is None:
        return (
            same
            if options.growth == "simplest" and same.equal == "different"
            else undecided("The machine could not compare how fast these bounds grow.")
        )
    if order == 0:
        if options.growth == "simplest":
            reason = "Your bound grows alike, but keeps a constant factor or a lower term."
            return Verdict("different", same.certainty, "form of the bound", reason, same.point, same.values)
        return Verdict("equal", "probable", "ratio far out", "Your bound names the same class of growth.")
    reason = f"Your bound grows {'faster' if order > 0 else 'more slowly'} than the expected one."
    return Verdict("different", "disproved", "ratio far out", reason)


def _order(expected: Node, answer: Node) -> int | None:
    """Return 1 where the answer grows faster in some direction, -1 slower, 0 alike.

    Each symbol grows alone, then all of them together: `n + m` and `n m` differ only there. Then one grows as the
    square of the others, which may be too large to compute.
    """
    names = sorted(names_in(expected) | names_in(answer))
    alone = dict.fromkeys(names, 0)
    directions = [{**alone, name: 1} for name in names]
    together = dict.fromkeys(names, 1)
    squares: list[dict[str, int]] = []
    if len(names) > 1:
        directions.append(together)
        squares = [{**together, name: 2} for name in names]
    orders = [_order_along(expected, answer, powers) for powers in directions]
    if None in orders:
        return None
    orders += [_order_along(expected, answer, powers) for powers in squares]
    for sign in (1, -1):
        if sign in orders:
            return sign
    return 0


def _order_along(expected: Node, answer: Node, powers: Mapping[str, int]) -> int | None:
    for values in (FAR, NEAR):
        ratios = _ratios(expected, answer, powers, values)
        if len(ratios) >= 4:
            return _trend(ratios)
    return None


def _ratios(
    expected: Node, answer: Node, powers: Mapping[str, int], values: Sequence[Fraction]
) -> list[float]:
    """Return log2 of |answer / expected| where symbols grow as powers of the values; others stay."""
    found: list[float] = []
    with balls.flint().ctx.workprec(BITS):
        for value in values:
            point = {name: value**power if power else Fraction(1000) for name, power in powers.items()}
            try:
                top, bottom = (Evaluation(point, no_data).value(tree) for tree in (answer, expected))
                size = abs(balls.ball(balls.divide(top, bottom)))
                found.append(float(size.log().mid()) if size > 0 else float("-inf"))
            except (UndefinedError, NotEvaluableError, OverflowError):
                continue
    return found


def _trend(logs: Sequence[float]) -> int | None:
    steps = [later - earlier for earlier, later in pairwise(logs)]
    if abs(steps[-1]) <= SETTLED:
        return 0
    least = GROWN - 1
    if all(step > 0 for step in steps) and steps[-1] > least:
        return 1
    if all(step < 0 for step in steps) and steps[-1] < -least:
        return -1
    return None
