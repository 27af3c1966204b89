r"""A text that is a number as a whole: written out, in words, or as a closed formula such as `\frac{8}{8+2} = 0.8`.

What is not wholly understood is no number: nothing is ever taken out of the inside of something else.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.exact import NumberError, NumberReading, folded, read_number, unwrapped
from grader.notation.numbers.units import unit_named
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.equivalence.closed import Closed, Side

EQUALITIES: Final = frozenset({"=", "~"})
_WRAPPED: Final = deferred(
    r"\s*(?:\((?P<a>[^()]*)\)|\[(?P<b>[^\[\]]*)\]|\{(?P<c>[^{}]*)\}|[\"'“„](?P<d>[^\"'“”„]*)[\"'”“])[\s.]*"
)
_CIRCLED: Final = deferred("[\u2460-\u24ff\u2776-\u2793\u3280-\u32bf]")
_NAME: Final = deferred(r"[\s$]*\\?[A-Za-z]+(?:_\{?\w+\}?)?[\s$.]*")


@dataclass(frozen=True, slots=True)
class Whole:
    """What a text says as a whole."""

    readings: tuple[
        NumberReading, ...
    ]  # of every side that has a value, in order; the last one is the answer
    finished: bool = True  # whether the answer is written out, or has no other form
    agree: bool = True  # whether each side is equal to the next, to the digits shown
    bounded: bool = False  # whether it says `<`, `>=` or the like
    unsure: bool = False  # whether a `log` in it may have another base

    @property
    def reading(self) -> NumberReading:
        return self.readings[-1]


def read_whole(text: str) -> Whole | None:
    r"""Return what a text says if all of it is a number, a numeral or a closed formula; None otherwise.

    >>> read_whole("twenty-five").reading.value, read_whole("4n")
    (Fraction(25, 1), None)
    """
    if _CIRCLED.search(text):
        return None  # signs for items of a list
    inner = _WRAPPED.fullmatch(text)
    if inner:
        text = next(group for group in inner.groups() if group is not None)
    try:
        return Whole((read_number(text),))
    except NumberError:
        pass
    from grader.equivalence.closed import read_closed  # noqa: PLC0415 - most parts are a number written out

    plain = unwrapped(folded(text)).strip(" .;\n\t") if text.isascii() else text.strip(" .;\n\t")
    closed = read_closed(plain)
    return None if closed is None else _whole(plain, closed)


def _whole(text: str, closed: Closed) -> Whole | None:
    valued = [at for at, side in enumerate(closed.sides) if side.value is not None]
    if not valued or not _is_named(text, closed, valued):
        return None
    if "->" in closed.relations:
        return None
    readings = tuple(reading_of(text, closed.sides[at]) for at in valued)
    last = closed.sides[valued[-1]]
    return Whole(
        readings,
        last.finished,
        agreeing(closed, dict(zip(valued, readings, strict=True))),
        any(relation not in EQUALITIES for relation in closed.relations),
        any(closed.sides[at].base_unsure for at in valued),
    )


def _is_named(text: str, closed: Closed, valued: list[int]) -> bool:
    """Whether the sides without a value are names for the others: before them, or one letter at the end."""
    if valued != list(range(valued[0], valued[-1] + 1)):
        return False
    behind = closed.sides[valued[-1] + 1 :]
    return not behind or (len(behind) == 1 and _NAME.fullmatch(text[behind[0].start :]) is not None)


def reading_of(text: str, side: Side) -> NumberReading:
    """Return one side with a value as a number: with its digits where it is written out, else exact."""
    value = side.value if side.value is not None else Fraction(0)
    written = text[side.start : side.end]
    try:
        reading = read_number(f"{written} {side.unit}")
    except NumberError:
        unit = unit_named(side.unit)
        return NumberReading(value, written, unit=side.unit, unit_name=unit.name if unit else "")
    return reading


def agreeing(closed: Closed, readings: dict[int, NumberReading]) -> bool:
    """Whether each side is equal to the next one to the digits shown, or goes on from it (`= 2700 + 100 = 2800`)."""
    return all(
        _equal(readings[at], readings[at + 1]) or closed.sides[at + 1].first == readings[at].value
        for at in readings
        if at + 1 in readings
    )


def _equal(left: NumberReading, right: NumberReading) -> bool:
    return any(
        2 * abs(one.value - other.value) <= max(one.step, other.step)
        if one.value.denominator != 1 or other.value.denominator != 1 or one.scaled or other.scaled
        else one.value == other.value
        for one in left.readings
        for other in right.readings
    )
