"""Equations: equal up to a non-zero factor, or different at a solution of only one of them.

`a = 0 or b = 0` is the equation `a b = 0`. Multiplicities count by default: `x = 0` and
`x^2 = 0` are different.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from grader.equivalence.kinds.scalars import compare_scalars
from grader.equivalence.kinds.solving import isolated
from grader.equivalence.normal.factors import Factors, atoms_of, factors_of
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import Quotient, UndefinedError
from grader.equivalence.normal.ring import ONE, TooLargeError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import is_value, points, readable
from grader.equivalence.numeric.pointvalues import Evaluation, NotEvaluableError
from grader.equivalence.numeric.sampling import value_names
from grader.equivalence.pair import Pair
from grader.equivalence.preparation.indices import shifts
from grader.equivalence.preparation.symbolshapes import IDENTITY
from grader.equivalence.rewriting import substitute
from grader.equivalence.texts import at_point, value_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Constant, Logic, Node, Number, Relation, names_in
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.equivalence.numeric.balls import Value

COUNTING: Final = frozenset({"natural", "integer", "count", "index"})
"""Domains in which no solution is sought: such a symbol is a length or the like."""
MAX_ORS: Final = 12  # equations in one `or`
SOLUTIONS: Final = 10  # solutions of one equation tried in the other
MAX_LINES: Final = 24  # points through which solutions are sought, for each symbol
BISECTIONS: Final = 40
GRID: Final = tuple(map(Fraction, (-40, -10, -5, -3, -2, -1, 0, 1, 2, 3, 5, 10, 40)))
BITS: Final = 128
EQUAL: Final = "Your equation says the same as the expected one."


@dataclass(frozen=True, slots=True)
class _Side:
    tree: Node
    owner: str  # expected, your


def difference_of(tree: Node, *, real: bool = True) -> Node | None:
    """Return the expression that an equation sets to zero, None where it is no equation.

    Of real numbers, `|a| = |b|` says `a^2 = b^2`, which needs no signs.
    """
    if isinstance(tree, Constant) and tree.name in {"true", "false"}:
        return Number(Fraction(0 if tree.name == "true" else 1))
    if isinstance(tree, Relation) and tree.operators in {("=",), (":=",)}:
        left, right = tree.operands
        inner = _inside_bars(left), _inside_bars(right)
        if real and inner[0] is not None and inner[1] is not None:
            left, right = (Apply("pow", (side, Number(Fraction(2)))) for side in inner if side is not None)
        return Apply("add", (left, Apply("neg", (right,))))
    if isinstance(tree, Logic) and tree.operator == "or" and len(tree.args) <= MAX_ORS:
        parts = [difference_of(arg, real=real) for arg in tree.args]
        if all(part is not None for part in parts):
            return Apply("mul", tuple(part for part in parts if part is not None))
    return None


def _inside_bars(tree: Node) -> Node | None:
    return tree.args[0] if isinstance(tree, Apply) and tree.head == "abs" else None


def compare_equations(pair: Pair) -> Verdict:
    """Compare two expressions that are set to zero."""
    options, (expected, answer) = pair.options, pair.trees
    names = names_in(answer) - names_in(expected)
    if options.matrices and IDENTITY in names - options.matrices:
        answer = substitute(answer, {IDENTITY: Number(Fraction(1))})  # `(S - lambda I) w = 0`
        pair = pair.of(expected, answer)
    verdict = _compare_prepared(pair)
    if verdict.equal != "equal":
        for shifted in shifts(expected, answer, declared=options.indices):
            other = _compare_prepared(pair.of(expected, shifted))
            if other.equal == "equal":
                return other
    return verdict


def _compare_prepared(pair: Pair) -> Verdict:
    options, trees = pair.options, (pair.prepared.expected, pair.prepared.answer)
    own, field = pair.domains, pair.normalizer()
    verdict = None
    try:
        forms = [field.normal(tree) for tree in trees]
        verdict = _by_forms(field, forms[0], forms[1], options)
    except (TooLargeError, UndefinedError, RecursionError, OverflowError):
        pass
    return verdict or _by_value(trees, options) or _by_solutions(trees, replace(options, domains=own))


def _by_forms(field: Normalizer, expected: Quotient, answer: Quotient, options: Options) -> Verdict | None:
    if not field.quotient_names(expected) and not field.quotient_names(answer):
        return _constant_truths(expected, answer)
    if not expected.top or not answer.top:
        return _constant_truths(expected, answer)
    parts = [field.primitive(form.top) for form in (expected, answer)]
    zeros = [
        {number: power for number, power in part[1] if power > 0 and not field.never_zero(number)}
        for part in parts
    ]
    if field.proportional(parts[0][2], parts[1][2]):
        if set(zeros[0]) != set(zeros[1]):
            return None
        alike = zeros[0] == zeros[1]
    else:
        atoms = atoms_of(expected.top, answer.top)
        factors = [
            _vanishing(field, factors_of(field, form.top, atoms), atoms) for form in (expected, answer)
        ]
        if factors[0] is None or factors[1] is None or factors[0].keys() != factors[1].keys():
            return None
        alike = factors[0] == factors[1]
    if not alike and options.equations != "solutions":
        reason = "Your equation has the same solutions as the expected one, but with other multiplicities."
        return Verdict("different", "disproved", "multiplicity", reason)
    notes: tuple[str, ...] = ()
    if zeros[0] != zeros[1] or expected.bottom != answer.bottom:
        notes = ("The equations are equal where all their divisors are not zero.",)
    return Verdict("equal", "proved", "equations up to a factor", EQUAL, notes=notes)


def _vanishing(field: Normalizer, factors: Factors | None, atoms: tuple[int, ...]) -> Factors | None:
    """Leave out the factors that are never zero."""
    if factors is None:
        return None
    never = {
        tuple(int(place == at) for at in range(len(atoms)))
        for place, number in enumerate(atoms)
        if field.never_zero(number)
    }
    return {
        entries: power
        for entries, power in factors.items()
        if not (len(entries) == 1 and next(iter(entries))[0] in never)
    }


def _constant_truths(expected: Quotient, answer: Quotient) -> Verdict | None:
    states = ["true" if not form.top else "false" if form.constant else "open" for form in (expected, answer)]
    if "open" in states:
        if "true" not in states:
            return None
        which = ("Your", "the expected") if states[1] == "true" else ("The expected", "your")
        reason = f"{which[0]} equation is always true, {which[1]} one is not."
        return Verdict("different", "disproved", "truth", reason)
    if states[0] == states[1]:
        return Verdict("equal", "proved", "truth", EQUAL)
    reason = f"Your equation is always {states[1]}, the expected one always {states[0]}."
    return Verdict("different", "disproved", "truth", reason, (), (states[0], states[1]))


def _by_value(pair: tuple[Node, Node], options: Options) -> Verdict | None:
    """Compare what two equations in one symbol give for it, where each can be solved by steps back."""
    names = names_in(pair[0]) | names_in(pair[1])
    if len(names) != 1:
        return None
    (name,) = names
    if options.domain(name) == "complex" or options.default_domain == "complex":
        return None
    values = [isolated(tree, name) for tree in pair]
    if values[0] is None or values[1] is None:
        return None
    verdict = compare_scalars(Pair(values[0], values[1], options))
    if verdict.certainty == "proved":
        return Verdict("equal", "proved", "value of the symbol", EQUAL)
    return None


def _by_solutions(pair: tuple[Node, Node], options: Options) -> Verdict:
    """Look for a solution of one equation that is none of the other."""
    sides = _Side(pair[0], "expected"), _Side(pair[1], "your")
    with balls.flint().ctx.workprec(BITS):
        for first, second in (sides, sides[::-1]):
            for point in _solutions(first.tree, second.tree, options):
                value = _value(second.tree, point)
                if value is not None and _excludes_zero(value):
                    return _differs(point, first.owner)
    return Verdict(
        "undecided", "none", "none", "The machine could not decide whether the equations say the same."
    )


def _differs(point: dict[str, Value], owner: str) -> Verdict:
    shown = tuple((name, value_text(value, 5)) for name, value in point.items())
    mine = owner == "your"
    words = ("your", "the expected") if mine else ("the expected", "your")
    subject = f"{at_point(shown)} {words[0]}" if shown else words[0].capitalize()
    reason = f"{subject} equation holds, {words[1]} one does not."
    return Verdict(
        "different", "disproved", "solution", reason, shown, ("false", "true") if mine else ("true", "false")
    )


def _excludes_zero(value: Value) -> bool:
    return bool(value) if isinstance(value, Fraction) else not value.contains(0)


def _datum(key: str) -> Fraction:
    """Return the value of `x_3`, the same wherever it stands; of a set, how many members it has."""
    return readable("natural" if key.startswith("|") else "positive", crc32(key.encode()))


def _value(tree: Node, point: dict[str, Value]) -> Value | None:
    try:
        return Evaluation(point, _datum).value(tree)
    except (UndefinedError, NotEvaluableError):
        return None


def _solutions(first: Node, second: Node, options: Options) -> Iterator[dict[str, Value]]:
    """Yield solutions of an equation, exact or enclosed in balls, along lines through sample points."""
    names = sorted(value_names(first, second))
    if not names and _value(first, {}) == 0:
        yield {}
    domains = {name: options.domain(name) for name in names}
    found = 0
    solvable = [name for name in value_names(first) if domains[name] not in COUNTING]
    linear_in = {name: _is_linear(first, name) for name in solvable}
    for place, name in enumerate(sorted(solvable, key=lambda each: (not linear_in[each], each)), 1):
        linear = linear_in[name]
        for count, point in enumerate(points(names, domains, options.seed)):
            if count >= MAX_LINES or found >= SOLUTIONS * place:
                break
            roots = [_linear_root(first, point, name)] if linear else _enclosed_roots(first, point, name)
            imaginary = False
            for root in roots:
                if root is not None and is_value(domains[name], root):
                    found += 1
                    yield {**point, name: root}
                imaginary = root is not None and not is_value("real", root)
            if linear and imaginary and domains[name] != "complex":
                break  # as it is along every other line: its coefficients are not real


def _is_linear(tree: Node, name: str) -> bool:
    """Whether the normal form is of the first degree in a symbol that stands nowhere else in it."""
    field = Normalizer({}, "complex")
    try:
        form = field.normal(tree)
    except (TooLargeError, UndefinedError, RecursionError):
        return False
    if any(name in field.names(dict(key)) for key in form.bottom):
        return False
    for monomial in form.top:
        for number, power in monomial:
            atom = field.atoms[number]
            if name in atom.names and not (atom.kind == "symbol" and power == 1):
                return False
    return form.top != {ONE: 1}


def _linear_root(tree: Node, point: dict[str, Fraction], name: str) -> Value | None:
    values = [_value(tree, {**point, name: Fraction(at)}) for at in (0, 1)]
    if values[0] is None or values[1] is None:
        return None
    slope = balls.add(values[1], balls.negate(values[0]))
    try:
        return balls.divide(balls.negate(values[0]), slope)
    except UndefinedError:
        return None


def _enclosed_roots(tree: Node, point: dict[str, Fraction], name: str) -> Iterator[Value | None]:
    """Yield exact zeros, and small intervals in which a continuous function changes its sign."""
    before: tuple[Fraction, int] | None = None
    for at in GRID:
        sign = _sign(_value(tree, {**point, name: at}))
        if sign == 0:
            yield at
        elif sign is not None and before is not None and before[1] != sign:
            yield _enclosed(tree, point, name, (before[0], at) if sign > 0 else (at, before[0]))
        before = None if not sign else (at, sign)


def _enclosed(
    tree: Node, point: dict[str, Fraction], name: str, ends: tuple[Fraction, Fraction]
) -> Value | None:
    """Return the zero between a place below zero and one above, as an exact number or a ball."""
    below, above = ends
    for _ in range(BISECTIONS):
        middle = (below + above) / 2
        sign = _sign(_value(tree, {**point, name: middle}))
        if sign is None:
            return None
        if sign == 0:
            return middle
        if sign > 0:
            above = middle
        else:
            below = middle
    enclosure = _ball_between(below, above)
    value = _value(tree, {**point, name: enclosure})  # finite on the whole interval: no pole in it
    return enclosure if value is not None else None


def _sign(value: Value | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    if not value.imag.contains(0) or value.contains(0):
        return None
    return 1 if value.real > 0 else -1


def _ball_between(left: Fraction, right: Fraction) -> Any:
    library = balls.flint()
    ends = [library.arb(library.fmpq(end.numerator, end.denominator)) for end in (left, right)]
    return library.acb(ends[0].union(ends[1]))
