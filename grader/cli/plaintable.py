"""A plain table for the terminal: no box, numbers to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console


def print_rows(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads; a column of numbers is set to the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column, head in enumerate(heads):
        cells = [row[column].replace(",", "").replace(".", "") for row in rows if row[column]]
        table.add_column(head, justify="right" if cells and all(map(str.isdigit, cells)) else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
