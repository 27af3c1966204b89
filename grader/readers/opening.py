"""Open a file that was handed in, and nothing else: no link is followed, no device or pipe is read.

A hand-in may stand in a folder that its author filled. So every component of its path that was found
there, and not given by whoever runs the command, is opened without following links, each inside the
one before; what has been opened is looked at, and not its name: between a look at a name and opening
it, it could become something else. Reading has a limit of size and of time.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING, Final

from grader.model.errors import Problem, SubmissionError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# A notebook with pictures may hold a few megabytes; beyond this nobody has written an answer by hand.
MAX_BYTES: Final = 20_000_000
# A disk gives 20 MB in well under a second; a network that is gone may keep a reader waiting for ever.
SECONDS: Final = 10.0
_PIECE: Final = 1 << 20
# Windows knows neither of the first three; there, what is opened is compared with what its name stood for.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_IN_FOLDERS: Final = os.open in os.supports_dir_fd

Identity = tuple[int, int]  # device and number: what a file is, whatever it is called

_KINDS: Final = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
LINK: Final = "is a link, which is not followed; hand in the file itself"
A_TEACHERS: Final = "is a file of the teacher's (the rubric, or one given beside it), not a hand-in"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. The last `own` components of its path were found, the others given by the operator."""

    path: Path
    own: int = 1
    teachers: frozenset[Identity] = frozenset()  # files that no hand-in may be, by whatever name


def identities(files: Iterable[Path | None]) -> frozenset[Identity]:
    """Return what files are; those that are not there are left out."""
    found = set()
    for file in files:
        if file is not None:
            try:
                seen = file.stat()
            except (OSError, ValueError):
                continue
            found.add((seen.st_dev, seen.st_ino))
    return frozenset(found)


class _Refused(Exception):  # noqa: N818 - it ends the reading of one file, and says why
    pass


def read_bytes(found: Found, shown: str) -> bytes:
    """Return what stands in a file that was handed in; raises SubmissionError, `shown` is its name there."""
    try:
        handle = _open(found)
        try:
            seen = os.fstat(handle)
            _refuse(kind_of(seen.st_mode))
            _refuse(A_TEACHERS if (seen.st_dev, seen.st_ino) in found.teachers else "")
            return _content(handle)
        finally:
            os.close(handle)
    except OSError as error:
        why = why_not(error)
    except (_Refused, ValueError) as error:  # the latter for a NUL in its name
        why = str(error)
    raise SubmissionError([Problem(shown, 0, 0, why)])


def _refuse(why: str) -> None:
    if why:
        raise _Refused(why)


def kind_of(mode: int) -> str:
    """Say what something is that is no ordinary file, "" for one that is."""
    if stat.S_ISREG(mode):
        return ""
    if stat.S_ISLNK(mode):
        return LINK
    name = next((name for is_it, name in _KINDS if is_it(mode)), "no ordinary file")
    return f"is {name}, not a file that can be handed in"


def why_not(error: OSError) -> str:
    """Say why something could not be opened or read."""
    if error.errno in {errno.ELOOP, errno.EMLINK}:
        return LINK
    if error.errno == errno.ENXIO:  # a socket, or a pipe that nobody writes to
        return "is a pipe or socket, not a file that can be handed in"
    if error.errno == errno.ENOENT:
        return "there is no such file or folder"
    if error.errno == errno.ENOTDIR:  # a link, or a file, where a folder was
        return "stands in no folder of its own; links are not followed"
    return f"cannot be read: {error.strerror or error}"


def _open(found: Found) -> int:
    """Open a file, each component that was found inside the one before."""
    path = found.path
    own = min(max(found.own, 1), len(path.parts))
    if not _IN_FOLDERS:
        return _open_by_name(path, own)
    handle = os.open(path.parents[own - 1], os.O_RDONLY | _FOLDER)
    for number, name in enumerate(path.parts[len(path.parts) - own :], 1):
        try:
            # Looked at first, since opening alone may set a device going.
            mode = os.lstat(name, dir_fd=handle).st_mode
            if number < own:
                _refuse(f"stands below {name!r}, which {LINK}" if stat.S_ISLNK(mode) else "")
                inner = os.open(name, _FLAGS | _FOLDER, dir_fd=handle)
            else:
                _refuse(kind_of(mode))
                inner = os.open(name, _FLAGS, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


def _open_by_name(path: Path, own: int) -> int:
    """Open a file where components cannot be opened one by one: look, open, and look whether it is the same."""
    for part in (path, *path.parents[: own - 1]):
        _refuse(LINK if part.is_symlink() or (hasattr(part, "is_junction") and part.is_junction()) else "")
    before = os.lstat(path)
    _refuse(kind_of(before.st_mode))
    handle = os.open(path, _FLAGS)
    after = os.fstat(handle)
    if (before.st_dev, before.st_ino) != (after.st_dev, after.st_ino):
        os.close(handle)
        raise _Refused(LINK)
    return handle


def _content(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    _refuse(f"is larger than {MAX_BYTES} bytes (got {size})" if size > MAX_BYTES else "")
    end = time.monotonic() + SECONDS
    pieces, count = [], 0
    while piece := os.read(handle, min(_PIECE, MAX_BYTES + 1 - count)):
        pieces.append(piece)
        count += len(piece)
        if count > MAX_BYTES:  # it grows, or says nothing of its size
            raise _Refused(f"is larger than {MAX_BYTES} bytes")
        if time.monotonic() > end:
            raise _Refused(f"could not be read within {SECONDS:g} s")
    return b"".join(pieces)
