"""Read when files came in, from a table beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.files.moments import read_moment
from grader.model.errors import Problem, UsageError
from grader.model.identity import normal_id
from grader.readers.knowncolumns import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_TIMES: Final = ("file", "submitted")


def read_times(path: Path) -> Mapping[str, datetime]:
    """Read when files came in: the columns file (its path, or its name alone) and submitted."""
    problems: list[Problem] = []
    times: dict[str, datetime] = {}
    for line, row in read_table(path, _TIMES, _TIMES):
        file = normal_id(row["file"])
        try:
            moment = read_moment(row["submitted"])
        except ValueError as error:
            problems.append(Problem(str(path), line, 0, f"{file}: submitted {error}"))
            continue
        if times.setdefault(file, moment) != moment:
            problems.append(Problem(str(path), line, 0, f"{file} is listed twice, with different times"))
    if problems:
        raise UsageError(problems)
    return times
