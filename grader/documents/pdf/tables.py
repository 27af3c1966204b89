"""Lines whose words stand in columns, to the rows of a table."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from grader.documents.pdf.page import Row
from grader.documents.pdf.proserow import markdown_of, pieces_of
from grader.documents.pdf.tablecells import Table
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.pdf.page import Box, PdfPage, Rule
    from grader.documents.pdf.pagelines import PdfLine

# Cells stand so far apart at least, in sizes; in a ruled table a little closer.
CELL_GAP: Final = 1.05
RULED_GAP: Final = 0.75
# Rows without rules that make a table.
MIN_ROWS: Final = 3
# The rules of one table stand closer than this, in sizes.
MAX_BAND: Final = 14
MAX_COLUMNS: Final = 40

_MARKER: Final = deferred(r"[•◦▪–\-∗*·]|\(?[0-9A-Za-z]{1,3}[.)]|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}\.?")


def table_at(lines: Sequence[PdfLine], start: int, page: PdfPage) -> tuple[Table | None, int]:
    """Return the table that begins with a line, None where none does, and how many lines were looked at."""
    ruled = _rules_around(lines[start], page)
    gap = RULED_GAP if ruled else CELL_GAP
    first = _chunks(lines[start], gap, page)
    if not 2 <= len(first) <= MAX_COLUMNS or _begins_item(first, lines, start, gap, page):
        return None, 1
    taken: list[tuple[PdfLine, list[list[Box]]]] = []
    columns: list[tuple[float, float]] = []
    for line in lines[start:]:
        if (
            line.row is None
            or line.page != page.number
            or (taken and not _follows(taken[-1][0], line, ruled=bool(ruled)))
        ):
            break
        chunks = _chunks(line, gap, page)
        behind = bool(ruled) and line.base < ruled[-1].y
        if (behind and len(ruled) > 2) or (len(chunks) < 2 and (behind or not ruled)):
            break
        merged = _merged(columns, chunks)
        if merged is None:
            break
        columns = merged
        taken.append((line, chunks))
    full = [chunks for _, chunks in taken if len(chunks) >= 2]
    if len(columns) < 2 or len(full) < (2 if ruled else MIN_ROWS):
        return None, len(taken)
    if not ruled and (_are_markers(taken) or _is_ragged(taken, columns)):
        return None, len(taken)
    columns = _counted(columns, [chunks for _, chunks in taken])
    rows = [_cells(chunks, columns, page) for _, chunks in taken]
    if ruled:
        rows = _banded(rows, [line for line, _ in taken], ruled, page)
    return Table(tuple(map(tuple, rows)), len(taken), tuple(start for start, _ in columns)), len(taken)


def _begins_item(
    first: list[list[Box]], lines: Sequence[PdfLine], start: int, gap: float, page: PdfPage
) -> bool:
    """Whether a line of two cells is an item with its mark, and the line below none of the same list."""
    if len(first) != 2 or not _MARKER.fullmatch("".join(box.text for box in first[0])):
        return False
    below = _chunks(lines[start + 1], gap, page) if start + 1 < len(lines) else []
    return (
        len(below) < 2
        or not _MARKER.fullmatch("".join(box.text for box in below[0]))
        or not below[0][0].text.isdigit()
    )


def _follows(above: PdfLine, line: PdfLine, *, ruled: bool) -> bool:
    return line.region == above.region and 0 < above.base - line.base < (6 if ruled else 2.6) * max(
        above.size, line.size
    )


def _rules_around(line: PdfLine, page: PdfPage) -> list[Rule]:
    """Return the long rules of the table that a line would be in: one near above it, others below."""
    over = [
        rule for rule in page.rules
        if 0 < rule.y - line.base < 3 * line.size and rule.left < line.left + 1.5 * line.size and rule.right > line.right - 1.5 * line.size
    ]  # fmt: skip
    spans = over or _parts(line, page)
    if not spans:
        return []
    left, right = min(rule.left for rule in spans), max(rule.right for rule in spans)
    top = max(rule.y for rule in spans) + 1
    inside = sorted(
        (rule for rule in page.rules if rule.left >= left - 3 and rule.right <= right + 3 and rule.y <= top),
        key=lambda rule: -rule.y,
    )
    found: list[Rule] = []
    for rule in inside:
        if found and found[-1].y - rule.y > MAX_BAND * line.size:
            break
        found.append(rule)
    return found if found and found[-1].y < line.base - 0.1 * line.size else []


def _parts(line: PdfLine, page: PdfPage) -> list[Rule]:
    """Return the rules above single cells of a line, as programs draw that frame each cell."""
    near = [rule for rule in page.rules if 0 < rule.y - line.base < 3 * line.size]
    touching = [rule for rule in near if rule.right > line.left - 20 and rule.left < line.right + 20]
    if (
        touching
        and min(rule.left for rule in touching) < line.left
        and max(rule.right for rule in touching) > line.right
    ):
        return touching
    return [
        rule for rule in page.rules
        if 0 < line.base - rule.y < 1.2 * line.size and rule.left < line.left + line.size and rule.right > line.right - line.size
    ]  # fmt: skip


def _chunks(line: PdfLine, gap: float, page: PdfPage) -> list[list[Box]]:
    """Return the boxes of a line cell by cell."""
    if line.row is None:
        return []
    walls = [rule.x for rule in page.uprights if rule.bottom - 1 < line.base + 0.3 * line.size < rule.top + 1]
    chunks: list[list[Box]] = []
    for box in line.row.boxes:
        last = chunks[-1][-1] if chunks else None
        if last is None or box.left - max(last.reach, min(last.end, last.right + 3)) > gap * line.size:
            chunks.append([box])
        elif any(last.middle < wall < box.middle and last.reach - 1 < wall < box.left + 1 for wall in walls):
            chunks.append([box])
        else:
            chunks[-1].append(box)
    return chunks


def _merged(columns: list[tuple[float, float]], chunks: list[list[Box]]) -> list[tuple[float, float]] | None:
    """Return the columns widened by the cells of one more row; None where one would lie in two."""
    spans = list(columns)
    for chunk in chunks:
        left, right = chunk[0].left, max(box.reach for box in chunk)
        over = [index for index, (start, end) in enumerate(spans) if start < right and left < end]
        if len(over) > 1:
            return None
        if over:
            start, end = spans[over[0]]
            spans[over[0]] = min(start, left), max(end, right)
        else:
            spans.append((left, right))
    spans.sort()
    if any(right[0] < left[1] for left, right in itertools.pairwise(spans)):
        return None
    seats = [
        next(index for index, (start, end) in enumerate(spans) if start - 0.1 <= chunk[0].left <= end)
        for chunk in chunks
    ]
    return spans if len(set(seats)) == len(seats) else None


def _counted(
    columns: list[tuple[float, float]], rows: Sequence[list[list[Box]]]
) -> list[tuple[float, float]]:
    """Return the columns of rows that have as many cells each: a head may stand beside its column, in the middle of it."""
    count = len(rows[0])
    if len(columns) == count or any(len(chunks) != count for chunks in rows):
        return columns
    return [
        (
            min(chunks[place][0].left for chunks in rows),
            max(box.reach for chunks in rows for box in chunks[place]),
        )
        for place in range(count)
    ]


def _are_markers(taken: Sequence[tuple[PdfLine, list[list[Box]]]]) -> bool:
    """Whether the first column is made of the marks of a list."""
    return all(_MARKER.fullmatch("".join(box.text for box in chunks[0])) for _, chunks in taken) and all(
        len(chunks) == 2 for _, chunks in taken
    )


def _is_ragged(
    taken: Sequence[tuple[PdfLine, list[list[Box]]]], columns: Sequence[tuple[float, float]]
) -> bool:
    """Whether the rows are no table's: formulas with remarks behind them, or few cells in many columns."""
    cells = sum(len(chunks) for _, chunks in taken)
    if cells < 0.7 * len(taken) * len(columns):
        return True
    return any(box.text in {"=", "≈"} and box is chunks[0][0] for _, chunks in taken for box in chunks[0])


