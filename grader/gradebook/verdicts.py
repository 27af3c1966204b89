"""Outcomes shared by equal answers: between students, between processes, between runs.

They are kept by the answer, all its criteria's in one row: an answer is looked up once, however many criteria it is
judged by, and of a rubric that was changed only the changed criteria are judged again. Whoever marks only reads the
file; what is new comes back with the results, and whoever keeps these keeps it in the same transaction.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from grader.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Some 2 kB each, packed as they are in the file: what one process remembers without asking it.
MAX_REMEMBERED: Final = 3_000  # answers
# A process that cannot read at once goes on without: another one may judge the same answer again.
_PATIENCE: Final = 2.0

# The row of an answer grows with the criteria that it is judged by.
KEEP: Final = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)"

VerdictRow = tuple[str, str, bytes]  # key, version, outcomes


class AnswerVerdicts:
    """The outcomes of one answer, by what else they depend on."""

    __slots__ = ("_lines", "_outcomes", "is_new")

    def __init__(self, lines: dict[str, str]) -> None:
        self._lines = lines  # as they stand in the file, until they are asked for
        self._outcomes: dict[str, Outcome] = {}
        self.is_new = False

    def recall(self, key: str) -> Outcome | None:
        """Return the outcome kept under a key."""
        known = self._outcomes.get(key)
        if known is None and key in self._lines:
            with suppress(ValidationError):  # a damaged one is judged anew
                known = self._outcomes[key] = Outcome.model_validate_json(self._lines[key])
        return known

    def keep(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome; others see it when the results of this answer are kept."""
        self._outcomes[key] = outcome
        self.is_new = True

    def packed(self) -> bytes:
        """Return all of them as `unpacked_verdicts` reads them, under zlib, whose checksum tells a damaged row from another."""
        lines = dict(self._lines)
        for key, outcome in self._outcomes.items():
            if key not in lines:
                with suppress(ValueError):  # one that cannot be written down is judged anew
                    lines[key] = outcome.model_dump_json()
        return zlib.compress("\n".join([f"{key} {lines[key]}" for key in sorted(lines)]).encode(), 1)


def _lines_of(packed: bytes) -> dict[str, str]:
    """Return the lines of a packed row; none of a damaged one, whose answer is judged anew."""
    with suppress(zlib.error, UnicodeDecodeError):
        return unpacked_verdicts(zlib.decompress(packed))
    return {}


def unpacked_verdicts(text: bytes) -> dict[str, str]:
    """Return the outcomes of an answer as JSON, by what they were kept under."""
    parts = [line.partition(" ") for line in text.decode().split("\n")]
    return {key: outcome for key, _, outcome in parts}


def row_key(version: str, answer: str) -> str:
    """Return the key of the row of an answer to a question, by a digest of both, under one version of the grader."""
    return f"{version}:{answer}"


class SharedVerdicts:
    """The verdicts of one version of the grader, in memory and, with a path, in a gradebook that is only read.

    It is a shortcut and never a fault: where the file cannot be read, answers are judged anew.
    """

    def __init__(self, path: Path | None, version: str, *, readonly: bool = False) -> None:
        """Begin with what the file holds; where it is `readonly`, nothing new is kept for it."""
        self.version = version
        self.readonly = readonly
        self._known: dict[
            str, bytes | AnswerVerdicts
        ] = {}  # packed once they are known to whoever keeps them
        self._asked: dict[str, AnswerVerdicts] = {}  # since new ones were taken
        self._file: sqlite3.Connection | None = None
        if path is not None:
            with suppress(sqlite3.Error):
                uri = f"{path.absolute().as_uri()}?mode=rw"
                self._file = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
                self._file.execute("PRAGMA query_only = ON")

    def of(self, answer: str) -> AnswerVerdicts:
        """Return the verdicts on an answer to a question, by a digest of both."""
        key = row_key(self.version, answer)
        known = self._known.get(key)
        if not isinstance(known, AnswerVerdicts):
            known = AnswerVerdicts(_lines_of(known or self._kept(key)))
            self._remember(key, known)
        self._asked[key] = known
        return known

    def learn(self, rows: Iterable[VerdictRow]) -> None:
        """Take up rows that somebody else has looked up."""
        for key, _, packed in rows:
            if key not in self._known:
                self._remember(key, packed)

    def _remember(self, key: str, verdicts: bytes | AnswerVerdicts) -> None:
        if key not in self._known and len(self._known) >= MAX_REMEMBERED:
            del self._known[next(iter(self._known))]  # the oldest
        self._known[key] = verdicts

    def _kept(self, key: str) -> bytes:
        """Return the packed row that the file has, b"" where it has none or cannot be read."""
        if self._file is not None:
            with suppress(sqlite3.Error):
                row = self._file.execute("SELECT outcome FROM verdicts WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    return bytes(row[0])
        return b""

    def take_new(self) -> tuple[VerdictRow, ...]:
        """Return the rows of answers of which something is new, once, for whoever keeps the results."""
        asked, self._asked = self._asked, {}
        rows: list[VerdictRow] = []
        for key, known in asked.items():
            if known.is_new and not self.readonly:
                packed = known.packed()
                rows.append((key, self.version, packed))
                self._remember(key, packed)
        return tuple(rows)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
