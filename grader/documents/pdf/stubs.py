"""Tables of two columns whose first one, the stub, names what stands beside it: which lines belong to which name.

Names stand beside the first line of their cell, beside its middle, or on its baseline, as the program has it; formulas and
sentences that were broken make cells of several lines. All names of a table stand in one of these ways.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.columns import lines_of_ink
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.documents.pdf.page import Box, Rule

MAX_NAME: Final = 16  # characters of a name
MIN_NAMES: Final = 3
MAX_NAMES: Final = 60
MAX_STRETCHES: Final = 150  # of ink in the second column
MAX_CELL: Final = 30  # stretches of ink in one cell
MAX_TRIES: Final = 2  # lines that a table may turn out not to begin with
# All lengths are in sizes of the names' type.
GAP: Final = 1.05  # between a name and what it names
APART: Final = 1.8  # between the ink of two rows at most
EMPTY: Final = 1.0  # what a cell without anything in it costs
OFF: Final = 1.2  # how far a name may stand from where its cell has it
MEAN_OFF: Final = 0.45  # and on average
OVERLAP: Final = 0.3  # of a name's height beside its cell
LESS_SURE: Final = 0.1  # by which a baseline must fit better than what shows the whole cell
SAME: Final = 0.03  # ways that fit equally well on average

_Span = tuple[float, float]  # bottom, top
_Cells = tuple[tuple["Box", ...], tuple["Box", ...]]


@dataclass(frozen=True, slots=True)
class Stub:
    """A table's rows, each the boxes of its name and those beside it, and where the two columns begin."""

    rows: tuple[_Cells, ...]
    lefts: tuple[float, float]

    @property
    def boxes(self) -> list[Box]:
        return [box for row in self.rows for cell in row for box in cell]


@dataclass(slots=True)
class _Name:
    boxes: list[Box]
    alone: bool

    @property
    def left(self) -> float:
        return self.boxes[0].left

    @property
    def right(self) -> float:
        return max(box.right for box in self.boxes)

    @property
    def span(self) -> _Span:
        return min(box.bottom for box in self.boxes), max(box.top for box in self.boxes)

    @property
    def text(self) -> str:
        return "".join(box.text for box in self.boxes)


@dataclass(slots=True)
class _Stretch:
    """Ink of the second column that nothing parts from above to below."""

    bottom: float
    top: float
    boxes: list[Box]


def stubs_of(boxes: Sequence[Box], rules: Sequence[Rule]) -> list[Stub]:
    """Return the tables with a stub among the boxes of one column of text, from the top."""
    lines = lines_of_ink(boxes)
    grown = [box for box in boxes if box.pivot is not None]
    found: list[Stub] = []
    at = tries = failed = 0  # `failed` is where the last stretch ends that proved to be no table
    while at < len(lines):
        end, names, left = _reach(lines, at)
        if len(names) < MIN_NAMES:
            at += 1
            continue
        if not _has_long_cells(names, end - at):
            at = end
            continue
        above = _beside_above(lines[:at], names, left)
        stub = _stub(names, left, grown, rules, lines[at - above : end], goes_on=at == above)
        if stub is not None:
            found.append(stub)
            own = {id(box) for box in stub.boxes}
            at = 1 + max(place for place in range(at, end) if any(id(box) in own for box in lines[place]))
            continue
        tries = tries + 1 if at < failed else 1
        failed = max(failed, end)
        at = at + 1 if tries < MAX_TRIES else end  # perhaps it is one without its first line
    return found


def _has_long_cells(names: Sequence[_Name], count: int) -> bool:
    """Whether any cell is more than the rest of its name's line; tables of single lines need no such care."""
    return count > len(names) or any(name.alone for name in names)


def _reach(lines: Sequence[list[Box]], start: int) -> tuple[int, list[_Name], float]:
    """Return where a table that begins with a line would end, its names, and where its second column would begin."""
    names: list[_Name] = []
    first = _name(lines[start])
    if first is None:
        return start + 1, names, 0.0
    size, edge, left = first.boxes[0].size, first.right, 1e9
    floor = first.span[1]
    end = start
    for line in lines[start:]:
        top, bottom = max(box.top for box in line), min(box.bottom for box in line)
        if floor - top > APART * size or len(names) > MAX_NAMES:
            break
        name = _name(line) if abs(line[0].left - first.left) < 2 else None
        if name is not None and not 0.92 < name.boxes[0].size / size < 1.08:
            break  # a heading
        if name is not None:
            beside = line[len(name.boxes)].left if not name.alone else left
            if max(edge, name.right) + GAP * size > min(left, beside):
                break
            edge, left = max(edge, name.right), min(left, beside)
            names.append(name)
        elif line[0].left >= edge + GAP * size and names:
            left = min(left, line[0].left)
        else:
            break
        floor = min(floor, bottom)
        end += 1
    return max(end, start + 1), names, left


