"""Outcomes shared by equal answers: between students, between processes, between runs."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from grader.model.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

# About 1 kB each: what one process remembers without asking the file.
MAX_REMEMBERED: Final = 20_000
# A process that cannot write at once goes on without: another one may judge the same answer again.
_PATIENCE: Final = 2.0

KEEP: Final = "INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?)"

VerdictRow = tuple[str, str, bytes]  # key, version, outcome


class SharedVerdicts:
    """The verdicts of one version of the grader, in memory and, with a path, in a gradebook.

    It is a shortcut and never a fault: where the file cannot be read or written, answers are judged anew.
    """

    def __init__(self, path: Path | None, version: str, *, readonly: bool = False) -> None:
        self.version = version
        self.readonly = readonly
        self._known: dict[str, Outcome] = {}
        self._new: dict[str, Outcome] = {}
        self._file: sqlite3.Connection | None = None
        if path is not None:
            with suppress(sqlite3.Error):
                uri = f"{path.absolute().as_uri()}?mode=rw"
                self._file = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
                if readonly:
                    self._file.execute("PRAGMA query_only = ON")

    def recall(self, key: str) -> Outcome | None:
        """Return the outcome kept under a key."""
        key = f"{self.version}:{key}"
        known = self._known.get(key)
        if known is None and self._file is not None:
            with suppress(sqlite3.Error, zlib.error, ValidationError):  # a damaged one is judged anew
                row = self._file.execute("SELECT outcome FROM verdicts WHERE key = ?", (key,)).fetchone()
                known = None if row is None else Outcome.model_validate_json(zlib.decompress(row[0]))
            if known is not None:
                self._remember(key, known)
        return known

    def keep(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome; others see it after the next `flush`."""
        key = f"{self.version}:{key}"
        self._remember(key, outcome)
        if not self.readonly:
            self._new[key] = outcome

    def take_new(self) -> tuple[VerdictRow, ...]:
        """Return what is new as rows for `keep_rows`, once."""
        rows = []
        for key, outcome in self._new.items():
            with suppress(ValueError):  # one that cannot be written down is judged anew
                rows.append((key, self.version, _packed(outcome)))
        self._new.clear()
        return tuple(rows)

    def flush(self) -> None:
        """Write what is new; without a file it waits for `take_new`."""
        if not self._new or self._file is None:
            return
        rows = self.take_new()
        with suppress(sqlite3.Error):
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._file.executemany(KEEP, rows)
                self._file.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._file.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Write what is new and let go of the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _remember(self, key: str, outcome: Outcome) -> None:
        if len(self._known) >= MAX_REMEMBERED:
            del self._known[next(iter(self._known))]  # the oldest
        self._known[key] = outcome


def _packed(outcome: Outcome) -> bytes:
    """Return an outcome as JSON under zlib, whose checksum tells a damaged one from another verdict."""
    return zlib.compress(outcome.model_dump_json().encode(), 1)
