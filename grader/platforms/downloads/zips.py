"""A zip of zips, or a folder of them: one for each student, named by their id."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from grader.model.submission import Student
from grader.platforms.downloads.contract import Delivery, Filed, Listing, Platform

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from grader.model.errors import Problem


class Zips(Platform):
    """Hand-ins that are zips."""

    title: ClassVar[str] = "a zip for each student"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether a zip holds nothing but zips; in a folder each is read as its student's without this."""
        del known
        return (
            listing.packed and bool(listing.entries) and all(_is_zip(entry.path) for entry in listing.entries)
        )

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every zip as the hand-in of whom it is named by; one that names its students itself is believed."""
        for entry in listing.entries:
            if _is_zip(entry.path):
                student = Student(id=entry.name[:-4])
                yield Delivery(entry.path[:-4], (student,), [Filed(entry, entry.name)], stated=False)
            else:
                yield listing.problem(entry.path, "is no zip, so that nobody knows whose it is")


def _is_zip(path: str) -> bool:
    return "/" not in path and path.lower().endswith(".zip")
