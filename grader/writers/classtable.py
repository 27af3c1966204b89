"""The rows of the overview's table: one student each, short, because a class may have thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from grader.writers.rounding import decimal
from grader.writers.spreadsheetcells import percent
from grader.writers.view import span
from grader.writers.webpage import dashed, segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.writers.rows import ClassRow, QuestionCell

# Rows in the page; a larger class has the others in grades.csv. A browser reads this many in a
# second, and lays out only those that are shown.
MAX_ROWS: Final = 10_000
# Rows shown until all are asked for; `overview.css` counts them.
SHOWN_ROWS: Final = 500
_SHADES: Final = 5


def table_rows(rows: Sequence[ClassRow], *, late: bool) -> Markup:
    """Return the table's rows; `late` tells whether there is a column for late hand-ins."""
    # Names, ids and links are escaped one by one, everything else is numbers and our own words.
    return Markup("\n".join(_row(row, late=late) for row in rows))  # noqa: S704


def page_link(stem: str) -> str:
    """Return the address of a student's page, beside the overview."""
    return f"{quote(stem)}.html"


def _row(row: ClassRow, *, late: bool) -> str:
    share = percent(row.score, row.max_points)
    cells = [
        f'<td><a href="{escape(page_link(row.stem))}"><bdi>{escape(row.name or row.id)}</bdi></a></td>',
        f'<td class="soft"><bdi>{escape(row.id)}</bdi></td>',
        _number(_score(row), decimal(row.low)),
        f'<td class="share">{_bar(segments(row.low, row.high, row.max_points))}</td>',
        _number(share, share or "-1"),
    ]
    if late:
        cells.append(_number("" if row.late is None else dashed(decimal(row.late)), decimal(row.late or 0)))
    cells += map(_question, row.questions)
    cells.append(_number(str(row.awaiting or ""), str(row.awaiting)))
    opening = '<tr class="waits">' if row.awaiting else "<tr>"
    return f"{opening}{''.join(cells)}</tr>"


def _score(row: ClassRow) -> str:
    return "unreadable" if row.unreadable and row.score is None else dashed(span(row.low, row.high))


def _question(cell: QuestionCell) -> str:
    most = cell.max_points
    shade = min(max(cell.low, 0) * _SHADES // most, _SHADES) if most > 0 else 0
    look = "open" if cell.awaiting else f"s{shade}" if shade else ""
    return _number(dashed(span(cell.low, cell.high)), decimal(cell.low), look)


def _number(text: str, key: str, look: str = "") -> str:
    """Return a cell; the script sorts by `key` where the text is not a plain number."""
    known = "" if text == key else f' data-key="{key}"'
    return f'<td class="n{" " if look else ""}{look}"{known}>{text}</td>'


def _bar(parts: Iterable[tuple[str, int, int]]) -> str:
    bars = "".join(
        f'<rect class="f-{kind}" x="{start}" width="{width}" height="10"/>'
        for kind, start, width in parts
        if width
    )
    return (
        f'<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>'
    )
