"""`grader regrade`: mark what was handed in once more, and show or apply the difference."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from grader.batch.session import ClassRun
    from grader.gradebook.differences import Difference

_A_FILE: Final = click.Path(path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("rubric", type=_A_FILE)
@click.option("--out", default="reports", show_default=True, type=_A_FILE, help="Where the reports are.")
@click.option("--gradebook", type=_A_FILE, help="The gradebook.  [default: OUT.gradebook]")
@click.option("--roster", type=_A_FILE, help="CSV of the class: id, name, due or extra time, ...")
@click.option("--apply", "apply_it", is_flag=True, help="Make it so, and write the reports.")
@click.option("--undo", is_flag=True, help="Take the last applied change back, and write the reports.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Worker processes.  [default: one a core]")
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
def regrade(rubric: Path, **options: Any) -> None:
    """Mark everything that stands in the gradebook by RUBRIC again; list who changes, and why.

    Nothing is changed without --apply. The hand-ins come from the gradebook, not from the files. What stood
    before is kept, overrides always win, and those whose ground has moved are listed.
    """
    from grader.errors import GraderError, Problem, UsageError

    try:
        if options["apply_it"] and options["undo"]:
            raise UsageError([Problem("--undo", 0, 0, "give either --apply or --undo")])
        _regrade(rubric, options)
    except GraderError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(2)


def _regrade(path: Path, options: dict[str, Any]) -> None:
    from grader.batch.session import ClassRun
    from grader.batch.standing import Timing
    from grader.cli.classrun import make_executor, open_books
    from grader.cli.progress import Bar
    from grader.codeversion import code_version
    from grader.executors import Settings
    from grader.gradebook import Gradebook
    from grader.readers.roster import read_roster
    from grader.rubric import load_rubric

    store = options["gradebook"] or Path(f"{options['out']}.gradebook")
    rubric = load_rubric(path)
    roster = read_roster(options["roster"], rubric.due) if options["roster"] else None
    with ExitStack() as stack:
        stack.enter_context(Gradebook(store, readonly=True)).close()  # it must be there
        only_look = not (options["apply_it"] or options["undo"])
        book, base = open_books(stack, store, dry_run=only_look)
        settings = Settings(
            rubric=rubric, version=code_version(), store=store, store_readonly=only_look,
            jobs=options["jobs"] or os.cpu_count() or 1,
        )  # fmt: skip
        executor = stack.enter_context(make_executor("processes", settings))
        bar = stack.enter_context(Bar(quiet=False))
        run = ClassRun(
            rubric, settings.version, book, executor, kind="undo" if options["undo"] else "regrade",
            base=base, timing=Timing({}, roster.due if roster else {}), watch=bar,
        )  # fmt: skip
        undone = run.undo() if options["undo"] else None
        if not options["undo"]:
            run.mark_again(base or book)
        changes = list(run.differences(base) if base is not None else run.changes())
        if not only_look:
            _write(run, options["out"])
        doubts = run.doubts()
        run.finish()
    _print(changes, doubts, options, undone)


def _write(run: ClassRun, out: Path) -> None:
    from grader.batch.writing import Form
    from grader.writers import WRITERS

    for _ in run.write(Form(out, tuple(WRITERS))):
        pass


def _print(changes: list[Difference], doubts: list[Any], options: dict[str, Any], undone: int | None) -> None:
    from grader.cli.classview import change_data, print_changes, print_doubts

    if options["as_json"]:
        click.echo(json.dumps([change_data(change) for change in changes], indent=2, ensure_ascii=False))
        return
    if options["undo"] and undone is None:
        click.echo("There is no change to take back.")
        return
    print_changes(changes)
    print_doubts(doubts)
    if options["undo"]:
        click.echo(f"\nTaken back for {undone} students; the reports in {options['out']} show it.")
    elif options["apply_it"]:
        click.echo(f"\nApplied; the reports in {options['out']} show it. --undo takes it back.")
    elif changes:
        click.echo("\nNothing was changed; --apply makes it so.")
