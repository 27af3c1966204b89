"""Equations: equal up to a non-zero factor, or different at a solution of only one of them.

`a = 0 or b = 0` is the equation `a b = 0`. Multiplicities count by default: `x = 0` and
`x^2 = 0` are different.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence import balls
from grader.equivalence.domains import assumed_domains
from grader.equivalence.evaluation import Evaluation, NotEvaluableError
from grader.equivalence.normal import Normalizer
from grader.equivalence.points import points
from grader.equivalence.preparation import prepare
from grader.equivalence.quotients import Quotient, UndefinedError
from grader.equivalence.ring import ONE, TooLargeError
from grader.equivalence.rewriting import names_in
from grader.equivalence.texts import at_point, point_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.tree import Apply, Constant, Logic, Node, Number, Relation

if TYPE_CHECKING:
    from grader.equivalence.ring import Key

MAX_ORS: Final = 12  # equations in one `or`
SOLUTIONS: Final = 12  # solutions of one equation tried in the other
EQUAL: Final = "Your equation says the same as the expected one."


def difference_of(tree: Node) -> Node | None:
    """Return the expression that an equation sets to zero, None where it is no equation."""
    if isinstance(tree, Constant) and tree.name in {"true", "false"}:
        return Number(Fraction(0 if tree.name == "true" else 1))
    if isinstance(tree, Relation) and tree.operators == ("=",):
        return Apply("add", (tree.operands[0], Apply("neg", (tree.operands[1],))))
    if isinstance(tree, Logic) and tree.operator == "or" and len(tree.args) <= MAX_ORS:
        parts = [difference_of(arg) for arg in tree.args]
        if all(part is not None for part in parts):
            return Apply("mul", tuple(part for part in parts if part is not None))
    return None


def compare_equations(expected: Node, answer: Node, options: Options) -> Verdict:
    """Compare two expressions that are set to zero."""
    prepared = prepare(expected, answer)
    pair = prepared.expected, prepared.answer
    domains = assumed_domains(*pair, options.domains, options.default_domain)
    verdict = None
    try:
        field = Normalizer(domains, options.default_domain)
        forms = [field.normal(tree) for tree in pair]
        verdict = _by_forms(field, forms[0], forms[1], options)
    except (TooLargeError, UndefinedError, RecursionError, OverflowError):
        pass
    return verdict or _by_solutions(pair, options)


def _by_forms(field: Normalizer, expected: Quotient, answer: Quotient, options: Options) -> Verdict | None:
    values = expected.constant, answer.constant
    if values[0] is not None or values[1] is not None:  # always or never true
        return _constant_truths(field, expected, answer)
    parts = [field.primitive(form.top) for form in (expected, answer)]
    left, right = (Quotient(part[2], {}) for part in parts)
    ratio = field.times(left, field.inverse(right))
    if field.quotient_names(ratio):
        if not _factors_match(field, left, right, options):
            return None
    zeros = [{n: p for n, p in part[1] if p > 0} for part in parts]
    if options.equations == "solutions":
        same = set(zeros[0]) == set(zeros[1])
    else:
        same = zeros[0] == zeros[1]
    if not same:
        return None
    notes: tuple[str, ...] = ()
    if parts[0][1] != parts[1][1] or expected.bottom != answer.bottom:
        notes = ("The equations are equal where all their divisors are not zero.",)
    return Verdict("equal", "proved", "equations up to a factor", EQUAL, notes=notes)


def _constant_truths(field: Normalizer, expected: Quotient, answer: Quotient) -> Verdict | None:
    del field
    states = ["false" if form.constant else "true" if form.constant == 0 else "open" for form in (expected, answer)]
    if "open" in states:
        return None
    if states[0] == states[1]:
        return Verdict("equal", "proved", "truth", EQUAL)
    reason = f"Your equation is always {states[1]}, the expected one always {states[0]}."
    return Verdict("different", "disproved", "truth", reason, (), (states[0], states[1]))


def _factors_match(field: Normalizer, left: Quotient, right: Quotient, options: Options) -> bool:
    """Whether the two differ only by factors that are never zero."""
    ratio = field.times(left, field.inverse(right))
    above: dict[Key, int] = dict(ratio.bottom)
    if options.equations == "solutions":
        return False
    return all(field.is_nonnegative(dict(key)) and ONE in dict(key) for key in above) and (
        field.is_nonnegative(ratio.top) and ONE in ratio.top
    )


def _by_solutions(pair: tuple[Node, Node], options: Options) -> Verdict:
    """Look for a solution of one equation that is none of the other."""
    tried = 0
    for first, second, owner in ((pair[0], pair[1], "expected"), (pair[1], pair[0], "your")):
        for point in _solutions(first, second, options):
            tried += 1
            try:
                value = Evaluation(point, _no_data).value(second)
            except (UndefinedError, NotEvaluableError):
                continue
            if value if isinstance(value, Fraction) else not balls.ball(value).contains(0):
                where = at_point(point_text(point))
                others = "your" if owner == "expected" else "the expected"
                reason = f"{where} {'the expected' if owner == 'expected' else 'your'} equation holds, {others} one does not."
                values = ("true", "false") if owner == "expected" else ("false", "true")
                return Verdict("different", "disproved", "solution", reason, point_text(point), values)
    reason = "The machine could not decide whether the equations say the same."
    if not tried and not _can_hold(pair, options):
        reason = "No solution was found at which the equations could be compared."
    return Verdict("undecided", "none", "none", reason)


def _can_hold(pair: tuple[Node, Node], options: Options) -> bool:
    del options
    return bool(names_in(pair[0]) & names_in(pair[1]))


def _no_data(key: str) -> Fraction:
    raise NotEvaluableError(key)


def _solutions(first: Node, second: Node, options: Options) -> list[dict[str, Fraction]]:
    """Return exact solutions of an equation, solved for a symbol it is linear in along lines."""
    names = sorted(names_in(first) | names_in(second))
    found: list[dict[str, Fraction]] = []
    domains = {name: options.domain(name) for name in names}
    for name in sorted(names_in(first)):
        for point in points(names, domains, options.seed):
            root = _linear_root(first, point, name)
            if root is not None:
                found.append({**point, name: root})
            if len(found) >= SOLUTIONS:
                return found
    return found


def _linear_root(tree: Node, point: dict[str, Fraction], name: str) -> Fraction | None:
    """Return where the tree is exactly zero along one symbol, trying the secant and small numbers."""
    values: list[tuple[Fraction, Fraction]] = []
    for at in (Fraction(0), Fraction(1), point[name]):
        try:
            value = Evaluation({**point, name: at}, _no_data).value(tree)
        except (UndefinedError, NotEvaluableError):
            continue
        if not isinstance(value, Fraction):
            return None
        if not value:
            return at
        values.append((at, value))
    if len(values) < 2 or values[0][1] == values[1][1]:
        return None
    (x0, y0), (x1, y1) = values[:2]
    root = x0 - y0 * (x1 - x0) / (y1 - y0)
    try:
        check = Evaluation({**point, name: root}, _no_data).value(tree)
    except (UndefinedError, NotEvaluableError):
        return None
    return root if isinstance(check, Fraction) and not check else None
