"""Read each hand-in with the reader of its format, inside its bounds."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.documents.encoding import decode
from grader.documents.signature import CONVERTED
from grader.errors import Problem, SubmissionError
from grader.identity import normal_id
from grader.model import Student
from grader.readers import READERS
from grader.readers.bounds import bounded, bounded_problems
from grader.readers.folders import source_of
from grader.readers.opening import Found, read_bytes
from grader.tables import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Outline, Submission


def read_file(file: Path | Found, outline: Outline) -> Submission:
    """Read one hand-in; raises SubmissionError with every problem and its place."""
    path = file.path if isinstance(file, Found) else file
    return read_content(read_raw(file), source_of(path), outline)


def read_raw(file: Path | Found) -> bytes:
    """Return what stands in a file that was handed in; raises SubmissionError."""
    found = file if isinstance(file, Found) else Found(file)
    shown = source_of(found.path)
    _reader_of(shown)
    return read_bytes(found, shown)


def read_content(raw: bytes, source: str, outline: Outline, *, sender: str = "") -> Submission:
    """Read a hand-in from its bytes; `source` is its path. Raises SubmissionError with its problems.

    `sender` is the id of whoever handed in a file that names nobody; without it, the file's name is.
    """
    # What a command of the teacher's has made of a file says so, and is Markdown.
    suffix = ".md" if raw.startswith(CONVERTED) else _reader_of(source)
    try:
        decoded = decode(raw, source)
        submission: Submission = resolve(READERS, suffix)(decoded.text, source, outline)
    except SubmissionError as error:
        raise SubmissionError(bounded_problems(error.problems)) from error
    update: dict[str, object] = {}
    if not submission.students:
        update["students"] = (Student(id=sender or named_by(source)),)
    if decoded.note:
        update |= {"notes": (decoded.note, *submission.notes), "doubt": decoded.doubt}
    return bounded(submission.model_copy(update=update) if update else submission)


def named_by(source: str) -> str:
    """Return the id of the student that a file's name stands for."""
    return normal_id(PurePath(source).stem) or "unnamed"


def _reader_of(source: str) -> str:
    suffix = PurePath(source).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        given = PurePath(source).suffix
        raise SubmissionError([Problem(source, 0, 0, f"no reader for {given!r} files; known are {known}")])
    return suffix
