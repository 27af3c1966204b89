"""Comparing two formulas at exact points: a rigorous disproof, or agreement at many of them."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from itertools import chain, product
from typing import TYPE_CHECKING, Final, Literal
from zlib import crc32

from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import MAX_POINTS, READABLE, points, readable, seeded
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError
from grader.equivalence.preparation.domains import has_i
from grader.equivalence.preparation.ranges import SIZE
from grader.notation.tree import Apply, Binder, Logic, Node, Relation, Symbol, fact
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.equivalence.numeric.balls import Value

ENOUGH: Final = 12  # agreeing points for `probable`
RECHECKED: Final = 2  # of them, evaluated again at HIGH bits
POWERED: Final = tuple(map(Fraction, ("-2", "2", "1/2")))  # bases and exponents that part laws of powers
MAX_POWERED: Final = 4  # symbols of a formula that is visited at all of these: 81 points
LOW: Final = 80  # bits; enough for 20 digits
HIGH: Final = 420
CONSTANT_BITS: Final = (80, 420, 1600)  # a formula without symbols has one point only
DIGITS: Final = 480  # that the last of these comes to
FAR_BITS: Final = 40  # values agree within 2^-40, and within 2^-40 of their size where that is below 1

_IMAGINARY: Final = tuple(map(Fraction, ("1", "-2", "1/2", "3", "-1", "2", "0", "-1/2", "-3")))

State = Literal["differ", "agree", "expected undefined", "answer undefined", "both undefined", "unclear"]


@dataclass(slots=True)
class Sample:
    """What the points said."""

    agreed: int = 0
    differ: dict[str, Fraction] | None = None
    values: tuple[Value, Value] | None = None
    only_answer: dict[str, Fraction] | None = None  # a point where only the answer is defined
    only_expected: dict[str, Fraction] | None = None
    evaluable: bool = True
    unclear: int = 0
    only_constants: bool = False

    @property
    def hopeless(self) -> bool:
        """Whether algebra cannot help: a number without symbols that has no value."""
        return self.only_constants and self.evaluable

    places: list[dict[str, Fraction]] = field(default_factory=list)
    data: dict[str, Fraction] = field(default_factory=dict)  # indexed values used at the last point
    imaginary: dict[str, Fraction] = field(default_factory=dict)  # parts of the symbols there


class Sampler:
    """Evaluates a pair of formulas at points of their symbols' domains."""

    def __init__(
        self, expected: Node, answer: Node, domains: Mapping[str, str], default: str, seed: str
    ) -> None:
        self.pair = expected, answer
        self.seed = seed
        self.names = value_names(expected, answer)
        self.domains = {name: domains.get(name, default) for name in self.names}
        self._data_domains = domains
        self._default = default
        complex_domain = "complex" in self.domains.values() or default == "complex"
        imaginary = any(map(has_i, self.pair))
        self._data: dict[str, Fraction] = {}  # asked for at this point
        self._items: dict[tuple[str, int], Fraction] = {}  # by the point: both formulas ask for the same
        self.complex = complex_domain or imaginary or not self.names
        self.nonreal = tuple(name for name in self.names if self.domains[name] == "complex")

    def points(self) -> Iterator[dict[str, Fraction]]:
        """Yield the points; where there are data alone, these change with every step."""
        if self.names or not self._has_data():
            yield from points(self.names, self.domains, self.seed)
        else:
            yield from ({} for _ in range(MAX_POINTS))

    def run(self, *, enough: int = ENOUGH) -> Sample:
        """Compare at points until they differ or agree at enough of them."""
        sample = self._walk(enough)
        if sample.differ is None and sample.evaluable and not sample.agreed and not self.complex:
            self.complex = True  # nowhere real: compare the complex values
            sample = self._walk(enough)
        if (
            sample.differ is None
            and sample.evaluable
            and sample.agreed
            and any(map(_has_open_powers, self.pair))
        ):
            self._visit_powers(sample)
        return sample

    def _visit_powers(self, sample: Sample) -> None:
        """Compare at negative bases with whole and broken exponents, where the domains allow them."""
        if len(self.names) > MAX_POWERED or any(self.domains[name] != "real" for name in self.names):
            return
        for step, values in enumerate(product(POWERED, repeat=len(self.names))):
            point = dict(zip(self.names, values, strict=True))
            if self._compare(point, step, LOW, sample) == "differ":
                sample.differ = point
                return

    def glance(self) -> Sample | None:
        """Return what `run` would where the formulas differ at its very first point, else None.

        It is cheaper than any proof, and most formulas that are compared differ.
        """
        if self.complex:
            return None
        point = next(self.points(), None)
        if point is None:
            return None
        sample = Sample(differ=point)
        try:
            state = self._compare(point, 0, LOW, sample)
        except NotEvaluableError:
            return None
        return sample if state == "differ" else None

    def definedness(self, count: int) -> Sample:
        """Visit readable points only to see where exactly one formula is defined."""
        sample = Sample()
        for step, point in zip(range(count), self.points(), strict=False):
            try:
                self._note(sample, self._compare(point, step, LOW, sample), point)
            except NotEvaluableError:
                break
        return sample

    def _walk(self, enough: int) -> Sample:
        sample = Sample(only_constants=not self.names)
        for step, point in enumerate(self.points()):
            precisions = CONSTANT_BITS if not self.names and not self._has_data() else (LOW,)
            for precision in precisions:
                try:
                    state = self._compare(point, step, precision, sample)
                except NotEvaluableError:
                    sample.evaluable = False
                    return sample
                self._note(sample, state, point)
                if state == "differ":
                    sample.differ = point
                    return sample
                if state != "agree":
                    break
            if sample.agreed >= enough:
                break
        self._recheck(sample)
        if not self.names and sample.agreed == len(CONSTANT_BITS):
            sample.agreed = ENOUGH
        return sample

    def _has_data(self) -> bool:
        return any(tree.holds("index") for tree in self.pair)

    def _recheck(self, sample: Sample) -> None:
        for step, point in enumerate(sample.places[:RECHECKED]):
            if self._compare(point, step, HIGH, sample) == "differ":
                sample.differ = point
                return

    @staticmethod
    def _note(sample: Sample, state: State, point: dict[str, Fraction]) -> None:
        if state == "agree":
            sample.agreed += 1
            sample.places.append(point)
        elif state == "expected undefined" and sample.only_answer is None:
            sample.only_answer = point
        elif state == "answer undefined" and sample.only_expected is None:
            sample.only_expected = point
        elif state == "unclear":
            sample.unclear += 1

    def _compare(self, point: dict[str, Fraction], step: int, bits: int, sample: Sample) -> State:
        if (
            bits == LOW and not balls.is_loaded() and not self.nonreal
        ):  # rational formulas need no balls at all
            state = self._compare_at(point, step, sample)
            if state != "unclear":
                return state
        for precision in (bits, bits * 4, bits * 16):
            with balls.flint().ctx.workprec(precision):
                state = self._compare_at(point, step, sample)
            if state != "unclear":
                break
        return state

    def _compare_at(self, point: dict[str, Fraction], step: int, sample: Sample) -> State:
        self._data.clear()
        imaginary = {name: _imaginary(name, step) for name in self.nonreal}
        full: Mapping[str, Value] = {**point, **_complex(point, imaginary)}
        expected, answer = (self.value(tree, full, step) for tree in self.pair)
        if expected is None or answer is None:
            if expected is None and answer is None:
                return "both undefined"
            return "expected undefined" if expected is None else "answer undefined"
        state = state_of(expected, answer)
        if state == "differ":
            sample.values = expected, answer
            sample.data = dict(self._data)
            sample.imaginary = imaginary
        return state

    def value(self, tree: Node, point: Mapping[str, Value], step: int) -> Value | None:
        """Return a tree's value, None where it is undefined or not real where it should be."""
        try:
            value = Evaluation(point, lambda key: self._datum(key, step), real=not self.complex).value(tree)
        except UndefinedError:
            return None
        if isinstance(value, Fraction) or self.complex:
            return value
        return value if value.imag.contains(0) else None

    def _datum(self, key: str, step: int) -> Fraction:
        """Return the value of one indexed item, small and readable at the first points."""
        value = self._items.get((key, step))
        if value is None:
            value = self._items[key, step] = self._item(key, step)
        self._data[key] = value
        return value

    def _item(self, key: str, step: int) -> Fraction:
        sized = key.startswith("|")
        domain = "natural" if sized else self._data_domains.get(key.partition("[")[0], self._default)
        position = crc32(key.encode()) + step
        if step < READABLE:
            return readable(domain, position)
        return seeded(f"{key}:{self.seed}:{step}", domain, step % 2)


