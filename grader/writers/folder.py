"""Write a class's reports into a folder, in several formats at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.files.registry import resolve
from grader.writers import WRITERS
from grader.writers.atomic import clear_unfinished, make_folder, write_text
from grader.writers.filenames import ReportNames
from grader.writers.rendering import render
from grader.writers.summary import summarise
from grader.writers.view import ReportSheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from grader.model.report import Report
    from grader.writers import Assets, Writer
    from grader.writers.summary import Summary


def open_writer(name: str, out: Path, *, assets: Assets = "shared") -> Writer:
    """Begin the class's part of one format; KeyError for a name that is not in WRITERS."""
    writer: Writer = resolve(WRITERS, name)(out, assets=assets)
    return writer


class ClassFolder:
    """Write the files that concern the whole class, from the summaries of its reports.

    What pages share is written at once, the tables and the overview when it is closed. In a `with`
    block, leaving it closes, an error discards.
    """

    def __init__(
        self, out: Path, formats: Iterable[str] = tuple(WRITERS), *, assets: Assets = "shared"
    ) -> None:
        make_folder(out)
        clear_unfinished(out)
        self.files: tuple[Path, ...] = ()
        self._writers: list[Writer] = []
        try:
            for name in dict.fromkeys(formats):
                self._writers.append(open_writer(name, out, assets=assets))
        except BaseException:
            self.discard()
            raise

    def add(self, summary: Summary, stem: str) -> None:
        """Take one student into the class's files; `stem` names the student's own."""
        for writer in self._writers:
            writer.add(summary, stem)

    def close(self) -> tuple[Path, ...]:
        """Finish the class's files and return their paths."""
        try:
            self.files = tuple(path for writer in self._writers for path in writer.close())
        except BaseException:
            self.discard()
            raise
        return self.files

    def discard(self) -> None:
        """Leave no unfinished file behind."""
        for writer in self._writers:
            writer.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


class ReportFolder:
    """Give each report a file name, write its files, and take it into those of the class.

    Use it in a `with` block: leaving it finishes the class's files, an error discards them.
    """

    def __init__(
        self, out: Path, formats: Iterable[str] = tuple(WRITERS), *, assets: Assets = "shared"
    ) -> None:
        self._out = out
        self._formats = tuple(formats)
        self._assets: Assets = assets
        self._names = ReportNames()
        self._class = ClassFolder(out, self._formats, assets=assets)

    @property
    def class_files(self) -> tuple[Path, ...]:
        """The files of the class, once they are written."""
        return self._class.files

    def add(self, report: Report) -> str:
        """Write one student's report and return the stem of its file names."""
        stem = self._names.stem(report.student.id, report.source)
        for name, text in render(ReportSheet(report), stem, self._formats, assets=self._assets):
            write_text(self._out / name, text)
        self._class.add(summarise(report), stem)
        return stem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._class.__exit__(kind, error, trace)
