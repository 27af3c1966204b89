"""A folder for each student, named by their id, with what they handed in: what many scripts and teachers make.

A student's own folder with parts in it looks alike, and so does a class in sections. So it is taken as such only where
folders are named as the class list names students, or where what stands in each is named as pieces of an assignment are.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Final

from grader.documents import DOCUMENTS
from grader.documents.signature import is_beside
from grader.model.identity import normal_id
from grader.model.submission import Student
from grader.platforms.downloads.contract import (
    Delivery,
    DownloadEntry,
    Filed,
    Listing,
    Platform,
    by_label,
    inside,
    most,
)
from grader.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from grader.model.errors import Problem

# Folders of one zip that are surely not what one student made for parts of an answer, unless they are named as such.
CLASS: Final = 5
MAX_PIECE: Final = 60  # characters; a longer name is looked into no further
# What nobody is called: a piece of an assignment, alone or with its number.
_PIECE: Final = re.compile(
    r"(?:q|ex|hw|v|img|src|(?:question|task|part|problem|exercise|homework|assignment|lab|week|answer|solution|report|submission|"
    r"main|notebook|code|data|dataset|figure|image|picture|plot|appendix|readme|note|final|draft|attempt|version|doc|document|"
    r"paper|latex|tex|script|model|test|result|experiment|output|util|lib|package|theory|theoretical|practice|practical|"
    r"frage|aufgabe|teil|übung|lösung|antwort|anhang|bild|daten|uppgift|svar|del|fråga|bilaga|ejercicio|pregunta|exercice|"
    r"réponse|annexe)(?:s|en|n)?)"
    r"[\W_]*(?:\d{1,3}|[a-h]|[ivx]{1,4})?(?:[\W_]+[\w\W]{0,40})?|\d{1,2}[a-h]?|[a-h]",
    re.IGNORECASE,
)


class Folders(Platform):
    """Plain `id/files`."""

    title: ClassVar[str] = "a folder for each student"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether the folders are students' and not parts of one hand-in, or sections of a class."""
        folders = {name: _documents(entries) for name, entries in listing.folders().items()}
        folders = {name: entries for name, entries in folders.items() if entries}
        loose = [entry for entry in listing.entries if "/" not in entry.path and _is_document(entry)]
        if (
            not folders and listing.packed
        ):  # files of a folder are their students' by their names without this
            named = sum(normal_id(_stem(entry)) in known for entry in loose)
            return named > 1 and most(named, len(loose))
        if len(folders) < 2 or loose:
            return False
        named = sum(normal_id(name) in known for name in folders)
        if named:
            return most(named, len(folders))
        whose = not any(_is_piece(name) for name in folders)
        pieces = all(_are_pieces(entries) for entries in folders.values())
        if listing.packed:
            return whose and pieces and len(folders) >= CLASS
        # One file of one name in each folder is told apart without this, as it always was.
        return whose and pieces and any(len(entries) > 1 for entries in folders.values())

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every folder as one hand-in, or every file where there is none; one that names its students is believed."""
        yield from by_label(_labelled(listing))
        for entry in listing.entries if listing.folders() else ():
            if "/" not in entry.path:
                yield listing.problem(
                    entry.path, "stands in nobody's folder, so that nobody knows whose it is"
                )


def _labelled(listing: Listing) -> Iterator[tuple[Delivery, Filed]]:
    for folder, entries in listing.folders().items():
        for entry in entries:
            yield Delivery(folder, (Student(id=folder),), stated=False), Filed(entry, inside(entry, 1))
    for entry in () if listing.folders() else listing.entries:
        yield Delivery(_stem(entry), (Student(id=_stem(entry)),), stated=False), Filed(entry, entry.name)


def is_ambiguous(listing: Listing) -> bool:
    """Whether a zip may as well be a class as one student's: documents in several folders, or many beside each other."""
    *_, level = listing.levels()
    folders = [name for name, entries in level.folders().items() if _documents(entries)]
    loose = [_stem(entry) for entry in level.entries if "/" not in entry.path and _is_document(entry)]
    if loose:
        return not folders and len(set(loose)) >= CLASS and not any(_is_piece(name) for name in loose)
    return len(folders) > 1 and not all(_is_piece(name) for name in folders)


def _stem(entry: DownloadEntry) -> str:
    return PurePosixPath(entry.name).stem


def _documents(entries: Sequence[DownloadEntry]) -> list[DownloadEntry]:
    return [entry for entry in entries if _is_document(entry)]


def _is_document(entry: DownloadEntry) -> bool:
    suffix = PurePosixPath(entry.name).suffix.lower()
    return (suffix in DOCUMENTS and not is_beside(entry.name)) or suffix in READERS


def _are_pieces(entries: Sequence[DownloadEntry]) -> bool:
    return all(_is_piece(_stem(entry)) for entry in entries)


def _is_piece(name: str) -> bool:
    return len(name) <= MAX_PIECE and _PIECE.fullmatch(name) is not None
