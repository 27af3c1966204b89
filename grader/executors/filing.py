"""Write one student's files, none larger than it may be."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

from grader.executors import Written
from grader.executors.wall import Failure, unwritten
from grader.model.errors import Problem, named
from grader.model.outcome import Reason
from grader.writers.atomic import write_text
from grader.writers.rendering import render
from grader.writers.shortening import LENGTHS, shortened
from grader.writers.summary import summarise, to_text
from grader.writers.view import ReportSheet

if TYPE_CHECKING:
    from grader.executors import WriteJob
    from grader.model.disclosure import Reader
    from grader.model.report import Report
    from grader.writers import Assets
    from grader.writers.rounding import RoundedReport

# Nobody reads further, and browsers slow down; an ordinary report has 30 to 60 kB.
MAX_FILE: Final = 2_000_000  # bytes
# All files of all students of one hand-in: 40 students in three formats have 100 kB each.
MAX_FILES: Final = 12_000_000
# What is wrong with one file alone; a disk that is full or read-only is everybody's.
_OF_ONE_FILE: Final = frozenset(
    {errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.ENOTEMPTY}
)


def write_files(job: WriteJob, report: Report) -> Written:
    """Write a report in every format; OSError is raised where nobody's could be written."""
    problems: list[Problem] = []
    files = {}
    sheets = Sheets(report, job.reader)
    most = min(MAX_FILE, MAX_FILES // (len(report.students) * max(len(job.formats), 1)))
    for name in job.formats:
        try:
            for file, text in fitting(sheets, job.stem, name, most, assets=job.assets):
                seen = os.stat(write_text(job.out / file, text, noted=job.noted.get(file)))  # noqa: PTH116 - pathlib is slower
                files[file] = (seen.st_size, seen.st_mtime_ns)
        except MemoryError:
            raise
        except OSError as error:
            if error.errno not in _OF_ONE_FILE:
                raise
            problems.append(_failed(job, name, f"{error.strerror}: {error.filename2 or error.filename}"))
        except Exception as error:  # noqa: BLE001 - one format that fails must not cost the others
            problems.append(_failed(job, name, f"the grader failed with {named(error)}"))
    return Written(
        job.student, files, to_text(summarise(report, job.reader, amounts=sheets.amounts)), tuple(problems)
    )


class Sheets:
    """One report as its reader may see it, whole and shortened; each is prepared once for all formats."""

    def __init__(self, report: Report, reader: Reader) -> None:
        self._report = report
        self._reader = reader
        self._made: dict[int | None, ReportSheet] = {}

    @property
    def amounts(self) -> RoundedReport | None:
        """All amounts of the report, where a reader from whom no row is hidden has been shown them."""
        sheet = self._made.get(None)
        if sheet is None or _counts(sheet.report) != _counts(self._report):
            return None
        return sheet.amounts

    def of(self, length: int | None) -> ReportSheet:
        """Return the report with texts of at most `length` characters; None: whole."""
        if length not in self._made:
            report = self._report if length is None else shortened(self._report, length)
            self._made[length] = ReportSheet(report, self._reader)
        return self._made[length]


def fitting(
    sheets: Sheets, stem: str, name: str, most: int, *, assets: Assets = "shared"
) -> list[tuple[str, str]]:
    """Render one format, with its texts shortened where a file would have over `most` bytes."""
    size = 0
    for length in (None, *LENGTHS):
        texts = list(render(sheets.of(length), stem, (name,), assets=assets))
        size = max((_size(text, most) for _, text in texts), default=0)
        if size <= most:
            return texts
    raise _TooLargeError(size, most)


def _counts(report: Report) -> list[int]:
    return [len(question.criteria) for question in report.questions]


def _size(text: str, most: int) -> int:
    """Return how many bytes a text has; of one that is surely within `most`, as many as it could have."""
    could = 4 * len(text)
    return could if could <= most else len(text.encode())


class _TooLargeError(Exception):
    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"it would have {size:,} bytes; {most:,} are the most")


def _failed(job: WriteJob, name: str, said: str) -> Problem:
    return unwritten(job.source, job.student, Failure(Reason.FAULT, f"as {name}, {said}"))
