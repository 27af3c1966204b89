"""`grader gradebook`: what a gradebook holds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.gradebook import Gradebook

_FILE: Final = click.argument("file", type=click.Path(path_type=Path), default=Path("reports.gradebook"))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def gradebook() -> None:
    """Look into a gradebook (by default `reports.gradebook`)."""


@gradebook.command()
@_FILE
@click.option("--student", help="The history of one student.")
def show(file: Path, student: str | None) -> None:
    """Show the runs and what stands, or one student's history."""
    with _opened(file) as book:
        _show_student(book, student) if student else _show_runs(book)


@gradebook.command()
@_FILE
@click.option("--runs", is_flag=True, help="With the runs, which differ even where the work was the same.")
def dump(file: Path, *, runs: bool) -> None:
    """Print all of it as JSON, an object a line; the same for the same work."""
    from grader.gradebook.dump import dump as lines

    with _opened(file) as book:
        for line in lines(book, runs=runs):
            click.echo(line)


@contextmanager
def _opened(file: Path) -> Iterator[Gradebook]:
    """Open a gradebook to read it; what is wrong with it ends the command with 2."""
    from grader.gradebook import Gradebook
    from grader.model.errors import GradebookError

    try:
        with Gradebook(file, readonly=True) as book:
            yield book
    except GradebookError as error:
        print_problems(error.problems)
        sys.exit(2)


def _show_runs(book: Gradebook) -> None:
    from rich.console import Console

    from grader.cli.plaintable import print_rows
    from grader.gradebook.dump import runs_of

    heads = ["run", "kind", "assignment", "started", "marked", "known", "failed", "seconds"]
    rows = [
        [
            str(run["id"]), run["kind"], run["assignment"], run["started"][:16].replace("T", " "),
            str(run["marked"]), str(run["reused"]), str(run["failed"]),
            f"{run['seconds']:.1f}" if run["finished"] else "unfinished",
        ]
        for run in runs_of(book)
    ]  # fmt: skip
    print_rows(Console(), heads, rows)
    counts = {
        name: (book.row(f"SELECT count(*) FROM {name}") or (0,))[0]  # noqa: S608 - the names below
        for name in ("standings", "reports", "overrides", "verdicts")
    }
    click.echo(
        f"\n{counts['standings']} students stand; {counts['reports']} reports, "
        f"{counts['overrides']} decisions of people and {counts['verdicts']} shared verdicts are kept"
    )


def _show_student(book: Gradebook, student: str) -> None:
    from grader.gradebook.overrides import history_of

    standing = list(
        book.rows(
            "SELECT standings.assignment, source, low, high, standings.run FROM standings"
            " JOIN reports ON reports.id = report WHERE student = ? ORDER BY standings.assignment",
            (student,),
        )
    )
    if not standing:
        click.echo(f"nothing stands for student {student!r}", err=True)
        sys.exit(2)
    for assignment, source, low, high, run in standing:
        click.echo(f"{assignment}: {_total(low, high)} from {source} (since run {run})")
        rows = book.rows(
            "SELECT changes.run, old.low, old.high, new.low, new.high FROM changes JOIN reports AS new ON new.id = after"
            " LEFT JOIN reports AS old ON old.id = before WHERE changes.student = ? AND new.assignment = ?"
            " ORDER BY changes.run",
            (student, assignment),
        )
        for number, old_low, old_high, new_low, new_high in rows:
            before = "nothing" if old_low is None else _total(old_low, old_high)
            click.echo(f"  run {number}: {before} -> {_total(new_low, new_high)}")
        for override in history_of(book, assignment):
            if override.student == student:
                credit = "taken back" if override.credit is None else f"credit {override.credit}"
                click.echo(f"  {override.when} {override.who}: {override.criterion} {credit}, {override.why}")


def _total(low: str, high: str) -> str:
    ends = [f"{float(Fraction(end)):.4g}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
