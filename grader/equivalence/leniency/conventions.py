"""Formulas that differ as written and agree by a convention that the answer does not spell out.

Whole arrays, as numpy has them: `exp(z)/sum(exp(z))`, `mean((y - p)^2)` stand for the formula with its indices. Weights
that sum to 1: `sum p_i (1 - p_i)` is `1 - sum p_i^2` where the p_i are probabilities. `log` to a base that is not said.
A function that is written out where the other formula only names it.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final
from zlib import crc32

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError
from grader.equivalence.numeric.sampling import Sampler
from grader.equivalence.preparation.indices import free_letters
from grader.equivalence.preparation.prepared import Prepared, prepare
from grader.equivalence.rewriting import map_children
from grader.notation.tree import Apply, Binder, Node, Number, Symbol, names_in

if TYPE_CHECKING:
    from grader.equivalence.verdict import Options

_MEAN: Final = "call:mean"
_COMBINATIONS: Final = "call:C"
_WORLDS: Final = ((2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 2))  # how many weights, and which point
_BITS: Final = 128
_FUNCTIONS: Final = frozenset({"sigmoid", "softmax", "relu", "tanh", "exp", "max", "log"})


def in_elements(expected: Node, answer: Node) -> Node | None:
    """Return an answer about whole arrays with the indices of the expected formula; None where it is none.

    An array is a name that has an index wherever the expected formula has it, and none anywhere in the answer.
    """
    sums = [node for node in expected.walk() if isinstance(node, Binder) and node.head == "sum"]
    whole = [
        node
        for node in answer.walk()
        if (isinstance(node, Binder) and node.head == "sum" and node.index is None)
        or (isinstance(node, Apply) and node.head == _MEAN and len(node.args) == 1)
    ]
    if not sums or not whole or any(isinstance(n, Apply) and n.head == "index" for n in answer.walk()):
        return None
    arrays = indexed_names(expected) & names_in(answer)
    free = free_letters(expected)
    ranges = {(node.lower, node.upper, node.domain) for node in sums}
    if not arrays or len(free) > 1 or len(ranges) != 1 or sums[0].index is None:
        return None
    return _Arrays(arrays, free[0] if free else "", sums[0]).written(answer)


def indexed_names(tree: Node) -> frozenset[str]:
    """Return the names that one index numbers: of arrays, or of weights."""
    indexed = (n for n in tree.walk() if isinstance(n, Apply) and n.head == "index" and len(n.args) == 2)
    return frozenset(node.args[0].name for node in indexed if isinstance(node.args[0], Symbol))


class _Arrays:
    """What stands for the elements of some arrays, inside sums and outside."""

    def __init__(self, names: frozenset[str], free: str, model: Binder) -> None:
        self.names, self.free, self.model = names, free, model

    def written(self, node: Node) -> Node:
        if isinstance(node, Symbol) and node.name in self.names and self.free:
            return Apply("index", (node, Symbol(self.free)))
        if isinstance(node, Binder) and node.head == "sum" and node.index is None:
            return self._sum(node.body)
        if isinstance(node, Apply) and node.head == _MEAN:
            return Apply("div", (self._sum(node.args[0]), self._count()))
        return map_children(node, self.written)

    def _sum(self, body: Node) -> Node:
        index = self.model.index
        if index is None:
            return body
        return self.model.changed(body=_Arrays(self.names, index.name, self.model).written(body))

    def _count(self) -> Node:
        """Return how many there are: the sum of 1."""
        return self.model.upper or self.model.changed(body=Number(Fraction(1)))


def with_narrow_products(tree: Node) -> Node:
    r"""Return a formula with what does not have a product's index taken out of it: `\prod_i s_i (k - 1)` as `(\prod_i s_i)(k - 1)`."""
    tree = map_children(tree, with_narrow_products)
    if not isinstance(tree, Binder) or tree.head != "prod" or tree.index is None:
        return tree
    body, index = tree.body, tree.index.name
    if not isinstance(body, Apply) or body.head != "mul":
        return tree
    inside = tuple(arg for arg in body.args if index in names_in(arg))
    outside = tuple(arg for arg in body.args if arg not in inside)
    if not inside or not outside:
        return tree
    narrow = tree.changed(body=inside[0] if len(inside) == 1 else Apply("mul", inside))
    return Apply("mul", (narrow, *outside))


def agree_as_weights(expected: Node, answer: Node, options: Options) -> bool:
    """Whether two different formulas of indexed p_i agree wherever the p_i are positive and sum to 1."""
    names = indexed_names(expected) & indexed_names(answer)
    if not names or not any(isinstance(node, Binder) for node in expected.walk()):
        return False
    prepared = prepare(expected, answer)
    pair = prepared.expected, prepared.answer
    try:
        return all(_agree_at(pair, names, prepared, options, count, step) for count, step in _WORLDS)
    except NotEvaluableError:
        return False


def _agree_at(
    pair: tuple[Node, Node],
    names: frozenset[str],
    prepared: Prepared,
    options: Options,
    count: int,
    step: int,
) -> bool:
    weights: dict[str, Fraction] = {}
    for name in names:
        parts = [Fraction(1 + crc32(f"{name}:{place}:{step}".encode()) % 7) for place in range(count)]
        weights |= {f"{name}[{place}]": part / sum(parts) for place, part in enumerate(parts, 1)}
    sampler = Sampler(*pair, prepared.domains(options), options.default_domain, options.seed)
    point = next(islice(sampler.points(), step, None), {}) | dict.fromkeys(prepared.lengths, Fraction(count))

    def datum(key: str) -> Fraction:
        return weights.get(key) or Fraction(1 + crc32(f"{key}:{step}".encode()) % 97, 7)

    with balls.flint().ctx.workprec(_BITS):
        try:
            values = [Evaluation(point, datum, real=True).value(tree) for tree in pair]
        except UndefinedError:
            return False
        if all(isinstance(value, Fraction) for value in values):
            same: bool = values[0] == values[1]
            return same
        overlap: bool = (balls.ball(values[0]) - balls.ball(values[1])).contains(0)
        return overlap


def without_bases(tree: Node) -> Node:
    """Return a formula with every logarithm natural."""
    tree = map_children(tree, without_bases)
    if isinstance(tree, Apply) and tree.head == "log" and len(tree.args) == 2:
        return tree.changed(args=tree.args[:1])
    return tree


def leaves_open(expected: Node, answer: Node) -> bool:
    """Whether the expected formula has an unknown function, and the answer others in its place that say which."""
    unknown = {head for head in _heads(expected) if head.startswith("call:")} - _heads(answer)
    others = {head for head in _heads(answer) if head.startswith("call:") or head in _FUNCTIONS}
    return bool(unknown) and bool(others - _heads(expected))


def with_binomials(tree: Node) -> Node:
    """Return a formula with `C(n, k)` as the number of ways to choose k of n."""
    if not tree.holds(_COMBINATIONS):
        return tree
    tree = map_children(tree, with_binomials)
    chosen = isinstance(tree, Apply) and tree.head == _COMBINATIONS and len(tree.args) == 2
    return Apply("binomial", tree.args, span=tree.span) if isinstance(tree, Apply) and chosen else tree


def _heads(tree: Node) -> set[str]:
    return {node.head for node in tree.walk() if isinstance(node, Apply)}
