"""Write a class's reports into a folder, in several formats at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.tables import resolve
from grader.writers import WRITERS
from grader.writers.names import ReportNames

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from grader.model import Report
    from grader.writers import Writer


def open_writer(name: str, out: Path) -> Writer:
    """Make the writer of one format; KeyError for a name that is not in WRITERS."""
    writer: Writer = resolve(WRITERS, name)(out)
    return writer


class ReportFolder:
    """Give each report a file name and hand it to the writers of all formats.

    Use it in a `with` block: leaving it finishes the class's files, an error discards them.
    """

    def __init__(self, out: Path, formats: Iterable[str] = tuple(WRITERS)) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._names = ReportNames()
        self._writers = [open_writer(name, out) for name in dict.fromkeys(formats)]
        self.class_files: tuple[Path, ...] = ()

    def add(self, report: Report) -> str:
        """Write one student's report and return the stem of its file names."""
        stem = self._names.stem(report.student.id, report.source)
        for writer in self._writers:
            writer.add(report, stem)
        return stem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.class_files = tuple(path for writer in self._writers for path in writer.close())
        else:
            for writer in self._writers:
                writer.discard()
