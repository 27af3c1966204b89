"""Open a zip that somebody handed in: what it lists, unpacks to and how is looked at before anything is unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from grader.model.errors import Problem, SubmissionError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

# The list of a document's parts takes some kilobytes; of a million entries it would take 50 MB.
MAX_LIST: Final = 500_000  # bytes
# What one part unpacks to: the text of a thousand pages of Word is about 30 MB of XML.
MAX_PART: Final = 40_000_000  # bytes
# What all that is unpacked of one file may come to.
MAX_UNPACKED: Final = 80_000_000  # bytes

_END: Final = b"PK\x05\x06"
_LARGE_END: Final = b"PK\x06\x06"
_LOCATOR: Final = b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _LARGE_END_SIZE, _MAX_COMMENT = 22, 20, 56, 65_535
_ENCRYPTED: Final = 0x1
_LINK: Final = 0o120000
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(slots=True)
class Archive:
    """A zip whose parts are read one by one, each and all together within limits."""

    source: str
    zip: zipfile.ZipFile
    unpacked: int = 0

    def entries(self) -> Sequence[zipfile.ZipInfo]:
        """Return what the zip lists, in its order."""
        return self.zip.infolist()

    def holds(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self.zip.NameToInfo

    def read(self, name: str, limit: int = MAX_PART) -> bytes:
        """Return a part, b"" where there is none; raises SubmissionError."""
        info = self.zip.NameToInfo.get(name)
        return b"" if info is None else self.read_entry(info, limit)

    def read_entry(self, info: zipfile.ZipInfo, limit: int = MAX_PART) -> bytes:
        """Return what an entry unpacks to, never more than the limits; raises SubmissionError."""
        shown = info.filename[:100]
        if info.flag_bits & _ENCRYPTED:
            raise self.refusal(
                f"is protected by a password ({shown!r}); save it without one and hand that in"
            )
        if info.compress_type not in _METHODS:
            raise self.refusal(
                f"holds {shown!r} packed in a way that is not read; pack it as an ordinary zip"
            )
        most = min(limit, MAX_UNPACKED - self.unpacked)
        try:
            with self.zip.open(info) as part:
                raw = part.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise self.refusal(f"is damaged: {shown!r} cannot be unpacked; save it again") from error
        if len(raw) > most:
            raise self.refusal(f"unpacks to more than {most:,} bytes at {shown!r}, which no answer needs")
        self.unpacked += len(raw)
        return raw

    def refusal(self, rule: str) -> SubmissionError:
        """Return the error that this file is not read, and why."""
        return SubmissionError([Problem(self.source, 0, 0, rule)])


def is_link(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a symbolic link."""
    return (info.external_attr >> 16) & 0o170000 == _LINK


def open_archive(raw: bytes | BinaryIO, source: str, most: int = MAX_LIST) -> Archive:
    """Open a zip; raises SubmissionError where it is none, is cut off, or lists its parts in more than `most` bytes."""
    file = BytesIO(raw) if isinstance(raw, bytes) else raw
    size = _list_size(_tail(file))
    if size is None:
        rule = "is cut off or damaged: the end of the file is missing; save it again and hand that in"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    if size > most:
        rule = f"lists its parts in {size:,} bytes, more than {most:,}, which no answer needs"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    try:
        return Archive(source, zipfile.ZipFile(file))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RecursionError) as error:
        rule = f"is a damaged zip ({str(error)[:100]}); save it again and hand that in"
        raise SubmissionError([Problem(source, 0, 0, rule)]) from error


def _tail(file: BinaryIO) -> bytes:
    """Return the end of a file, as much of it as may say how long the list of entries is."""
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _END_SIZE - _MAX_COMMENT - _LOCATOR_SIZE - _LARGE_END_SIZE))
    return file.read()


def _list_size(raw: bytes) -> int | None:
    """Return how many bytes the list of entries takes as the end of the zip says, None without an end."""
    at = raw.rfind(_END, max(0, len(raw) - _END_SIZE - _MAX_COMMENT))
    if at < 0 or at + _END_SIZE > len(raw):
        return None
    sizes = [struct.unpack_from("<L", raw, at + 12)[0]]
    locator = at - _LOCATOR_SIZE
    if locator >= 0 and raw[locator : locator + 4] == _LOCATOR:
        large = locator - _LARGE_END_SIZE
        if large < 0 or raw[large : large + 4] != _LARGE_END:
            return None
        sizes = [struct.unpack_from("<Q", raw, large + 40)[0]]
    return int(max(sizes))
