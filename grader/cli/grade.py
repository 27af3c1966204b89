"""`grade`: mark submissions by a rubric and write reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems, stopped_by
from grader.writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.cli.classoutcome import ClassOutcome
    from grader.cli.classrequest import ClassRequest
    from grader.cli.repeating import Repetition

DONE: Final = 0
SOME_FAILED: Final = 1
NOTHING_DONE: Final = 2
UNDER_THE_MARK: Final = 3
STOPPED: Final = 130  # as shells count a program that was stopped by Ctrl-C

ALL_FORMATS: Final = ",".join(WRITERS)
_A_FILE: Final = click.Path(path_type=Path)
# One that cannot be read is named like any other, and the rest is read.
_HANDED_IN: Final = click.Path(path_type=Path, readable=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("submissions", nargs=-1, required=True, type=_HANDED_IN)
@click.option("--rubric", required=True, type=_A_FILE, help="The rubric, a YAML file.")
@click.option("--out", default="reports", show_default=True, type=_A_FILE, help="Where reports go.")
@click.option("--teacher", type=_A_FILE, help="Where reports go that show teachers the key and every row.")
@click.option("--format", "formats", default=ALL_FORMATS, show_default=True, help="What to write, by commas.")
@click.option("--standalone", is_flag=True, help="Make every page one file that needs nothing beside it.")
@click.option("--dry-run", is_flag=True, help="Mark, show the class and what would change; write nothing.")
@click.option("--fresh", is_flag=True, help="Mark everything anew, also what the gradebook holds.")
@click.option("--gradebook", type=_A_FILE, help="The store that runs go on from.  [default: OUT.gradebook]")
@click.option(
    "--roster", type=_A_FILE, help="The class: a platform's own export, or id, name, due or extra time."
)
@click.option("--times", type=_A_FILE, help="CSV of when files came in: file, submitted.")
@click.option(
    "--platform", metavar="NAME", help="What the download is from: canvas, moodle, ... or files for none."
)
@click.option("--identity", metavar="REGEX", help="Whose a file is, by its path: (?P<student>...).")
@click.option("--preflight", is_flag=True, help="Read everything, say who handed in what, mark nothing.")
@click.option(
    "--fail-under", metavar="SHARE", help="Exit with 3 if a student's sure score is under this, e.g. 50%."
)
@click.option("--jobs", type=click.IntRange(1, 1024), help="Worker processes.  [default: one a core]")
@click.option(
    "--executor", help="serial, forked, processes or dask.  [default: processes; forked for few files]"
)
@click.option("--scheduler", default="", help="The address of a dask scheduler, tcp://...")
@click.option(
    "--deadline",
    metavar="SECONDS",
    type=click.FloatRange(0.05),
    help="The most work one answer may take.  [default: 10]",
)
@click.option(
    "--convert",
    multiple=True,
    metavar="SUFFIX=COMMAND",
    help="Read files through a command of yours, e.g. '.pdf=ocr {input} {output}'.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON instead of a table.")
@click.option("--quiet", is_flag=True, help="Print problems only.")
def grade(submissions: tuple[Path, ...], **options: Any) -> None:
    """Mark SUBMISSIONS (files or folders) by a rubric; write a report for every student.

    What an earlier run has marked is not marked again: an interrupted run goes on where it stopped, and
    only what is new or changed takes time.

    Exit codes: 0 done; 1 some submission could not be read or marked, the others were; 2 the rubric or the
    arguments are wrong, nothing was marked; 3 somebody is under --fail-under; 130 stopped, all that was
    marked is kept.
    """
    from grader.model.errors import GraderError

    try:
        wanted = _wanted(submissions, options)
        code = _run(wanted)
    except GraderError as error:
        print_problems(error.problems)
        code = NOTHING_DONE
    sys.exit(code)


def _wanted(submissions: tuple[Path, ...], options: dict[str, Any]) -> ClassRequest:
    from grader.cli.classrequest import ClassRequest

    options = dict(options)
    options["least"] = read_share(options.pop("fail_under"))
    options["formats"] = _formats(options["formats"])
    options["converters"] = _converters(options.pop("convert"))
    return ClassRequest(submissions=submissions, **options)


def _converters(given: tuple[str, ...]) -> Mapping[str, str]:
    if not given:
        return {}
    from grader.documents.converting import read_converters

    return read_converters(given)


def _run(wanted: ClassRequest) -> int:
    from grader.cli.classview import print_outcome
    from grader.cli.problems import print_notices
    from grader.cli.repeating import Repetition

    repetition = Repetition(wanted)
    known = repetition.outcome()
    if known is not None:
        print_notices(known.notices[: known.told])  # as a run does before it begins
    outcome = known or _made(wanted, repetition)
    if isinstance(outcome, int):
        return outcome
    print_outcome(outcome, wanted)
    return SOME_FAILED if outcome.problems else UNDER_THE_MARK if outcome.under else DONE


def _made(wanted: ClassRequest, repetition: Repetition) -> ClassOutcome | int:
    """Make a run and return what it tells, or else the exit code."""
    from grader.cli.classrun import Session

    session = Session(wanted, repetition)
    try:
        session.run()
        repetition.end()
    except KeyboardInterrupt:
        click.echo(session.stopped(), err=True)
        return STOPPED
    except OSError as error:
        click.echo(stopped_by(error, wanted.out), err=True)
        return NOTHING_DONE
    if wanted.preflight:
        from grader.cli.preflightview import print_preflight

        print_preflight(session)
        return SOME_FAILED if session.problems else DONE
    return session.outcome


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in WRITERS:
            from grader.files.validation import did_you_mean
            from grader.model.errors import Problem, UsageError

            raise UsageError(
                [Problem("--format", 0, 0, f"unknown format {name!r}{did_you_mean(name, WRITERS)}")]
            )
    return names


def read_share(text: str | None) -> Fraction | None:
    """Return the share that --fail-under gives, None without one; raises UsageError."""
    if text is None:
        return None
    from pydantic import TypeAdapter, ValidationError

    from grader.files.fields import Amount
    from grader.model.errors import Problem, UsageError

    adapter: TypeAdapter[Any] = TypeAdapter(Amount)
    try:
        share: Fraction = adapter.validate_python(text)
    except ValidationError as error:
        rule = f"must be a share such as 50% or 0.5 (got {text!r})"
        raise UsageError([Problem("--fail-under", 0, 0, rule)]) from error
    return share
