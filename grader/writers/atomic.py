"""Write files whole or not at all: beside the target first, then renamed over it."""

from __future__ import annotations

import os
import platform
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is left by a killed process is hidden, is told from a report by this ending, and names the process.
_ENDING: Final = ".part"
_HOST: Final = re.sub(r"[^A-Za-z0-9]", "", platform.node())[:40]


class AtomicText:
    """A text file that appears under its name only when it is committed.

    The temporary file stands in the same folder, so that the rename never crosses a file system.
    Lines end with a newline on every system, and the text is UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{_HOST}-{os.getpid()}-", suffix=_ENDING, dir=path.parent)
        self._temporary = Path(name)
        self.file: TextIO = os.fdopen(handle, "w", encoding="utf-8", newline="\n")

    def commit(self) -> Path:
        """Put the file in its place and return its path; on an error nothing is left behind."""
        try:
            self.file.close()
            self._temporary.chmod(_mode())
            self._temporary.replace(self.path)
        except BaseException:
            self.discard()
            raise
        return self.path

    def discard(self) -> None:
        """Remove the temporary file; what stood under the name before is untouched."""
        try:
            self.file.close()
        finally:
            self._temporary.unlink(missing_ok=True)


@contextmanager
def atomic_text(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that replaces `path` when the block ends without an error."""
    target = AtomicText(path)
    try:
        yield target.file
    except BaseException:
        target.discard()
        raise
    target.commit()


def write_text(path: Path, text: str) -> Path:
    """Write one text as a whole file and return its path."""
    with atomic_text(path) as file:
        file.write(text)
    return path


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes of this machine have left in a folder."""
    for path in folder.rglob(f".{_HOST}-*{_ENDING}"):
        number = path.name.removeprefix(f".{_HOST}-").partition("-")[0]
        if number.isdecimal() and not _is_running(int(number)):
            path.unlink(missing_ok=True)


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


def _mode() -> int:
    """Return the rights an ordinary new file would get; mkstemp gives them to the owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
