"""What the sums and products of numbers come to that stand in a text without a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.arithmetic import ExpressionError, evaluate_expression

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.finding.reading import Reading

_CALCULATION: Final = deferred(r"[(\d][\d.,()*x×·⋅+ ]{2,120}")
_THOUSANDS: Final = deferred(r"(?<=\d)[, ](?=\d{3}(?!\d))")


def worked_out(reading: Reading, start: int) -> Fraction | None:
    """Return what the sums and products of numbers that begin at a place, or at a bracket before it, come to."""
    return reading.kept(_worked_out, start)


def _worked_out(reading: Reading, start: int) -> Fraction | None:
    text = reading.text
    while start and text[start - 1] == "(":
        start -= 1
    found = _CALCULATION.match(text, start)
    written = found[0].rstrip(" .,(*x×·⋅+") if found else ""
    if not any(sign in written for sign in "*x×·⋅+"):
        return None
    for sign in "x×·⋅":
        written = written.replace(sign, "*")
    try:
        return evaluate_expression(_THOUSANDS.sub("", written))
    except ExpressionError:
        return None
