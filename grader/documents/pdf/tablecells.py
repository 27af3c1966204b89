"""A table of a page: the cells of its rows as Markdown, and where its columns begin."""

from __future__ import annotations

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as Markdown, and how many lines they took."""

    rows: tuple[tuple[str, ...], ...]
    count: int
    lefts: tuple[float, ...]  # of its columns, on the page

    @property
    def text(self) -> str:
        lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in self.rows]
        return "\n".join([lines[0], "|" + "---|" * len(self.rows[0]), *lines[1:]])

    def joined(self, below: Table) -> Table:
        """Return the table with the rows of its part on the next page, whose head may be repeated there."""
        rows = below.rows[1:] if below.rows[0] == self.rows[0] else below.rows
        mine = self.rows
        if rows and not rows[0][0]:  # the rest of a cell
            last = tuple(f"{above} {rest}".strip() for above, rest in zip(mine[-1], rows[0], strict=True))
            mine, rows = (*mine[:-1], last), rows[1:]
        return Table((*mine, *rows), below.count, self.lefts)