def _imaginary(name: str, step: int) -> Fraction:
    """Return the imaginary part of a complex symbol at a point; at few of them there is none."""
    return _IMAGINARY[(crc32(name.encode()) + step) % len(_IMAGINARY)]


def _complex(point: Mapping[str, Fraction], imaginary: Mapping[str, Fraction]) -> dict[str, Value]:
    """Return the complex numbers of real and imaginary parts, at the present precision."""
    i = balls.constant_i() if imaginary else None
    return {name: balls.add(point[name], balls.multiply(part, i)) for name, part in imaginary.items() if part}


def state_of(expected: Value, answer: Value) -> State:
    """Say whether two values agree, differ, or are enclosed too widely to tell."""
    if isinstance(expected, Fraction) and isinstance(answer, Fraction):
        return "agree" if expected == answer else "differ"
    first, second = balls.ball(expected), balls.ball(answer)
    gap = first - second
    if not gap.contains(0):
        return "differ"
    width, size = float(abs(gap).abs_upper()), float(abs(first).abs_lower())
    near = 2.0**-FAR_BITS * (size if 0 < size < 1 else 1.0)
    return "agree" if width <= near else "unclear"


def _conditions(node: Binder) -> tuple[Node, ...]:
    """Return the conditions on an index, whose names need values; a set has none."""
    domain = node.domain
    if domain is None:
        return ()
    return domain.args if isinstance(domain, Logic) and domain.operator == "and" else (domain,)


