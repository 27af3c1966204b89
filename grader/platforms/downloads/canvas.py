"""Canvas: `submissions.zip`, one flat folder of files whose names say whose they are.

`<name>_[LATE_]<user>_<attachment>_<the file's own name>`; a text that was typed in is `<name>_[LATE_]<user>_text.html`, an
address `<...>_link.html`. The name is the student's sortable name in small letters, all that is no letter or digit left
out. Where marking is anonymous: `[LATE_]anon_<code>_<attachment>_...`. Of a group there is one file, under the name of one
member. Source: Canvas's `lib/content_zipper.rb`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from grader.model.submission import Student
from grader.platforms.downloads.contract import Delivery, Filed, Listing, Platform, by_label, most, unnamed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from grader.model.errors import Problem

_NAMED: Final = re.compile(
    r"(?P<name>.*?)_(?P<late>LATE_)?(?P<user>\d+)_(?:(?P<kind>text|link)\.html|(?P<attachment>\d+)_(?P<file>.+))",
    re.DOTALL,
)
_ANONYMOUS: Final = re.compile(
    r"(?P<late>LATE_)?anon_(?P<user>[A-Za-z0-9]+)_(?P<again>LATE_)?"
    r"(?:(?P<kind>text|link)\.html|(?P<attachment>\d+)_(?P<file>.+))",
    re.DOTALL,
)
# Ids of Canvas count through a whole installation; `lab_1_2_plots.md` is a student's own name for a file.
_DIGITS: Final = 3
_PEOPLE: Final = 3


class _Name(NamedTuple):
    user: str
    name: str
    late: bool
    file: str
    anonymous: bool


class Canvas(Platform):
    """The zip of "Download Submissions"."""

    title: ClassVar[str] = "a Canvas download"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether nearly all names are Canvas's."""
        del known
        names = [_read(entry.path) for entry in listing.entries]
        users = {name.user for name in names if name is not None}
        sure = all(len(user) >= _DIGITS or not user.isdecimal() for user in users) or _are_people(names)
        return bool(users) and sure and most(len(names) - names.count(None), len(names))

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every student's files as one hand-in."""
        for delivery in by_label(_labelled(listing)):
            attached = [found for file in delivery.files if (found := _attachment(file.entry.path))]
            if len(delivery.files) > 1 and attached:
                delivery.label += f"_{attached[0]}"  # by which feedback finds its way back
            yield delivery
        yield from unnamed(listing, lambda path: _read(path) is not None, "Canvas")


def _are_people(names: Iterable[_Name | None]) -> bool:
    """Whether several names go with one number each, and each number with one name: as people do, and parts seldom."""
    pairs = {(name.name, name.user) for name in names if name is not None}
    people = {name for name, _ in pairs}
    return (
        len(pairs) >= _PEOPLE
        and len(pairs) == len(people) == len({user for _, user in pairs})
        and all(name.isalpha() and name == name.lower() for name in people)
    )


def _labelled(listing: Listing) -> Iterator[tuple[Delivery, Filed]]:
    for entry in listing.entries:
        name = _read(entry.path)
        if name is None:
            continue
        student = Student(id=f"anon_{name.user}" if name.anonymous else name.user, name=name.name)
        label = f"{name.name or 'anon'}_{name.user}"
        yield (
            Delivery(label, (student,), late=name.late, anonymous=name.anonymous),
            Filed(entry, name.file),
        )


def _attachment(path: str) -> str:
    found = _ANONYMOUS.fullmatch(path) or _NAMED.fullmatch(path)
    return (found["attachment"] or "") if found is not None else ""


def _read(path: str) -> _Name | None:
    """Return what a file's name says, None where it is none of Canvas's."""
    if "/" in path:
        return None
    anonymous = _ANONYMOUS.fullmatch(path)
    found = anonymous or _NAMED.fullmatch(path)
    if found is None:
        return None
    late = bool(found["late"] or (anonymous and anonymous["again"]))
    # An address is none that is followed: by this suffix its reader says so.
    file = found["file"] or {"text": "text.html", "link": "link.url"}[found["kind"]]
    return _Name(found["user"], "" if anonymous else found["name"], late, file, anonymous is not None)
