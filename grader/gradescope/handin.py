"""Find the one file that is handed in; what is wrong with a hand-in is said to the student with the way out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from grader.files.provenance import Origin
from grader.model.errors import Problem
from grader.readers import SUFFIXES
from grader.readers.discovery import find_files, source_of
from grader.readers.opening import Found
from grader.readers.ours import origin_of_found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SHOWN = 10


class StudentError(Exception):
    """The hand-in cannot be marked, and the student can mend that."""


def find_handin(folder: Path, pattern: str = "", *, teachers: Sequence[Path] = ()) -> Found:
    """Return the file to mark; raises StudentError where there is none, or more than one it could be.

    `teachers` are files that are no hand-ins, by whatever name they stand there.
    """
    items = list(find_files([folder], teachers=teachers)) if folder.is_dir() else []
    found = [item for item in items if isinstance(item, Found)]
    reports = [file for file in found if origin_of_found(file.path) is not Origin.FOREIGN]
    if reports and len(reports) == len(found):
        raise StudentError(f"{_names(reports, folder)} is a report, not your answers. Hand in your answers.")
    found = [file for file in found if file not in reports]
    readable = [file for file in found if file.path.suffix.lower() in SUFFIXES]
    meant = [file for file in readable if not pattern or fnmatchcase(file.path.name.lower(), pattern.lower())]
    formats = ", ".join(SUFFIXES)
    if len(meant) == 1:
        return meant[0]
    if meant:
        wanted = f" that matches {pattern!r}" if pattern else ""
        raise StudentError(
            f"{len(meant)} files could be your answers: {_names(meant, folder)}. Hand in one file{wanted}."
        )
    if readable:
        raise StudentError(
            f"No file matches {pattern!r}; handed in were {_names(readable, folder)}. Rename yours."
        )
    if found:
        raise StudentError(
            f"None of the files can be read: {_names(found, folder)}. Hand in your answers as one of {formats}."
        )
    wrong = [item for item in items if isinstance(item, Problem) and item.path != source_of(folder)]
    if wrong:
        said = "; ".join(str(item).replace(f"{source_of(folder)}/", "") for item in wrong[:_SHOWN])
        raise StudentError(f"Nothing can be read: {said}. Hand in your answers as one file: {formats}.")
    raise StudentError(f"No file was handed in. Hand in your answers as one file: {formats}.")


def _names(files: Sequence[Found], folder: Path) -> str:
    names = [source_of(file.path.relative_to(folder)) for file in files[:_SHOWN]]
    return ", ".join(names) + (f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else "")
