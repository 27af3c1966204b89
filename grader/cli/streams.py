"""The streams of a command: whatever is printed, no terminal obeys it, and nobody's pipe breaks the work."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

# C1 controls, which old terminals obey as they do an escape character, and what reorders the text around it.
# Halves of surrogate pairs are in no encoding. The escape character itself is ours, for colours.
_ACTING: Final = (*range(0x80, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SEEN: Final = dict.fromkeys((*_ACTING, *range(0xD800, 0xE000)), "\ufffd")


class Stream:
    """A text stream that replaces what acts on a terminal, and after its first failure takes everything in silence.

    There is no `buffer`: what is written round it would not be looked at.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost: OSError | None = None
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal of few characters is shown their numbers

    def write(self, text: str) -> int:
        if self.lost is None:
            seen = text if text.isascii() else text.translate(_SEEN)
            try:
                self._stream.write(seen)
            except OSError as error:
                self._lose(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self.lost is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._lose(error)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)

    def _lose(self, error: OSError) -> None:
        """Remember what went wrong, and let what is still held back go nowhere instead of failing at the end."""
        self.lost = error
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):  # it has no number, or was closed
            pass


class Streams:
    """Both streams of this process; one that was closed before is one to nowhere."""

    def __init__(self) -> None:
        self._out, self._error = (Stream(stream or _nowhere()) for stream in (sys.stdout, sys.stderr))

    @property
    def lost(self) -> OSError | None:
        """Return why results were not printed; None where they were, or where a reader wanted no more of them."""
        lost = self._out.lost
        return None if lost is None or lost.errno == errno.EPIPE else lost

    def install(self) -> None:
        """Let everything that is printed go through them."""
        sys.stdout, sys.stderr = self._out, self._error

    def finish(self) -> None:
        """Write what is still held back."""
        self._out.flush()
        self._error.flush()


def guard_streams() -> Streams:
    """Put both streams of this process behind `Stream`."""
    streams = Streams()
    streams.install()
    return streams


def _nowhere() -> TextIO:
    """Return a stream that takes everything; it also takes the number of the closed one, which no file should get."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
