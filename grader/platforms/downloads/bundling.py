"""One student's files to one hand-in: the one that can be read, or a zip of those that are read together.

What goes with a document and is none (pictures, programs, data) is named and not unpacked.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.documents import DOCUMENTS
from grader.documents.archive import MAX_PART, MAX_UNPACKED, open_archive
from grader.documents.bundle import MAX_DOCUMENTS, MAX_ENTRIES
from grader.documents.converting import converted
from grader.documents.signature import is_beside
from grader.model.errors import Problem, SubmissionError
from grader.platforms.downloads.listing import name_of
from grader.readers import READERS
from grader.readers.opening import MAX_BYTES
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from grader.platforms.downloads.contract import Filed

# Of a file that may be the grader's own form: where its answers begin.
_ANSWERS: Final = re.compile(rb"""^[ \t{]*["']?answers["']?[ \t]*:""", re.MULTILINE)
MAX_LOOKED: Final = 2_000_000  # bytes of a structured file in which they are looked for
README: Final = 1  # its rank among documents
_NAMED: Final = 10  # files named in a note
# One date for all, so that the same files give the same bytes.
_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """Which of a hand-in's files are read, as one file or together, and what is to be said of the others."""

    files: tuple[Filed, ...]
    notes: tuple[str, ...] = ()
    passed_over: str = ""  # a README beside other documents

    @property
    def alone(self) -> Filed | None:
        return self.files[0] if len(self.files) == 1 else None

    def fetch(self, source: str, converters: Mapping[str, str]) -> bytes:
        """Return the file, or a zip of the files; raises SubmissionError."""
        if self.alone is not None:
            return _content(self.alone, source, converters)
        return _zipped(self.files, source, converters)


def plan(files: Sequence[Filed], source: str, converters: Container[str] = ()) -> ReadingPlan:
    """Choose what is read of a hand-in; raises SubmissionError where that cannot be told.

    `converters` are the suffixes of files that a command of the teacher's makes readable.
    """
    if len(files) > MAX_ENTRIES:
        rule = f"holds more than {MAX_ENTRIES:,} files (got {len(files):,}), which no answer needs"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    files = _with_own_names(files)
    if len(files) == 1:
        return ReadingPlan(tuple(files))
    empty = [file for file in files if not _size(file)]
    full = [file for file in files if _size(file)] or list(files)
    forms = [file for file in full if _suffix(file) in READERS and _is_form(file)]
    if len(forms) > 1:
        named = ", ".join(file.name for file in forms[:_NAMED])
        rule = f"holds several files of answers ({named}); one of them must be handed in"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    ranks = {file.name: rank for file in full if (rank := _rank(file, converters)) is not None}
    read = forms or [file for file in full if ranks.get(file.name) == min(ranks.values(), default=None)]
    read = read or [file for file in full if not is_beside(file.name)] or full
    notes = (
        [f"{_listed(empty)} {'is' if len(empty) == 1 else 'are'} empty."] if empty and read != empty else []
    )
    taken = {file.name for file in read}
    left = [file for file in full if file.name not in taken]
    if left:
        notes.append(f"Of what was handed in, {_listed(left)} was not read.")
    readme = next((file.name for file in left if ranks.get(file.name) == README), "")
    return ReadingPlan(tuple(read), tuple(notes), readme)


def _rank(file: Filed, converters: Container[str]) -> int | None:
    """Return what a document is read before: reports, then a README, then plain texts, then programs and data."""
    suffix = _suffix(file)
    if suffix in converters:
        return 0
    if suffix not in DOCUMENTS:
        return None
    if suffix == ".txt":
        return 2
    if is_beside(file.name):
        return 3
    return README if PurePosixPath(file.name).stem.lower() == "readme" else 0


def _zipped(files: Iterable[Filed], source: str, converters: Mapping[str, str]) -> bytes:
    """Return a zip of files; those that are zips themselves are unfolded."""
    held = BytesIO()
    weight = 0
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for count, (name, raw) in enumerate(_unfolded(files, source, converters)):
            weight += len(raw)
            if weight > MAX_UNPACKED:
                rule = f"comes to more than {MAX_UNPACKED:,} bytes, which no answer needs"
                raise SubmissionError([Problem(source, 0, 0, rule)])
            if count >= 2 * MAX_DOCUMENTS:
                rule = f"holds more than {MAX_DOCUMENTS} documents; hand in fewer files"
                raise SubmissionError([Problem(source, 0, 0, rule)])
            archive.writestr(zipfile.ZipInfo(name, _DATE), raw)
    return held.getvalue()


def _unfolded(
    files: Iterable[Filed], source: str, converters: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    for file in files:
        raw = _content(file, f"{source}/{file.name}", converters)
        if _suffix(file) in converters:  # it is Markdown now, and its own suffix may be that of a picture
            yield f"{file.name}.md", raw
            continue
        if _suffix(file) != ".zip":
            yield file.name, raw
            continue
        archive = open_archive(raw, f"{source}/{file.name}")
        for info in archive.entries():
            name = f"{file.name[:-4]}/{name_of(info)}"
            if not info.is_dir() and PurePosixPath(name).suffix.lower() in DOCUMENTS:
                yield name, archive.read_entry(info)


def _content(file: Filed, source: str, converters: Mapping[str, str]) -> bytes:
    raw = file.entry.fetch(min(MAX_BYTES, MAX_PART)) if file.content is None else file.content
    command = converters.get(_suffix(file))
    return converted(raw, source, command) if command else raw


def _with_own_names(files: Sequence[Filed]) -> list[Filed]:
    """Return files of which no two have one name, in the order of the download."""
    taken: dict[str, int] = {}
    named = []
    for file in files:
        name = file.name
        while name in taken:
            taken[file.name] += 1
            stem, dot, suffix = file.name.rpartition(".")
            name = (
                f"{stem} ({taken[file.name]}){dot}{suffix}" if stem else f"{file.name} ({taken[file.name]})"
            )
        taken[name] = 1
        named.append(file if name == file.name else replace(file, name=name))
    return named


def _is_form(file: Filed) -> bool:
    try:
        return _ANSWERS.search(file.entry.fetch(MAX_LOOKED)) is not None
    except SubmissionError:
        return False


def _suffix(file: Filed) -> str:
    return PurePosixPath(file.name).suffix.lower()


def _size(file: Filed) -> int:
    return file.entry.measure() if file.content is None else len(file.content)


def _listed(files: Sequence[Filed]) -> str:
    return ", ".join(file.name for file in files[:_NAMED]) + (", ..." if len(files) > _NAMED else "")
