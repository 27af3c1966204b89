"""From files to hand-ins: what is converted first, and a table of answers, which holds one of every row."""

from __future__ import annotations

import os
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from grader.batch.classmarking import SeenHandIn, Unopened
from grader.documents.encoding import decode
from grader.executors import HandIn
from grader.model.errors import SubmissionError
from grader.model.identity import normal_id
from grader.model.submission import NOBODY, Sender, Student
from grader.readers.delivered import Delivered
from grader.readers.discovery import source_of
from grader.readers.files import read_raw
from grader.readers.opening import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.model.submission import Outline
    from grader.readers.opening import Found

# Texts that may hold several students, who are parted before anything else is read.
_TEXTS: Final = frozenset({".md", ".markdown", ".txt", ".qmd", ".rmd"})
# What parts them: a line of front matter that is not the first, or headings.
_PARTS: Final = (b"\n---", b"\n#", b"\n==")


def handins_of(
    files: Iterable[Found | Delivered],
    senders: Mapping[str, Sender],
    converters: Mapping[str, str],
    outline: Outline,
) -> Iterator[HandIn | Unopened]:
    """Yield the hand-ins of files, in order; `converters` are the teacher's commands by suffix, `outline` the rubric's."""
    for file in files:
        source = file.source if isinstance(file, Delivered) else source_of(file.path)
        sender = file.sender if isinstance(file, Delivered) else senders.get(source, NOBODY)
        yield from _read(file, source, sender, converters, outline)


def handins_or_seen(
    files: Iterable[Found | Delivered],
    senders: Mapping[str, Sender],
    converters: Mapping[str, str],
    outline: Outline,
    seen: Mapping[str, str],
) -> Iterator[HandIn | Unopened | SeenHandIn]:
    """Yield the same, but leave unread what is `seen`.

    That is, by absolute path, the digests of files that are as they were when they were read as one hand-in.
    """
    for file in files:
        content = ""
        if seen and not isinstance(file, Delivered):
            content = seen.get(os.path.abspath(file.path), "")  # noqa: PTH100 - resolve() would follow links
        read = partial(handins_of, (file,), senders, converters, outline)
        if content and not isinstance(file, Delivered):
            source = source_of(file.path)
            yield SeenHandIn(source, content, senders.get(source, NOBODY), read)
        else:
            yield from read()


def _read(
    file: Found | Delivered,
    source: str,
    sender: Sender,
    converters: Mapping[str, str],
    outline: Outline,
) -> Iterator[HandIn | Unopened]:
    try:
        if isinstance(file, Delivered):
            yield HandIn(source, file.fetch(converters), sender)
        else:
            yield from _taken(file, source, sender, converters, outline)
    except SubmissionError as error:
        yield Unopened(source, error.problems, sender)


def _taken(
    file: Found, source: str, sender: Sender, converters: Mapping[str, str], outline: Outline
) -> Iterator[HandIn]:
    suffix = PurePath(source).suffix.lower()
    if suffix in converters:
        from grader.documents.converting import converted  # noqa: PLC0415 - few convert anything

        yield HandIn(source, converted(read_bytes(file, source), source, converters[suffix]), sender)
        return
    raw = read_raw(file)
    if suffix != ".csv":
        parts = _parted(raw, source, outline) if suffix in _TEXTS else []
        for number, part in enumerate(parts, 1):
            yield HandIn(f"{source}/{number}{suffix}", part.encode())
        if not parts:
            yield HandIn(source, raw, sender)
        return
    from grader.documents.sheet import split_sheet  # noqa: PLC0415 - only a table loads what reads documents

    # Each row is kept as a table of its own, so that it can be marked again without the others.
    for number, (student, table) in enumerate(split_sheet(decode(raw, source).text, source), 1):
        named = Sender(students=(Student(id=student),)) if normal_id(student) else NOBODY
        yield HandIn(f"{source}/{number}.csv", table.encode(), named)


def _parted(raw: bytes, source: str, outline: Outline) -> list[str]:
    """Return the hand-ins of a text of several students, each as a text of its own; nothing where it is one student's."""
    if not any(sign in raw for sign in _PARTS):
        return []
    from grader.documents.cut.students import part_students  # noqa: PLC0415 - as above

    try:
        text = decode(raw, source).text
    except SubmissionError:  # which reading it says better
        return []
    return part_students(text, source, outline)
