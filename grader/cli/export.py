"""`grader export`: give the marks of a class to a learning platform, or as a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems, stopped_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.batch.exporting import ClassMarks
    from grader.model.errors import Problem
    from grader.platforms.worksheets.contract import MarkColumn
    from grader.platforms.worksheets.filling import Filled

_A_FILE: Final = click.Path(path_type=Path)
_CSV: Final = "csv"
_LIST: Final = "list"  # filled by `csv`: it is no platform's
_NAMED: Final = 20  # students named in a notice


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("kind", metavar="KIND")
@click.option("--out", required=True, type=_A_FILE, help="The file to write.")
@click.option("--table", type=_A_FILE, help="Your table of the class, as the platform gave it, to be filled.")
@click.option("--column", help="Where marks go: a heading, its title, or the platform's number of it.")
@click.option(
    "--open", "open_way", default="refuse", show_default=True, type=click.Choice(("refuse", "low", "blank")),
    help="Where rows await a person: stop, give what is sure, or give no mark.",
)  # fmt: skip
@click.option("--scale", "scaled", is_flag=True, help="Take marks to the points of the column.")
@click.option("--roster", type=_A_FILE, help="A class list that knows students by more than their ids.")
@click.option(
    "--groups", is_flag=True, help="Give a group's mark to its members in the roster who handed in nothing."
)
@click.option(
    "--feedback", type=_A_FILE, help="Write the students' reports as a zip that the platform takes."
)
@click.option(
    "--gradebook", default="reports.gradebook", show_default=True, type=_A_FILE, help="The gradebook."
)
@click.option("--assignment", help="Which one, where the gradebook holds several.")
def export(kind: str, **options: Any) -> None:
    """Write the marks that stand, people's decisions and lateness included.

    KIND is canvas, moodle, gradescope, blackboard or brightspace: --table is filled, one column of it, and nothing else
    changes. Or csv, xlsx or parquet: a table of ours (csv with --table fills a list of your own). Nobody gets a 0 for
    handing in nothing.

    Exit codes: 0 done; 1 somebody's mark is not in the table, or a mark in it is none of these; they are named; 2 nothing
    was written; 130 stopped.
    """
    from grader.cli.grade import DONE, NOTHING_DONE, SOME_FAILED, STOPPED
    from grader.model.errors import GraderError

    try:
        problems = _export(kind, options)
        code = SOME_FAILED if problems else DONE
    except GraderError as error:
        problems, code = list(error.problems), NOTHING_DONE
    except OSError as error:
        click.echo(stopped_by(error, options["out"]), err=True)
        problems, code = [], NOTHING_DONE
    except KeyboardInterrupt:
        click.echo("Stopped; no file was left half written.", err=True)
        problems, code = [], STOPPED
    print_problems(problems)
    sys.exit(code)


def _export(kind: str, options: dict[str, Any]) -> list[Problem]:
    from grader.batch.exporting import ClassMarks, write_table
    from grader.batch.finals import Finals
    from grader.cli.assignments import assignment_of
    from grader.cli.outputs import refuse_inputs
    from grader.gradebook import Gradebook
    from grader.platforms.worksheets.roster import read_roster

    _check(kind, options)
    outputs = {"--out": options["out"], "--feedback": options["feedback"]}
    refuse_inputs(outputs, [options["gradebook"], options["table"], options["roster"]])
    roster = read_roster(options["roster"], None, dated=False) if options["roster"] else None
    with Gradebook(options["gradebook"], readonly=True) as book:
        finals = Finals(book, assignment_of(book, options["assignment"]))
        given = ClassMarks(finals, options["open_way"], roster, options["groups"])
        given.read()
        if options["table"] is None:
            count = write_table(given, kind, options["out"])
            click.echo(f"{count:,} {'student' if count == 1 else 'students'} in {options['out']}")
            problems = []
        else:
            problems = _fill(kind, given, options)
        problems += given.problems
        if options["feedback"] is not None:
            problems += _feedback(kind, given, options["feedback"])
        _tell_gone(given)
    return problems


def _check(kind: str, options: dict[str, Any]) -> None:
    """Raise UsageError where the options cannot work together."""
    from grader.files.validation import did_you_mean
    from grader.model.errors import Problem, UsageError
    from grader.platforms.worksheets import WORKSHEETS
    from grader.platforms.worksheets.feedback import FEEDBACK_NAMES
    from grader.writers.gradetables import GRADE_TABLES

    problems = []
    known = [*(name for name in WORKSHEETS if name != _LIST), *GRADE_TABLES]
    if kind not in known:
        rule = f"must be one of {', '.join(known)} (got {kind!r}){did_you_mean(kind, known)}"
        raise UsageError([Problem("KIND", 0, 0, rule)])
    if kind in WORKSHEETS and options["table"] is None:
        rule = f"say which table is to be filled, as you downloaded it from {kind}"
        problems.append(Problem("--table", 0, 0, rule))
    if kind in GRADE_TABLES and kind != _CSV and options["table"] is not None:
        problems.append(
            Problem("--table", 0, 0, f"{kind!r} fills no table; give it as csv, or leave --table out")
        )
    if options["table"] is None and (options["column"] or options["scaled"]):
        problems.append(Problem("--column" if options["column"] else "--scale", 0, 0, "is about a --table"))
    if options["groups"] and options["roster"] is None:
        problems.append(Problem("--groups", 0, 0, "needs a --roster with a column 'group'"))
    if options["feedback"] is not None and kind not in FEEDBACK_NAMES:
        rule = f"{kind} takes no reports as a zip that is known here; {' and '.join(FEEDBACK_NAMES)} do"
        problems.append(Problem("--feedback", 0, 0, rule))
    if problems:
        raise UsageError(problems)


def _fill(kind: str, given: ClassMarks, options: dict[str, Any]) -> list[Problem]:
    from grader.batch.exporting import fill_table
    from grader.model.errors import Problem, UsageError
    from grader.platforms.worksheets.markcolumns import read_worksheet
    from grader.writers.atomic import write_bytes

    path = options["table"]
    worksheet = read_worksheet(path)
    if kind not in {worksheet.platform, _CSV}:
        found = "a class list" if worksheet.platform == _LIST else f"one of {worksheet.platform}'s"
        rule = f"is no table of {kind}'s to be filled; by its columns it is {found}"
        raise UsageError([Problem(str(path), 1, 0, rule)])
    column, filled = fill_table(given, worksheet, path, column=options["column"], scaled=options["scaled"])
    write_bytes(options["out"], filled.data)
    if worksheet.note:
        click.echo(f"{path}: {worksheet.note}", err=True)
    _tell(filled, column, given, options)
    return _wrong_with(filled, path)


def _tell(filled: Filled, column: MarkColumn, given: ClassMarks, options: dict[str, Any]) -> None:
    """Say what was written, and what nobody would notice otherwise."""
    from grader.writers.displaytext import printable

    count = f"{filled.written:,} {'mark is' if filled.written == 1 else 'marks are'}"
    click.echo(printable(f"{count} in {column.heading.strip()!r} of {options['out']}"))
    groups = [f"{name} as {mark.student.id}" for name, mark in given.shared.items()]
    listed = {
        "handed in nothing and got no mark": [row.said for row in filled.missing],
        "are left empty, as rows await a person": [row.said for row in filled.blank],
        "had another mark there": [f"{row.said} {old} -> {new}" for row, old, new in filled.replaced],
        "get the mark of their group": groups,
        "are known by nothing but their name": [
            f"{student.id} as {row.said}" for student, row in filled.by_name
        ],
    }
    for what, names in listed.items():
        if names:
            click.echo(printable(f"{len(names):,} {what}: {_some(names)}"), err=True)


def _wrong_with(filled: Filled, path: Path) -> list[Problem]:
    """Return whose mark is not in the table, and what stands there that is no mark of these."""
    from grader.model.errors import Problem

    where = str(path)
    problems = [
        Problem(where, 0, 0, f"student {student.id!r} has a mark and no row") for student in filled.strangers
    ]
    problems += [
        Problem(where, 0, 0, f"student {student.id!r} got no mark: {why}") for student, why in filled.doubtful
    ]
    problems += [
        Problem(
            where,
            row.line,
            0,
            f"{row.said} got no mark: the row {why}" if row.closed else f"{row.said} {why} and got no mark",
        )
        for row, why in filled.kept
    ]
    problems += [
        Problem(where, row.line, 0, f"{row.said} has {cell!r} there and no mark here; it was left as it is")
        for row, cell in filled.standing
    ]
    return problems


def _feedback(kind: str, given: ClassMarks, path: Path) -> list[Problem]:
    from grader.batch.exporting import write_feedback

    count, problems = write_feedback(given, kind, path)
    click.echo(f"{count:,} {'report is' if count == 1 else 'reports are'} in {path}")
    return problems


def _tell_gone(given: ClassMarks) -> None:
    """Say whose marks stand and are given to nobody, since they were not among the last hand-ins."""
    from grader.gradebook.runs import gone_of
    from grader.writers.displaytext import printable

    gone = gone_of(given.finals.book, given.finals.assignment)
    if gone:
        said = f"{len(gone):,} of earlier runs were not among the files of the last one and are left out: {_some(gone)}"
        click.echo(printable(said), err=True)


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
