"""Tables with labels in their first row and column: the matrix of their numbers, and the cell that two labels name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.numbers.cells import read_cell
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.notation.numbers.cells import Cell

# Rows of one table; more are data.
MAX_ROWS: Final = 200

_TABLE: Final = deferred(r"(?:^[ \t>]*\|[^\n]*\|[ \t]*(?:\n|\Z)){2,}", re.MULTILINE)
_CELL: Final = deferred(r"(?<=\|)(?P<said>(?:\\\||[^|\n])*)(?=\|)")
_RULE: Final = deferred(r"[\s|:-]*-[\s|:-]*")
_EMPHASIS: Final = deferred(
    r"[*_`~]{1,3}|</?[a-z]{1,10}>|\\(?:textbf|mathbf|bm|underline)\{([^{}]*)\}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LabelledEntry:
    """A cell of a table: what it says, and where."""

    text: str
    start: int
    end: int

    @property
    def cell(self) -> Cell:
        return read_cell(_EMPHASIS.sub(lambda match: match[1] or "", self.text).strip(" $"))

    @property
    def is_label(self) -> bool:
        """Whether it says a name and no number; an empty cell may be either."""
        return bool(self.words) and (not any(map(str.isdecimal, self.words)) or self.cell.reading is None)

    @property
    def words(self) -> str:
        return " ".join(re.findall(r"\w+", _EMPHASIS.sub(lambda match: match[1] or "", self.text).casefold()))


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """The rows of a table, without the line that rules it."""

    rows: tuple[tuple[LabelledEntry, ...], ...]
    start: int
    end: int

    def numbers(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells behind the labels: without a first row and a first column that hold words."""
        rows = [list(row) for row in self.rows]
        if rows and (
            any(entry.is_label for entry in rows[0][1:]) or not any(entry.text for entry in rows[0])
        ):
            rows = rows[1:]
        if rows and all(row and (row[0].is_label or not row[0].words) for row in rows):
            rows = [row[1:] for row in rows]
        return tuple(tuple(entry.cell for entry in row) for row in rows)

    def chosen(self, rows: Sequence[str], columns: Sequence[str]) -> tuple[tuple[Cell, ...], ...] | None:
        """Return the cells that labels name, in their order, whichever way the table lies; None where one is missing."""
        return self.at(rows, columns) or self._turned().at(rows, columns)

    def _turned(self) -> LabelledTable:
        width = min(map(len, self.rows), default=0)
        turned = tuple(tuple(row[column] for row in self.rows) for column in range(width))
        return LabelledTable(turned, self.start, self.end)

    def at(self, rows: Sequence[str], columns: Sequence[str]) -> tuple[tuple[Cell, ...], ...] | None:
        """Return the cells of labelled rows and columns as the table lies."""
        heads = self.rows[0] if self.rows else ()
        places = [_place(label, heads[1:]) for label in columns]
        lines = [_place(label, [row[0] for row in self.rows[1:] if row]) for label in rows]
        if None in places or None in lines:
            return None
        body = [row[1:] for row in self.rows[1:] if row]
        picked = [line for line in lines if line is not None] or range(len(body))
        across = [place for place in places if place is not None]
        try:
            return tuple(
                tuple(body[line][place].cell for place in across or range(len(body[line]))) for line in picked
            )
        except IndexError:
            return None

    def entry(self, row: Sequence[str], column: Sequence[str]) -> LabelledEntry | None:
        """Return the cell in the row and column that one of their labels names; without columns, the row's only number."""
        for table in (self, self._turned()):
            for line in table.rows[1:] if column else table.rows:
                if not line or not any(_is(label, line[0]) for label in row):
                    continue
                if not column:
                    numbers = [entry for entry in line[1:] if entry.cell.reading is not None]
                    return numbers[0] if len(numbers) == 1 else None
                places = [
                    at
                    for at, head in enumerate(table.rows[0])
                    if at and any(_is(label, head) for label in column)
                ]
                if len(places) == 1 and places[0] < len(line):
                    return line[places[0]]
        return None


def _is(label: str, entry: LabelledEntry) -> bool:
    words = " ".join(re.findall(r"\w+", label.casefold()))
    return bool(words) and f" {words} " in f" {entry.words} "


def _place(label: str, entries: Sequence[LabelledEntry]) -> int | None:
    """Return where the one entry stands that a label names."""
    found = [at for at, entry in enumerate(entries) if _is(label, entry)]
    exact = [at for at in found if entries[at].words == " ".join(re.findall(r"\w+", label.casefold()))]
    found = exact or found
    return found[0] if len(found) == 1 else None


def find_tables(text: str) -> Iterator[LabelledTable]:
    """Yield the Markdown tables of a text in reading order."""
    for match in _TABLE.finditer(text):
        rows, at = [], match.start()
        for line in match[0].split("\n")[:MAX_ROWS]:
            if line.strip() and not _RULE.fullmatch(line):
                rows.append(
                    tuple(
                        LabelledEntry(cell["said"].strip(), at + cell.start("said"), at + cell.end("said"))
                        for cell in _CELL.finditer(line)
                    )
                )
            at += len(line) + 1
        yield LabelledTable(tuple(rows), match.start(), match.end())


def cell_alone(text: str, row: Sequence[str], column: Sequence[str]) -> str:
    """Return a text of the same length with nothing but the cell that labels name, the text itself where none is."""
    for table in find_tables(text) if "|" in text else ():
        entry = table.entry(row, column)
        if entry is not None:
            blank = re.sub(r"[^\n]", " ", text)
            return blank[: entry.start] + text[entry.start : entry.end] + blank[entry.end :]
    return text
