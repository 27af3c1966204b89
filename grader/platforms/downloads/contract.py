"""What a platform's download is: a listing of entries, and the hand-ins that a platform makes of them."""

from __future__ import annotations

from dataclasses import field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar, Final

from grader.model.errors import Problem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from datetime import datetime

    from grader.model.submission import Student


# Folders around a download, as packing it once more makes.
MAX_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class DownloadEntry:
    """One file inside a download. `fetch` gives its bytes, at most so many, and raises SubmissionError."""

    path: str  # inside, `/` between its components
    measure: Callable[[], int]  # its size, as the download says
    fetch: Callable[[int], bytes]

    @property
    def parts(self) -> list[str]:
        return self.path.split("/")

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is inside a zip or a folder, without what systems and programs put there for themselves."""

    source: str  # as it was given
    name: str  # its own name, without `.zip`
    entries: tuple[DownloadEntry, ...]
    packed: bool = True  # a zip
    inside: str = (
        ""  # the folders that all entries stand in and that were left out of their paths, ending in `/`
    )

    def below(self) -> Listing | None:
        """Return the same without the one folder that all entries stand in, None where they do not."""
        tops = {entry.path.partition("/")[0] if "/" in entry.path else "" for entry in self.entries}
        if len(tops) != 1 or "" in tops:
            return None
        (top,) = tops
        entries = tuple(replace(entry, path=entry.path[len(top) + 1 :]) for entry in self.entries)
        return replace(self, name=top, entries=entries, inside=f"{self.inside}{top}/")

    def levels(self) -> Iterator[Listing]:
        """Yield the same as it is, and without each folder that everything stands in."""
        level: Listing | None = self
        for _ in range(MAX_LEVELS):
            if level is not None:
                yield level
                level = level.below()

    def within(self, level: Listing) -> Listing:
        """Return the same from where another listing of it begins."""
        entries = tuple(
            replace(entry, path=entry.path[len(level.inside) :])
            for entry in self.entries
            if entry.path.startswith(level.inside)
        )
        return replace(self, name=level.name, entries=entries, inside=level.inside)

    def shown(self, path: str) -> str:
        """Return what a path inside is called in messages and reports."""
        return f"{self.source}/{self.inside}{path}"

    def problem(self, path: str, rule: str) -> Problem:
        """Return what is wrong with an entry."""
        return Problem(self.shown(path), 0, 0, rule)

    def folders(self) -> dict[str, list[DownloadEntry]]:
        """Return the entries by the first folder of their path, in order; what stands in none is left out."""
        found: dict[str, list[DownloadEntry]] = {}
        for entry in self.entries:
            if "/" in entry.path:
                found.setdefault(entry.path.partition("/")[0], []).append(entry)
        return found


@dataclass(frozen=True, slots=True)
class Filed:
    """One file of a hand-in under the name that its student gave it; `content` where it is not what the entry holds."""

    entry: DownloadEntry
    name: str
    content: bytes | None = None


@dataclass(slots=True)
class Delivery:
    """One hand-in of one student or group. `label` tells it from all others of its download.

    `submitted` has no offset where the platform gives none. `stated` says that the platform knows whose it is, which
    outweighs what the file says; else a file that names its student is believed.
    """

    label: str
    students: tuple[Student, ...]
    files: list[Filed] = field(default_factory=list)
    submitted: datetime | None = None
    stated: bool = True
    late: bool = False  # by the platform's own mark
    anonymous: bool = False
    notes: tuple[str, ...] = ()


class Platform:
    """What every platform is; the names of `title` and of the table stand in messages and in `--platform`."""

    title: ClassVar[str]  # "a Canvas download"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether this is what the platform gives out; `known` are the ids of the class list."""
        raise NotImplementedError

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Return every hand-in, and what belongs to none."""
        raise NotImplementedError


def by_label(labelled: Iterable[tuple[Delivery, Filed]]) -> Iterator[Delivery]:
    """Yield the deliveries of files, each with all its files, in the order in which they came up first."""
    found: dict[str, Delivery] = {}
    for delivery, file in labelled:
        first = found.setdefault(delivery.label, delivery)
        first.files.append(file)
        first.late = first.late or delivery.late
    yield from found.values()


def unnamed(listing: Listing, is_named: Callable[[str], bool], platform: str) -> Iterator[Problem]:
    """Yield every file whose path inside is none of a platform's."""
    for entry in listing.entries:
        if not is_named(entry.path):
            rule = f"has no name as {platform} gives them, so that nobody knows whose it is"
            yield listing.problem(entry.path, rule)


def inside(entry: DownloadEntry, depth: int) -> str:
    """Return an entry's path below so many folders, which is what its student called it."""
    return "/".join(entry.parts[depth:])


def shared_start(texts: Iterable[str]) -> str:
    """Return what all texts begin with."""
    ordered = sorted(texts)
    if not ordered:
        return ""
    first, last = ordered[0], ordered[-1]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return first[:same]


def most(count: int, of: int) -> bool:
    """Whether so many are surely not there by chance: the others may be anything that a teacher put beside them."""
    return 2 * count > of
