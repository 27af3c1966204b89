"""Open a gradebook, and say what is wrong with one that cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Self

from grader.errors import GradebookError, Problem
from grader.gradebook.schema import APPLICATION, VERSION, migrate, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

# How long one process waits for another's transaction; each of ours takes milliseconds.
PATIENCE: Final = 60.0
_SQLITE: Final = b"SQLite format 3\x00"


class Gradebook:
    """One gradebook file, open. Use it in a `with` block.

    Every method either does all it says or raises GradebookError and changes nothing.
    """

    def __init__(self, path: Path | None, *, readonly: bool = False) -> None:
        """Open the file, making it where there is none; without a path it lives in memory only."""
        self.path = path
        self.readonly = readonly
        self._depth = 0
        with self.guarded():
            self.connection = self._open()

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None)
            migrate(connection)
            return connection
        _refuse_other_files(self.path)
        if self.readonly:
            if not self.path.exists():
                raise _unusable(self.path, "there is no such gradebook")
            uri = f"{self.path.absolute().as_uri()}?mode=ro"
            connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            _check(connection, self.path, readonly=self.readonly)
            if not self.readonly:
                connection.execute("PRAGMA journal_mode = WAL")
                # A commit survives a killed process; after a power cut the last ones may be missing, never half there.
                connection.execute("PRAGMA synchronous = NORMAL")
                migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the file; the last process to close it folds its log into it."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what SQLite or the file system says into a GradebookError."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise _unusable(self.path, _advice(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all that is inside or nothing; inside another transaction it is part of that one."""
        with self.guarded():
            if self._depth:
                yield self.connection
                return
            self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has already ended the transaction
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def rows(self, query: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one after the other."""
        with self.guarded():
            yield from self.connection.execute(query, tuple(values))

    def row(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, None where there is none."""
        return next(self.rows(query, values), None)


def _refuse_other_files(path: Path) -> None:
    """Raise for a file that is no SQLite file at all, before SQLite could touch it."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise _unusable(
                path, "is not a gradebook, or its beginning is damaged; nothing was changed. " + _WAY_OUT
            )


def _check(connection: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and tables:
        raise _unusable(path, "is an SQLite file of another program; name another file with --gradebook")
    version = version_of(connection)
    if readonly and version < VERSION:
        raise _unusable(
            path,
            f"is of an older version ({version}, this is {VERSION}); any command that writes to it, such as "
            "'grade', brings it up to date",
        )
    if version > VERSION:
        raise _unusable(
            path,
            f"was written by a newer grader (version {version} of its tables, this one knows "
            f"{VERSION}); install that one, or name another file with --gradebook",
        )


_WAY_OUT: Final = "Move it away, or name another with --gradebook, and the class is marked anew."


def _advice(error: Exception) -> str:
    said = str(error)
    if isinstance(error, OSError):
        return f"cannot be opened: {error.strerror or said}"
    if "locked" in said or "busy" in said:
        return f"another process has kept it locked for {PATIENCE:.0f} s; try again when it is done"
    if "readonly" in said or "unable to open" in said:
        return f"cannot be written ({said}); name a file in a folder that can, with --gradebook"
    if "full" in said or "disk I/O" in said:
        return f"cannot be written: {said}; what was saved before is safe, and the same command goes on from there"
    if not isinstance(error, sqlite3.OperationalError) or "no such table" in said:
        return f"is damaged ({said}); nothing was changed. {_WAY_OUT}"
    return f"cannot be used: {said}"


def _unusable(path: Path | None, rule: str) -> GradebookError:
    return GradebookError([Problem(str(path or "gradebook"), 0, 0, rule)])
