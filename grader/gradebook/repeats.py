"""What the last `grade` of an assignment went by and what it told, so that the same command finds out that nothing changed.

A note holds only as long as nothing else has been done to the assignment since: runs, decisions and acts are counted up,
never taken away, so that their latest numbers tell. Beside that, the file itself is dated by whoever keeps a note: with
another date, something else has written to it, and no note holds.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from grader.records import dataclass

if TYPE_CHECKING:
    from grader.gradebook.store import Gradebook


@dataclass(frozen=True, slots=True)
class RepeatNote:
    """The note of one run. `data` is JSON of whoever keeps it; `scope` is the assignment, "" where the others matter too."""

    assignment: str
    scope: str
    run: int
    dated: int
    data: dict[str, Any]
    holds: bool = True  # nothing was done to the assignment since


def note_of(book: Gradebook, key: str) -> RepeatNote | None:
    """Return the note of a run that was asked for in this way, None without one."""
    row = book.row("SELECT assignment, scope, run, state, dated, data FROM repeats WHERE key = ?", (key,))
    if row is None:
        return None
    assignment, scope, run, state, dated, data = row
    holds = state == _state(book, scope) and run == _last_run(book, scope)
    try:
        return RepeatNote(assignment, scope, run, dated, json.loads(zlib.decompress(data)), holds)
    except (zlib.error, ValueError):  # a damaged one tells nothing
        return None


def keep_note(book: Gradebook, key: str, note: RepeatNote, *, found: int) -> None:
    """Keep the note of the run that has just ended, instead of any earlier one of the assignment.

    Notes of other assignments hold on where the file was `found` with their date before the run.
    """
    with book.transaction() as connection:
        if note.run != _last_run(book, note.scope):
            return  # another process has begun a run meanwhile
        connection.execute("DELETE FROM repeats WHERE assignment = ? OR dated <> ?", (note.assignment, found))
        connection.execute("UPDATE repeats SET dated = ?", (note.dated,))
        connection.execute(
            "INSERT INTO repeats VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                note.assignment, key, note.scope, note.run, _state(book, note.scope), note.dated, _packed(note.data),
            ),
        )  # fmt: skip


def repeat_run(
    book: Gradebook, note: RepeatNote, *, reused: int, seconds: float, dated: int, changed: bool
) -> bool:
    """Note a run like that of a note, in which nothing was new; whether that was still so.

    `dated` is the file's new date, `changed` whether the note's data are others than before.
    """
    with book.transaction() as connection:
        if note.run != _last_run(book, note.scope):
            return False
        now = datetime.now(UTC).isoformat(timespec="seconds")
        number = connection.execute(
            "INSERT INTO runs (kind, assignment, rubric, version, started, finished, reused, seconds)"
            " SELECT kind, assignment, rubric, version, ?, ?, ?, ? FROM runs WHERE id = ?",
            (now, now, reused, seconds, note.run),
        ).lastrowid
        connection.execute(
            "UPDATE standings SET run = ? WHERE assignment = ? AND present", (number, note.assignment)
        )
        connection.execute("UPDATE repeats SET run = ? WHERE assignment = ?", (number, note.assignment))
        connection.execute("UPDATE repeats SET dated = ?", (dated,))
        if changed:
            connection.execute(
                "UPDATE repeats SET data = ? WHERE assignment = ?", (_packed(note.data), note.assignment)
            )
    return True


def _packed(data: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(data).encode(), 1)  # for its checksum as well


def _last_run(book: Gradebook, scope: str) -> int:
    (number,) = book.row("SELECT max(id) FROM runs WHERE ? IN ('', assignment)", (scope,)) or (0,)
    return int(number or 0)


def _state(book: Gradebook, scope: str) -> str:
    """Return how many decisions and acts there are, and the latest of them."""
    rows = [
        book.row(f"SELECT count(*), max(id) FROM {table} WHERE ? IN ('', assignment)", (scope,))  # noqa: S608 - two literals
        for table in ("overrides", "acts")
    ]
    return json.dumps(rows)
