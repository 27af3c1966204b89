"""Named slips: what was probably done when a formula is not the expected one.

The same prover that compares formulas tries them: first what holds for the whole (a constant
factor or offset, the reciprocal), then one change at one place of the expected formula (a sign, a
missing root, swapped parts, another base, a missing division, the other order of a product).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from grader.equivalence.comparing import compare_once
from grader.equivalence.effort import SLIPS, ExhaustedError, effort
from grader.equivalence.kinds.scalars import too_large
from grader.equivalence.numeric.balls import ball
from grader.equivalence.numeric.pointvalues import NotEvaluableError
from grader.equivalence.numeric.sampling import state_of
from grader.equivalence.pair import Pair
from grader.equivalence.rewriting import map_children
from grader.equivalence.verdict import DEFAULT, Options
from grader.equivalence.verdictcache import comparison_key, remembered
from grader.notation.tree import (
    Apply,
    Binder,
    Collection,
    Interval,
    Logic,
    Matrix,
    Node,
    Number,
    Quantity,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.equivalence.numeric.balls import Value

MAX_SLIPS: Final = 80  # single changes that are tried: about 30 ms
MAX_SIZE: Final = 120  # nodes of an expected formula whose single changes are tried
MAX_ANSWER: Final = 240  # nodes of an answer that they are compared with: a slip adds few
TRIED: Final = 60  # steps that making and preparing one changed formula is counted as
LOOKED_AT: Final = 5  # steps that the values of one changed formula at a point are counted as
FIRST_POINTS: Final = 4  # at which most changed formulas differ from the answer
RATIO_POINTS: Final = 4  # at which a constant factor or offset shows
TOO_LONG: Final = 10**6  # a factor with more digits is no slip

_SHIFTED: Final = "Your formula equals the expected formula"
_TIMES: Final = f"{_SHIFTED} times"
_BASES: Final = {"2": "base 2", "10": "base 10"}


def near_miss(expected: Node, answer: Node, *, options: Options = DEFAULT) -> str | None:
    """Return one sentence that names the slip, None where no named slip explains the answer."""
    if too_large(expected, answer) or expected == answer or sum(1 for _ in answer.walk()) > MAX_ANSWER:
        return None
    if isinstance(expected, Quantity) and isinstance(answer, Quantity) and expected.unit == answer.unit:
        expected, answer = expected.magnitude, answer.magnitude
    special = (Quantity, Relation, Collection, Interval, Logic, Matrix)
    if isinstance(expected, special) or isinstance(answer, special):
        return None
    with suppress(ExhaustedError):
        return remembered(
            comparison_key("near miss", expected, answer, options),
            SLIPS,
            lambda: _Slips(expected, answer, options).named(),
        )
    return None


def without_values(sentence: str) -> str:
    """Return a named slip without the number in it, which would give the expected formula away."""
    if sentence.startswith(_TIMES):
        return "A constant factor is different."
    return "A constant term is different." if sentence.startswith(_SHIFTED) else sentence


class _Slips:
    """One answer beside the expected formula, which is tried with one slip after another in it.

    Both are prepared once, so that numbers can be put in on either side: most slips differ from the answer
    at one of the first points, and only what agrees there is compared.
    """

    def __init__(self, expected: Node, answer: Node, options: Options) -> None:
        self.written = expected, answer
        pair = Pair(expected, answer, options)
        self.expected, self.answer = pair.prepared.expected, pair.prepared.answer
        self.options = replace(
            options, domains=pair.domains, up_to="", rename=False, require=(), forbid=(), symbolic=False
        )
        self.sampler = pair.sampler()
        self.answered: dict[int, Value | None] = {}  # the answer's values by the step of their point

    def named(self) -> str | None:
        """Return the sentence of the first slip that explains the answer."""
        for expected, answer, sentence in self._of_the_whole():
            if self._agree(expected, answer) and self._equal(expected, answer):
                return sentence
        if sum(1 for _ in self.expected.walk()) > MAX_SIZE:
            return None
        for changed, sentence in islice(_changes(self.expected), MAX_SLIPS):
            if self._agree(changed, self.answer) and self._equal(changed, self.answer):
                return sentence
        expected, answer = self.written  # where no sum runs any more, its index is one of the answer's
        for changed in islice(_without_sum(expected), MAX_SLIPS):
            if self._equal(changed, answer):
                return "A sum is missing."
        return None

    def _equal(self, expected: Node, answer: Node) -> bool:
        effort().spend(TRIED)
        return compare_once(expected, answer, options=self.options).accepted

    def _agree(self, expected: Node, answer: Node) -> bool:
        """Whether two formulas have no different values at the first points."""
        for step, point in self._points:
            effort().spend(LOOKED_AT)
            try:
                values = [self._value(tree, point, step) for tree in (expected, answer)]
            except NotEvaluableError:
                return True
            if None not in values and state_of(*values) == "differ":
                return False
        return True

    def _value(self, tree: Node, point: Mapping[str, Fraction], step: int) -> Value | None:
        """Return a formula's value at a point, the answer's found once: every slip is held against it."""
        if tree is not self.answer:
            return self.sampler.value(tree, point, step)
        if step not in self.answered:
            self.answered[step] = self.sampler.value(tree, point, step)
        return self.answered[step]

    @cached_property
    def _points(self) -> tuple[tuple[int, Mapping[str, Fraction]], ...]:
        return tuple(enumerate(islice(self.sampler.points(), FIRST_POINTS)))

    def _of_the_whole(self) -> Iterator[tuple[Node, Node, str]]:
        """Yield both formulas with what would make them equal, with the sentence that names it."""
        expected, answer = self.expected, self.answer
        ratio, offset = self._ratio_and_offset()
        if ratio is not None:
            yield Apply("mul", (Number(ratio), expected)), answer, f"{_TIMES} {_factor_text(ratio)}."
        if offset is not None and _symbols(expected):
            sign = "plus" if offset > 0 else "minus"
            shifted = Apply("add", (expected, Number(offset)))
            yield shifted, answer, f"{_SHIFTED} {sign} {abs(offset)}."
        reciprocal = Apply("div", (Number(Fraction(1)), expected))
        yield reciprocal, answer, "Your formula is the reciprocal of the expected one."
        for base, words in _BASES.items():
            factor = Apply("log", (Number(Fraction(base)),))
            if _has_log(expected):
                sentence = f"Your formula has a logarithm to {words} where the natural one was expected."
                yield expected, Apply("mul", (answer, factor)), sentence
            if _has_log(answer):
                sentence = f"Your formula has a natural logarithm where the one to {words} was expected."
                yield Apply("mul", (expected, factor)), answer, sentence
        two = Number(Fraction(2))
        squared = Apply("pow", (answer, two))
        yield expected, squared, "Your formula is a square root of the expected one."
        squared = Apply("pow", (expected, two))
        yield squared, answer, "Your formula is the square of the expected one: a root is missing."

    def _ratio_and_offset(self) -> tuple[Fraction | None, Fraction | None]:
        """Return the factor and the offset that hold at the first points, where they are simple."""
        ratios: set[Fraction | None] = set()
        offsets: set[Fraction | None] = set()
        count = 0
        for step, point in enumerate(self.sampler.points()):
            try:
                pair = [self._value(tree, point, step) for tree in self.sampler.pair]
            except NotEvaluableError:
                return None, None
            if pair[0] is None or pair[1] is None:
                continue
            count += 1
            offsets.add(_simple(pair[1], pair[0], divide=False))
            if not isinstance(pair[0], Fraction) or pair[0]:
                ratios.add(_simple(pair[1], pair[0], divide=True))
            if count >= RATIO_POINTS:
                break
        ratio = next(iter(ratios)) if len(ratios) == 1 else None
        offset = next(iter(offsets)) if len(offsets) == 1 else None
        return ratio or None, offset or None


def _factor_text(ratio: Fraction) -> str:
    power = _power_of_ten(ratio)
    if ratio == 100:
        return "100 (as a percentage)"
    if ratio == Fraction(1, 100):
        return "1/100 (as a percentage)"
    return f"{ratio} (a power of ten)" if power else str(ratio)


def _power_of_ten(ratio: Fraction) -> bool:
    text = str(ratio.numerator * ratio.denominator)
    return (
        ratio > 0 and 1 in {ratio.numerator, ratio.denominator} and len(text) > 1 and text.strip("0") == "1"
    )


def _simple(answer: object, expected: object, *, divide: bool) -> Fraction | None:
    """Return the ratio or difference of two values where it is a simple rational number."""
    if isinstance(answer, Fraction) and isinstance(expected, Fraction):
        value = answer / expected if divide else answer - expected
        return value if abs(value.numerator) < TOO_LONG and value.denominator < TOO_LONG else None
    left, right = ball(answer), ball(expected)
    if divide and right.contains(0):
        return None
    gap = left / right if divide else left - right
    if not gap.imag.contains(0):
        return None
    middle = float(gap.real.mid())
    if abs(middle) > TOO_LONG:
        return None
    guess = Fraction(middle).limit_denominator(1000)
    return guess if gap.real.contains(ball(guess).real) else None


def _symbols(tree: Node) -> bool:
    return tree.holds(Symbol)


def _has_log(tree: Node) -> bool:
    return tree.holds("log")


def _without_sum(tree: Node) -> Iterator[Node]:
    """Yield the tree with one of its sums left out."""
    if not tree.holds(Binder):
        return
    if isinstance(tree, Binder) and tree.head == "sum":
        yield tree.body
    for position, child in enumerate(tree.children):
        for changed in _without_sum(child):
            yield _with_child(tree, position, changed)


def _changes(tree: Node) -> Iterator[tuple[Node, str]]:
    """Yield the tree with one slip at one place, with the sentence that names it."""
    yield from _slips(tree)
    for position, child in enumerate(tree.children):
        for changed, sentence in _changes(child):
            yield _with_child(tree, position, changed), sentence


def _with_child(tree: Node, position: int, changed: Node) -> Node:
    counter = iter(range(len(tree.children)))
    return map_children(tree, lambda child: changed if next(counter) == position else child)


def _slips(node: Node) -> Iterator[tuple[Node, str]]:
    if not isinstance(node, Apply):
        return
    args = node.args
    if node.head == "root":
        yield args[0], "A root is missing."
    elif node.head == "pow":
        yield args[0], "A power is missing."
    elif node.head == "abs":
        yield args[0], "The bars of an absolute value are missing."
    elif node.head == "neg":
        yield args[0], "One sign is different."
    elif node.head == "div":
        yield Apply("div", (args[1], args[0])), "A numerator and its denominator are swapped."
        yield args[0], "A division is missing."
        less = Apply("add", (args[1], Number(Fraction(-1))))
        yield Apply("div", (args[0], less)), "One divisor is too small by 1."
    elif node.head in {"add", "mul"}:
        yield from _slips_in_list(node)
    elif node.head == "log":
        for base, words in _BASES.items():
            yield Apply("log", (args[0], Number(Fraction(base)))), f"One logarithm is to {words}."
        if len(args) == 2:
            yield Apply("log", (args[0],)), "One logarithm is a natural one."
    elif node.head == "matmul":
        yield Apply("matmul", tuple(reversed(args))), "The factors of a product are in the other order."
        yield Apply("transpose", (node,)), "A product is transposed."
    elif node.head == "transpose":
        yield args[0], "A transpose is missing."
    elif node.head in {"floor", "ceil"}:
        other = "ceil" if node.head == "floor" else "floor"
        yield args[0], "The rounding is missing."
        yield Apply(other, args), "A value is rounded the other way."


def _slips_in_list(node: Apply) -> Iterator[tuple[Node, str]]:
    word = "term" if node.head == "add" else "factor"
    for position, arg in enumerate(node.args):
        rest = (*node.args[:position], *node.args[position + 1 :])
        if node.head == "add":
            flipped = arg.args[0] if isinstance(arg, Apply) and arg.head == "neg" else Apply("neg", (arg,))
            changed = (*node.args[:position], flipped, *node.args[position + 1 :])
            yield Apply("add", changed), "One sign is different."
        if rest:
            yield rest[0] if len(rest) == 1 else Apply(node.head, rest), f"A {word} is missing."
