"""Write the HTML format: a page for every student, and `overview.html` that links them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.writers.overview import OverviewWriter
from grader.writers.webpage import PageWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.model import Report


class SiteWriter:
    """Write each report's page as it comes, and the class's page at the end."""

    def __init__(self, out: Path) -> None:
        self._pages = PageWriter(out)
        self._overview = OverviewWriter(out)

    def add(self, report: Report, stem: str) -> None:
        self._pages.add(report, stem)
        self._overview.add(report, stem)

    def close(self) -> Sequence[Path]:
        return self._overview.close()

    def discard(self) -> None:
        self._overview.discard()
