"""Which symbol of an answer may stand for which expected one, seen from values alone.

Formulas that are equal under a matching of their names have the same value where one symbol is 5
and all others are 3. A value for each name so rules out most matchings, each of which would take a
comparison.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError
from grader.equivalence.preparation.prepared import limits_of, prepare
from grader.notation.tree import Apply, Binder, Constant, Node, Number, Symbol, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.verdict import Options

ONE: Final = Fraction(5)  # natural, so that a sum may run up to it
OTHERS: Final = Fraction(3)
DOMAINS: Final = frozenset({"real", "positive", "nonnegative", "nonzero", "integer", "natural"})  # of 3 and 5
# What is continuous: formulas that are equal almost everywhere are then equal wherever both have a value.
CONTINUOUS: Final = frozenset({"add", "neg", "mul", "div", "pow", "root", "exp", "log", "abs", "index"})


class Matchings:
    """Rules out matchings of names; what is not ruled out may be right or wrong."""

    def __init__(self, expected: Node, answer: Node, options: Options) -> None:
        self._bound = _bound(answer)
        self._tells = _is_plain(options) and _are_alike(expected, answer)
        if self._tells:  # data have the value of their name, so nothing depends on the other formula
            self._trees = tuple(prepare(tree, tree).answer for tree in (expected, answer))
        self._known: dict[tuple[int, str], Value | None] = {}

    def rule_out(self, found: Sequence[str], wanted: Sequence[str]) -> bool:
        """Whether the formulas differ where the names found are read as those wanted, one by one."""
        pairs = tuple(zip(found, wanted, strict=True))
        if not self._tells or any(new in self._bound and new != old for old, new in pairs):
            return False  # a sum takes a name for its index
        return any(self._differ(old, new) for old, new in pairs)

    def _differ(self, old: str, new: str) -> bool:
        expected, answer = self._value(0, new), self._value(1, old)
        if expected is None or answer is None:
            return False
        if isinstance(expected, Fraction) and isinstance(answer, Fraction):
            return expected != answer
        return not (balls.ball(expected) - balls.ball(answer)).contains(0)

    def _value(self, side: int, name: str) -> Value | None:
        """Return the value of a side where a name is ONE and the others are OTHERS, None where there is none."""
        key = side, name
        if key not in self._known:
            point = dict.fromkeys(names_in(self._trees[side]), OTHERS) | {name: ONE}
            evaluation = Evaluation(point, lambda item: point[item.partition("[")[0]], real=True)
            try:
                self._known[key] = evaluation.value(self._trees[side])
            except (UndefinedError, NotEvaluableError):
                self._known[key] = None
        return self._known[key]


def _is_plain(options: Options) -> bool:
    """Whether values decide under these options, and are asked for where the symbols are 3 and 5."""
    near = options.rel is not None or options.abs is not None
    other = near or options.up_to or options.growth or options.matrices
    return not other and {options.default_domain, *options.domains.values()} <= DOMAINS


def _are_alike(expected: Node, answer: Node) -> bool:
    """Whether both formulas are continuous, and no sum takes the limits it lacks from the other one."""
    limits = [tuple(limits_of(tree)) for tree in (expected, answer)]
    lacking = [(None, None) in each for each in limits]
    if any(lacking) and all(limits):
        return False
    return all(_is_continuous(node) for tree in (expected, answer) for node in tree.walk())


def _is_continuous(node: Node) -> bool:
    if isinstance(node, Apply):
        return node.head in CONTINUOUS and not (node.head == "pow" and names_in(node.args[1]))  # 0^0
    if isinstance(node, Binder):
        return node.head in {"sum", "prod"}
    if isinstance(node, Constant):
        return node.name in {"e", "pi"}
    return isinstance(node, Number | Symbol)


def _bound(tree: Node) -> frozenset[str]:
    return frozenset(
        node.index.name for node in tree.walk() if isinstance(node, Binder) and node.index is not None
    )