def value_names(*trees: Node) -> tuple[str, ...]:
    """Return the symbols that need a value, in order of appearance; pure labels need none."""
    return tuple(dict.fromkeys(chain.from_iterable(map(_value_names, trees))))


@fact
def _value_names(tree: Node) -> tuple[str, ...]:
    found: dict[str, None] = {}
    nodes = tree.walk() if tree.holds(Binder) else ()
    bound = {node.index.name for node in nodes if isinstance(node, Binder) and node.index is not None}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            if node.name not in bound:
                found[node.name] = None
        elif isinstance(node, Apply) and node.head == SIZE:
            continue
        elif isinstance(node, Binder):
            waiting.extend(part for part in (node.upper, node.lower) if part is not None)
            waiting.extend(part for part in _conditions(node) if isinstance(part, Relation | Logic))
            waiting.append(node.body)
        elif isinstance(node, Apply) and node.head == "index":
            waiting.extend(arg for arg in reversed(node.args[1:]) if not isinstance(arg, Symbol))
            if not isinstance(node.args[0], Symbol):
                waiting.append(node.args[0])
        else:
            waiting.extend(reversed(node.children))
    return tuple(found)


@fact
def _has_open_powers(tree: Node) -> bool:
    """Whether an exponent is a symbol: `(a^b)^c` and `a^(b c)` differ only below zero, for some b and c."""
    return tree.holds("pow") and any(
        isinstance(node, Apply) and node.head == "pow" and isinstance(node.args[0], Symbol | Apply)
        and node.args[1].holds(Symbol)
        for node in tree.walk()
    )  # fmt: skip
