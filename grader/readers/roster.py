"""Read what a teacher keeps beside the hand-ins: the class list, and when files came in. Both are CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.files.moments import read_duration, read_moment
from grader.model.errors import Problem, UsageError
from grader.model.identity import normal_id
from grader.readers.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

_ROSTER: Final = ("id", "name", "email", "section", "group", "due", "extra")
_TIMES: Final = ("file", "submitted")


@dataclass(frozen=True, slots=True)
class Roster:
    """A class list: who should hand in, and who has another due date."""

    students: Mapping[str, str]  # name by id
    due: Mapping[str, datetime]


def read_roster(path: Path, due: datetime | None) -> Roster:
    """Read a class list with the columns id, name, email, section, group, due and extra; only id is needed.

    `due` is a time of the student's own, `extra` a length of time after the assignment's `due`.
    Raises UsageError with every problem.
    """
    problems: list[Problem] = []
    students: dict[str, str] = {}
    own: dict[str, datetime] = {}
    for line, row in read_table(path, _ROSTER, ("id",)):
        name = row["id"] = normal_id(row["id"])
        rule = _wrong_with(row, students, due)
        try:
            if not rule and row.get("due"):
                own[name] = read_moment(row["due"])
            elif not rule and due is not None and row.get("extra"):
                own[name] = due + read_duration(row["extra"])
        except ValueError as error:
            rule = f"student {name!r}: {'due' if row.get('due') else 'extra'} {error}"
        except OverflowError:
            rule = f"student {name!r}: extra reaches beyond the year 9999 (got {row['extra']!r})"
        if rule:
            problems.append(Problem(str(path), line, 0, rule))
        students.setdefault(name, row.get("name", ""))
    if problems:
        raise UsageError(problems)
    return Roster(students, own)


def _wrong_with(row: Mapping[str, str], students: Mapping[str, str], due: datetime | None) -> str:
    name = row["id"]
    if not name:
        return "a row without an id"
    if name in students:
        return f"student {name!r} is listed twice"
    if row.get("due") and row.get("extra"):
        return f"student {name!r}: give either 'due' or 'extra'"
    if row.get("extra") and due is None:
        return f"student {name!r}: 'extra' needs a 'due' time in the rubric"
    return ""


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
