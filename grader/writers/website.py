"""Write the HTML format: a page for every student, and `overview.html` that links them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.provenance import signed
from grader.writers import Writer
from grader.writers.atomic import refuse_to_replace, write_text
from grader.writers.resources import write_assets
from grader.writers.webpage import render_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.writers import Assets
    from grader.writers.summary import Summary
    from grader.writers.view import ReportSheet


class SiteWriter(Writer):
    """Write each report's page, what the pages share, and the class's page at the end."""

    endings = ("html",)

    def __init__(self, out: Path, *, assets: Assets = "shared") -> None:
        from grader.writers.overview import Overview  # noqa: PLC0415 - whoever renders students' pages needs none

        super().__init__(out, assets=assets)
        self._out = out
        self._assets: Assets = assets
        self._overview = Overview()
        refuse_to_replace(out / "overview.html", kind="overview")
        if assets == "shared":
            write_assets(out)

    @staticmethod
    def render(sheet: ReportSheet, stem: str, *, assets: Assets) -> Iterator[tuple[str, str]]:
        yield f"{stem}.html", signed(render_page(sheet, assets=assets), "report", "html")

    def add(self, summary: Summary, stem: str) -> None:
        self._overview.add(summary, stem)

    def close(self) -> Sequence[Path]:
        page = signed(self._overview.render(assets=self._assets), "overview", "html")
        return (write_text(self._out / "overview.html", page),)
