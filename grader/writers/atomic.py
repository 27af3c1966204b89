"""Write files whole or not at all: beside the target first, then renamed over it.

What somebody else wrote is never replaced, nor what somebody changed since we wrote it: a file that
stands there already must be the same, or be signed as the same kind of file and be as it was (see
`grader.files.provenance`). Nothing is written through a link.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import stat
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, TypeAlias

from grader.files.provenance import Origin, kind_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What is left by a killed process is hidden, is told from a report by this ending, and names the process.
_ENDING: Final = ".part"
_HOST: Final = re.sub(r"[^A-Za-z0-9]", "", platform.node())[:40]
# What tells the unfinished files of this process apart.
_NUMBERS: Final = count()
# Never through what somebody else has put there.
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
# Marks are nobody's business but their owner's.
_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700

NOT_OURS: Final = "it is there already and is not what is written here"
CHANGED: Final = "somebody has changed it since it was written"
_LINK: Final = "it is a link, and nothing is written through links"
_WAY_OUT: Final = "choose another name, or move or delete it yourself"


Noted: TypeAlias = tuple[int, int] | None
"""The size of a file in bytes and the time of its last change in ns, as they were when it was written."""


class NotOurs(FileExistsError):  # noqa: N818 - reads as what is wrong
    """What stands under a name is not ours to replace; `strerror` says why, and the way out."""


class AtomicFile:
    """A file that appears under its name only when it is committed.

    The temporary file stands in the same folder, so that the rename never crosses a file system. `known`
    looks at what stands there already, where that carries no signature: it returns "" for what may be
    replaced, else why not. `mode` are the rights of a new file; by default only its owner may read it.
    `noted` are the size and the time of what we wrote there: a file that has them is ours, and need not be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        known: Callable[[bytes], str] | None = None,
        mode: int = _PRIVATE,
        noted: Noted = None,
    ) -> None:
        self.path, self._known, self._mode, self._noted = path, known, mode, noted
        if known is not None:  # before any work is done
            refuse_to_replace(path, known=known)
        self._handle, self._temporary = _unfinished(path.parent)

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def close(self) -> None:
        """Close the temporary file; nothing is written to it from here on."""
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def commit(self) -> Path:
        """Put the file in its place and return its path; on an error nothing is left behind.

        Raises NotOurs for a file that must not be replaced.
        """
        try:
            self.close()
            there = _standing(self.path)
            if there is not None and not _is_noted(there, self._noted):
                data = Path(self._temporary).read_bytes()
                refuse_to_replace(self.path, kind=kind_of(data), known=self._known, data=data)
            mode = self._mode if there is None else stat.S_IMODE(there.st_mode)
            if mode != _PRIVATE:
                os.chmod(self._temporary, mode)  # noqa: PTH101 - a class has thousands of files, and pathlib is slower
            os.replace(self._temporary, self.path)  # noqa: PTH105 - as above
        except BaseException:
            self.discard()
            raise
        return self.path

    def discard(self) -> None:
        """Remove the temporary file; what stood under the name before is untouched."""
        try:
            self.close()
        finally:
            Path(self._temporary).unlink(missing_ok=True)


class AtomicText(AtomicFile):
    """The same for text: lines end with a newline on every system, and the text is UTF-8."""

    def __init__(self, path: Path, *, known: Callable[[bytes], str] | None = None) -> None:
        super().__init__(path, known=known)
        self.file: TextIO = os.fdopen(self._handle, "w", encoding="utf-8", newline="\n")

    def close(self) -> None:
        """Close the temporary file; nothing is written to it from here on."""
        self._handle = -1
        self.file.close()


def _unfinished(folder: Path) -> tuple[int, str]:
    """Make a new file in a folder, which is made where it is not there; return its handle and its path."""
    for number in _NUMBERS:
        path = f"{folder}/.{_HOST}-{os.getpid()}-{number}{_ENDING}"
        try:
            return os.open(path, _NEW, _PRIVATE), path
        except FileExistsError:  # of a process that was killed, and had this one's number
            continue
        except FileNotFoundError:
            if folder.is_dir():
                raise
            make_folder(folder)
            return os.open(path, _NEW, _PRIVATE), path
    raise AssertionError  # the numbers have no end


@contextmanager
def atomic_text(path: Path, *, known: Callable[[bytes], str] | None = None) -> Iterator[TextIO]:
    """Open a file for writing that replaces `path` when the block ends without an error."""
    target = AtomicText(path, known=known)
    try:
        yield target.file
    except BaseException:
        target.discard()
        raise
    target.commit()


def write_text(
    path: Path,
    text: str,
    *,
    known: Callable[[bytes], str] | None = None,
    mode: int = _PRIVATE,
    noted: Noted = None,
) -> Path:
    """Write one text as a whole file and return its path; raises NotOurs for what must not be replaced."""
    return write_bytes(path, text.encode(), known=known, mode=mode, noted=noted)


def write_bytes(
    path: Path,
    data: bytes,
    *,
    known: Callable[[bytes], str] | None = None,
    mode: int = _PRIVATE,
    noted: Noted = None,
) -> Path:
    """Write data as a whole file and return its path; raises NotOurs for what must not be replaced."""
    target = AtomicFile(path, known=known, mode=mode, noted=noted)
    try:
        target.write(data)
    except BaseException:
        target.discard()
        raise
    return target.commit()


def why_kept(
    path: Path,
    *,
    kind: str = "",
    known: Callable[[bytes], str] | None = None,
    data: bytes | None = None,
    noted: Noted = None,
) -> str:
    """Return why a file must not be replaced by one of a kind, "" where it may be, or where there is none.

    `data` is what would be written: where that stands there already, nothing is lost. OSError where it
    cannot be looked at.
    """
    there = _standing(path)
    if there is None or _is_noted(there, noted):
        return ""
    if stat.S_ISLNK(there.st_mode):
        return _LINK
    if not stat.S_ISREG(there.st_mode):
        return "it is a folder" if stat.S_ISDIR(there.st_mode) else "it is no ordinary file"
    old = path.read_bytes()
    if old == data:
        return ""
    if known is not None:
        return known(old)
    origin = origin_of(old, kind) if kind else Origin.FOREIGN
    return {Origin.OURS: "", Origin.CHANGED: CHANGED, Origin.FOREIGN: NOT_OURS}[origin]


def refuse_to_replace(
    path: Path, *, kind: str = "", known: Callable[[bytes], str] | None = None, data: bytes | None = None
) -> None:
    """Raise NotOurs where a file must not be replaced by one of a kind; see `why_kept`."""
    why = why_kept(path, kind=kind, known=known, data=data)
    if why:
        raise refused(path, why)


def refused(path: Path, why: str) -> NotOurs:
    """Return the error that says why a file is not replaced, and the way out."""
    return NotOurs(errno.EEXIST, f"{why}; {_WAY_OUT}", str(path))


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are not there: for their owner alone."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)


def public_mode() -> int:
    """Return the rights an ordinary new file gets, for what is made to be given to others."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes of this machine have left in a folder."""
    for path in folder.rglob(f".{_HOST}-*{_ENDING}"):
        number = path.name.removeprefix(f".{_HOST}-").partition("-")[0]
        if number.isdecimal() and not _is_running(int(number)):
            path.unlink(missing_ok=True)


def _is_noted(there: os.stat_result, noted: Noted) -> bool:
    return stat.S_ISREG(there.st_mode) and (there.st_size, there.st_mtime_ns) == noted


def _standing(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # there is no harmless way to ask
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
