"""The writers: one file a format, found through WRITERS, imported only when a format is asked for.

A format has a part for the student and a part for the class, or one of them. The student's part is
a pure function from a report to file names and texts, so any process can do it
(`grader.writers.rendering.render`). The class's part takes one small summary a student
(`grader.writers.summary`), which can be stored and read again, and keeps only counts and short rows
of it: a class of any size needs the same memory. Every file is written whole or not at all.

`grader.writers.folder.ClassFolder` drives the class's parts of several formats, `ReportFolder` both
parts, and gives out the file names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.writers.summary import Summary
    from grader.writers.view import ReportSheet

WRITERS: Final[Mapping[str, str]] = {
    "html": "grader.writers.website:SiteWriter",
    "md": "grader.writers.markdown:MarkdownWriter",
    "json": "grader.writers.jsonfile:JsonWriter",
    "csv": "grader.writers.csvtables:TablesWriter",
}

Assets: TypeAlias = Literal["shared", "inline"]
"""Where a web page has its style sheets and scripts: beside it in `assets/`, or inside it."""


class Writer:
    """What every format is; a format overrides what it has.

    The same reports in the same order give the same bytes. OSError is the only error.
    `endings` are those of one student's files, which are signed as reports.
    """

    endings: ClassVar[tuple[str, ...]] = ()

    def __init__(self, out: Path, *, assets: Assets = "shared") -> None:
        """Begin the class's part in the folder `out`, which exists."""

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Assets) -> Iterable[tuple[str, str]]:
        """Yield the name and the text of each of one student's files; touches no disk."""
        del sheet, stem, assets
        return ()

    def add(self, summary: Summary, stem: str) -> None:
        """Take one student into the files of the class."""

    def close(self) -> Sequence[Path]:
        """Write what concerns the whole class and return the paths of its files."""
        return ()

    def discard(self) -> None:
        """Give up: leave no unfinished file of the class behind."""
