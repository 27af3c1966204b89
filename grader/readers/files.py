"""Find the hand-ins among files and folders, and read each with the reader of its format."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from grader.errors import Problem, SubmissionError
from grader.readers import READERS
from grader.tables import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.model import Outline, Submission

# A notebook with pictures may hold a few megabytes; beyond this nobody has written an answer by hand.
MAX_BYTES: Final = 20_000_000
# Byte values that text does not contain; a file with one of them in it is binary.
_BINARY: Final = bytes(sorted({*range(32)} - {9, 10, 12, 13, 27}))
_IGNORED_NAMES: Final = frozenset({"readme", "thumbs.db", "desktop.ini", "__macosx", "__pycache__"})


def find_files(arguments: Iterable[Path]) -> Iterator[Path | Problem]:
    """Yield every file to read, folders in sorted order and without hidden files; a missing path is a Problem."""
    seen: set[Path] = set()
    for argument in arguments:
        if not argument.exists():
            yield Problem(str(argument), 0, 0, "there is no such file or folder")
            continue
        files = sorted(_files_below(argument)) if argument.is_dir() else [argument]
        if not files:
            yield Problem(str(argument), 0, 0, "this folder holds no submission")
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        ignored = {path.name.lower(), path.stem.lower()} & _IGNORED_NAMES
        if path.name.startswith((".", "~")) or ignored:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        elif path.is_file():
            yield path


def source_of(path: Path) -> str:
    """Return a path as text that can be written anywhere: bytes of its name that are no UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_file(path: Path, outline: Outline) -> Submission:
    """Read one hand-in; raises SubmissionError with every problem and its place."""
    return read_content(read_raw(path), source_of(path), outline)


def read_raw(path: Path) -> bytes:
    """Return what stands in a file; raises SubmissionError."""
    shown = source_of(path)
    _reader_of(shown)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SubmissionError([Problem(shown, 0, 0, f"is larger than {MAX_BYTES} bytes (got {size})")])
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError([Problem(shown, 0, 0, f"cannot be read: {error.strerror}")]) from error


def read_content(raw: bytes, source: str, outline: Outline) -> Submission:
    """Read a hand-in from its bytes; `source` is its path. Raises SubmissionError with every problem."""
    suffix = _reader_of(source)
    text, note = decode(raw, source)
    if not text.strip():
        raise SubmissionError([Problem(source, 0, 0, "is empty")])
    submission: Submission = resolve(READERS, suffix)(text, source, outline)
    return submission.model_copy(update={"notes": (*submission.notes, note)}) if note else submission


def _reader_of(source: str) -> str:
    suffix = PurePath(source).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        given = PurePath(source).suffix
        raise SubmissionError([Problem(source, 0, 0, f"no reader for {given!r} files; known are {known}")])
    return suffix


def decode(raw: bytes, shown: str) -> tuple[str, str]:
    """Return the text of a file, and a note where it is not UTF-8; raises SubmissionError for what is no text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return _one_newline(raw.decode("utf-16")), ""
        except UnicodeDecodeError as error:
            raise SubmissionError([Problem(shown, 0, 0, "begins like UTF-16 text and is not")]) from error
    control = raw.translate(None, delete=bytes(set(range(256)) - set(_BINARY)))
    if control:
        place = raw.find(control[:1])
        line = raw.count(b"\n", 0, place) + 1
        raise SubmissionError([Problem(shown, line, 0, f"is binary, not text (byte 0x{control[0]:02x})")])
    try:
        return _one_newline(raw.decode("utf-8-sig")), ""
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        note = f"The file is not UTF-8 (line {line}); it was read as Windows-1252."
        return _one_newline(raw.decode("cp1252", errors="replace")), note


def _one_newline(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
