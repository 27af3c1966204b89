"""How far a run has come: a bar on a terminal's error stream, nothing where nobody watches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress, ProgressColumn, TaskID


class ProgressBar:
    """A bar a stage, with the rate, the estimated end, and how many await a person or failed."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._review = self._failed = 0

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of so many steps."""
        if not self._shown:
            return
        if self._progress is None:
            self._progress = _bar()
            self._progress.start()
        if self._task is not None:
            self._progress.update(self._task, visible=False)
        self._review = self._failed = 0
        self._task = self._progress.add_task(name, total=total, counts="")

    def step(self, *, review: bool = False, failed: bool = False) -> None:
        """One of them is done."""
        if self._progress is None or self._task is None:
            return
        self._review += review
        self._failed += failed
        words = [f"{self._review} for review"] * bool(self._review) + [f"{self._failed} failed"] * bool(
            self._failed
        )
        self._progress.update(self._task, advance=1, counts=", ".join(words))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Steps a second over the last while."""

        def render(self, task):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - rich's own signature
            return Text(f"{task.speed:.0f}/s" if task.speed else "", style="dim")

    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("[magenta]{task.fields[counts]}"),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
