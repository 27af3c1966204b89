"""Equality up to a constant factor, a constant offset, or both."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.equivalence.kinds.linearalgebra import compare_formulas
from grader.equivalence.kinds.scalars import compare_scalars, undecided
from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.normal.quotients import Quotient, UndefinedError
from grader.equivalence.normal.ring import ONE, TooLargeError
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import points
from grader.equivalence.numeric.pointvalues import NotEvaluableError
from grader.equivalence.pair import Pair
from grader.equivalence.rewriting import substitute
from grader.equivalence.texts import at_point, pair_text, point_text
from grader.equivalence.verdict import Options, Verdict
from grader.notation.lazypatterns import deferred
from grader.notation.tree import Apply, Number, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.equivalence.numeric.balls import Value
    from grader.notation.tree import Node

ENOUGH: Final = 8  # points at which both have a value
BITS: Final = 128
PLAIN_FACTORS: Final = (Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-1, 2))
"""Factors that formulas of matrices are compared with; another one is for a person."""
ORDER: Final = "They are equal up to constants as numbers; the order of matrices in them may differ."
OPEN: Final = "The machine could not decide whether the formulas differ by a constant only."
_INTEGRATION: Final = deferred("[cCkK]|const|constant")
"""Letters that a constant of integration is given, where only one of the formulas has them."""
_WORDS: Final = {
    "factor": "a constant factor",
    "offset": "a constant offset",
    "affine": "a constant factor and offset",
}


def compare_up_to(pair: Pair) -> Verdict:
    """Compare two formulas that may differ by constants.

    A letter of a constant of integration that only one of them has may have any value.
    """
    options = pair.options
    free = _free_constants(*pair.trees) if options.up_to != "factor" else frozenset()
    if free:
        bare = [_without_constants(tree, free, options) for tree in pair.trees]
        if bare[0] is None or bare[1] is None:  # it is not only added: `log(k x)`
            verdict = _compare(pair)
            return verdict if verdict.equal == "equal" else undecided(OPEN)
        pair = pair.of(bare[0], bare[1])
    verdict = _compare(pair)
    if verdict.equal != "equal" or not pair.names & options.matrices:
        return verdict
    return verdict if _keeps_order(pair) else undecided(ORDER)


def compare_arrays_up_to(pair: Pair) -> Verdict:
    """Compare two formulas of vectors and matrices that may differ by constants, of which only plain factors are tried."""
    plain, options, (expected, answer) = pair.under(up_to=""), pair.options, pair.trees
    verdict = compare_formulas(plain)
    if verdict.equal != "different" or names_in(expected) != names_in(answer):
        return verdict
    for factor in PLAIN_FACTORS if options.up_to != "offset" else ():
        scaled = Apply("mul", (Number(factor), expected))
        if compare_formulas(plain.of(scaled, answer)).certainty == "proved":
            reason = f"Your formula is equal to the expected one up to {_WORDS[options.up_to]}."
            return Verdict("equal", "proved", f"up to {_WORDS[options.up_to]}", reason)
    return undecided(OPEN)


def _keeps_order(pair: Pair) -> bool:
    """Whether formulas that are equal up to a factor as numbers are so as products of matrices, which do not commute."""
    plain = pair.under(up_to="")
    if compare_formulas(plain).accepted:
        return True
    try:
        samples = list(_samples(pair))
    except NotEvaluableError:
        return False
    exact = [(left, right) for _, left, right in samples if isinstance(left, Fraction) and left]
    if pair.options.up_to != "factor" or not exact or not isinstance(exact[0][1], Fraction):
        return False
    factor = Number(exact[0][1] / exact[0][0])
    return compare_formulas(plain.of(Apply("mul", (factor, pair.expected)), pair.answer)).accepted


def _free_constants(expected: Node, answer: Node) -> frozenset[str]:
    return frozenset(filter(_INTEGRATION.fullmatch, names_in(expected) ^ names_in(answer)))


def _without_constants(tree: Node, free: frozenset[str], options: Options) -> Node | None:
    """Return a formula without constants that are added to it, None where it depends on them otherwise."""
    if not names_in(tree) & free:
        return tree
    bare = substitute(tree, dict.fromkeys(free, Number(Fraction(0))))
    field = Normalizer(options.domains, options.default_domain)
    try:
        gap = field.minus(field.normal(tree), field.normal(bare))
    except (TooLargeError, UndefinedError, RecursionError):
        return None
    return bare if field.quotient_names(gap) <= free else None


def _compare(pair: Pair) -> Verdict:
    same = compare_scalars(pair)
    if same.equal == "equal":
        return same
    prepared, options, field = pair.prepared, pair.options, pair.normalizer()
    try:
        forms = field.normal(prepared.expected), field.normal(prepared.answer)
        found = _constant(field, forms[0], forms[1], options.up_to)
    except (TooLargeError, UndefinedError, RecursionError):
        return undecided(OPEN)
    constant = [not field.quotient_names(form) for form in forms]
    if not found and constant[0] != constant[1] and options.up_to != "offset":
        return same  # one of them changes, the other does not
    if found or _by_points(pair):
        reason = f"Your formula is equal to the expected one up to {_WORDS[options.up_to]}."
        return Verdict("equal", "proved", f"up to {_WORDS[options.up_to]}", reason)
    return _apart(pair) or undecided(OPEN)


def _samples(pair: Pair) -> Iterator[tuple[dict[str, Fraction], Value, Value]]:
    """Yield points with the values of both formulas there."""
    trees, sampler = (pair.prepared.expected, pair.prepared.answer), pair.sampler(pair.assumed)
    found = 0
    for step, point in enumerate(points(sampler.names, sampler.domains, pair.options.seed)):
        values = [sampler.value(tree, point, step) for tree in trees]
        if values[0] is not None and values[1] is not None:
            found += 1
            yield point, values[0], values[1]
        if found >= ENOUGH:
            return


def _by_points(pair: Pair) -> bool:
    """Whether the factor and offset that two exact values give make the formulas equal."""
    try:
        exact = [
            (expected, answer)
            for _, expected, answer in _samples(pair)
            if isinstance(expected, Fraction) and isinstance(answer, Fraction)
        ]
    except NotEvaluableError:
        return False
    other = next((each for each in exact if each[0] != exact[0][0]), None)
    if pair.options.up_to != "affine" or other is None:
        return False
    factor = (other[1] - exact[0][1]) / (other[0] - exact[0][0])
    offset = exact[0][1] - factor * exact[0][0]
    scaled = Apply("mul", (Number(factor), pair.prepared.expected))
    wanted = Apply("add", (scaled, Number(offset)))
    plain = Pair(wanted, pair.prepared.answer, replace(pair.options, up_to="", domains=dict(pair.assumed)))
    return factor != 0 and compare_scalars(plain).certainty == "proved"


def _apart(pair: Pair) -> Verdict | None:
    """Return that no constants make the formulas equal, where their values at some points show it."""
    options = pair.options
    with balls.flint().ctx.workprec(BITS):
        try:
            samples = list(_samples(pair))
        except NotEvaluableError:
            return None
        for point, expected, answer in samples:
            gap = _gap(options.up_to, (expected, answer), samples[0][1:], samples[1][1:])
            if gap if isinstance(gap, Fraction) else not gap.contains(0):
                shown, values = point_text(point), pair_text(expected, answer)
                reason = (
                    f"{at_point(shown)} your formula gives {values[1]}, the expected one {values[0]}: "
                    f"they differ by more than {_WORDS[options.up_to]}."
                )
                return Verdict(
                    "different", "disproved", f"more than {_WORDS[options.up_to]}", reason, shown, values
                )
    return None


def _gap(
    up_to: str, here: tuple[Value, Value], first: tuple[Value, Value], second: tuple[Value, Value]
) -> Value:
    """Return what is zero where the same constants make the formulas equal at these points."""
    if up_to == "factor":
        return _less(balls.multiply(here[1], first[0]), balls.multiply(first[1], here[0]))
    if up_to == "offset":
        return _less(_less(here[1], here[0]), _less(first[1], first[0]))
    rises = [_less(second[side], first[side]) for side in (0, 1)]
    steps = [_less(here[side], first[side]) for side in (0, 1)]
    return _less(balls.multiply(steps[1], rises[0]), balls.multiply(rises[1], steps[0]))


def _less(left: Value, right: Value) -> Value:
    return balls.add(left, balls.negate(right))


def _constant(field: Normalizer, expected: Quotient, answer: Quotient, up_to: str) -> bool:
    if up_to == "factor":
        return _ratio_is_constant(field, expected, answer)
    if up_to == "offset":
        free = frozenset(
            filter(_INTEGRATION.fullmatch, field.quotient_names(expected) ^ field.quotient_names(answer))
        )
        return field.quotient_names(field.minus(expected, answer)) <= free
    plain = [_without_offset(form) for form in (expected, answer)]
    return _ratio_is_constant(field, plain[0], plain[1])


def _ratio_is_constant(field: Normalizer, expected: Quotient, answer: Quotient) -> bool:
    if not expected.top or not answer.top:
        return not expected.top and not answer.top
    ratio = field.times(answer, field.inverse(expected))
    if not field.quotient_names(ratio):
        return True
    below = field.number(1)
    for key, power in ratio.bottom.items():
        below = field.times(below, field.integer_power(Quotient(dict(key), {}), power))
    return field.proportional(ratio.top, below.top)


def _without_offset(form: Quotient) -> Quotient:
    if form.bottom:
        return form
    return Quotient({monomial: c for monomial, c in form.top.items() if monomial != ONE}, {})
