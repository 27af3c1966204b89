"""What stands between tall brackets in several rows: matrices, vectors and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.pdf.baselines import rows_of
from grader.documents.pdf.formulalatex import formula_of
from grader.documents.pdf.page import AXIS, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Row

# Brackets of one row are lower than this, in sizes.
TALL: Final = 1.7
# Cells stand so far apart at least, in sizes; signs within one stand closer.
CELL_GAP: Final = 0.42
# A case and its condition stand further apart.
CASE_GAP: Final = 0.45
MAX_CELLS: Final = 2_000

_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉"}
_TALL: Final = frozenset("()[]{}|‖")
_NAMES: Final = {"(": "pmatrix", "[": "bmatrix", "{": "Bmatrix", "|": "vmatrix", "‖": "Vmatrix"}


def with_matrices(pool: list[Box], body: float) -> list[Box]:
    """Return boxes with matrices and cases put together, the innermost first."""
    tall = sorted(
        (
            box
            for box in pool
            if box.pivot is not None and box.text in _TALL and box.height > TALL * _beside(box, pool)
        ),
        key=lambda box: box.left,
    )
    while (pair := _innermost(tall)) is not None:
        left, right = pair
        tall = [box for box in tall if box is not left and box is not right]
        inside = _inside(pool, left.right, right.left, left, right)
        if not inside:
            continue
        built = _matrix(left, right, inside, pool, body)
        if built is not None:
            gone = {id(part) for part in (left, right, *inside)}
            pool = [box for box in pool if id(box) not in gone]
            pool.append(built)
    for left in [box for box in tall if box.text == "{"]:
        cases = _cases(left, pool, body)
        if cases is not None:
            box, used = cases
            gone = {id(part) for part in used}
            pool = [part for part in pool if id(part) not in gone]
            pool.append(box)
    return pool


def _beside(box: Box, pool: Sequence[Box]) -> float:
    """Return the size of the type beside a bracket."""
    sizes = [
        other.size for other in pool
        if other is not box and other.pivot is None and -0.5 * other.size < max(other.left - box.right, box.left - other.right) < 1.5 * other.size
        and box.bottom - 1 < (other.bottom + other.top) / 2 < box.top + 1
    ]  # fmt: skip
    return max(sizes, default=box.size)


def _innermost(tall: Sequence[Box]) -> tuple[Box, Box] | None:
    best: tuple[float, Box, Box] | None = None
    for index, left in enumerate(tall):
        closing = _CLOSING.get(left.text)
        if closing is None:
            continue
        for right in tall[index + 1 :]:
            if right.text not in _CLOSING.values():
                continue
            overlap = min(left.top, right.top) - max(left.bottom, right.bottom)
            if overlap > (0.8 if right.text == closing else 0.95) * max(left.height, right.height):
                width = right.left - left.right
                if best is None or width < best[0]:
                    best = width, left, right
                break
    return (best[1], best[2]) if best else None


def _inside(pool: Sequence[Box], start: float, end: float, left: Box, right: Box) -> list[Box]:
    slack = 0.3 * left.size
    bottom, top = min(left.bottom, right.bottom) - slack, max(left.top, right.top) + slack
    return [
        box
        for box in pool
        if start - 0.5 < box.middle < end + 0.5
        and bottom <= box.bottom
        and box.top <= top
        and box is not left
        and box is not right
    ]


def _matrix(left: Box, right: Box, inside: list[Box], pool: Sequence[Box], body: float) -> Box | None:
    rows = rows_of(inside, body)
    if len(rows) < 2:
        for box in inside:
            box.subs, box.sups, box.under, box.over = [], [], [], []
        return None
    if left.text == "{" != right.text and right.text != "}":
        tex = _case_lines(rows)
        return _built(left, right.right, [left, right, *inside], tex, bad=any(row.bad for row in rows))
    cells = _grid(rows)
    tex = ""
    if cells is not None:
        name = _NAMES.get(left.text, "matrix")
        if left.text == "(" and len(cells) == 2 and len(cells[0]) == 1 and _is_factor(right, cells, pool):
            (above,), (below,) = cells
            tex = f"\\binom{{{above}}}{{{below}}}"
            return _built(left, right.right, [left, right, *inside], tex, bad=any(row.bad for row in rows))
        lines = " \\\\ ".join(" & ".join(row) for row in cells)
        tex = f"\\begin{{{name}}} {lines} \\end{{{name}}}"
    return _built(
        left, right.right, [left, right, *inside], tex, bad=cells is None or any(row.bad for row in rows)
    )


def _is_factor(right: Box, cells: Sequence[Sequence[str]], pool: Sequence[Box]) -> bool:
    """Whether two rows in brackets are a factor before a number or letter, as binomials are and columns are not.

    Two numbers before `=` and a number are one as well: `(5 over 2) = 10`.
    """
    height = (right.bottom + right.top) / 2
    after = sorted(
        (box for box in pool if box.left > right.right - 0.5 and box.bottom < height < box.top),
        key=lambda box: box.left,
    )[:2]
    size = after[0].size if after else 0
    if not after or after[0].left - right.right > 0.6 * size:
        return False
    numbers = all(cell.isdigit() for (cell,) in cells)
    if after[0].text == "=":
        return numbers and len(after) == 2 and after[1].text.isdigit()
    return after[0].text.isalnum() or (after[0].text == "(" and after[0].height < TALL * size and not numbers)


def _built(left: Box, end: float, used: Sequence[Box], tex: str, *, bad: bool) -> Box:
    bottom, top = min(box.bottom for box in used), max(box.top for box in used)
    size = (
        max(box.size for box in used if (box is not left and box.pivot is None) or box.tex)
        if any(box.pivot is None or box.tex for box in used)
        else left.size
    )
    pivot = (left.bottom + left.top) / 2
    bad = bad or any(part.bad for box in used for part in box.parts())
    return Box(
        left.left, end, bottom, top, pivot - AXIS * size, size, tex=tex or "\\ldots ", pivot=pivot, end=end, blank=left.blank, order=left.order, bad=bad
    )  # fmt: skip


def _grid(rows: Sequence[Row]) -> list[list[str]] | None:
    """Return the cells of rows as LaTeX; None where they do not stand in columns."""
    chunked = [_chunks(row) for row in rows]
    if sum(map(len, chunked)) > MAX_CELLS or any(row.bad for row in rows):
        return None
    count = max(map(len, chunked))
    if any(len(chunks) != count for chunks in chunked):
        return None
    for column in range(count):
        starts = [chunks[column][0].left for chunks in chunked]
        ends = [chunks[column][-1].reach for chunks in chunked]
        if column and min(starts) < max(chunks[column - 1][-1].reach for chunks in chunked) - 0.05:
            return None
        if max(starts) > min(ends) + 1.5 * rows[0].size and count > 1:
            return None
    return [[formula_of(chunk) for chunk in chunks] for chunks in chunked]


def _chunks(row: Row, *, gap: float = CELL_GAP) -> list[list[Box]]:
    chunks: list[list[Box]] = []
    for box in row.boxes:
        if chunks:
            last = chunks[-1][-1]
            off = box.left - max(last.reach, min(last.end, last.right + 0.2 * row.size))
        if chunks and off <= gap * row.size:
            chunks[-1].append(box)
        else:
            chunks.append([box])
    return chunks


def _cases(left: Box, pool: Sequence[Box], body: float) -> tuple[Box, list[Box]] | None:
    slack = 0.3 * left.size
    beside = sorted(
        (
            box for box in pool
            if box is not left and box.left > left.right - 0.5 and left.bottom - slack <= (box.bottom + box.top) / 2 <= left.top + slack
        ),
        key=lambda box: box.left,
    )  # fmt: skip
    inside: list[Box] = []
    edge = left.right
    for box in beside:
        if box.left - edge > 3 * box.size:
            break
        inside.append(box)
        edge = max(edge, box.right)
    # what stands on the axis of the brace behind its rows goes on after them
    rows = rows_of(inside, body)
    if len(rows) < 2 or any(row.bad for row in rows):
        _release(inside)
        return None
    axis = (left.bottom + left.top) / 2
    behind = [
        row for row in rows if abs(row.base + AXIS * row.size - axis) < 0.2 * row.size and len(rows) % 2
    ]
    rows = [row for row in rows if row not in behind]
    if len(rows) < 2:
        _release(inside)
        return None
    used = [left, *(part for row in rows for box in row.boxes for part in box.parts())]
    _release([box for row in behind for box in row.boxes])
    end = max(row.right for row in rows)
    return _built(left, end, used, _case_lines(rows), bad=False), used


def _case_lines(rows: Sequence[Row]) -> str:
    lines = [" & ".join(formula_of(chunk) for chunk in _chunks(row, gap=CASE_GAP)) for row in rows]
    return "\\begin{cases} " + " \\\\ ".join(lines) + " \\end{cases}"


def _release(boxes: Sequence[Box]) -> None:
    for box in boxes:
        box.subs, box.sups, box.under, box.over = [], [], [], []
