"""Read each hand-in with the reader of its format, inside its bounds."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.documents import BINARY, FORMATS
from grader.errors import Problem, SubmissionError
from grader.identity import normal_id
from grader.model import Student
from grader.readers import READERS, SUFFIXES
from grader.readers.bounds import bounded, bounded_problems
from grader.readers.encoding import Decoded, decode
from grader.readers.folders import source_of
from grader.readers.opening import Found, read_bytes
from grader.tables import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from grader.documents.document import Document
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
    suffix = _reader_of(source)
    try:
        submission, decoded = _read(raw, suffix, source, outline)
    except SubmissionError as error:
        raise SubmissionError(bounded_problems(error.problems)) from error
    update: dict[str, object] = {}
    if not submission.students:
        update["students"] = (Student(id=sender or named_by(source)),)
    if decoded.note:
        update |= {"notes": (decoded.note, *submission.notes), "doubt": decoded.doubt or submission.doubt}
    return bounded(submission.model_copy(update=update) if update else submission)


def _read(raw: bytes, suffix: str, source: str, outline: Outline) -> tuple[Submission, Decoded]:
    """Return what a file holds, and how its bytes were read."""
    if suffix in READERS:
        decoded = decode(raw, source)
        return resolve(READERS, suffix)(decoded.text, source, outline), decoded
    # Only a document loads what reads documents.
    from grader.documents.cut.answers import read_answers  # noqa: PLC0415
    from grader.readers.frontmatter import read_front_matter  # noqa: PLC0415

    binary = suffix in BINARY
    decoded = Decoded("") if binary else decode(raw, source)
    document: Document = resolve(FORMATS, suffix)(raw if binary else decoded.text, source)
    sender, said = read_front_matter(document, decoded.text, source, outline)
    submission = read_answers(document, source, outline)
    update = {"students": sender.students, "submitted": sender.submitted}
    notes = (said, *submission.notes) if said else submission.notes
    return submission.model_copy(update={**update, "notes": notes}), decoded


def named_by(source: str) -> str:
    """Return the id of the student that a file's name stands for; a README stands for its folder."""
    path = PurePath(source)
    named = path.parent.name if path.stem.lower() == "readme" and path.parent.name else path.stem
    return normal_id(named) or "unnamed"


def _reader_of(source: str) -> str:
    suffix = PurePath(source).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        given = PurePath(source).suffix
        raise SubmissionError([Problem(source, 0, 0, f"no reader for {given!r} files; known are {known}")])
    return suffix
