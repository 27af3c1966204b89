"""Read a CSV table that a teacher keeps or fills in: commas or semicolons, UTF-8, a header line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from grader.files.validation import did_you_mean
from grader.files.yamltree import read_own_bytes
from grader.model.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# A university's largest course has some thousands of rows.
MAX_BYTES: Final = 20_000_000


def read_table(
    path: Path, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line and every known column, its cells stripped.

    Raises UsageError for a file of another form.
    """
    shown = str(path)
    raw = read_own_bytes(path, MAX_BYTES, UsageError)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise UsageError([Problem(shown, 0, 0, "is not UTF-8 text; save it as 'CSV UTF-8'")]) from error
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_columns(shown, names, columns, needed)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, _cells(shown, reader.line_num, row, names, columns)
    except csv.Error as error:
        raise UsageError([Problem(shown, reader.line_num, 0, f"is not a CSV table: {error}")]) from error


def _check_columns(shown: str, names: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    problems = [
        Problem(
            shown,
            1,
            0,
            f"unknown column {name!r}{did_you_mean(name, columns)}; known are {', '.join(columns)}",
        )
        for name in names
        if name not in columns
    ]
    problems += [
        Problem(shown, 1, 0, f"the column {name!r} is missing") for name in needed if name not in names
    ]
    problems += [
        Problem(shown, 1, 0, f"the column {name!r} is there twice")
        for name in columns
        if names.count(name) > 1
    ]
    if problems:
        raise UsageError(problems)


def _cells(
    shown: str, line: int, row: list[str], names: Sequence[str], columns: Sequence[str]
) -> dict[str, str]:
    """Return a row by column; what a short row leaves out is empty."""
    if any(cell.strip() for cell in row[len(names) :]):
        rule = f"the row has {len(row)} cells and the table {len(names)} columns; put a text with a comma in quotes"
        raise UsageError([Problem(shown, line, 0, rule)])
    return {**dict.fromkeys(columns, ""), **dict(zip(names, map(str.strip, row), strict=False))}
