"""Boxes to rows: what stands on one baseline, with the scripts and limits that hang on it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.encodings import INTEGRALS, OPERATORS
from grader.documents.pdf.page import AXIS, SMALLER, Row
from grader.documents.pdf.sumlimits import with_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.documents.pdf.page import Box

# Characters of the number of a question or an item.
MAX_LABEL: Final = 12
# All lengths are in sizes of the larger type that is looked at.
SAME_BASE: Final = 0.075  # formulas set into text stand a little off its baseline in some programs
SCRIPT_GAP: Final = 0.45  # between a script and what it hangs on
SUB: Final = (-0.7, -0.04)  # how far the baseline of a subscript lies from the other
SUP: Final = (0.17, 1.05)
# Boxes are looked up by their height, in steps of so many points.
SHELF: Final = 16.0
_POINTS: Final = frozenset(".,;:")


def rows_of(boxes: Iterable[Box], body: float) -> list[Row]:
    """Return the rows that boxes stand in, from the top; scripts and limits hang on their boxes.

    `body` is the size of the text around them, in points.
    """
    runs = _runs(list(boxes), body)
    small = [run for run in runs if run.size < SMALLER * body and not any(map(_is_large, run.boxes))]
    if small:  # a limit has its own scripts before it is hung
        kept = {id(run) for run in _with_scripts(small, body)}
        small_ones = {id(run) for run in small}
        runs = [run for run in runs if id(run) not in small_ones or id(run) in kept]
    return _checked(_joined(_with_scripts(with_limits(runs), body)))


def _is_large(box: Box) -> bool:
    """Whether a box is more than the letters of a script or a limit: what is small beside it is one itself."""
    return box.pivot is not None or box.text in OPERATORS or box.text in INTEGRALS


def _runs(boxes: list[Box], body: float) -> list[Row]:
    """Return boxes of one size on one baseline; what hangs on an axis joins the run beside it."""
    plain = sorted((box for box in boxes if box.pivot is None), key=lambda box: (-box.base, box.left))
    across = sorted(plain, key=lambda box: box.middle)
    middles = [box.middle for box in across]
    runs: list[Row] = []
    level: list[Box] = []
    for box in plain:
        if level and level[-1].base - box.base > SAME_BASE * min(box.size, level[-1].size):
            runs += _split(level, across, middles, body)
            level = []
        level.append(box)
    runs += _split(level, across, middles, body)
    floats = sorted((box for box in boxes if box.pivot is not None), key=lambda box: box.left)
    for box in floats:
        if (run := _beside(box, runs)) is not None:
            run.boxes.append(box)
        else:
            runs.append(Row([box], box.axis - AXIS * box.size, box.size))
    for run in runs:
        run.boxes.sort(key=lambda box: box.left)
    return runs


def _split(level: list[Box], across: Sequence[Box], middles: Sequence[float], body: float) -> list[Row]:
    """Part a level where the size changes, and small type where larger type stands between."""
    runs: list[Row] = []
    by_size: dict[int, list[Box]] = {}
    for box in sorted(level, key=lambda box: -box.size):
        group = next((key for key in by_size if by_size[key][0].size * SMALLER < box.size), len(by_size))
        by_size.setdefault(group, []).append(box)
    for group_boxes in by_size.values():
        row: list[Box] = []
        for box in sorted(group_boxes, key=lambda box: box.left):
            wide = 1.0 if box.size < SMALLER * body else 2.5
            if row and (box.left - row[-1].right > wide * box.size or _parted(row[-1], box, across, middles)):
                runs.append(_row(row))
                row = []
            row.append(box)
        runs.append(_row(row))
    return runs


def _row(boxes: list[Box]) -> Row:
    largest = max(boxes, key=lambda box: box.size)
    return Row(boxes, largest.base, largest.size)


def _parted(left: Box, right: Box, across: Sequence[Box], middles: Sequence[float]) -> bool:
    """Whether larger type stands between two boxes of a level, so that they are scripts of different things."""
    if right.left - left.right < 0.2 * left.size:
        return False
    for box in across[bisect_left(middles, left.right) : bisect_left(middles, right.left)]:
        if box.size * SMALLER > max(left.size, right.size) and abs(box.base - left.base) < 1.1 * box.size:
            return True
    return False


def _beside(box: Box, runs: Iterable[Row]) -> Row | None:
    """Return the run on whose axis a box hangs."""
    best: tuple[float, Row] | None = None
    for run in runs:
        off = abs(run.base + AXIS * run.size - box.axis) / run.size
        if off > 0.2 or run.left - box.right > 2 * run.size:
            continue
        if not 0.8 < run.size / box.size < 1.3:
            continue
        gap = min(_distance(box, other) for other in run.boxes) / run.size
        if gap < 2 and (best is None or off + gap < best[0]) and box.height > 0.6 * run.size:
            best = off + gap, run
    return best[1] if best else None


def _distance(box: Box, other: Box) -> float:
    return max(box.left - other.right, other.left - box.right, 0.0)


def _with_scripts(runs: list[Row], body: float) -> list[Row]:
    """Hang small runs on the larger boxes that they follow higher or lower."""
    hosts = [box for run in runs for box in run.boxes]
    shelves: dict[int, list[Box]] = {}
    for box in hosts:
        for shelf in range(int((box.bottom - box.size) // SHELF), int((box.top + box.size) // SHELF) + 1):
            shelves.setdefault(shelf, []).append(box)
    remaining = []
    for run in sorted(runs, key=lambda run: (run.left, -run.size)):
        found = _host(run, shelves.get(int(run.base // SHELF), ()), body)
        if found is None:
            remaining.append(run)
            continue
        host, above = found
        (host.sups if above else host.subs).extend(run.boxes)
    for box in hosts:
        box.subs.sort(key=lambda part: part.left)
        box.sups.sort(key=lambda part: part.left)
    return remaining


def _host(run: Row, hosts: Sequence[Box], body: float) -> tuple[Box, bool] | None:
    """Return the box that a run is a script of, and whether it stands above."""
    own = {id(box) for box in run.boxes}
    first = run.boxes[0]
    if all(box.text in _POINTS for box in run.boxes) or _is_prose(run):
        return None
    best: tuple[float, Box, bool] | None = None
    left, right = run.left - 6 * run.size, run.left + 0.5 * body
    for host in hosts:
        if not left < host.right < right + 0.45 * host.size or host.left > run.left + 0.05:
            continue
        small = run.size < SMALLER * host.size
        gap = run.left - host.right
        equal = not small and host.size < 0.8 * body and _is_equal_script(run, host, gap)
        if not (small or equal) or id(host) in own:
            continue
        if not -0.45 * host.size <= gap or run.left - max(host.right, _reach(host)) > SCRIPT_GAP * host.size:
            continue
        above = _side(run, first, host)
        if above is None:
            continue
        level = host.base if host.pivot is None else host.top if above else host.bottom
        score = abs(gap) + abs(run.base - level) * 0.3
        if (best is None or score < best[0]) and not _is_part(host, run.boxes):
            best = score, host, above
    return (best[1], best[2]) if best else None


def _is_prose(run: Row) -> bool:
    """Whether a run has several words, as no script has."""
    letters = sum(box.text.isalpha() and not box.face.maths for box in run.boxes)
    return letters > 5 and (any(box.blank for box in run.boxes[1:]) or letters > 25)


def _is_equal_script(run: Row, host: Box, gap: float) -> bool:
    """Whether a run is the script of a script in the smallest size, which both then have."""
    shift = (run.base - host.base) / host.size
    near = (
        host.pivot is None
        and abs(run.size / host.size - 1) < 0.05
        and -0.15 * host.size < gap < 0.25 * host.size
    )
    return near and (0.2 <= shift <= 0.68 or -0.72 <= shift <= -0.08)


def _is_part(box: Box, boxes: Iterable[Box]) -> bool:
    return any(box is part for other in boxes for part in other.parts())


def _reach(host: Box) -> float:
    return max((part.reach for part in (*host.subs, *host.sups)), default=host.right)


def _side(run: Row, first: Box, host: Box) -> bool | None:
    """Return whether a run stands where a superscript does (True), a subscript (False) or neither (None)."""
    size = host.size
    if first.text == "′":
        return True if host.pivot is None and -0.15 * size <= run.base - host.base <= 1.05 * size else None
    if host.pivot is None:
        shift = (run.base - host.base) / size
        if host.built and host.height > 1.3 * size:
            shift = (run.base - host.base) / host.height
        if SUP[0] <= shift <= SUP[1]:
            return True
        return False if SUB[0] <= shift <= SUB[1] else None
    middle = (first.bottom + first.top) / 2
    if (
        host.bottom - 0.7 * run.size <= middle <= host.axis - 0.2 * run.size
        and run.base < host.axis - 0.3 * run.size
    ):
        return False
    if host.axis + 0.1 * run.size <= middle <= host.top + 0.9 * run.size:
        return True
    return None


def _checked(rows: list[Row]) -> list[Row]:
    """Mark boxes whose scripts do not lie on one line, or lie where the next box does."""
    for row in rows:
        for box, after in zip(row.boxes, [*row.boxes[1:], None], strict=True):
            for part in box.parts() if box.hung else ():
                if any(_is_uneven(scripts) for scripts in (part.subs, part.sups, part.under, part.over)):
                    box.bad = True
            if after is not None and after.pivot is None and not 0.78 < after.size / box.size < 1.3:
                box.bad = box.bad or _touch(box, after)
            if after is not None and (box.subs or box.sups) and not box.bad:
                reach = max(part.right for part in (*box.subs, *box.sups))
                box.bad = reach - after.left > 0.35 * box.size and not after.built
    return rows


def _touch(box: Box, after: Box) -> bool:
    """Whether letters or digits of very different sizes follow one another on a baseline without a gap."""
    small, large = sorted((box, after), key=lambda part: part.size)
    return small.text.isalnum() and large.text.isalnum() and after.left - box.reach < 0.1 * small.size


def _is_uneven(scripts: Sequence[Box]) -> bool:
    plain = [box for box in scripts if box.pivot is None]
    return any(abs(box.base - plain[0].base) > 0.12 * plain[0].size for box in plain[1:])


def _joined(runs: list[Row]) -> list[Row]:
    """Join runs on one baseline to rows; name those that overlap in a way that no row does."""
    rows: list[Row] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        row = rows[-1] if rows else None
        if row is not None and (
            abs(row.base - run.base) <= 0.12 * max(row.size, run.size)
            or _follows(run, row)
            or _is_labelled(row, run)
            or _is_labelled(run, row)
        ):
            row.boxes += run.boxes
            if run.size > row.size:
                row.base, row.size = run.base, run.size
        else:
            rows.append(run)
    for row in rows:
        row.boxes.sort(key=lambda box: box.left)
    return _without_strays(rows)


def _is_labelled(row: Row, label: Row) -> bool:
    """Whether a run is the number before a formula that stands in its line as an object, a little higher."""
    text = "".join(box.text for box in label.boxes)
    return (
        len(text) <= MAX_LABEL
        and text[-1:] in ".):："
        and any(char.isdigit() for char in text)
        and row.bottom - 0.2 * row.size < label.bottom
        and label.top < row.top + 0.2 * row.size
        and label.right < row.left < label.right + 3 * row.size
        and 0.8 < label.size / row.size < 1.25
    )


def _follows(run: Row, row: Row) -> bool:
    """Whether a run stands in a gap of a row or right beside it, a little off its baseline: a formula as an object."""
    grown = any(all(box.pivot is not None for box in part.boxes) for part in (run, row))
    if (
        abs(row.base - run.base) > (0.55 if grown else 0.25) * row.size
        or not 0.8 < run.size / row.size < 1.25
    ):
        return False
    boxes = sorted((*run.boxes, *row.boxes), key=lambda box: box.left)
    if any(right.left < left.reach - 0.5 for left, right in pairwise(boxes)):
        return False
    own = {id(box) for box in run.boxes}
    seams = [
        right.left - left.reach for left, right in pairwise(boxes) if (id(left) in own) != (id(right) in own)
    ]
    if grown:  # a fraction in a line stands between its words, or right behind them
        lower, higher = (run, row) if all(box.pivot is not None for box in run.boxes) else (row, run)
        if not lower.bottom < higher.base < higher.base + AXIS * higher.size < lower.top:
            return False
    return min(seams) < 1.2 * row.size


def _without_strays(rows: list[Row]) -> list[Row]:
    """Put small rows that hang in the ink of a larger one into it, as what was not understood."""
    kept: list[Row] = []
    kept_ids: set[int] = set()
    ranked = sorted(rows, key=lambda row: -row.size)
    spans = [(row, row.bottom, row.top, row.left, row.right) for row in ranked]
    for row, bottom, top, left, right in spans:
        home = None
        for other, low, high, start, end in spans:
            if high < bottom or top < low or id(other) not in kept_ids:
                continue
            if (
                other is row
                or other.size < row.size
                or (other.size == row.size and len(other.boxes) < len(row.boxes))
            ):
                continue
            overlap = min(top, high) - max(bottom, low)
            if overlap > 0.5 * (top - bottom) and start - 0.5 * row.size < left and right < end + row.size:
                home = other
                break
        if home is None or not _is_inside(row, home):
            kept.append(row)
            kept_ids.add(id(row))
            continue
        for box in row.boxes:
            box.bad = True
        home.boxes = sorted([*home.boxes, *row.boxes], key=lambda box: box.left)
    return sorted(kept, key=lambda row: (-row.base, row.left))


def _is_inside(row: Row, home: Row) -> bool:
    """Whether a row stands within the ink of single boxes of another, not between two far ones."""
    return any(
        box.left - home.size < row.left < box.reach + home.size
        and row.bottom < box.top
        and box.bottom < row.top
        for box in home.boxes
    )
