"""Write files whole or not at all: beside the target first, then renamed over it."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is left by a killed process is hidden, and is told from a report by this ending.
_ENDING: Final = ".part"


class AtomicText:
    """A text file that appears under its name only when it is committed.

    The temporary file stands in the same folder, so that the rename never crosses a file system.
    Lines end with a newline on every system, and the text is UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=_ENDING, dir=path.parent)
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


def _mode() -> int:
    """Return the rights an ordinary new file would get; mkstemp gives them to the owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