def _cells(chunks: list[list[Box]], columns: Sequence[tuple[float, float]], page: PdfPage) -> list[str]:
    cells = [""] * len(columns)
    for number, chunk in enumerate(chunks):
        place = number
        if len(chunks) < len(columns):
            place = next(
                index for index, (start, end) in enumerate(columns) if start - 0.1 <= chunk[0].left <= end
            )
        largest = max(chunk, key=lambda box: box.size)
        cells[place] = markdown_of(pieces_of(Row(chunk, largest.base, largest.size), (), spaced=page.spaced))
    return cells


def _banded(
    rows: list[list[str]], lines: Sequence[PdfLine], rules: Sequence[Rule], page: PdfPage
) -> list[list[str]]:
    """Join lines between the same two rules to one row where every row has its rules."""
    heights = sorted({round(rule.y) for rule in rules}, reverse=True)
    bands: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        bands.setdefault(sum(height > line.base + 0.2 * line.size for height in heights), []).append(index)
    boxed = any(
        upright.bottom < lines[0].base < upright.top + 1 or upright.bottom < lines[-1].base < upright.top
        for upright in page.uprights
    )
    if any(sum(all(rows[index]) for index in band) > 1 for band in bands.values()):
        return rows  # whole rows without rules between them
    leaders = all(sum(bool(rows[index][0]) for index in band) == 1 for band in bands.values())
    if len(bands) < 2 or not (boxed or (leaders and len(bands) >= 3)):
        return rows
    return [
        [" ".join(filter(None, (rows[index][column] for index in band))) for column in range(len(rows[0]))]
        for band in bands.values()
    ]
