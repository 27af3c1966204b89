"""A class list: who should hand in, and who has another due date; from any table that names its students."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from grader.files.moments import read_duration, read_moment
from grader.files.validation import did_you_mean, nearest
from grader.model.errors import Problem, UsageError
from grader.model.identity import normal_id
from grader.platforms.worksheets.headings import HEADINGS, folded
from grader.platforms.worksheets.markcolumns import read_worksheet
from grader.platforms.worksheets.matching import Register
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from grader.model.submission import Student
    from grader.platforms.worksheets.contract import Listed, Worksheet

_OWN: Final = ("due", "extra")  # columns of a list that a teacher keeps
# Students for whom somebody of a like name is looked for: each takes a walk through the list.
_HINTS: Final = 20
_ALL: Final = ("id", "name", "email", "section", "group", *_OWN)


@dataclass(frozen=True)
class Roster:
    """A class list. `due` are due dates of their own, by the record of a student in the table."""

    listed: tuple[Listed, ...]
    due: Mapping[int, datetime]

    @cached_property
    def register(self) -> Register:
        return Register(self.listed)

    @property
    def students(self) -> Mapping[str, str]:
        """Names by what a student is called by, the first id where there is one."""
        return {listed.key: listed.name for listed in self.listed}

    @cached_property
    def known(self) -> frozenset[str]:
        """Everything that a student of the list may be called by in a hand-in."""
        return frozenset(key for listed in self.listed for key in _called(listed))

    @cached_property
    def called(self) -> Mapping[str, str]:
        """What each student is called by, by every id and address that only they have."""
        found: dict[str, set[str]] = {}
        for listed in self.listed:
            for text in (*listed.ids, normal_id(listed.email)):
                if text:
                    found.setdefault(text, set()).add(listed.key)
        return {text: next(iter(keys)) for text, keys in found.items() if len(keys) == 1}

    def rows_of(self, student: Student) -> tuple[Listed, ...]:
        """Return the row of a student, none where there is none that is surely theirs."""
        found = self.register.find(student).listed
        return () if found is None else (found,)

    def due_of(self, student: Student) -> datetime | None:
        """Return a student's own due date; None without one, and for whoever is not surely in the list."""
        return next((self.due[row.record] for row in self.rows_of(student) if row.record in self.due), None)

    def without(self, students: Iterable[Student]) -> list[Listed]:
        """Return who of the list is none of some students."""
        there = {row.record for student in students for row in self.rows_of(student)}
        return [listed for listed in self.listed if listed.record not in there]

    def strangers(self, students: Iterable[Student]) -> Iterator[tuple[Student, str]]:
        """Yield who of some students is not in the list, with what is wrong; two of them are never one row."""
        found = [(student, self.register.find(student)) for student in students]
        rows: dict[int, list[Student]] = {}
        for student, match in found:
            if match.listed is not None:
                rows.setdefault(match.listed.record, []).append(student)
        hints = _HINTS
        for student, match in found:
            if match.why:
                yield student, f"is not surely one of the roster's: {match.why}"
            elif match.listed is None:
                near = nearest(student.id, [listed.key for listed in self.listed]) if hints else None
                hints = max(hints - 1, 0)
                yield student, "is not in the roster" + (f"; did you mean {near!r}?" if near else "")
            elif student.id not in match.listed.ids and len(rows[match.listed.record]) > 1:
                other = next(item.id for item in rows[match.listed.record] if item is not student)
                yield student, f"is not in the roster; {match.listed.said} may be meant, as by {other!r}"


def read_roster(path: Path, due: datetime | None, *, dated: bool = True) -> Roster:
    """Read a class list: a platform's own export, or any table with a column for ids, user names or addresses.

    In columns that a teacher may have added, `due` is a time of the student's own, `extra` a length of time after the
    assignment's `due`; where the list is not `dated`, nothing is made of them. Raises UsageError with every problem.
    """
    worksheet = read_worksheet(path)
    places = _own_columns(worksheet, path) if dated else {}
    problems: list[Problem] = []
    own: dict[int, datetime] = {}
    for listed in worksheet.students:
        if not listed.key:
            problems.append(Problem(str(path), listed.line, 0, "a row without an id"))
            continue
        cells = worksheet.table.records[listed.record].cells
        said = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        try:
            moment = _due(said, due)
        except ValueError as error:
            problems.append(Problem(str(path), listed.line, 0, f"student {listed.key!r}: {error}"))
            continue
        if moment is not None:
            own[listed.record] = moment
    for kind, key, rows in Register(worksheet.students).doubles():
        for row in rows[1:]:
            same = row.key == rows[0].key
            rule = f"student {row.key!r} is listed twice" if same else (
                f"has the {kind} {key!r}, as line {rows[0].line} has"
            )  # fmt: skip
            problems.append(Problem(str(path), row.line, 0, rule))
    if problems:
        raise UsageError(problems)
    return Roster(worksheet.students, own)


def _due(said: Mapping[str, str], due: datetime | None) -> datetime | None:
    """Return a due date of a student's own; raises ValueError."""
    if said.get("due") and said.get("extra"):
        raise ValueError("give either 'due' or 'extra'")
    if said.get("due"):
        try:
            return read_moment(said["due"])
        except ValueError as error:
            raise ValueError(f"due {error}") from error
    if not said.get("extra"):
        return None
    if due is None:
        raise ValueError("'extra' needs a 'due' time in the rubric")
    try:
        return due + read_duration(said["extra"])
    except ValueError as error:
        raise ValueError(f"extra {error}") from error
    except OverflowError as error:
        raise ValueError(f"extra reaches beyond the year 9999 (got {said['extra']!r})") from error


def _own_columns(worksheet: Worksheet, path: Path) -> dict[str, int]:
    """Return the places of the columns with due dates; raises UsageError for one that is nearly called so.

    A heading that is misspelt would cost a student the extension that was given.
    """
    names = [folded(heading) for heading in worksheet.table.records[worksheet.head].cells]
    line = worksheet.table.records[worksheet.head].line
    problems = []
    if worksheet.platform == "list":
        known = frozenset().union(*HEADINGS.values(), _OWN)
        problems += [
            Problem(
                str(path),
                line,
                0,
                f"unknown column {name!r}{did_you_mean(name, _ALL)}; known are {', '.join(_ALL)}",
            )
            for name in names
            if name and name not in known and nearest(name, _ALL) in _OWN
        ]
    else:  # an assignment may be called so as well
        marks = {column.place for column in worksheet.columns}
        names = ["" if place in marks else name for place, name in enumerate(names)]
    problems += [
        Problem(str(path), line, 0, f"the column {name!r} is there twice")
        for name in _OWN
        if names.count(name) > 1
    ]
    if problems:
        raise UsageError(problems)
    return {name: names.index(name) for name in _OWN if name in names}


def _called(listed: Listed) -> Iterator[str]:
    yield from listed.ids
    for text in (listed.email, listed.name):
        if text:
            yield normal_id(text)
