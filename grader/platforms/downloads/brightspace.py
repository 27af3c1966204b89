"""Brightspace (D2L): the zip of an assignment's submissions, a folder for each, and `index.html` about all of them.

`<user>-<submission> - <full name> - <date>/...`, or the same before the files' own names. Several folders of one user are
attempts. Dates are those of the server, without an offset, and in the site's language; those in English are read. All of
this is from memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from grader.model.submission import Student
from grader.platforms.downloads.contract import Delivery, Filed, Listing, Platform, by_label, most, unnamed
from grader.platforms.downloads.times import read_time

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from grader.model.errors import Problem

_NAMED: Final = re.compile(
    r"(?P<id>\d+)(?:-\d+)? - (?P<name>[^/]+?) - "
    r"(?P<date>(?:\d{4}-\d\d-\d\d|[^/-]{0,40}?\d{4})[^/-]{0,40}?)(?: - (?P<file>[^/]+))?"
)
_INDEX: Final = "index.html"


class _Name(NamedTuple):
    label: str
    id: str
    name: str
    date: str
    file: str


class Brightspace(Platform):
    """The zip of "Download" in a submission folder."""

    title: ClassVar[str] = "a Brightspace download"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether nearly all paths are Brightspace's."""
        del known
        paths = [entry.path for entry in listing.entries if entry.path != _INDEX]
        return most(sum(_read(path) is not None for path in paths), len(paths))

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every attempt as a hand-in of its own."""
        yield from by_label(_labelled(listing))
        yield from unnamed(listing, lambda path: _read(path) is not None or path == _INDEX, "Brightspace")


def _labelled(listing: Listing) -> Iterator[tuple[Delivery, Filed]]:
    for entry in listing.entries:
        name = _read(entry.path)
        if name is not None:
            student = Student(id=name.id, name=name.name)
            yield Delivery(name.label, (student,), submitted=read_time(name.date)), Filed(entry, name.file)


def _read(path: str) -> _Name | None:
    folder, below, rest = path.partition("/")
    found = _NAMED.fullmatch(folder)
    if found is None or bool(below) == bool(found["file"]):
        return None
    label = folder[: found.end("date")]
    return _Name(label, found["id"], found["name"].strip(), found["date"].strip(), rest or found["file"])
