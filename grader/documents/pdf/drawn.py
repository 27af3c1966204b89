"""Signs of formulas that some programs draw instead of setting them: roots and tall brackets, told by their outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.pdf.page import Area, Box, Face, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

# A bracket that is drawn is higher than a line and narrow, in points.
MIN_BRACKET: Final = 13.0
MAX_BRACKET_WIDTH: Final = 14.0
# Corners that an outline may have.
CORNERS: Final = (7, 140)
# A root's bar is thinner than this.
MAX_BAR: Final = 1.8

_FACE: Final = Face("drawn", maths=True)


def drawn_sign(points: Sequence[tuple[float, float]], area: Area) -> tuple[Box, Rule | None] | None:
    """Return the bracket or the root (with its bar) that an outline within an area is, None for any other."""
    if not CORNERS[0] <= len(points) <= CORNERS[1]:
        return None
    if area.height > MIN_BRACKET and 2.5 <= area.width < min(MAX_BRACKET_WIDTH, 0.4 * area.height):
        sign = _bracket(points, area)
        return (_box(sign, area, area.right), None) if sign else None
    return _root(points, area)


def _box(sign: str, area: Area, right: float) -> Box:
    return Box(
        area.left, right, area.bottom, area.top, area.bottom, area.height, sign, _FACE, start=area.left, end=right,
        order=area.order, pivot=(area.bottom + area.top) / 2,
    )  # fmt: skip


def _bracket(points: Sequence[tuple[float, float]], area: Area) -> str:
    """Return the bracket that stands open to one side: whose ends lie on that side and whose middle on the other."""
    slack = 0.06 * area.height
    ends = [x for x, y in points if y > area.top - slack or y < area.bottom + slack]
    middle = [x for x, y in points if area.bottom + 0.3 * area.height < y < area.top - 0.3 * area.height]
    if not ends or any(area.left - 0.5 > x or x > area.right + 0.5 for x in middle):
        return ""
    left = min(ends) < area.left + 0.15 * area.width
    right = max(ends) > area.right - 0.15 * area.width
    inner = [(x - area.left) / area.width for x in middle]
    if left and right:  # square corners: the long side is where nothing else comes near
        beside = [
            (x - area.left) / area.width
            for x, y in points
            if area.bottom + 2 * slack < y < area.top - 2 * slack
        ]
        if all(x < 0.7 for x in beside):
            return "["
        return "]" if all(x > 0.3 for x in beside) else ""
    if not inner:
        return ""
    if right and max(inner) < 0.7:
        return "("
    return ")" if left and min(inner) > 0.3 else ""


def _root(points: Sequence[tuple[float, float]], area: Area) -> tuple[Box, Rule] | None:
    """Return a root: a hook whose lowest point is left, and from its top on to the right nothing but a bar."""
    if not 5 < area.height < 200 or area.width < 0.5 * area.height:
        return None
    lowest = min(points, key=lambda point: point[1])[0]
    bar = [x for x, y in points if y > area.top - MAX_BAR and x > lowest]
    if not bar:
        return None
    start = min(bar)
    if not area.left < lowest < start < area.right - 2 or start - area.left > max(0.9 * area.height, 14):
        return None
    if any(y < area.top - MAX_BAR for x, y in points if x > start + 0.08 * area.height):
        return None
    rule = Rule(start, area.right, area.top - MAX_BAR / 2, area.top, area.order)
    return _box("√", area, start), rule
