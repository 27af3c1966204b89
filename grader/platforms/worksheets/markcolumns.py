"""Recognise a teacher's table by its columns, and choose the one that marks go into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.registry import resolve
from grader.files.validation import did_you_mean
from grader.model.errors import Problem, UsageError
from grader.platforms.worksheets import WORKSHEETS
from grader.platforms.worksheets.headings import folded
from grader.readers.knowncolumns import read_own_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.platforms.worksheets.contract import MarkColumn, Worksheet

_SHOWN = 12  # columns named in a message


def read_worksheet(path: Path) -> Worksheet:
    """Return a table as the platform's that it is; raises UsageError for one that names its students by no known column."""
    table = read_own_table(path)
    for name in WORKSHEETS:
        found: Worksheet | None = resolve(WORKSHEETS, name)(table)
        if found is not None:
            return found
    headings = table.records[0].cells if table.records else ()
    got = ", ".join(repr(heading.strip()) for heading in headings[:_SHOWN]) or "an empty file"
    rule = (
        "is no table of a class that is known: it takes a platform's own export, or a header with a column for ids, user "
        f"names or addresses, such as id, username or email (got {got})"
    )
    raise UsageError([Problem(str(path), 1, 0, rule)])


def column_of(worksheet: Worksheet, path: Path, wanted: str | None, names: Sequence[str]) -> MarkColumn:
    """Return the column that marks go into; raises UsageError.

    `wanted` is a heading, the title in it or the platform's number of it; without one it is the column called like one
    of `names`, or the only one of a table that is of one assignment alone.
    """
    if wanted is not None:
        found = _called(worksheet, [wanted])
    else:
        found = _called(worksheet, names) or (list(worksheet.columns) if worksheet.settled else [])
    if len(found) == 1:
        if found[0].closed:
            rule = f"the column {found[0].heading.strip()!r} {found[0].closed} and takes no marks"
            raise UsageError([Problem(str(path), 1, 0, rule)])
        return found[0]
    known = [column.heading.strip() for column in worksheet.columns]
    listed = ", ".join(map(repr, known[:_SHOWN])) + (", ..." if len(known) > _SHOWN else "")
    if not known:
        rule = "has no column that marks could go into; make the assignment on the platform, and download the table again"
    elif found:
        rule = f"{len(found)} columns are called {wanted or names[0]!r}; give --column the number in brackets or the whole heading"
    elif wanted is not None:
        rule = f"no column is called {wanted!r}{did_you_mean(wanted, known)}; there are {listed}"
    else:
        rule = f"no column is called {' or '.join(map(repr, names))}; say which one with --column: {listed}"
    raise UsageError([Problem(str(path), 1, 0, rule)])


def _called(worksheet: Worksheet, names: Sequence[str]) -> list[MarkColumn]:
    """Return the columns that are called so: by the whole heading or the number, and where none is, by the title."""
    wanted = {folded(name) for name in names} - {""}
    exact = [column for column in worksheet.columns if wanted & {folded(column.heading), folded(column.id)}]
    return exact or [column for column in worksheet.columns if folded(column.title) in wanted]
