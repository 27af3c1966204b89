"""Show the class in the terminal: student, score or range, a bar, the questions, what awaits a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.writers.displaytext import one_line
from grader.writers.rounding import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.writers.rows import ClassRow, QuestionCell

# Below this nothing but the name and the score fits.
_NARROWEST: Final = 44
_NAME: Final = (12, 28)  # the least and most room for a name
_BAR: Final = (8, 20)
_GAP: Final = 2
# Of a pipe, which has none.
WIDTH: Final = 80
_STYLES: Final = ("red", "yellow", "yellow", "green")


def plain_class(rows: Sequence[ClassRow], total: int) -> str:
    """Return the class table as a pipe gets it, "" where only rich can set it: it is too wide, or has wide characters."""
    waiting = any(row.awaiting for row in rows)
    questions = range(max((len(row.questions) for row in rows), default=0))
    lines = [["student", "score", *(_heading(rows, index) for index in questions), *["review"] * waiting]]
    for row in rows:
        amounts = [_amount(row.questions[index]) if index < len(row.questions) else "" for index in questions]
        review = [str(row.awaiting or "")] * waiting
        lines.append([_name(row), _score(row), *amounts, *review])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    plain = all(cell.isascii() and cell.isprintable() for line in lines for cell in line)
    if not plain or sum(widths) + _GAP * (len(widths) - 1) > WIDTH:
        return ""
    gap = " " * _GAP
    set_lines = [
        gap.join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    ]
    more = [f"... and {total - len(rows):,} more"] if total > len(rows) else []
    return "\n".join([*set_lines, *more])


def print_class(
    console: Console, rows: Sequence[ClassRow], *, limit: int | None = None, total: int | None = None
) -> None:
    """Print the class table, plain where the output is not a terminal.

    `total` is how many students there are, where only the first of their rows were kept.
    """
    shown = rows if limit is None else rows[:limit]
    console.print(class_table(shown, width=console.width, plain=not console.is_terminal))
    more = (len(rows) if total is None else total) - len(shown)
    if more > 0:
        console.print(f"... and {more:,} more")


def class_table(rows: Sequence[ClassRow], *, width: int = 80, plain: bool = False) -> Table:
    """Build the class table for a terminal of this width.

    Where not everything fits, the bar is left out first, then questions from the right, which are named
    below. A plain table has no bar, no colour and no rules, so that it can be piped.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - as below
    from rich.table import Table  # noqa: PLC0415 - rich is needed only when a table is shown
    from rich.text import Text  # noqa: PLC0415 - as above

    cells = [(_name(row), _score(row)) for row in rows]
    waiting = any(row.awaiting for row in rows)
    # Everything at its least first; what room is left widens the names, then the bars.
    room = width - _NAME[0] - max([5, *(len(score) for _, score in cells)]) - 2 * _GAP
    room -= (len("review") + _GAP) if waiting else 0
    bar_width = 0 if plain or width < _NARROWEST or room < _BAR[0] + _GAP else _BAR[0]
    columns, left = _fitting(rows, room - (bar_width + _GAP if bar_width else 0), plain=plain)
    every = max((len(row.questions) for row in rows), default=0)
    if bar_width and len(columns) < every:
        bar_width = 0
        columns, left = _fitting(rows, room, plain=plain)
    room = left
    wanted = min(max([_NAME[0], *(cell_len(name) for name, _ in cells)]), _NAME[1])
    name_width = _NAME[0] + max(0, min(wanted - _NAME[0], room))
    if bar_width:
        bar_width += max(0, min(room - (name_width - _NAME[0]), _BAR[1] - bar_width))

    table = Table(
        box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="" if plain else "bold", expand=False
    )
    table.add_column("student", no_wrap=True, overflow="ellipsis", max_width=None if plain else name_width)
    table.add_column("score", justify="right", no_wrap=True)
    if bar_width:
        table.add_column("", no_wrap=True, width=bar_width)
    for index in columns:
        table.add_column(Text(_heading(rows, index)), justify="right", no_wrap=True)
    if waiting:
        table.add_column("review", justify="right", no_wrap=True)
    for row, (name, score) in zip(rows, cells, strict=True):
        line = [Text(name), Text(score, style="" if plain or row.score is not None else "magenta")]
        if bar_width:
            line.append(_bar(row, bar_width))
        line += [_cell(row.questions, index, plain=plain) for index in columns]
        if waiting:
            line.append(Text(str(row.awaiting) if row.awaiting else "", style="" if plain else "magenta"))
        table.add_row(*line)
    missing = [_heading(rows, index) for index in range(len(columns), every)]
    if missing:
        table.caption = f"not shown at this width: {', '.join(missing)}"
        table.caption_justify, table.caption_style = "left", ""
    return table


def _name(row: ClassRow) -> str:
    return one_line(row.name or row.id, 60)


def _score(row: ClassRow) -> str:
    if row.unreadable and row.score is None:
        return "unreadable"
    score = decimal(row.low) if row.score is not None else f"{decimal(row.low)}-{decimal(row.high)}"
    return f"{score}/{decimal(row.max_points)}"


def _heading(rows: Sequence[ClassRow], index: int) -> str:
    return next((one_line(row.questions[index].id, 12) for row in rows if index < len(row.questions)), "")


def _fitting(rows: Sequence[ClassRow], room: int, *, plain: bool) -> tuple[list[int], int]:
    """Choose the questions that fit, from the left; return them and the room that is left."""
    columns = []
    for index in range(max((len(row.questions) for row in rows), default=0)):
        texts = [_amount(row.questions[index]) for row in rows if index < len(row.questions)]
        need = max(map(len, (_heading(rows, index), *texts))) + _GAP
        if not plain and need > room:
            break
        columns.append(index)
        room -= need
    return columns, room


def _amount(cell: QuestionCell) -> str:
    return decimal(cell.low) if cell.low == cell.high else f"{decimal(cell.low)}?"


def _cell(cells: Sequence[QuestionCell], index: int, *, plain: bool) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    if index >= len(cells):
        return Text("")
    cell = cells[index]
    style = "magenta" if cell.awaiting else _style(cell.low, cell.max_points)
    return Text(_amount(cell), style="" if plain else style)


def _bar(row: ClassRow, width: int) -> Text:
    from rich.text import Text  # noqa: PLC0415 - as above

    if row.max_points <= 0:
        return Text("")
    earned = min(max(row.low, 0), row.max_points) * width // row.max_points
    reached = min(max(row.high, 0), row.max_points) * width // row.max_points
    bar = Text("━" * earned, style=_style(row.low, row.max_points))
    bar.append("╍" * (reached - earned), style="magenta")
    bar.append("─" * (width - reached), style="bright_black")
    return bar


def _style(low: int, max_points: int) -> str:
    if max_points <= 0:
        return ""
    return _STYLES[min(max(low, 0) * len(_STYLES) // max_points, len(_STYLES) - 1)]
