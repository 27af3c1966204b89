"""Render one student's files: a pure function, for this process or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.registry import resolve
from grader.writers import WRITERS
from grader.writers.view import ReportSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model.report import Report
    from grader.writers import Assets


def render(
    report: Report | ReportSheet,
    stem: str,
    formats: Iterable[str] = tuple(WRITERS),
    *,
    assets: Assets = "shared",
) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of one report; KeyError for an unknown format.

    Of a report without a sheet, they are the student's.

    `stem` begins the names. Pages with shared assets need the files that `ClassFolder` (or
    `grader.writers.resources.write_assets`) puts beside them.
    """
    sheet = report if isinstance(report, ReportSheet) else ReportSheet(report)
    for name in dict.fromkeys(formats):
        yield from resolve(WRITERS, name).render(sheet, stem, assets=assets)
