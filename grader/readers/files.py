"""Read each hand-in with the reader of its format, inside its bounds."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.documents.encoding import decode
from grader.documents.signature import CONVERTED
from grader.files.registry import resolve
from grader.model.errors import SubmissionError
from grader.model.identity import is_same_name, normal_id
from grader.model.submission import NOBODY, Student
from grader.readers import READERS
from grader.readers.discovery import source_of
from grader.readers.handinlimits import bounded, bounded_problems
from grader.readers.opening import Found, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model.submission import Outline, Sender, Submission


def read_file(file: Path | Found, outline: Outline) -> Submission:
    """Read one hand-in; raises SubmissionError with every problem and its place."""
    path = file.path if isinstance(file, Found) else file
    return read_content(read_raw(file), source_of(path), outline)


def read_raw(file: Path | Found) -> bytes:
    """Return what stands in a file that was handed in; raises SubmissionError."""
    found = file if isinstance(file, Found) else Found(file)
    return read_bytes(found, source_of(found.path))


def read_content(raw: bytes, source: str, outline: Outline, *, sender: Sender = NOBODY) -> Submission:
    """Read a hand-in from its bytes; `source` is its path. Raises SubmissionError with its problems.

    `sender` is whoever handed in a file that names nobody; without it, the file's name says who. Where it is stated, it
    outweighs what the file says.
    """
    suffix = PurePath(source).suffix.lower()
    try:
        if suffix in READERS and not raw.startswith(CONVERTED):
            submission = _structured(raw, suffix, source, outline)
        else:
            submission = _document(raw, source, outline)
    except SubmissionError as error:
        raise SubmissionError(bounded_problems(error.problems)) from error
    return bounded(_sent(submission, sender, source))


def _sent(submission: Submission, sender: Sender, source: str) -> Submission:
    """Return a hand-in with all who handed it in."""
    students = submission.students or sender.students or (Student(id=named_by(source)),)
    notes = sender.notes
    if sender.stated and sender.students and submission.students:
        students, said = weighed(sender.students, submission.students)
        notes = (*notes, said) if said else notes
    return submission.model_copy(update={"students": students, "notes": (*notes, *submission.notes)})


def weighed(stated: tuple[Student, ...], said: tuple[Student, ...]) -> tuple[tuple[Student, ...], str]:
    """Return whose a hand-in is that came from `stated` and `said` in itself whose it is, and a note.

    A file that names whoever handed it in may name more of a group. One that names only others is not believed: it is
    what somebody could write to be marked as another, or to have another marked by it.
    """
    own = [other for other in said if any(_are_one(other, student) for student in stated)]
    others = tuple(student for student in said if student not in own)
    if own or not others:
        return (*stated, *others), ""
    named = ", ".join(student.id for student in others[:5])
    came = ", ".join(
        f"{student.id} ({student.name})" if student.name else student.id for student in stated[:5]
    )
    return stated, f"The file names {named}; it was handed in by {came}, who is marked."


def _are_one(one: Student, other: Student) -> bool:
    """Whether two are surely the same person: by the id, the address or the whole name."""
    addresses = {text.casefold() for text in (one.id, one.email) if "@" in text}
    return (
        one.id == other.id
        or bool(addresses & {text.casefold() for text in (other.id, other.email) if "@" in text})
        or is_same_name(one.name, other.name)
    )


def _structured(raw: bytes, suffix: str, source: str, outline: Outline) -> Submission:
    decoded = decode(raw, source)
    submission: Submission = resolve(READERS, suffix)(decoded.text, source, outline)
    if not decoded.note:
        return submission
    notes = (decoded.note, *submission.notes)
    return submission.model_copy(update={"notes": notes, "doubt": decoded.doubt})


def _document(raw: bytes, source: str, outline: Outline) -> Submission:
    # Only a document loads what reads documents.
    from grader.documents import read  # noqa: PLC0415
    from grader.documents.cut.answers import read_answers  # noqa: PLC0415
    from grader.documents.cut.lines import read_lines  # noqa: PLC0415
    from grader.documents.cut.students import refuse_several  # noqa: PLC0415
    from grader.readers.frontmatter import read_front_matter  # noqa: PLC0415

    # What a command of the teacher's has made of a file says so, and is Markdown.
    document = read(raw, f"{source}.md" if raw.startswith(CONVERTED) else source)
    lines = read_lines(document)
    refuse_several(lines, document.text, source, outline)
    sender, said = read_front_matter(document, document.text, source, outline)
    submission = read_answers(document, lines, source, outline)
    notes = (said, *submission.notes) if said else submission.notes
    return submission.model_copy(
        update={"students": sender.students, "submitted": sender.submitted, "notes": notes}
    )


def named_by(source: str) -> str:
    """Return the id of the student that a file's name stands for; a README stands for its folder."""
    path = PurePath(source)
    named = path.parent.name if path.stem.lower() == "readme" and path.parent.name else path.stem
    return normal_id(named) or "unnamed"
