"""Google Classroom: the folder that it keeps in Drive for an assignment, downloaded from there.

Files are flat, `<full name> - <title>.<suffix>`, where the title is the assignment's. A folder for each student is read as
`folders`. All of this is from memory. There is no id but the name.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from grader.model.submission import Student
from grader.platforms.downloads.contract import Delivery, Filed, Listing, Platform, by_label, most

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from grader.model.errors import Problem

_NAMED: Final = re.compile(r"(?P<name>[^\d/_]+?) - (?P<title>.+?)(?: \(\d+\)|-\d+)?(?P<suffix>\.[^./]{1,10})")


class _Name(NamedTuple):
    name: str
    title: str
    file: str


class GoogleClassroom(Platform):
    """A folder of Drive."""

    title: ClassVar[str] = "a folder of Google Classroom"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether nearly all files are somebody's of one title: several names of two words and more."""
        del known
        names = [name for entry in listing.entries if (name := _read(entry.path)) is not None]
        whole = {name.name for name in names if len(name.name.split()) > 1}
        shared = Counter(name.title for name in names).most_common(1)
        return (
            len(whole) > 1
            and most(shared[0][1], len(listing.entries))
            and most(len(whole), len({name.name for name in names}))
        )

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every student's files as one hand-in."""
        yield from by_label(_labelled(listing))
        for entry in listing.entries:
            if _read(entry.path) is None:
                yield listing.problem(
                    entry.path, "is not named 'Full Name - title', so that nobody knows whose it is"
                )


def _labelled(listing: Listing) -> Iterator[tuple[Delivery, Filed]]:
    for entry in listing.entries:
        name = _read(entry.path)
        if name is not None:
            student = Student(id=name.name, name=name.name)
            yield Delivery(name.name, (student,), stated=False), Filed(entry, name.file)


def _read(path: str) -> _Name | None:
    found = _NAMED.fullmatch(path)
    if found is None:
        return None
    name = " ".join(found["name"].split())
    return _Name(name, found["title"].casefold(), path[found.end("name") + 3 :])