def _beside_above(lines: Sequence[list[Box]], names: Sequence[_Name], left: float) -> int:
    """Return how many lines above the first name are of the second column: of a cell whose middle it stands beside."""
    size = names[0].boxes[0].size
    floor = names[0].span[1]
    count = 0
    for line in reversed(lines):
        if line[0].left < left - 0.5 * size or min(box.bottom for box in line) - floor > APART * size:
            break
        floor = max(floor, *(box.top for box in line))
        count += 1
    return count


def _name(line: Sequence[Box]) -> _Name | None:
    """Return the short words that a line begins with, before a wide gap or its end."""
    boxes: list[Box] = []
    for box in line:
        if boxes and box.left - boxes[-1].right > GAP * box.size:
            return _Name(boxes, alone=False)
        boxes.append(box)
        if len(boxes) > MAX_NAME or box.face.mono:
            return None
    return _Name(boxes, alone=True)


def _stub(
    names: Sequence[_Name],
    left: float,
    grown: Sequence[Box],
    rules: Sequence[Rule],
    lines: Sequence[list[Box]],
    *,
    goes_on: bool,
) -> Stub | None:
    """Return the table of names and what stands beside them, None where they make none.

    `goes_on` says that nothing stands above, so that a cell of the page before may end there.
    """
    size = names[0].boxes[0].size
    edge = max(name.right for name in names)
    top = max(box.top for line in lines for box in line) + 0.1 * size
    bottom = min(box.bottom for line in lines for box in line) - 0.1 * size
    band = [box for line in lines for box in line]
    band += [box for box in grown if bottom < (box.bottom + box.top) / 2 < top]
    own = {id(box) for name in names for box in name.boxes}
    beside = [box for box in band if id(box) not in own]
    if len({name.text for name in names}) < len(names) or len(beside) < len(names):
        return None
    if any(box.left < edge + 0.5 * size for box in beside) or _has_gutter(beside, size):
        return None
    bars = [
        rule
        for rule in rules
        if bottom < rule.y < top and rule.left > edge and rule.right < max(box.right for box in beside) + size
    ]
    borders = [
        rule.y
        for rule in rules
        if bottom < rule.y < top and rule.left < names[0].left + size < left < rule.right
    ]
    stretches = _parted(_stretches(beside, bars), names)
    if len(stretches) > MAX_STRETCHES or len(names) > MAX_NAMES:
        return None
    cells = _cells(names, stretches, borders, size)
    if cells is None or _is_torn(names, cells, stretches):
        return None
    rows = [
        (tuple(name.boxes), tuple(box for stretch in stretches[start:end] for box in stretch.boxes))
        for name, (start, end) in zip(names, pairwise(cells), strict=True)
    ]
    first = rows[0]
    rows = _without_lines_between(rows, ruled=len(set(borders)) >= len(names) - 1)
    if len(rows) < MIN_NAMES or (cells[0] and not (goes_on and rows[0] is first)):
        return None
    if cells[0]:
        rows.insert(0, ((), tuple(box for stretch in stretches[: cells[0]] for box in stretch.boxes)))
    return Stub(tuple(rows), (names[0].left, left))


def _without_lines_between(rows: list[_Cells], *, ruled: bool) -> list[_Cells]:
    """Return rows without what stands alone above and below them, which are lines of text; blank cells have their rules."""
    while rows and not rows[0][1]:
        rows = rows[1:]
    end = len(rows)
    while end and not rows[end - 1][1]:
        end -= 1
    if not ruled:
        end = next((place for place, (_, beside) in enumerate(rows[:end]) if not beside), end)
    return rows[:end]


def _is_torn(names: Sequence[_Name], cells: Sequence[int], stretches: Sequence[_Stretch]) -> bool:
    """Whether a name has nothing although something stands beside it: these are no rows."""
    return any(
        start == end
        and any(
            min(part.top, name.span[1]) - max(part.bottom, name.span[0])
            > OVERLAP * (name.span[1] - name.span[0])
            for part in stretches
        )
        for name, (start, end) in zip(names, pairwise(cells), strict=True)
    )


def _has_gutter(boxes: Sequence[Box], size: float) -> bool:
    """Whether a space runs from above to below through a column: there are several."""
    edge = None
    for box in sorted(boxes, key=lambda box: box.left):
        if edge is not None and box.left - edge > GAP * size:
            return True
        edge = max(edge or box.right, box.right)
    return False


def _stretches(boxes: Sequence[Box], bars: Sequence[Rule]) -> list[_Stretch]:
    """Return the ink of a column from the top, parted where nothing stands."""
    spans = [(box.top, box.bottom, box) for box in boxes] + [(bar.y, bar.y, None) for bar in bars]
    found: list[_Stretch] = []
    for top, bottom, box in sorted(spans, key=lambda span: (-span[0], span[1])):
        if not found or top < found[-1].bottom:
            found.append(_Stretch(bottom, top, []))
        found[-1].bottom = min(found[-1].bottom, bottom)
        if box is not None:
            found[-1].boxes.append(box)
    return found


