"""Read a table of known columns that a teacher keeps or fills in, with a header line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.files.delimited import DELIMITERS, DelimitedError, read_delimited
from grader.files.validation import did_you_mean
from grader.files.yamltree import read_own_bytes
from grader.model.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.files.delimited import Delimited

# A university's largest course has some thousands of rows.
MAX_BYTES: Final = 20_000_000


def read_own_table(path: Path, *, delimiters: str = DELIMITERS) -> Delimited:
    """Read a table of a teacher's; raises UsageError."""
    raw = read_own_bytes(path, MAX_BYTES, UsageError)
    try:
        return read_delimited(raw, delimiters=delimiters)
    except DelimitedError as error:
        raise UsageError([Problem(str(path), error.line, 0, error.rule)]) from error


def read_table(
    path: Path, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with the line it begins on and every known column, its cells stripped.

    Raises UsageError for a file of another form.
    """
    shown = str(path)
    records = read_own_table(path).records
    head = records[0].cells if records else ()
    names = [name.strip().lower() for name in head]
    _check_columns(shown, names, columns, needed)
    for record in records[1:]:
        if not record.is_blank:
            yield record.line, _cells(shown, record.line, record.cells, names, columns)


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
    shown: str, line: int, row: Sequence[str], names: Sequence[str], columns: Sequence[str]
) -> dict[str, str]:
    """Return a row by column; what a short row leaves out is empty."""
    if any(cell.strip() for cell in row[len(names) :]):
        rule = f"the row has {len(row)} cells and the table {len(names)} columns; put a text with a comma in quotes"
        raise UsageError([Problem(shown, line, 0, rule)])
    return {**dict.fromkeys(columns, ""), **dict(zip(names, map(str.strip, row), strict=False))}
