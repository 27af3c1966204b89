"""`grader regrade`: mark what was handed in once more, and show or apply the difference."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems, stopped_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.batch.session import ClassRun
    from grader.batch.standing import Timing
    from grader.gradebook import Gradebook
    from grader.gradebook.differences import Difference
    from grader.gradebook.overrides import Doubt
    from grader.model.errors import Problem
    from grader.rubric.questions import Rubric

_A_FILE: Final = click.Path(path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("rubric", type=_A_FILE)
@click.option("--out", default="reports", show_default=True, type=_A_FILE, help="Where the reports are.")
@click.option("--gradebook", type=_A_FILE, help="The gradebook.  [default: OUT.gradebook]")
@click.option(
    "--roster", type=_A_FILE, help="The class: a platform's own export, or id, name, due or extra time."
)
@click.option("--apply", "apply_it", is_flag=True, help="Make it so, and write the reports.")
@click.option("--undo", is_flag=True, help="Take the last applied change back, and write the reports.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Worker processes.  [default: one a core]")
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
def regrade(rubric: Path, **options: Any) -> None:
    """Mark everything the gradebook holds of the class by RUBRIC again; list who changes, and why.

    Nothing is changed without --apply. Hand-ins, their times and due dates come from the gradebook, not from
    the files. What stood before is kept, overrides always win, and those whose ground has moved are listed.
    To take a change back, give --undo with the rubric that held before.

    Exit codes: 0 done; 1 some hand-in could not be marked; 2 nothing was done; 130 stopped.
    """
    from grader.cli.grade import DONE, NOTHING_DONE, SOME_FAILED, STOPPED
    from grader.model.errors import GraderError, Problem, UsageError

    try:
        if options["apply_it"] and options["undo"]:
            raise UsageError([Problem("--undo", 0, 0, "give either --apply or --undo")])
        problems = _regrade(rubric, options)
        code = SOME_FAILED if problems else DONE
    except GraderError as error:
        problems, code = error.problems, NOTHING_DONE
    except OSError as error:
        click.echo(stopped_by(error, options["out"]), err=True)
        problems, code = [], NOTHING_DONE
    except KeyboardInterrupt:
        click.echo("Stopped. What was marked is kept; the same command goes on from there.", err=True)
        problems, code = [], STOPPED
    print_problems(problems)
    sys.exit(code)


def _regrade(path: Path, options: dict[str, Any]) -> Sequence[Problem]:
    from grader.batch.session import ClassRun
    from grader.cli.classnotices import told_gone
    from grader.cli.classrequest import store_beside
    from grader.cli.classrun import (
        Looking,
        cores,
        executor_for,
        make_executor,
        open_books,
    )
    from grader.cli.progress import ProgressBar
    from grader.codeversion import code_version
    from grader.executors import Settings
    from grader.gradebook import Gradebook
    from grader.gradebook.runs import gone_of
    from grader.rubric.loading import load_rubric
    from grader.rubric.questions import AUTO
    from grader.writers.displaytext import printable

    store = options["gradebook"] or store_beside(options["out"])
    rubric = load_rubric(path)
    with ExitStack() as stack:
        stack.enter_context(Gradebook(store, readonly=True)).close()  # it must be there
        only_look = not (options["apply_it"] or options["undo"])
        book, base = open_books(stack, store, dry_run=only_look)
        settings = Settings(
            rubric=rubric, version=code_version(), store=store, store_readonly=only_look,
            jobs=options["jobs"] or cores(),
        )  # fmt: skip
        count = _count(base or book, rubric)
        name = executor_for(0 if options["undo"] else count)
        bar = stack.enter_context(ProgressBar(quiet=options["as_json"]))
        if rubric.template == AUTO and not options["undo"]:
            looking = Looking(book, base, name, bar)
            rubric = looking.settled(settings, lambda run: run.look_through_again(base or book))
            settings = replace(settings, rubric=rubric)
            click.echo(printable("\n".join(looking.said)), err=True)
        executor = stack.enter_context(make_executor(name, settings))
        run = ClassRun(
            rubric, settings.version, book, executor, kind="undo" if options["undo"] else "regrade",
            base=base, timing=_timing(base or book, rubric, options["roster"]), watch=bar,
        )  # fmt: skip
        undone = run.undo() if options["undo"] else None
        if not options["undo"]:
            run.mark_again(base or book)
        gone = gone_of(base or book, rubric.id)
        if gone:
            click.echo(printable(told_gone(gone)), err=True)
        changes = list(run.differences(base) if base is not None else run.changes())
        if not only_look:
            _write(run, options["out"])
        doubts = run.doubts()
        run.finish()
    _print(changes, doubts, options, undone)
    return run.problems


def _count(book: Gradebook, rubric: Rubric) -> int:
    """Return how many hand-ins there are; raises UsageError where there are none, as for another rubric's id."""
    from grader.model.errors import Problem, UsageError

    (count,) = book.row(
        "SELECT count(DISTINCT source || content) FROM handins WHERE assignment = ?", (rubric.id,)
    ) or (0,)
    if not count:
        known = ", ".join(repr(row[0]) for row in book.rows("SELECT DISTINCT assignment FROM handins"))
        rule = f"holds no hand-ins of {rubric.id!r}" + (f"; it knows {known}" if known else "")
        raise UsageError([Problem(str(book.path), 0, 0, rule)])
    return int(count)


def _timing(book: Gradebook, rubric: Rubric, roster: Path | None) -> Timing:
    """Return the times and due dates that hold: those of the last run, but for a class list given now."""
    from grader.batch.standing import Timing, kept_timing
    from grader.platforms.worksheets.roster import read_roster

    kept = kept_timing(book, rubric.id)
    return kept if roster is None else Timing(kept.submitted, {}, read_roster(roster, rubric.due).due_of)


def _write(run: ClassRun, out: Path) -> None:
    from grader.batch.writing import ReportForm
    from grader.writers import WRITERS

    for _ in run.write(ReportForm(out, tuple(WRITERS))):
        pass


def _print(
    changes: list[Difference], doubts: list[Doubt], options: dict[str, Any], undone: int | None
) -> None:
    from grader.cli.classview import change_data, doubt_data, print_changes, print_doubts
    from grader.writers.displaytext import json_escaped

    if options["as_json"]:
        data = {
            "changes": [change_data(change) for change in changes],
            "overrides_to_look_at": [doubt_data(doubt) for doubt in doubts],
        }
        click.echo(json_escaped(json.dumps(data, indent=2, ensure_ascii=False)))
        return
    if options["undo"] and undone is None:
        click.echo("There is no applied change to take back.")
        return
    print_changes(changes)
    print_doubts(doubts)
    if options["undo"]:
        click.echo(f"\nTaken back; the reports in {options['out']} show it.")
    elif options["apply_it"]:
        click.echo(f"\nApplied; the reports in {options['out']} show it. --undo takes it back.")
    elif changes:
        click.echo("\nNothing was changed; --apply makes it so.")
