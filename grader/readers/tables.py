"""Read a CSV table that a teacher keeps or fills in: commas or semicolons, UTF-8, a header line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from grader.errors import Problem, UsageError
from grader.validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# A university's largest course has some thousands of rows.
MAX_BYTES: Final = 20_000_000


def read_table(
    path: Path, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line, its cells stripped; raises UsageError for a file of another form."""
    shown = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError([Problem(shown, 0, 0, f"is larger than {MAX_BYTES} bytes")])
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError([Problem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise UsageError([Problem(shown, 0, 0, "is not UTF-8 text")]) from error
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    names = [name.strip().lower() for name in next(reader, [])]
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
    if problems:
        raise UsageError(problems)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, dict(zip(names, (cell.strip() for cell in row), strict=False))
