"""The writers: one file a format, found through WRITERS, imported only when a format is asked for.

A writer is made with the folder it writes to and is given the reports one after the other, each
with the stem of its file names. Writers of per-student formats keep nothing between two reports, so
a class can be split over processes; writers for the whole class keep only small rows or counts, so
a class of any size needs the same memory. Every file is written whole or not at all.

`grader.writers.folder.ReportFolder` drives several formats at once and gives out the file names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.model import Report

WRITERS: Final[Mapping[str, str]] = {
    "json": "grader.writers.jsonfile:JsonWriter",
    "md": "grader.writers.markdown:MarkdownWriter",
    "html": "grader.writers.website:SiteWriter",
    "csv": "grader.writers.tables:TablesWriter",
}


class Writer(Protocol):
    """What every format is: reports go in one by one, files come out.

    The same reports in the same order give the same bytes. OSError is the only error.
    """

    def __init__(self, out: Path) -> None: ...

    def add(self, report: Report, stem: str) -> None:
        """Take one report; a per-student format writes its file now."""
        ...

    def close(self) -> Sequence[Path]:
        """Write what concerns the whole class and return the paths of its files."""
        ...

    def discard(self) -> None:
        """Give up: leave no unfinished file behind."""
        ...