def _parted(stretches: Sequence[_Stretch], names: Sequence[_Name]) -> list[_Stretch]:
    """Part ink of several lines that touch one another, such as fractions within sentences, between their names' baselines."""
    found: list[_Stretch] = []
    for stretch in stretches:
        axes = [
            name.boxes[0].axis
            for name in names
            if stretch.bottom < name.boxes[0].axis < stretch.top
            and any(abs(box.base - name.boxes[0].base) < 0.1 * box.size for box in stretch.boxes)
        ]
        walls = [(above + below) / 2 for above, below in pairwise(axes)]
        for high, low in pairwise([1e9, *walls, -1e9]):
            own = [box for box in stretch.boxes if low <= (box.bottom + box.top) / 2 < high]
            if own and walls:
                found.append(
                    _Stretch(
                        max(low, min(box.bottom for box in own)), min(high, max(box.top for box in own)), own
                    )
                )
        if not walls:
            found.append(stretch)
    return found


def _cells(
    names: Sequence[_Name], stretches: Sequence[_Stretch], borders: Sequence[float], size: float
) -> list[int] | None:
    """Return the stretch that each name's cell begins with, and behind them their number; None where none fits."""
    ranked = []
    for stands, handicap in ((_off_top, 0.0), (_off_middle, 0.0), (_off_base, LESS_SURE)):
        found = _fitted(names, stretches, borders, size, stands)
        if found is not None:
            ranked.append((found[0] / (size * len(names)) + handicap, found[1]))
    ranked.sort(key=lambda found: found[0])
    if not ranked or ranked[0][0] > MEAN_OFF:
        return None
    cost, cells = ranked[0]
    if any(other != cells and near < cost + SAME for near, other in ranked[1:2]):
        return None  # two ways fit, and tell different stories
    return cells


def _fitted(
    names: Sequence[_Name],
    stretches: Sequence[_Stretch],
    borders: Sequence[float],
    size: float,
    stands: Callable[[_Name, Sequence[_Stretch]], float],
) -> tuple[float, list[int]] | None:
    """Return the cells in which names stand best in one way, and how far off they are altogether."""
    count = len(stretches)
    # by how many stretches are given away: the cost so far, and where the cells before begin
    best: list[tuple[float, list[int]] | None] = [None] * (count + 1)
    best[0] = 0.0, []
    for given in range(1, count + 1):  # what goes on from the page before stands above the first name
        if stretches[given - 1].bottom < names[0].span[1] or given > MAX_CELL:
            break
        best[given] = EMPTY * size, []
    for name, after in zip(names, [*names[1:], None], strict=True):
        below: list[tuple[float, list[int]] | None] = [None] * (count + 1)
        low, high = name.span
        least, most = low + OVERLAP * (high - low), high - OVERLAP * (high - low)
        floor = after.span[0] if after is not None else -1e9
        for start, so_far in enumerate(best):
            if so_far is None:
                continue
            blank, known = so_far[0] + EMPTY * size, below[start]
            if known is None or blank < known[0]:
                below[start] = blank, [*so_far[1], start]
            if start < count and stretches[start].top < least:
                break  # all the others lie lower than the name
            for end in range(start + 1, min(count, start + MAX_CELL) + 1):
                if stretches[end - 1].top < floor:
                    break  # below the next name
                if stretches[end - 1].bottom > most:
                    continue
                off = _off(name, stretches[start:end], borders, size, stands)
                if off is None:
                    continue
                cost = so_far[0] + off
                known = below[end]
                if known is None or cost < known[0]:
                    below[end] = cost, [*so_far[1], start]
        best = below
    whole = best[count]
    return None if whole is None else (whole[0], [*whole[1], count])


def _off(
    name: _Name,
    cell: Sequence[_Stretch],
    borders: Sequence[float],
    size: float,
    stands: Callable[[_Name, Sequence[_Stretch]], float],
) -> float | None:
    """Return how far a name stands from where a cell beside it would have it, None where it cannot be its name."""
    bottom, top = cell[-1].bottom, cell[0].top
    if any(bottom < y < top for y in borders):
        return None
    off = stands(name, cell)
    return off if off < OFF * size else None


def _off_top(name: _Name, stretches: Sequence[_Stretch]) -> float:
    return abs(name.span[1] - stretches[0].top)


def _off_middle(name: _Name, stretches: Sequence[_Stretch]) -> float:
    return abs(sum(name.span) - stretches[0].top - stretches[-1].bottom) / 2


def _off_base(name: _Name, stretches: Sequence[_Stretch]) -> float:
    """Return how far the baseline of a name is from that of the line which its cell begins with."""
    size = name.boxes[0].size
    whole = [box for part in stretches for box in part.boxes if box.size > 0.9 * size and box.pivot is None]
    if not whole:
        return OFF * size
    left = min(box.left for box in whole)
    first = max((box for box in whole if box.left < left + 0.5 * size), key=lambda box: box.base)
    return abs(first.base - name.boxes[0].base)
