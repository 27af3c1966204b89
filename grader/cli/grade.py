"""`grade`: mark submissions by a rubric and write reports."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from grader.errors import Problem
    from grader.model import Report
    from grader.rubric import Rubric
    from grader.writers.folder import ReportFolder
    from grader.writers.rows import ClassRow

DONE: Final = 0
SOME_FAILED: Final = 1
NOTHING_DONE: Final = 2
UNDER_THE_MARK: Final = 3

ALL_FORMATS: Final = "html,md,json,csv"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rubric", required=True, type=click.Path(path_type=Path), help="The rubric, a YAML file.")
@click.option(
    "--out", default="reports", show_default=True, type=click.Path(path_type=Path), help="Where reports go."
)
@click.option("--format", "formats", default=ALL_FORMATS, show_default=True, help="What to write, by commas.")
@click.option("--dry-run", is_flag=True, help="Mark and show the class; write nothing.")
@click.option(
    "--fail-under", metavar="SHARE", help="Exit with 3 if a student's sure score is under this, e.g. 50%."
)
@click.option("--quiet", is_flag=True, help="Print problems only.")
def grade(
    submissions: tuple[Path, ...],
    rubric: Path,
    out: Path,
    formats: str,
    fail_under: str | None,
    *,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Mark SUBMISSIONS (files or folders) by a rubric; write a report for every student.

    Exit codes: 0 done; 1 some submission could not be read or marked, the others were; 2 the rubric or the
    arguments are wrong, nothing was marked; 3 somebody is under --fail-under.
    """
    from grader.errors import GraderError

    try:
        session = _Session(rubric, out, "" if dry_run else formats, fail_under)
    except GraderError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(NOTHING_DONE)
    sys.exit(session.run(submissions, quiet=quiet))


class _Session:
    """One run: what was asked for, and what became of it."""

    def __init__(self, rubric: Path, out: Path, formats: str, fail_under: str | None) -> None:
        from grader.rubric import load_rubric

        self.out = out
        self.least = _share(fail_under)
        self.formats = _formats(formats)
        self.rubric: Rubric = load_rubric(rubric)
        self.problems: list[Problem] = []
        self.handed_in: dict[str, str] = {}
        self.under = 0

    def run(self, submissions: Iterable[Path], *, quiet: bool) -> int:
        """Mark everything and write it; return the exit code."""
        from grader.cli.progress import progress
        from grader.readers.files import find_files
        from grader.writers.rows import class_row

        found = list(find_files(submissions))
        files = [item for item in found if isinstance(item, Path)]
        self.problems += [item for item in found if not isinstance(item, Path)]
        rows = []
        try:
            with self._folder() as folder:
                for report in self._reports(progress(files, quiet=quiet)):
                    if folder is not None:
                        folder.add(report)
                    self._count(report)
                    rows.append(class_row(report))
        except OSError as error:
            click.echo(f"{error.filename or self.out}: cannot be written: {error.strerror}", err=True)
            return NOTHING_DONE
        self._print(rows, quiet=quiet)
        return SOME_FAILED if self.problems else UNDER_THE_MARK if self.under else DONE

    def _folder(self) -> AbstractContextManager[ReportFolder | None]:
        if not self.formats:
            return nullcontext()
        from grader.writers.folder import ReportFolder

        return ReportFolder(self.out, self.formats)

    def _reports(self, files: Iterable[Path]) -> Iterator[Report]:
        from grader.executors import EXECUTORS
        from grader.tables import resolve

        for result in resolve(EXECUTORS, "serial")(self.rubric, files):
            self.problems += result.problems
            for report in result.reports:
                if self._first(report):
                    yield report

    def _first(self, report: Report) -> bool:
        """Whether this is the only hand-in of its student; a second one is named, not marked over the first."""
        from grader.errors import Problem

        earlier = self.handed_in.setdefault(report.student.id, report.source)
        if earlier is report.source or earlier == report.source:
            return True
        rule = f"student {report.student.id!r} already handed in {earlier}; this one was left out"
        self.problems.append(Problem(report.source, 0, 0, rule))
        return False

    def _count(self, report: Report) -> None:
        from grader.errors import Problem
        from grader.marking import faults

        if self.least is not None and report.low < self.least * report.max_points:
            self.under += 1
        for criterion, said in faults(report):
            self.problems.append(
                Problem(report.source, 0, 0, f"criterion {criterion!r} awaits review: {said}")
            )

    def _print(self, rows: list[ClassRow], *, quiet: bool) -> None:
        if rows and not quiet:
            from rich.console import Console

            from grader.writers.terminal import print_class

            print_class(Console(), rows)
            awaiting = sum(row.awaiting for row in rows)
            review = f"; {awaiting} rows await a person" if awaiting else ""
            where = f"; reports are in {self.out}" if self.formats else "; nothing was written"
            click.echo(f"\n{len(rows)} students marked by {self.rubric.id}{review}{where}")
        for problem in self.problems:
            click.echo(str(problem), err=True)


def _formats(text: str) -> tuple[str, ...]:
    from grader.errors import Problem, UsageError
    from grader.validation import did_you_mean
    from grader.writers import WRITERS

    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in WRITERS:
            raise UsageError(
                [Problem("--format", 0, 0, f"unknown format {name!r}{did_you_mean(name, WRITERS)}")]
            )
    return names


def _share(text: str | None) -> Fraction | None:
    from pydantic import TypeAdapter, ValidationError

    from grader.errors import Problem, UsageError
    from grader.fields import Amount

    if text is None:
        return None
    adapter: TypeAdapter[Any] = TypeAdapter(Amount)
    try:
        share: Fraction = adapter.validate_python(text)
    except ValidationError as error:
        rule = f"must be a share such as 50% or 0.5 (got {text!r})"
        raise UsageError([Problem("--fail-under", 0, 0, rule)]) from error
    return share
