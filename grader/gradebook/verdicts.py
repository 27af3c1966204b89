"""Outcomes shared by equal answers: between students, between processes, between runs."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from grader.model import Outcome

if TYPE_CHECKING:
    from pathlib import Path

# About 1 kB each: what one process remembers without asking the file.
MAX_REMEMBERED: Final = 20_000
# A process that cannot write at once goes on without: another one may judge the same answer again.
_PATIENCE: Final = 2.0


class SharedVerdicts:
    """The verdicts of one version of the grader, in memory and, with a path, in a gradebook.

    It is a shortcut and never a fault: where the file cannot be read or written, answers are judged anew.
    """

    def __init__(self, path: Path | None, version: str, *, readonly: bool = False) -> None:
        self.version = version
        self.readonly = readonly or path is None
        self._known: dict[str, Outcome] = {}
        self._new: dict[str, Outcome] = {}
        self._file: sqlite3.Connection | None = None
        if path is not None and path.exists():
            with suppress(sqlite3.Error):
                self._file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)

    def recall(self, key: str) -> Outcome | None:
        """Return the outcome kept under a key."""
        key = f"{self.version}:{key}"
        known = self._known.get(key)
        if known is None and self._file is not None:
            with suppress(sqlite3.Error):
                row = self._file.execute("SELECT outcome FROM verdicts WHERE key = ?", (key,)).fetchone()
                known = None if row is None else Outcome.model_validate_json(row[0])
            if known is not None:
                self._remember(key, known)
        return known

    def keep(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome; others see it after the next `flush`."""
        key = f"{self.version}:{key}"
        self._remember(key, outcome)
        if not self.readonly:
            self._new[key] = outcome

    def flush(self) -> None:
        """Write what is new."""
        if not self._new or self._file is None:
            self._new.clear()
            return
        rows = [(key, self.version, outcome.model_dump_json()) for key, outcome in self._new.items()]
        self._new.clear()
        with suppress(sqlite3.Error):
            self._file.execute("BEGIN IMMEDIATE")
            try:
                self._file.executemany("INSERT OR IGNORE INTO verdicts VALUES (?, ?, ?)", rows)
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
