"""Render one student's files: a pure function, for this process or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.tables import resolve
from grader.writers import WRITERS
from grader.writers.view import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Report
    from grader.writers import Assets


def render(
    report: Report | Sheet, stem: str, formats: Iterable[str] = tuple(WRITERS), *, assets: Assets = "shared"
) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of one report; KeyError for an unknown format.

    Of a report without a sheet, they are the student's.

    `stem` begins the names. Pages with shared assets need the files that `ClassFolder` (or
    `grader.writers.resources.write_assets`) puts beside them.
    """
    sheet = report if isinstance(report, Sheet) else Sheet(report)
    for name in dict.fromkeys(formats):
        yield from resolve(WRITERS, name).render(sheet, stem, assets=assets)
