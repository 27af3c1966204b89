"""Telling formulas of unknown functions apart: small worlds in which all of them have values.

A world is a few outcomes with weights. Events are sets of outcomes, variables take three values on
them, so that every law of probability holds in it; expectations are weighted sums, an extremum over an
index is one over three values, and functions nobody knows are some functions with values between 0
and 1. Formulas that differ in a world differ. What has laws that no world knows of - gradients,
entropies - counts as a number of its own, and only where the same ones stand in both formulas.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Final
from zlib import crc32

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import seeded
from grader.equivalence.numeric.pointvalues import DIVERGENCES, FUNCTIONS, Evaluation, NotEvaluableError
from grader.equivalence.preparation.chances import DRAWN, HEADS, is_drawn, may_be_independent, only_told_apart
from grader.equivalence.preparation.prepared import LENGTH, with_indices
from grader.equivalence.preparation.unknowns import PARTIAL
from grader.equivalence.verdict import Options, Verdict
from grader.notation.printing.text import to_text
from grader.notation.tree import (
    Apply,
    Binder,
    Collection,
    Constant,
    Logic,
    Node,
    Number,
    Relation,
    Symbol,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.pair import Pair

WORLDS: Final = 6  # that are tried
BITS: Final = 128
OUTCOMES: Final = 24  # of a world
VALUES: Final = 3  # that a variable or an index without limits takes
REASON: Final = "For some choice of the functions in it, your formula differs from the expected one."
_EXTREMA: Final = frozenset({"max", "min", "argmax", "argmin"})
_LAWFUL: Final = frozenset(
    {"call:gradient", "derivative", PARTIAL, "call:H", "call:I", "call:Cov", "call:h", "integral", "limit"}
)
"""Heads with laws of their own that no world knows of."""


def compare_in_worlds(formulas: Pair) -> Verdict | None:
    """Return that two formulas differ where a world tells them apart, else None."""
    if not _comparable(*formulas.trees):
        return None
    prepared = with_indices(*formulas.trees, declared=formulas.options.indices)
    expected, answer = prepared.expected, prepared.answer
    options = replace(formulas.options, domains=prepared.domains(formulas.options))
    measures = frozenset(_measures(expected, answer))
    with balls.flint().ctx.workprec(BITS):
        for world in range(WORLDS):
            try:
                pair = [
                    balls.ball(_World(world, options, measures, prepared.lengths).value(tree))
                    for tree in (expected, answer)
                ]
            except UndefinedError:
                continue
            except (NotEvaluableError, TypeError, ValueError):
                return None
            if not (pair[0] - pair[1]).contains(0):
                return Verdict("different", "disproved", "unknown functions", REASON)
    return None


def _comparable(expected: Node, answer: Node) -> bool:
    """Whether a world is faithful to both formulas: the same functions stand in them, under the same laws.

    `V(s)` may be the maximum of `Q(s, a)`, a divergence an expectation, `X <= 2` what `X > 2` is not, and
    factors may be independent: no world knows.
    """
    pair = expected, answer
    if len({frozenset(map(to_text, _lawful(tree))) for tree in pair}) != 1 and not _only_divergences(pair):
        return False
    if len({frozenset(_functions(tree)) for tree in pair}) != 1:
        return False
    conditions = {to_text(node) for tree in pair for node in _events(tree) if isinstance(node, Relation)}
    products = {
        any(isinstance(node, Binder) and node.head == "prod" for node in tree.walk()) for tree in pair
    }
    return len(conditions) <= 1 and len(products) == 1 and not may_be_independent(*pair)


def _functions(tree: Node) -> Iterator[str]:
    """Yield the unknown functions of a formula, and the laws of its expectations."""
    for node in tree.walk():
        if isinstance(node, Apply) and node.head.startswith("call:"):
            yield node.head
        elif isinstance(node, Apply) and node.head == "expectation" and len(node.args) > 1:
            yield to_text(node.args[-1])


def _only_divergences(pair: tuple[Node, Node]) -> bool:
    """Whether all that has laws is as many divergences in both formulas, and nothing they may be written out by."""
    found = [
        [node for node in tree.walk() if isinstance(node, Apply | Binder) and _is_lawful(node)]
        for tree in pair
    ]
    heads = [sorted(node.head for node in each) for each in found]
    written_out = any(
        isinstance(node, Binder) or (isinstance(node, Apply) and node.head in HEADS)
        for tree in pair
        for node in tree.walk()
    )
    return heads[0] == heads[1] and set(heads[0]) <= DIVERGENCES and not written_out


def _is_lawful(node: Apply | Binder) -> bool:
    return node.head in _LAWFUL or (node.head in DIVERGENCES and len(node.children) > 1)


def _lawful(tree: Node) -> Iterator[Node]:
    for node in tree.walk():
        if isinstance(node, Apply | Binder) and _is_lawful(node):
            yield node


def _events(tree: Node) -> Iterator[Node]:
    """Yield what stands inside probabilities, down to single events."""
    for node in tree.walk():
        if isinstance(node, Apply) and (node.head == "probability" or _conditional(node)):
            for part in node.args:
                yield from part.walk()


def _conditional(node: Apply) -> bool:
    return node.head.startswith("call:") and any(
        isinstance(arg, Apply) and arg.head == "given" for arg in node.args
    )


def _measures(*trees: Node) -> Iterator[str]:
    """Yield the functions that are probabilities: those that stand with a condition somewhere, and p and q."""
    yield from ("call:p", "call:q")
    for tree in trees:
        for node in tree.walk():
            if isinstance(node, Apply) and _conditional(node) and node.head not in _LAWFUL:
                yield node.head


class _World(Evaluation):
    def __init__(
        self, world: int, options: Options, measures: frozenset[str], lengths: frozenset[str] = frozenset()
    ) -> None:
        super().__init__({}, self._datum_of, real=options.default_domain != "complex")
        self.world = world
        self.options = options
        self.measures = measures
        self.point.update(dict.fromkeys(lengths, Fraction(VALUES + world % 2)))
        self.running: dict[str, Fraction] = {}  # the values of the indices and variables that run now

    # names and numbers

    def _datum_of(self, key: str) -> Fraction:
        return seeded(f"{key}:{self.world}", self.options.domain(key.partition("[")[0]), self.world % 3)

    def value(self, node: Node) -> Value:
        if isinstance(node, Symbol) and node.name not in self.point:
            return seeded(f"{node.name}:{self.world}", self.options.domain(node.name), self.world % 3)
        if isinstance(node, Apply):
            rule = _RULES.get(node.head)
            if rule is not None:
                return rule(self, node)
            if node.head in self.measures:
                return self.chance(node.head, node.args)
            if node.head.startswith("call:"):
                return self.unknown(node.head[5:], node.args)
        return super().value(node)

    def unknown(self, name: str, args: tuple[Node, ...]) -> Value:
        """Return the value between 0 and 1 of an unknown function; of conditions and lists, by their text."""
        numbers: list[Value] = []
        for arg in args:
            if isinstance(arg, Collection | Relation | Logic) or (
                isinstance(arg, Apply) and arg.head == "given"
            ):
                numbers.append(self._noise(self.key(arg)))
            else:
                numbers.append(self.value(arg))
        wave = FUNCTIONS["sin"](balls.add(self.weighted(name, numbers), self._noise(name)))
        return FUNCTIONS["sigmoid"](balls.multiply(Fraction(3), wave))

    def weighted(self, name: str, numbers: list[Value]) -> Value:
        total: Value = Fraction(0)
        for place, number in enumerate(numbers):
            total = balls.add(total, balls.multiply(self._noise(f"{name}:{place}") + 1, number))
        return total

    def _noise(self, text: str) -> Fraction:
        return Fraction(crc32(f"{text}:{self.world}".encode()) * 2654435761 % 2**32 % 997 + 1, 499)

    def key(self, node: Node) -> str:
        """Return what an event or condition is told by: its text, and the values of what runs in it."""
        running = ((name, self.running[name]) for name in sorted(names_in(node)) if name in self.running)
        return to_text(node) + "".join(f";{name}={value}" for name, value in running)

    # probabilities

    def chance(self, measure: str, args: tuple[Node, ...]) -> Value:
        last = args[-1]
        if isinstance(last, Apply) and last.head == "given":
            outcomes = self.event(Collection("tuple", (*args[:-1], last.args[0])))
            given = self.event(last.args[1])
        else:
            outcomes, given = self.event(Collection("tuple", args)), frozenset(range(OUTCOMES))
        below = self.weight(measure, given)
        if not below:
            raise UndefinedError
        return self.weight(measure, outcomes & given) / below

    def weight(self, measure: str, outcomes: frozenset[int]) -> Fraction:
        whole = sum((self._noise(f"{measure}:{each}") for each in range(OUTCOMES)), Fraction(0))
        return sum((self._noise(f"{measure}:{each}") for each in outcomes), Fraction(0)) / whole

    def event(self, node: Node) -> frozenset[int]:
        everything = frozenset(range(OUTCOMES))
        if isinstance(node, Logic) and node.operator == "not":
            return everything - self.event(node.args[0])
        if isinstance(node, Logic) and node.operator == "or":
            return frozenset().union(*map(self.event, node.args))
        if isinstance(node, Apply) and node.head == "union":
            return frozenset().union(*map(self.event, node.args))
        if (isinstance(node, Collection) and node.kind != "set") or (
            isinstance(node, Logic) and node.operator == "and"
        ):
            return everything.intersection(*map(self.event, node.children))
        if isinstance(node, Apply) and node.head == "intersection":
            return everything.intersection(*map(self.event, node.args))
        if isinstance(node, Logic | Collection):
            raise NotEvaluableError  # a set of outcomes is none of events
        name, value = self._variable(node)
        return frozenset(each for each in everything if self._taken(name, each) == value)

    def _variable(self, node: Node) -> tuple[str, int]:
        """Return the variable whose value an event is, and the value: one of three where it runs."""
        if isinstance(node, Symbol) and node.name in self.running:
            return "running " + node.name.partition(" ")[0], int(self.running[node.name]) % VALUES
        return self.key(node), 0

    def _taken(self, name: str, outcome: int) -> int:
        return crc32(f"{name}:{outcome}:{self.world}:taken".encode()) * 2654435761 % 2**32 // 7 % VALUES

    # what runs

    def running_over(self, name: str, body: Callable[[], Value]) -> list[Value]:
        kept = self.point.get(name), self.running.get(name)
        found: list[Value] = []
        for step in range(VALUES):
            value = self._noise(f"{name}:{step}") if name.startswith(DRAWN) else Fraction(step + 1)
            self.point[name] = value
            self.running[name] = Fraction(step)
            found.append(body())
        for table, old in ((self.point, kept[0]), (self.running, kept[1])):
            if old is None:
                table.pop(name, None)
            else:
                table[name] = old
        return found

    def _binder(self, node: Binder) -> Value:
        if (
            node.head == "sum"
            and node.upper == Symbol(LENGTH)
            and node.index
            and is_drawn(node.body, node.index)
        ):
            if not only_told_apart(node.body, node.index):
                raise NotEvaluableError
            values = self.running_over(node.index.name, lambda: self.value(node.body))
            return reduce(balls.add, values, Fraction(0))
        if node.head not in _EXTREMA | {"sum"} or node.index is None or node.upper is not None:
            if node.head in {"argmax", "argmin"}:
                raise NotEvaluableError
            return super()._binder(node)
        if node.domain is not None or node.lower is not None or not only_told_apart(node.body, node.index):
            raise NotEvaluableError
        if node.head == "sum":
            raise NotEvaluableError  # a sum over all values of a variable has laws of its own
        values = self.running_over(node.index.name, lambda: self.value(node.body))
        best = balls.maximum(*values) if node.head in {"max", "argmax"} else balls.minimum(*values)
        if node.head in {"max", "min"}:
            return best
        return Fraction(
            next(place for place, each in enumerate(values) if balls.ball(each).overlaps(balls.ball(best)))
        )


def _probability(world: _World, node: Apply) -> Value:
    return world.chance("P", node.args)


def _expectation(world: _World, node: Apply) -> Value:
    """Return the weighted sum over what is drawn; without a law, capitals are what is drawn."""
    body, *law = node.args
    if len(law) == 2 and isinstance(law[0], Symbol) and law[0].name.startswith(DRAWN):
        names, measure = [law[0].name], world.key(law[1])
    elif not law:
        names, measure = _capitals(body), "E"
    else:
        raise NotEvaluableError
    return _mean(world, names, measure, lambda: world.value(body))


def _capitals(node: Node) -> list[str]:
    names = sorted(name for name in names_in(node) if len(name) == 1 and name.isupper())
    if not names or any(name[0].islower() for name in names_in(node)):
        raise NotEvaluableError  # whether the others are drawn as well is not written
    return names


def _mean(world: _World, names: list[str], measure: str, body: Callable[[], Value]) -> Value:
    if len(names) > 1:
        raise NotEvaluableError
    values = world.running_over(names[0], body)
    weights = [world._noise(f"{measure}:{names[0]}:{step}") for step in range(VALUES)]  # noqa: SLF001
    total: Value = Fraction(0)
    for weight, value in zip(weights, values, strict=True):
        total = balls.add(total, balls.multiply(weight / sum(weights), value))
    return total


def _variance(world: _World, node: Apply) -> Value:
    if len(node.args) != 1:
        raise NotEvaluableError
    names = _capitals(node.args[0])
    mean = _mean(world, names, "E", lambda: world.value(node.args[0]))
    square = _mean(world, names, "E", lambda: FUNCTIONS["pow"](world.value(node.args[0]), Fraction(2)))
    return balls.add(square, balls.negate(FUNCTIONS["pow"](mean, Fraction(2))))


def _indicated(world: _World, node: Apply) -> Value:
    return Fraction(1 if world.truth(node.args[0]) else 0)


def _indexed(world: _World, node: Apply) -> Value:
    """Return the value of `p_theta(x)` as that of a function of its own, of `x_i` as a datum."""
    base, *labels = node.args
    if isinstance(base, Apply) and base.head.startswith("call:"):
        label = ",".join(map(world.key, labels))
        if base.head in world.measures:
            return world.chance(f"{base.head}_{label}", base.args)
        return world.unknown(f"{base.head[5:]}_{label}", base.args)
    if not isinstance(base, Symbol):
        raise NotEvaluableError
    named = [
        world.key(each) if isinstance(each, Symbol | Constant | Number) else str(world.value(each))
        for each in labels
    ]
    return world.data(f"{base.name}[{','.join(named)}]")


def _own(world: _World, node: Apply) -> Value:
    return world._noise(world.key(node))  # noqa: SLF001 - the worlds' own rules


_RULES: Final[dict[str, Callable[[_World, Apply], Value]]] = {
    "probability": _probability,
    "expectation": _expectation,
    "variance": _variance,
    "indicator": _indicated,
    "index": _indexed,
    **dict.fromkeys((head for head in _LAWFUL if head not in {"integral", "limit"}), _own),
}


def may_be_told_apart(*trees: Node) -> bool:
    """Whether a formula holds what only worlds give a value."""
    return any(
        (isinstance(node, Apply) and (node.head in HEADS or node.head == "given" or node.head in _LAWFUL))
        or (isinstance(node, Binder) and node.head in _EXTREMA)
        or (isinstance(node, Apply) and node.head == "index" and isinstance(node.args[0], Apply))
        or (isinstance(node, Apply) and node.head in DIVERGENCES and len(node.args) > 1)
        for tree in trees
        for node in tree.walk()
    )
