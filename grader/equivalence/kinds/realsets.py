"""Sets of real numbers in one variable: inequalities, intervals and their combinations, compared exactly.

Both sides can change only at finitely many critical numbers. They are compared at each of these
and at one point between any two neighbours; where all agree the sets are equal.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.kinds.solving import isolated
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import UndefinedError
from grader.equivalence.normal.ring import TooLargeError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import WHOLE, is_value
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError, connected, no_data
from grader.equivalence.rewriting import map_children
from grader.equivalence.texts import exact_text
from grader.equivalence.verdict import DEFAULT, Options, Verdict
from grader.notation.tree import (
    Apply,
    Collection,
    Constant,
    Interval,
    Logic,
    Node,
    Relation,
    Symbol,
    is_set,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.equivalence.normal.ring import Poly
    from grader.equivalence.numeric.balls import Value

MAX_CRITICAL: Final = 80  # numbers where a side may change
MAX_DEGREE: Final = 40  # of a polynomial whose roots are sought
MAX_BARS: Final = 4  # absolute values that are resolved by sign
ROOT_BITS: Final = 160
ELEMENT: Final = "element "  # with a space: the variable of a set that names none

REALS: Final = Constant("reals")
INFINITE: Final = Constant("infinity")


class NotASetError(Exception):
    """The tree is not a set of real numbers in at most one variable."""


def as_sets(tree: Node) -> Node:
    """Read a difference of sets, `[0, 6] - (1, 2)` or `R - [-1, 1]`, as one."""
    if not isinstance(tree, Apply) or tree.head not in {"add", "union", "intersection"}:
        return tree
    parts = tree.args
    if tree.head == "add":
        kinds = {node.kind for node in tree.walk() if isinstance(node, Collection)}
        if len(kinds) > 1 or Symbol("R") in parts:  # equal brackets may be vectors
            parts = tuple(map(_pair_as_interval, parts))
    if not any(
        is_set(part.args[0] if _is_negative(part) and isinstance(part, Apply) else part) for part in parts
    ):
        return tree
    parts = tuple(REALS if part == Symbol("R") else part for part in parts)
    if tree.head != "add":
        return Apply(tree.head, parts, span=tree.span)
    if _is_negative(parts[0]) or not all(map(_is_negative, parts[1:])):
        return tree
    taken = tuple(part.args[0] for part in parts[1:] if isinstance(part, Apply))
    return Apply("setminus", (parts[0], *taken), span=tree.span)


def _pair_as_interval(tree: Node) -> Node:
    """Read `(1, 2)` and `-[1, 2]` in a sum as intervals: pairs are not added to sets."""
    if _is_negative(tree) and isinstance(tree, Apply):
        return Apply("neg", (_pair_as_interval(tree.args[0]),))
    if isinstance(tree, Collection) and len(tree.items) == 2 and tree.kind in {"tuple", "list"}:
        closed = tree.kind == "list"
        return Interval(tree.items[0], tree.items[1], closed, closed, span=tree.span)
    return tree


def _is_negative(tree: Node) -> bool:
    return isinstance(tree, Apply) and tree.head == "neg"


def compare_real_sets(expected: Node, answer: Node, options: Options = DEFAULT) -> Verdict | None:
    """Compare two sets or conditions in one variable where it has its values; None where they are something else."""
    trees = expected, answer
    variables = names_in(expected) | names_in(answer)
    if len(variables) > 1:
        return None
    variable = next(iter(variables), ELEMENT)
    domain = options.domain(variable) if variables else "real"
    if domain == "complex":
        return None
    borders = {"real": (), "probability": (0, 1)}.get(domain, (0,))
    try:
        critical = sorted([*map(Fraction, borders), *_numbers(trees, variable)], key=_middle)
        with balls.flint().ctx.workprec(ROOT_BITS):
            return _compare_at(trees, variable, domain, critical)
    except (NotASetError, NotEvaluableError, UndefinedError, TooLargeError, RecursionError):
        return None


def _middle(value: Value) -> float:
    return float(value) if isinstance(value, Fraction) else float(value.real.mid())


def _distinct(values: list[Value]) -> list[Value]:
    kept: list[Value] = []
    for value in values:
        if kept and balls.ball(kept[-1]).overlaps(balls.ball(value)):
            if isinstance(value, Fraction):
                kept[-1] = value
            continue
        kept.append(value)
    return kept


def _compare_at(trees: tuple[Node, Node], variable: str, domain: str, critical: list[Value]) -> Verdict:
    certain, tried = all(isinstance(value, Fraction) for value in critical), 0
    if domain in WHOLE:
        critical = list(map(_whole, critical))
    for value in _places(_distinct(critical), whole=domain in WHOLE):
        if not is_value(domain, value):
            continue
        tried += 1
        states = [_holds(tree, variable, value) for tree in trees]
        if states[0] != states[1]:
            shown = exact_text(value) if isinstance(value, Fraction) else f"{_middle(value):.5g}"
            name = "the number" if variable == ELEMENT else variable
            words = ("in", "not in") if states[1] else ("not in", "in")
            reason = f"At {name} = {shown} your answer and the expected one differ: it is {words[0]} yours, {words[1]} the expected set."
            point = ((name, shown),)
            values = (str(states[0]).lower(), str(states[1]).lower())
            return Verdict("different", "disproved", "set at a number", reason, point, values)
    if certain:
        return Verdict(
            "equal", "proved", "sets of real numbers", "Your answer is the same set as the expected one."
        )
    reason = f"Your answer agrees with the expected set at {tried} numbers: where it may change, and between."
    return Verdict("equal", "probable", "sets of real numbers", reason)


def _places(critical: list[Value], *, whole: bool) -> Iterator[Value]:
    """Yield every critical number, one between any two (a whole one if asked for), and one beyond either end."""
    if not critical:
        yield Fraction(0)
        return
    first = _rational(_middle(critical[0])) - 1
    yield Fraction(ceil(first)) if whole else first
    for left, right in pairwise(critical):
        yield left
        middle = (_rational(_middle(left)) + _rational(_middle(right))) / 2
        if whole:
            middle = Fraction(floor(_middle(left)) + 1)
        between = balls.ball(left).real < balls.ball(middle).real < balls.ball(right).real
        if not between and not whole:
            raise NotASetError
        if between:
            yield middle
    yield critical[-1]
    last = _rational(_middle(critical[-1])) + 1
    yield Fraction(floor(last)) if whole else last


def _whole(value: Value) -> Value:
    """Return the one whole number that a ball holds, the ball where it holds none."""
    number = None if isinstance(value, Fraction) else value.real.unique_fmpz()
    return value if number is None else Fraction(int(number))


def _rational(value: float) -> Fraction:
    return Fraction(value).limit_denominator(10**9)


# membership


def _holds(tree: Node, variable: str, value: Value) -> bool:
    """Whether a number is in a set or meets a condition."""
    if isinstance(tree, Interval):
        return _within(tree, variable, value)
    if isinstance(tree, Collection) and tree.kind == "set":
        return any(_same_number(item, variable, value) for item in tree.items)
    if isinstance(tree, Constant):
        if tree.name in {"reals", "true"}:
            return True
        if tree.name in {"empty_set", "false"}:
            return False
    if isinstance(tree, Logic):
        return connected(tree.operator, [_holds(arg, variable, value) for arg in tree.args])
    if isinstance(tree, Relation):
        return _relation(tree, variable, value)
    if isinstance(tree, Apply):
        if tree.head == "in":
            return _holds(tree.args[1], variable, value)
        parts = [_holds(arg, variable, value) for arg in tree.args]
        if tree.head == "union":
            return any(parts)
        if tree.head == "intersection":
            return all(parts)
        if tree.head == "setminus":
            return parts[0] and not any(parts[1:])
    raise NotASetError


def _relation(tree: Relation, variable: str, value: Value) -> bool:
    try:
        numbers = [Evaluation({variable: value}, no_data).value(side) for side in tree.operands]
    except UndefinedError:
        return False  # what is not defined does not hold
    for operator, left, right in zip(tree.operators, numbers, numbers[1:], strict=False):
        gap = balls.add(left, balls.negate(right))
        if isinstance(gap, Fraction):
            sign = (gap > 0) - (gap < 0)
        elif gap.contains(0):
            sign = 0  # a critical number of this relation: its root
        elif gap.imag.contains(0):
            sign = 1 if gap.real > 0 else -1
        else:
            return False
        holds = {
            "<": sign < 0,
            "<=": sign <= 0,
            ">": sign > 0,
            ">=": sign >= 0,
            "=": sign == 0,
            "!=": sign != 0,
        }
        if operator not in holds:
            raise NotASetError
        if not holds[operator]:
            return False
    return True


def _same_number(item: Node, variable: str, value: Value) -> bool:
    number = Evaluation({variable: value}, no_data).value(item)
    gap = balls.add(number, balls.negate(value))
    return not gap if isinstance(gap, Fraction) else bool(gap.contains(0))


def _within(tree: Interval, variable: str, value: Value) -> bool:
    lower, upper = _infinite(tree.lower), _infinite(tree.upper)
    inside = lower <= 0 and upper >= 0
    if not lower:
        inside = inside and _relation(
            Relation((">=" if tree.includes_lower else ">",), (Symbol(variable), tree.lower)), variable, value
        )
    if not upper:
        inside = inside and _relation(
            Relation(("<=" if tree.includes_upper else "<",), (Symbol(variable), tree.upper)), variable, value
        )
    return inside


def _infinite(tree: Node) -> int:
    if tree == INFINITE:
        return 1
    if (
        isinstance(tree, Apply)
        and tree.head in {"neg", "add"}
        and len(tree.args) == 1
        and tree.args[0] == INFINITE
    ):
        return -1 if tree.head == "neg" else 1
    return 0


# critical numbers


def _numbers(trees: Iterable[Node], variable: str) -> list[Value]:
    found: list[Value] = []
    for tree in trees:
        for node in tree.walk():
            if isinstance(node, Interval):
                ends = [end for end in (node.lower, node.upper) if not _infinite(end)]
                found.extend(_number(end) for end in ends)
            elif isinstance(node, Collection) and node.kind == "set":
                found.extend(map(_number, node.items))
            elif isinstance(node, Relation):
                for left, right in pairwise(node.operands):
                    found.extend(_roots(left, right, variable))
        if len(found) > MAX_CRITICAL:
            raise NotASetError
    return found


def _number(tree: Node) -> Value:
    with balls.flint().ctx.workprec(ROOT_BITS):
        return Evaluation({}, no_data).value(tree)


def _roots(left: Node, right: Node, variable: str) -> list[Value]:
    difference = Apply("add", (left, Apply("neg", (right,))))
    found: list[Value] = []
    for tree in _without_bars(difference):
        field = Normalizer({})
        quotient = field.normal(tree)
        try:
            for poly in (quotient.top, *(dict(key) for key in quotient.bottom)):
                found.extend(_roots_of(field, poly, variable))
        except NotASetError:
            found.append(_only_root(tree, variable))
    return found


def _only_root(tree: Node, variable: str) -> Value:
    """Return the root of a function that rises or falls throughout: `x - sqrt(3)`, `2^x - 4`."""
    partial = {"log", "root", "div"}  # where it may have no value, more than its root matters
    if any(isinstance(n, Apply) and n.head in partial and variable in names_in(n) for n in tree.walk()):
        raise NotASetError
    value = isolated(tree, variable)
    if value is None:
        raise NotASetError
    with balls.flint().ctx.workprec(ROOT_BITS):
        return Evaluation({}, no_data).value(value)


def _without_bars(tree: Node) -> list[Node]:
    bars = [node for node in tree.walk() if isinstance(node, Apply) and node.head == "abs"]
    if len(bars) > MAX_BARS:
        raise NotASetError
    trees = [node.args[0] for node in bars]
    for signs in product((1, -1), repeat=len(bars)):
        chosen = dict(zip(map(id, bars), signs, strict=True))
        trees.append(_with_signs(tree, chosen))
    return trees


def _with_signs(tree: Node, signs: dict[int, int]) -> Node:
    sign = signs.get(id(tree))
    changed = map_children(tree, lambda child: _with_signs(child, signs))
    if sign is None or not isinstance(changed, Apply):
        return changed
    return changed.args[0] if sign > 0 else Apply("neg", changed.args)


def _roots_of(field: Normalizer, poly: Poly, variable: str) -> list[Value]:
    """Return the real roots of a polynomial in the variable with rational coefficients."""
    powers: dict[int, Any] = {}
    for monomial, coefficient in poly.items():
        if not monomial:
            powers[0] = coefficient
            continue
        ((number, power),) = monomial if len(monomial) == 1 else ((-1, 0),)
        if number < 0 or field.atoms[number].payload != variable or not isinstance(power, int):
            raise NotASetError
        powers[power] = coefficient
    if not powers:
        return []
    least = min(0, *powers)
    degree = max(powers) - least
    if degree > MAX_DEGREE:
        raise NotASetError
    roots: list[Value] = [Fraction(0)] if least < 0 else []
    library = balls.flint()
    rows = [Fraction(powers.get(step + least, 0)) for step in range(degree + 1)]
    whole = library.fmpq_poly([library.fmpq(c.numerator, c.denominator) for c in rows])
    if degree < 1:
        return roots
    for factor, _ in whole.factor()[1]:
        roots.extend(_roots_of_factor(library, factor))
    return roots


def _roots_of_factor(library: Any, factor: Any) -> list[Value]:
    if factor.degree() == 1:
        zero, one = factor[0], factor[1]
        value = -zero / one
        return [Fraction(int(value.p), int(value.q))]
    with library.ctx.workprec(ROOT_BITS):
        return [root for root, _ in factor.complex_roots() if root.imag == 0]
