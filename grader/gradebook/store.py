"""Open a gradebook, and say what is wrong with one that cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import zlib
from collections import Counter
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from grader.files.provenance import APPLICATION
from grader.gradebook.databaseschema import VERSION, migrate, version_of
from grader.model.errors import GradebookError, Problem
from grader.writers.atomic import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

# How long one process waits for another's transaction; each of ours takes milliseconds.
PATIENCE: Final = 60.0
_SQLITE: Final = b"SQLite format 3\x00"
# A gradebook up to this size is looked through when it is opened, some 20 ms for a class of 1,000.
LOOKED_THROUGH: Final = 64_000_000  # bytes
# Where a process closes any descriptor of a file, POSIX takes from it all locks on that file, SQLite's as well: another
# process then takes itself for the last one and deletes the log that is still written to. So a file is looked at only
# while this process has it open nowhere else.
_opened: Final[Counter[tuple[int, int]]] = Counter()
_opening: Final = threading.Lock()


# What SQLite or the file system says of a file that cannot be used; a damaged name is no text.
_FAULTS: Final = (sqlite3.Error, zlib.error, UnicodeDecodeError, OSError)


class Gradebook:
    """One gradebook file, open. Use it in a `with` block.

    Every method either does all it says or raises GradebookError and changes nothing.
    """

    def __init__(
        self, path: Path | None, *, readonly: bool = False, make: bool = True, trusted: bool = False
    ) -> None:
        """Open the file; where there is none, `make` it. Without a path it is a temporary one that nobody sees.

        One that is `trusted` is not looked through for damage.
        """
        self.path = path
        self._trusted = trusted
        self.readonly = readonly
        self._depth = 0
        self._number: tuple[int, int] | None = None
        with self.guarded():
            self.connection = self._open(make=make and not readonly)

    def _open(self, *, make: bool) -> sqlite3.Connection:
        if self.path is None:
            connection = sqlite3.connect("", isolation_level=None)  # spills to an unnamed file where it grows
            migrate(connection)
            return connection
        if not self.path.exists():
            if not make:
                raise _unusable(self.path, "there is no such gradebook; 'grade' makes one")
            _make(self.path)
        connection = self._connected(self.path)
        try:
            _check(connection, self.path, readonly=self.readonly)
            if not self._trusted:
                _refuse_damaged(connection, self.path)
            if not self.readonly:
                connection.execute("PRAGMA journal_mode = WAL")
                # A commit survives a killed process; after a power cut the last ones may be missing, never half there.
                connection.execute("PRAGMA synchronous = NORMAL")
                migrate(connection)
        except BaseException:
            self._disconnect(connection)
            raise
        return connection

    def _connected(self, path: Path) -> sqlite3.Connection:
        with _opening:
            seen = path.stat()
            number = (seen.st_dev, seen.st_ino)
            if not _opened[number]:
                _refuse_other_files(path)
            connection = _connect(path, readonly=self.readonly)
            _opened[number] += 1
            self._number = number
            return connection

    def _disconnect(self, connection: sqlite3.Connection) -> None:
        with _opening:
            connection.close()
            if self._number is not None:
                _opened[self._number] -= 1
                self._number = None

    def close(self) -> None:
        """Close the file; the last process to close it folds its log into it."""
        self._disconnect(self.connection)

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
        except _FAULTS as error:
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

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read inside as if nobody wrote meanwhile."""
        with self.guarded():
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                with suppress(sqlite3.Error):  # as in a transaction
                    self.connection.execute("ROLLBACK")

    def rows(self, query: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one after the other."""
        with self.guarded():
            yield from self.connection.execute(query, tuple(values))

    def row(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, None where there is none."""
        try:  # not `guarded`: thousands of rows are looked up one by one
            found: tuple[Any, ...] | None = self.connection.execute(query, tuple(values)).fetchone()
        except _FAULTS as error:
            raise _unusable(self.path, _advice(error)) from error
        return found


def _connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """Connect to a file that is there.

    A reader opens it for writing as well, and then forswears it: only so are the files that SQLite puts
    beside it gone again afterwards. Where it may not write, it reads what cannot change under its hands.
    """
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)
    if not readonly:
        return connection
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        return _connect_to_copy(path) if _has_log(path) else _connect_unchanged(path)
    return connection


def _has_log(path: Path) -> bool:
    """Whether some of what a gradebook holds still stands in SQLite's log beside it."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _connect_unchanged(path: Path) -> sqlite3.Connection:
    """Connect to a file as it stands, without the lock and the index that SQLite would put beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None)


def _connect_to_copy(path: Path) -> sqlite3.Connection:
    """Connect to a copy in memory of a file and its log, as they stand."""
    with tempfile.TemporaryDirectory(prefix="gradebook.") as folder:
        copy = Path(folder) / "copy"
        # The log first: what it holds may be in the file as well by then, and is the same there.
        shutil.copyfile(f"{path}-wal", f"{copy}-wal")
        shutil.copyfile(path, copy)
        connection = sqlite3.connect("", isolation_level=None)
        with closing(sqlite3.connect(copy, isolation_level=None)) as source:
            source.backup(connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _make(path: Path) -> None:
    """Make an empty gradebook that appears whole: an empty file under its name has been damaged."""
    make_folder(path.parent)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        new = Path(folder) / "new"
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            migrate(connection)
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        new.chmod(0o600)  # marks; what SQLite puts beside it gets the same rights
        try:
            os.link(new, path)  # unlike a renaming, it leaves alone what another run was quicker to make
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            new.rename(path)


def _refuse_other_files(path: Path) -> None:
    """Raise for a file that is no SQLite file at all, before SQLite could touch it."""
    if not (path.is_file() or path.is_dir()):  # a pipe might never open
        raise _unusable(path, "is no ordinary file; name another one with --gradebook")
    with path.open("rb") as file:
        beginning = file.read(len(_SQLITE))
    if not beginning:
        rule = "is an empty file, not a gradebook; remove it to begin a new one, or name another with --gradebook"
        raise _unusable(path, rule)
    if beginning != _SQLITE:
        rule = f"is not a gradebook, or its beginning is damaged; nothing was changed. {_WAY_OUT}"
        raise _unusable(path, rule)


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


def _refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size <= LOOKED_THROUGH:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise _unusable(path, f"is damaged ({' '.join(found.split())}); nothing was changed. {_WAY_OUT}")


_WAY_OUT: Final = (
    "Move it away, or name another with --gradebook, and the class is marked anew; decisions of people that it "
    "holds go with it, so keep it"
)


def _advice(error: Exception) -> str:
    said = str(error)
    if isinstance(error, OSError):
        return f"cannot be opened or written: {error.strerror or said}"
    if "locked" in said or "busy" in said:
        return f"another process has kept it locked for {PATIENCE:.0f} s; try again when it is done"
    if "readonly" in said or "unable to open" in said:
        return f"cannot be written ({said}); name a gradebook in another folder with --gradebook"
    if "full" in said or "disk I/O" in said:
        return f"cannot be written: {said}; what was saved before is safe, and the same command goes on from there"
    if not isinstance(error, sqlite3.OperationalError) or "no such table" in said:
        return f"is damaged ({said}); nothing was changed. {_WAY_OUT}"
    return f"cannot be used: {said}"


def _unusable(path: Path | None, rule: str) -> GradebookError:
    return GradebookError([Problem(str(path or "gradebook"), 0, 0, rule)])
