"""The points that an author writes beside a question or a rubric: what the criteria in it add up to."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from grader.files.fields import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.files.yamltree import Loc

_AMOUNT: Final = TypeAdapter(Amount)


def wrong_sums(data: dict[str, Any]) -> Iterator[tuple[Loc, str]]:
    """Yield where the data of a rubric state points that are not those of the criteria, and what is wrong."""
    found: list[tuple[Loc, str]] = []
    _sum(data, "questions", (), found)
    yield from found


def _sum(node: Any, inner: str, loc: Loc, found: list[tuple[Loc, str]]) -> Fraction | None:
    """Add up what can be earned in a rubric or a question; None where that cannot be read."""
    total: Fraction | None = Fraction(0)
    rows = [*_items(node, inner, loc), *(_items(node, "criteria", loc) if inner == "parts" else ())]
    for each, place in rows:
        points = _earned(each) if place[-2] == "criteria" else _sum(each, "parts", place, found)
        total = None if points is None or total is None else total + points
    stated = _read(node.get("points")) if isinstance(node, dict) and "points" in node else None
    if total is not None and stated is not None and stated != total:
        rule = (
            f"points are stated as {_shown(stated)}, and what can be earned here adds up to {_shown(total)}"
        )
        found.append(((*loc, "points"), rule))
    return total


def _items(node: Any, key: str, loc: Loc) -> Iterator[tuple[Any, Loc]]:
    items = node.get(key) if isinstance(node, dict) else None
    for number, item in enumerate(items if isinstance(items, list) else ()):
        yield item, (*loc, key, number)


def _earned(criterion: Any) -> Fraction | None:
    """Return what can be earned by a criterion; a contradiction earns nothing."""
    points = _read(criterion.get("points")) if isinstance(criterion, dict) else None
    return None if points is None else max(points, Fraction(0))


def _read(value: Any) -> Fraction | None:
    try:
        points: Fraction = _AMOUNT.validate_python(value)
    except ValidationError:
        return None
    return points


def _shown(points: Fraction) -> str:
    return f"{float(points):g}"
