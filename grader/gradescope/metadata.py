"""Read submission_metadata.json: who handed in, when, what was due, and what came before.

The file's form may change and public examples differ (a student number is a number, a text or null;
points are texts; earlier results are null or empty), so that everything in it may be missing or of
another kind: what cannot be read is left out and noted for the staff, and nobody is failed for it.
"""

from __future__ import annotations

import json
import math
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from grader.files.moments import read_moment
from grader.files.yamltree import read_own_bytes
from grader.model.errors import UsageError
from grader.model.submission import Student
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

# A hundred attempts with their results take some megabytes.
MAX_BYTES: Final = 100_000_000
_MAX_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier hand-in for the same assignment; `error`: the autograder failed, which is not the student's fault."""

    submitted: datetime
    score: float | None
    error: bool
    results: Mapping[str, Any]  # as the platform stored it; empty where it did not


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says, as far as it could be read; `notes` tell the staff what could not."""

    students: tuple[Student, ...] = ()
    created: datetime | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)  # by student id, extensions included
    earlier: tuple[Earlier, ...] = ()  # oldest first
    notes: tuple[str, ...] = ()

    @property
    def latest_due(self) -> datetime | None:
        """Return the last of the members' due dates: a group is late when all its members are."""
        return max(self.due.values(), default=None)


def read_metadata(path: Path) -> Metadata:
    """Read the file; never raises."""
    try:
        raw = read_own_bytes(path, MAX_BYTES, UsageError)
    except UsageError as error:
        return Metadata(notes=(f"submission_metadata.json {error.problems[0].message}",))
    try:
        # What results.json may not hold is nothing here: NaN, infinities, and numbers that become one.
        text = raw.decode("utf-8", "replace")
        data = json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        return Metadata(notes=(f"submission_metadata.json is not JSON: {error}",))
    return _Reading().metadata(data)


class _Reading:
    """Takes what it can use, and notes what it cannot."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def metadata(self, data: Any) -> Metadata:
        data = self._mapping(data, "the file")
        assignment = self._mapping(data.get("assignment"), "assignment")
        common = self._moment(assignment.get("due_date"), "assignment.due_date")
        students: list[Student] = []
        due: dict[str, datetime] = {}
        for number, item in enumerate(self._list(data.get("users"), "users")):
            user = self._mapping(item, f"users[{number}]")
            student = _student(user)
            if student is None or student.id in due or student in students:
                self.notes.append(f"users[{number}] has neither sid, email nor id, or stands there twice")
                continue
            students.append(student)
            own = self._mapping(user.get("assignment"), f"users[{number}].assignment")
            moment = self._moment(own.get("due_date"), f"users[{number}].assignment.due_date") or common
            if moment is not None:
                due[student.id] = moment
        earlier = [
            self._earlier(item, number)
            for number, item in enumerate(
                self._list(data.get("previous_submissions"), "previous_submissions")
            )
        ]
        return Metadata(
            students=tuple(students),
            created=self._moment(data.get("created_at"), "created_at"),
            due=due,
            earlier=tuple(sorted((item for item in earlier if item), key=lambda item: item.submitted)),
            notes=tuple(self.notes),
        )

    def _earlier(self, item: Any, number: int) -> Earlier | None:
        where = f"previous_submissions[{number}]"
        data = self._mapping(item, where)
        submitted = self._moment(data.get("submission_time"), f"{where}.submission_time")
        if submitted is None:
            return None
        results = data.get("results")
        return Earlier(
            submitted=submitted,
            score=self._points(data.get("score"), f"{where}.score"),
            error=data.get("autograder_error") is True,
            results=results if isinstance(results, dict) else {},
        )

    def _mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            self._note(where, "is no object", value)
        return {}

    def _list(self, value: Any, where: str) -> list[Any]:
        if isinstance(value, list):
            return value
        if value is not None:
            self._note(where, "is no list", value)
        return []

    def _moment(self, value: Any, where: str) -> datetime | None:
        if value is None:
            return None
        try:
            return read_moment(str(value))
        except ValueError:
            self._note(where, "is no time with an offset", value)
            return None

    def _points(self, value: Any, where: str) -> float | None:
        if value is None or isinstance(value, bool):
            return None
        try:
            points = float(value)
        except (TypeError, ValueError, OverflowError):
            self._note(where, "is no number", value)
            return None
        return points if math.isfinite(points) else None

    def _note(self, where: str, what: str, value: Any) -> None:
        self.notes.append(f"submission_metadata.json: {where} {what} (got {str(value)[:_MAX_WORDS]!r})")


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _student(user: Mapping[str, Any]) -> Student | None:
    """Name a student by number, else e-mail, else the platform's own number; all of them as text."""
    names = [str(user[key]).strip() for key in ("sid", "email", "id") if user.get(key) not in (None, "")]
    if not names or not names[0]:
        return None
    return Student(id=names[0], name=str(user.get("name") or ""), email=str(user.get("email") or ""))
