"""What the system tells of a file without its being read, and when that is enough to know that it is the same."""

from __future__ import annotations

import os
import stat
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.codeversion import GRANULARITY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

# Some 300 bytes each, which wait in memory while a run goes on: of a larger class nothing is taken down.
MOST: Final = 50_000


class Stamp(NamedTuple):
    """A file's kind and rights, its size in bytes, the times (ns) of the last change of what it holds and of itself, its number.

    The last is what nobody can set back: a file that is written over has another one, whatever it is dated to.
    """

    mode: int
    size: int = 0
    written: int = 0
    changed: int = 0
    number: int = 0

    def is_settled(self, at: int) -> bool:
        """Whether a file that was looked at in this moment (ns) could not have changed since and look the same."""
        return max(self.written, self.changed) < at - GRANULARITY


class TooManyFiles(OSError):  # noqa: N818 - reads as what is wrong
    """There are more than MOST files."""


def stamps_of(paths: Iterable[Path], *, without: Collection[str] = ()) -> dict[str, Stamp]:
    """Return all that stands at these paths and below them, by absolute path; OSError where it cannot be looked at.

    Of a link there is also what it leads to, by its path and a colon; it is not followed into a folder. `without` are the
    paths of files whose times tell nothing; that they are there is told all the same.
    """
    found: dict[str, Stamp] = {}
    folders = []
    for path in paths:
        name = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links
        seen = os.stat(name)  # noqa: PTH116 - as below
        found[name] = _stamp(seen)
        if stat.S_ISDIR(seen.st_mode):
            folders.append(name)
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                seen = entry.stat(follow_symlinks=False)
                found[entry.path] = Stamp(seen.st_mode) if entry.path in without else _stamp(seen)
                if stat.S_ISDIR(seen.st_mode):
                    folders.append(entry.path)
                elif stat.S_ISLNK(seen.st_mode) and os.path.exists(entry.path):  # noqa: PTH110 - thousands of them
                    found[f"{entry.path}:"] = _stamp(entry.stat())
        if len(found) > MOST:
            raise TooManyFiles
    return found


def _stamp(seen: os.stat_result) -> Stamp:
    if stat.S_ISDIR(seen.st_mode):
        return Stamp(seen.st_mode)  # what lies in it is told by itself
    return Stamp(seen.st_mode, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def digest_of_stamps(stamps: Mapping[str, Stamp]) -> str:
    """Return a digest of what stands where."""
    said = repr(sorted((name, *stamp) for name, stamp in stamps.items()))
    return sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


def digest_of_file(path: str | Path) -> str:
    """Return a digest of what an ordinary file holds, "" where there is none or it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - a pipe might never open
            return ""
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
