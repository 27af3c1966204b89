"""List what is inside a zip or a folder, without opening any of it; nothing is unpacked to the disk.

What no student handed in is left out: what systems and programs put there for themselves. What could lead elsewhere
(links, absolute paths, `..`) is named, and the rest is listed.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from grader.documents.archive import MAX_PART, Archive, is_link, open_archive
from grader.model.errors import Problem, SubmissionError
from grader.platforms.downloads.contract import DownloadEntry, Listing
from grader.readers.discovery import source_of
from grader.readers.opening import Found, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO
    from zipfile import ZipInfo

# A hundred thousand files with long names, as of 10,000 students with ten files each.
MAX_LIST: Final = 30_000_000  # bytes
MAX_ENTRIES: Final = 100_000
# File systems end at 255 bytes a name; folders of a repository lie some levels deep.
MAX_PATH: Final = 1_000  # characters

_NOISE: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini", "__pycache__", "node_modules"})
_UTF8: Final = 0x800  # the flag of a name that is UTF-8
_UNICODE_PATH: Final = 0x7075  # Info-ZIP's extra field
_OUTSIDE: Final = "leads outside of the download and was left out"
_LINKED: Final = "is a link, which is not followed, and was left out"


def list_zip(file: BinaryIO, source: str, name: str) -> tuple[Listing, list[Problem]]:
    """Return what a zip holds, and what was left out of it; raises SubmissionError for one that cannot be used at all.

    The file must stay open while its entries are read.
    """
    archive = open_archive(file, source, MAX_LIST)
    infos = archive.entries()
    if len(infos) > MAX_ENTRIES:
        raise archive.refusal(
            f"holds more than {MAX_ENTRIES:,} files (got {len(infos):,}), which no class needs"
        )
    _refuse_overlaps(archive, infos)
    entries: list[DownloadEntry] = []
    problems: list[Problem] = []
    taken: dict[str, int] = {}
    for info in infos:
        path = normalize("NFC", name_of(info)).replace("\\", "/")
        shown = path[:100]
        rule = _wrong_with(path, info)
        if rule:
            problems.append(Problem(f"{source}/{shown}", 0, 0, rule))
        elif not info.is_dir() and not _is_noise(path):
            path = _own(path, taken)
            entries.append(
                DownloadEntry(
                    path,
                    partial(int, info.file_size),
                    partial(_read_entry, archive, info, f"{source}/{path}"),
                )
            )
    return Listing(source, name, tuple(entries)), problems


def list_folder(folder: Path, found: Iterable[Found]) -> Listing:
    """Return a listing of files that were found below a folder."""
    entries = []
    depth = len(folder.parts)
    for file in found:
        path = "/".join(file.path.parts[depth:])
        if not path.isascii():
            path = normalize("NFC", os.fsencode(path).decode("utf-8", "backslashreplace"))
        if not _is_noise(path):
            entries.append(DownloadEntry(path, partial(_size, file), partial(_read_file, file)))
    return Listing(source_of(folder), folder.absolute().name, tuple(entries), packed=False)


def name_of(info: ZipInfo) -> str:
    """Return an entry's name as whoever packed it meant it.

    A name without the flag for UTF-8 is said to be in the code page 437; systems that pack in UTF-8 without saying so
    are known by their bytes, and some write the name once more in UTF-8 beside it.
    """
    if info.flag_bits & _UTF8:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    beside = _unicode_path(info.extra, zlib.crc32(raw)) if info.extra else ""
    if beside or info.filename.isascii():
        return beside or info.filename
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return info.filename


def _unicode_path(extra: bytes, checksum: int) -> str:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (meant,) = struct.unpack_from("<L", field, 1)
            try:
                return field[5:].decode() if meant == checksum else ""
            except UnicodeDecodeError:
                return ""
        at += 4 + size
    return ""


def _wrong_with(path: str, info: ZipInfo) -> str:
    if len(path) > MAX_PATH:
        return f"has a name of more than {MAX_PATH:,} characters and was left out"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/") or "\x00" in path:
        return _OUTSIDE
    return _LINKED if is_link(info) else ""


def _is_noise(path: str) -> bool:
    return any(part.startswith((".", "~$")) or part.lower() in _NOISE for part in path.split("/"))


def _own(path: str, taken: dict[str, int]) -> str:
    """Return a path that no entry before has: nothing is lost where two have one name."""
    path = "/".join(part for part in path.split("/") if part)
    count = taken[path] = taken.get(path, 0) + 1
    if count == 1:
        return path
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    own = f"{stem} ({count}){dot}{suffix}" if dot and stem else f"{name} ({count})"
    return _own(f"{folder}/{own}" if folder else own, taken)


def _refuse_overlaps(archive: Archive, infos: Iterable[ZipInfo]) -> None:
    """Raise SubmissionError where entries share their bytes, by which a small file unpacks to any size."""
    end = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        if info.header_offset < end:
            raise archive.refusal("is no zip that a platform makes: its entries overlap; download it again")
        end = info.header_offset + info.compress_size


def _read_entry(archive: Archive, info: ZipInfo, source: str, limit: int = MAX_PART) -> bytes:
    return Archive(source, archive.zip).read_entry(info, limit)  # each entry has the limits of its own


def _read_file(file: Found, limit: int = MAX_PART) -> bytes:
    shown = source_of(file.path)
    raw = read_bytes(file, shown)
    if len(raw) > limit:
        raise SubmissionError([Problem(shown, 0, 0, f"is larger than {limit:,} bytes (got {len(raw):,})")])
    return raw


def _size(file: Found) -> int:
    try:
        return file.path.lstat().st_size
    except OSError:
        return 1  # reading it says what is wrong
