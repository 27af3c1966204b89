"""Formulas whose values need only be near each other, for answers with rounded coefficients."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.kinds.scalars import undecided
from grader.equivalence.numeric import balls
from grader.equivalence.numeric.points import points
from grader.equivalence.numeric.pointvalues import NotEvaluableError
from grader.equivalence.texts import at_point, pair_text, point_text
from grader.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from grader.equivalence.numeric.balls import Value
    from grader.equivalence.pair import Pair
    from grader.equivalence.verdict import Options

ENOUGH: Final = 8  # points at which the values must be near
BITS: Final = 128


def compare_near(pair: Pair) -> Verdict:
    """Compare two formulas up to a relative or absolute tolerance, borders included."""
    prepared, options, sampler = pair.prepared, pair.options, pair.sampler()
    near = 0
    with balls.flint().ctx.workprec(BITS):
        for step, point in enumerate(points(sampler.names, sampler.domains, options.seed)):
            try:
                found = [sampler.value(tree, point, step) for tree in (prepared.expected, prepared.answer)]
            except NotEvaluableError:
                return undecided("The machine cannot evaluate this formula.")
            if found[0] is None or found[1] is None:
                continue
            if not _within(found[0], found[1], options):
                shown, values = point_text(point), pair_text(found[0], found[1])
                subject = f"{at_point(shown)} your formula gives" if shown else "Your value is"
                reason = f"{subject} {values[1]}, which is too far from the expected {values[0]}."
                return Verdict("different", "disproved", "tolerance", reason, shown, values)
            near += 1
            if near >= ENOUGH:
                break
    if not near:
        return undecided("No point was found where both formulas have a value.")
    reason = "Your formula is near enough to the expected one."
    return Verdict("equal", "probable" if sampler.names else "proved", "tolerance", reason)


def _within(expected: Value, answer: Value, options: Options) -> bool:
    radius: Value = Fraction(0)
    if options.rel is not None:
        radius = balls.multiply(options.rel, balls.absolute(expected))
    if options.abs is not None:
        radius = balls.add(radius, options.abs)
    distance = balls.absolute(balls.add(answer, balls.negate(expected)))
    if isinstance(distance, Fraction) and isinstance(radius, Fraction):
        return distance <= radius
    return not _real(distance) > _real(radius)


def _real(value: Value) -> Any:
    return balls.ball(value).real
