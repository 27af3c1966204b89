"""The order in which a page is read: figures set aside, one or two columns, from the top."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.page import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.documents.pdf.page import Box, PdfPage

# A figure is larger than this, in points, and has so much drawn in it.
FIGURE: Final = 36
DRAWN: Final = 10
# Drawings nearer than this are one, in points.
CELL: Final = 6
# Columns have so many lines at least, which fill so much of them, and so few cross from one to the other.
COLUMN_LINES: Final = 7
COLUMN_FILL: Final = 0.55
CROSSING: Final = 0.25
GUTTER: Final = 9.0  # points
# Of lines of two columns that are not full, so many may have one baseline.
OWN_LINES: Final = 0.6
# Lines of a second column that has only begun.
BEGUN: Final = 4
# A line is no name in a table from so many signs on; a column has so many of them.
LONG_LINE: Final = 16
LONG_LINES: Final = 4


def figures_of(page: PdfPage) -> tuple[list[Area], list[Area]]:
    """Return the figures that are drawn on a page, and small drawings: signs that are no glyphs."""
    cells: dict[tuple[int, int], int] = {}
    groups: list[list[Area]] = []
    parents: list[int] = []

    def find(group: int) -> int:
        while parents[group] != group:
            parents[group] = parents[parents[group]]
            group = parents[group]
        return group

    for area in page.drawings:
        if area.width > 0.9 * page.width and area.height > 0.5 * page.height:
            continue
        groups.append([area])
        parents.append(len(parents))
        for cell in _cells(area):
            other = cells.setdefault(cell, len(parents) - 1)
            parents[find(other)] = find(len(parents) - 1)
    merged: dict[int, list[Area]] = {}
    for index, group in enumerate(groups):
        merged.setdefault(find(index), []).extend(group)
    figures: list[Area] = []
    signs: list[Area] = []
    for areas in merged.values():
        whole = _around(areas)
        if whole.weight < DRAWN:
            continue
        (figures if whole.width > FIGURE and whole.height > FIGURE else signs).append(whole)
    return figures, signs


def _cells(area: Area) -> Iterable[tuple[int, int]]:
    """Yield the cells of a coarse grid along the edges of an area, a few inside it."""
    left, right, bottom, top = (int(side // CELL) for side in (area.left, area.right, area.bottom, area.top))
    for column in range(max(left, -5), min(right, 500) + 1):
        for row in range(max(bottom, -5), min(top, 500) + 1):
            yield column, row


def _around(areas: Sequence[Area]) -> Area:
    return Area(
        min(area.left for area in areas),
        max(area.right for area in areas),
        min(area.bottom for area in areas),
        max(area.top for area in areas),
        min(area.order for area in areas),
        sum(area.weight for area in areas),
    )


def gutter_of(boxes: Sequence[Box], width: float, before: float | None) -> float | None:
    """Return where the space between the two columns of a page lies, None where it has one.

    `before` is where it lay on the page before: few lines of a second column are enough to have it there again.
    """
    lines = lines_of_ink(boxes)
    if not lines:
        return None
    return _gutter(lines, width) or _middle_gutter(lines) or _same_gutter(lines, before)


def _same_gutter(lines: Sequence[Sequence[Box]], x: float | None) -> float | None:
    if x is None or any(_crosses(line, x) for line in lines):
        return None
    lefts = sum(line[0].left < x for line in lines)
    both = sum(line[0].left < x < line[-1].right for line in lines)
    return x if lefts > COLUMN_LINES and both <= OWN_LINES * (len(lines) - lefts + both) else None


def regions_of(boxes: Sequence[Box], gutter: float | None) -> list[list[Box]]:
    """Return the boxes of a page as stretches that are read one after the other."""
    if gutter is None:
        return [list(boxes)]
    lines = lines_of_ink(boxes)
    bands = sorted((_band(line) for line in lines if _crosses(line, gutter)), key=lambda band: -band[1])
    regions: list[list[Box]] = []
    rest = sorted(boxes, key=lambda box: -(box.bottom + box.top))
    at = 0
    for low, high in [*_joined(bands), (-1e9, -1e9)]:
        above: list[Box] = []
        inside: list[Box] = []
        while at < len(rest) and (rest[at].bottom + rest[at].top) / 2 > low:
            box = rest[at]
            (inside if (box.bottom + box.top) / 2 <= high else above).append(box)
            at += 1
        left = [box for box in above if box.middle < gutter]
        regions += [
            region for region in (left, [box for box in above if box.middle >= gutter], inside) if region
        ]
    return regions


def lines_of_ink(boxes: Iterable[Box]) -> list[list[Box]]:
    """Return the boxes of each baseline from left to right, from the top of the page."""
    lines: list[list[Box]] = []
    for box in sorted((box for box in boxes if box.pivot is None), key=lambda box: -box.base):
        if lines and lines[-1][0].base - box.base < 0.1 * box.size:
            lines[-1].append(box)
        else:
            lines.append([box])
    for line in lines:
        line.sort(key=lambda box: box.left)
    return lines


def _gutter(lines: Sequence[Sequence[Box]], width: float) -> float | None:
    """Return where the space between two columns of prose lies, None on a page with one."""
    long = [line for line in lines if line[-1].right - line[0].left > 0.25 * width or len(line) > 15]
    if len(long) < COLUMN_LINES:
        return None
    stretches = [_stretches(line) for line in long]
    best: tuple[int, float, float] | None = None
    for step in range(int(0.3 * width), int(0.7 * width), 3):
        crossing = sum(any(left - 1 < step < right + 1 for left, right in line) for line in stretches)
        if best is None or (crossing, abs(step - width / 2)) < best[:2]:
            best = crossing, abs(step - width / 2), float(step)
    if best is None or best[0] > CROSSING * len(long) + 2:
        return None
    x = best[2]
    parted = [line for line in stretches if not any(left - 1 < x < right + 1 for left, right in line)]
    left_parts = [part for line in parted if (part := [span for span in line if span[1] < x])]
    right_parts = [part for line in parted if (part := [span for span in line if span[0] > x])]
    if min(len(left_parts), len(right_parts)) < COLUMN_LINES:
        return None
    start, end = min(part[0][0] for part in left_parts), max(part[-1][1] for part in right_parts)
    left_fill = _median([sum(right - left for left, right in part) for part in left_parts]) / (x - start)
    right_fill = _median([sum(right - left for left, right in part) for part in right_parts]) / (end - x)
    if any(len(parts) * 2 < 3 * sum(len(part) > 1 for part in parts) for parts in (left_parts, right_parts)):
        return None  # cells of a table
    return x if min(left_fill, right_fill) > COLUMN_FILL else None


def _middle_gutter(lines: Sequence[Sequence[Box]]) -> float | None:
    """Return where the space between two columns of short lines lies: down the middle, between lines of their own.

    The rows of a table have one baseline, or short names before them; lines of two columns have one now and then.
    """
    start, end = min(line[0].left for line in lines), max(line[-1].right for line in lines)
    spans = sorted(span for line in lines for span in _stretches(line))
    first, last = start + 0.4 * (end - start), start + 0.6 * (end - start)
    reach, x = spans[0][1], 0.0
    for left, right in spans:
        if left - reach > GUTTER and reach < last and left > first:
            x = (reach + left) / 2
            break
        reach = max(reach, right)
    size = _median(box.size for line in lines for box in line)
    full = [line for line in lines if line[0].size > 0.75 * size]
    lefts = [line for line in full if line[0].left < x]
    rights = [line for line in full if line[-1].right > x]
    both = sum(line[-1].right > x for line in lefts)
    if not x or len(lefts) < COLUMN_LINES or len(rights) < BEGUN:
        return None
    # of a column that only begins, fewer lines say that it is one
    own = OWN_LINES if len(rights) >= COLUMN_LINES else OWN_LINES / 2
    least = min(len(lefts), len(rights))
    long = sum(sum(box.right < x for box in line) > LONG_LINE for line in lefts)
    if both > own * least or long < (LONG_LINES if 4 * both > least else LONG_LINES / 2):
        return None
    edges = (
        [line[0].start for line in lefts],
        [next(box.start for box in line if box.right > x) for line in rights],
    )
    return x if all(_has_edge(each) for each in edges) else None


def _has_edge(lefts: Sequence[float]) -> bool:
    """Whether many lines of a column begin at one place."""
    flush = max(Counter(round(left / 2) for left in lefts).values())
    return flush >= min(COLUMN_LINES, max(BEGUN - 1, len(lefts) // 2)) and 3 * flush >= len(lefts)


def _stretches(line: Sequence[Box]) -> list[tuple[float, float]]:
    """Return where the ink of a line is, but for spaces too narrow for a gutter."""
    spans: list[tuple[float, float]] = []
    for box in line:
        if spans and box.left - spans[-1][1] < GUTTER:
            spans[-1] = spans[-1][0], max(spans[-1][1], box.right)
        else:
            spans.append((box.left, box.right))
    return spans


def _median(values: Iterable[float]) -> float:
    ranked = sorted(values)
    return ranked[len(ranked) // 2]


def _crosses(line: Sequence[Box], x: float) -> bool:
    """Whether a line goes on across a height of the page without the space of a gutter."""
    return any(left - 1 < x < right + 1 for left, right in _stretches(line))


def _band(line: Sequence[Box]) -> tuple[float, float]:
    size = max(box.size for box in line)
    return line[0].base - 0.35 * size, line[0].base + 0.95 * size


def _joined(bands: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in bands:
        if joined and joined[-1][0] <= high + 8:
            joined[-1] = min(low, joined[-1][0]), joined[-1][1]
        else:
            joined.append((low, high))
    return joined
