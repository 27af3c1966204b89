"""GitHub Classroom: a folder for each repository, `<assignment>-<login>`, as `gh classroom clone student-repos` makes them.

They stand in `<assignment>-submissions/`. What Git keeps for itself is no hand-in. Source: the command's own names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from grader.model.submission import Student
from grader.platforms.downloads.contract import (
    Delivery,
    Filed,
    Listing,
    Platform,
    by_label,
    inside,
    shared_start,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from grader.model.errors import Problem

_TOGETHER: Final = "-submissions"


class GithubClassroom(Platform):
    """A folder of the repositories of a class."""

    title: ClassVar[str] = "repositories of GitHub Classroom"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether everything stands in folders that begin with the assignment's name, in a folder that ends so."""
        folders = list(listing.folders())
        if len(folders) < len({entry.path.partition("/")[0] for entry in listing.entries}) or not folders:
            return False
        if len(folders) == 1 and folders[0].endswith(_TOGETHER):  # the folder of all, packed with its name
            return False
        prefix = _prefix(listing, folders)
        if not prefix or any(len(folder) == len(prefix) for folder in folders):
            return False
        logins = [folder[len(prefix) :] for folder in folders]
        return listing.name == f"{prefix[:-1]}{_TOGETHER}" or (
            len(logins) > 1 and all(login in known for login in logins)
        )

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every repository as one hand-in; a file that names its students is believed, as a group's does."""
        prefix = _prefix(listing, list(listing.folders()))
        yield from by_label(_labelled(listing, prefix))
        for entry in listing.entries:
            if "/" not in entry.path:
                yield listing.problem(entry.path, "stands in no repository, so that nobody knows whose it is")


def _labelled(listing: Listing, prefix: str) -> Iterator[tuple[Delivery, Filed]]:
    for folder, entries in listing.folders().items():
        student = Student(id=folder.removeprefix(prefix) or folder)
        for entry in entries:
            yield Delivery(folder, (student,), stated=False), Filed(entry, inside(entry, 1))


def _prefix(listing: Listing, folders: list[str]) -> str:
    """Return what stands before the logins: the assignment's name, which the folder of all says, or they have in common."""
    if listing.name.endswith(_TOGETHER):
        said = f"{listing.name.removesuffix(_TOGETHER)}-"
        if all(folder.startswith(said) for folder in folders):
            return said
    if len(folders) < 2:
        return ""
    shared = shared_start(folders)
    return shared[: shared.rfind("-") + 1]
