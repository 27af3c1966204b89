"""Blackboard: `gradebook_<course>_<item>_<date>.zip` of an assignment, flat, several attempts a student.

`<item>_<username>_attempt_<YYYY-MM-DD-HH-MM-SS>_<file>`, and for each attempt `<item>_<username>_attempt_<time>.txt`, which
holds what was typed in, comments and the files' own names. Items and files may hold `_`, so names are split at `_attempt_`
from the right. Times are those of the server, without an offset. Source: `kwurst/bb-file-cleanup`; the wording inside the
`.txt` (`Name:`, `Submission Field:`, `Original filename:`) is from memory, and where it differs, names alone count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from grader.documents.encoding import decode
from grader.model.errors import Problem, SubmissionError
from grader.model.submission import Student
from grader.platforms.downloads.contract import (
    Delivery,
    DownloadEntry,
    Filed,
    Listing,
    Platform,
    by_label,
    most,
    shared_start,
    unnamed,
)
from grader.platforms.downloads.times import read_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

MAX_NOTE: Final = 2_000_000  # bytes of the text of an attempt: what was typed in

_NAMED: Final = re.compile(
    r"(?P<left>.+)_attempt_(?P<time>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+)|(?P<note>\.txt))",
    re.DOTALL,
)
_NAME: Final = re.compile(
    r"^Name:[ \t]*(?P<name>[^\n]{0,200}?)[ \t]*\((?P<user>[^()\n]{1,200})\)[ \t]*$", re.MULTILINE
)
_TYPED: Final = re.compile(
    r"^Submission Field:[ \t]*\n(?P<text>.*?)(?:\nComments:[ \t]*\n|\nFiles:[ \t]*\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_NOTHING_TYPED: Final = "There is no student submission text data for this assignment."
_FILE: Final = re.compile(
    r"^[ \t]*Original filename:[ \t]*(?P<own>[^\n]{1,300})\n[ \t]*Filename:[ \t]*(?P<stored>[^\n]{1,600})$",
    re.MULTILINE,
)
_MARKUP: Final = re.compile(r"<(?:p|div|br|ul|ol|span|strong|em|table)\b", re.IGNORECASE)


class _Name(NamedTuple):
    left: str  # the item and the username
    time: str
    file: str  # "" for the text of the attempt


class _Note(NamedTuple):
    """What the text of an attempt says."""

    user: str = ""
    name: str = ""
    typed: str = ""
    files: dict[str, str] = {}  # noqa: RUF012 - a default that nobody changes: own names by those in the zip
    known: bool = False  # whether its wording was understood


class Blackboard(Platform):
    """The zip of "Download assignment files"."""

    title: ClassVar[str] = "a Blackboard download"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether nearly all names are Blackboard's."""
        del known
        named = sum(_read(entry.path) is not None for entry in listing.entries)
        return most(named, len(listing.entries))

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every attempt as a hand-in of its own."""
        names = {entry.path: name for entry in listing.entries if (name := _read(entry.path)) is not None}
        notes: dict[tuple[str, str], _Note] = {}
        for entry in listing.entries:
            name = names.get(entry.path)
            if name is not None and not name.file:
                try:
                    notes[name.left, name.time] = _noted(entry, listing.shown(entry.path))
                except SubmissionError as error:
                    yield from error.problems
        yield from by_label(_labelled(listing, names, notes))
        yield from unnamed(listing, names.__contains__, "Blackboard")


def _labelled(
    listing: Listing, names: dict[str, _Name], notes: dict[tuple[str, str], _Note]
) -> Iterator[tuple[Delivery, Filed]]:
    item = _item([name.left for name in names.values()])
    called = {note.user: note.name for note in notes.values()}
    attempts = {(name.left, name.time) for name in names.values() if name.file}
    for entry in listing.entries:
        name = names.get(entry.path)
        if name is None:
            continue
        note = notes.get((name.left, name.time), _Note())
        user = note.user if name.left.endswith(f"_{note.user}") else name.left.removeprefix(item)
        student = Student(id=user, name=called.get(user, ""))
        delivery = Delivery(f"{name.left}_attempt_{name.time}", (student,), submitted=read_time(name.time))
        if name.file:
            yield delivery, Filed(entry, note.files.get(entry.name, name.file))
        elif note.typed:
            own = "text.html" if _MARKUP.search(note.typed) else "text.md"
            yield delivery, Filed(entry, own, note.typed.encode())
        elif (name.left, name.time) not in attempts:  # nothing but this text was handed in
            yield delivery, Filed(entry, "attempt.txt", b"" if note.known else None)


def _read(path: str) -> _Name | None:
    """Return what a file's name says, None where it is none of Blackboard's."""
    if "/" in path:
        return None
    found = _NAMED.fullmatch(path)
    return None if found is None else _Name(found["left"], found["time"], found["file"] or "")


def _item(lefts: Sequence[str]) -> str:
    """Return the item's name, with the `_` behind it: all names begin with it.

    A username without `_` is what stands behind the last one; where that leaves different items, usernames hold it too.
    """
    items = {left[: left.rfind("_") + 1] for left in lefts}
    if len(items) == 1:
        return items.pop()
    shared = shared_start(items)
    return shared[: shared.rfind("_") + 1]


def _noted(entry: DownloadEntry, shown: str) -> _Note:
    text = decode(entry.fetch(MAX_NOTE), shown).text
    named, typed = _NAME.search(text), _TYPED.search(text)
    said = typed["text"].strip() if typed else ""
    files = {found["stored"].strip(): found["own"].strip() for found in _FILE.finditer(text)}
    return _Note(
        named["user"].strip() if named else "",
        named["name"].strip() if named else "",
        "" if said == _NOTHING_TYPED else said,
        files,
        known=named is not None and typed is not None,
    )
