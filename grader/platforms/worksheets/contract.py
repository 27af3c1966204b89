"""What a table of a class is, whichever platform it is from."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.files.delimited import Delimited


@dataclass(frozen=True, slots=True)
class Listed:
    """One student of a table, with everything that names them.

    `ids` are in the order in which they are trusted, in their one form (`grader.model.identity`). `closed` says why the
    row takes no mark.
    """

    record: int  # in the table, from 0
    line: int
    ids: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    section: str = ""
    group: str = ""
    closed: str = ""

    @property
    def key(self) -> str:
        """What the student is called by: the first id, else the address, else the name."""
        return next((text for text in (*self.ids, self.email, self.name) if text), "")

    @property
    def said(self) -> str:
        """The key and the name, for people."""
        return f"{self.key} ({self.name})" if self.name and self.name != self.key else self.key


@dataclass(frozen=True, slots=True)
class MarkColumn:
    """A column that marks can stand in; `closed` says why it takes none."""

    place: int
    heading: str  # as it stands in the table
    title: str
    id: str = ""  # the platform's number of it
    points: Fraction | None = None
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A table as a platform gives it. `kept` are texts of cells that no mark replaces, with what they say.

    `head` is the record of the headings; `note` says what was taken to be so without being told; `settled` whether the table is of one assignment alone.
    """

    platform: str
    table: Delimited
    students: tuple[Listed, ...]
    columns: tuple[MarkColumn, ...]
    kept: Mapping[str, str] = field(default_factory=dict)
    settled: bool = False
    head: int = 0
    note: str = ""
