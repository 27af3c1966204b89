"""What a teacher says of what was handed in, what is made of it, and the files of which nothing is to be said."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.model.errors import Problem
from grader.model.identity import normal_id
from grader.readers.delivered import Delivered
from grader.readers.discovery import find_files, without_companions
from grader.readers.opening import Found
from grader.readers.ours import without_ours
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path

# A name of `--platform` beside those of the table: no download, every file and zip is a hand-in.
FILES: Final = "files"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a teacher says of what was handed in. `students` are names by the ids of the class list.

    `called` are these ids by everything else in the class list that names one student alone.
    """

    platform: str | None = None
    identity: str | None = None
    students: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None  # of times that have no offset; None: nobody knows
    teachers: tuple[Path | None, ...] = ()
    converters: Collection[str] = ()  # suffixes of files that a command of the teacher's makes readable
    # Whether a zip that may be a class or one student's is refused; else it is one student's.
    asks: bool = True
    companions: bool = True  # pictures and programs in a student's folder are read like any other file

    @property
    def known(self) -> frozenset[str]:
        """What folders of students of the class list may be called."""
        names = (normal_id(name) for name in self.students.values() if name)
        return frozenset((*self.students, *self.called, *names))

    @property
    def is_said(self) -> bool:
        """Whether the teacher says that everything is a download."""
        return self.identity is not None or self.platform not in {None, FILES}


@dataclass(slots=True)
class TakenIn:
    """What was handed in, in order, what is wrong with the rest, and what a teacher should know of it."""

    handins: list[Found | Delivered] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    own: list[Path] = field(default_factory=list)  # files that grader wrote itself
    nameless: set[str] = field(default_factory=set)  # ids of marking without names, which no class list knows

    def add(self, items: Iterable[Found | Problem]) -> None:
        """Add files that were found, and what is wrong with others."""
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(item)
            else:
                self.handins.append(item)

    @property
    def files(self) -> list[Found]:
        """The hand-ins that are files."""
        return [item for item in self.handins if isinstance(item, Found)]

    @property
    def times(self) -> dict[str, datetime]:
        """When downloads say that hand-ins came, by their source."""
        moments = ((item.source, item.submitted) for item in self.handins if isinstance(item, Delivered))
        return {source: moment for source, moment in moments if moment is not None}


def files_of(arguments: Sequence[Path], expected: Expected, own: list[Path]) -> list[Found | Problem]:
    """Return the files that are hand-ins, each by itself; what grader wrote goes to `own`."""
    found = find_files(arguments, teachers=expected.teachers)
    given = found if expected.companions else without_companions(found)
    return list(without_ours(given, named=arguments, own=own))
