"""Moodle: the zip of an assignment's submissions, in folders (its default since 3.1) or flat.

`<full name>_<id>_assignsubmission_file[_]/...` and `..._assignsubmission_onlinetext[_]/onlinetext.html`; flat, `_` stands
where the `/` stands here. `<id>` is the number of `Participant <id>` in the grading worksheet. Where marking is blind the
name is the word for participant alone, in the site's language. Of a team it is the team's name and number. Sources: Moodle's
`mod/assign/classes/downloader.php`; the `_` at the end from downloads of 2021.
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
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_?/|_)(?P<file>.+)", re.DOTALL
)
# So many people have not all the same name.
NAMELESS: Final = 3
# The word for whoever takes part, by which names are left out where marking is blind.
_BLIND: Final = frozenset(
    {
        "participant", "participante", "teilnehmer", "teilnehmer/in", "teilnehmende", "deltagare", "deltaker", "deltager", "teilnehmerin",
        "deelnemer", "partecipante", "uczestnik", "osallistuja", "participant(e)", "参加者", "参与者", "участник", "katılımcı",
    }
)  # fmt: skip


class _Name(NamedTuple):
    id: str
    name: str
    file: str


class Moodle(Platform):
    """The zip of "Download all submissions"."""

    title: ClassVar[str] = "a Moodle download"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether nearly all paths are Moodle's."""
        del known
        named = sum(_read(entry.path) is not None for entry in listing.entries)
        return most(named, len(listing.entries))

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every participant's files and texts as one hand-in."""
        yield from by_label(_labelled(listing))
        yield from unnamed(listing, lambda path: _read(path) is not None, "Moodle")


def _labelled(listing: Listing) -> Iterator[tuple[Delivery, Filed]]:
    names = {name.id: name.name for entry in listing.entries if (name := _read(entry.path)) is not None}
    nameless = (
        len(names) >= NAMELESS and len(set(names.values())) == 1
    )  # as the word is in any other language
    for entry in listing.entries:
        name = _read(entry.path)
        if name is None:
            continue
        blind = nameless or name.name.casefold() in _BLIND
        student = Student(id=f"Participant {name.id}") if blind else Student(id=name.id, name=name.name)
        yield Delivery(f"{name.name}_{name.id}", (student,), anonymous=blind), Filed(entry, name.file)


def _read(path: str) -> _Name | None:
    found = _NAMED.fullmatch(path)
    return None if found is None else _Name(found["id"], found["name"].strip(), found["file"])
