"""`grader calibrate`: measure a rubric against marks that people gave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from grader.calibration.floors import Floor
    from grader.calibration.marks import PersonsMark
    from grader.rubric.questions import Rubric

DONE: Final = 0
NOTHING_DONE: Final = 2
UNDER_A_FLOOR: Final = 3


@click.command()
@click.argument("rubric", type=click.Path(path_type=Path))
@click.argument("marks", type=click.Path(path_type=Path))
@click.option("--criterion", metavar="ID", default="", help="Look at one criterion in depth.")
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="[ID:]FIGURE=SHARE",
    help="Exit with 3 under it: kappa=0.8, precision=0.95, recall, f1, agreement, decided, examples; "
    "for every criterion, or one (ID:), or all:, or contradictions:. May be repeated.",
)
@click.option(
    "--least",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Marks a criterion needs for its floors.",
)
@click.option(
    "--opinion",
    metavar="SHARE",
    help="Print what the second opinion would be worth if it had to agree with people in this share, such as 95%.",
)
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write everything to this file as JSON.")
def calibrate(rubric: Path, marks: Path, criterion: str, least: int, **options: Any) -> None:
    """Compare what RUBRIC says with what people said in MARKS, a CSV file.

    MARKS has the columns answer (the text) or file (its path), criterion and mark (1, 0, yes, no, met, not
    met, a share of the credit, unsure), and may have author and question.

    Exit codes: 0 done; 2 the rubric, the marks or the arguments are wrong; 3 something is under a --floor.
    """
    from rich.console import Console

    from grader.calibration.calibrationview import print_calibration
    from grader.calibration.floors import shortfalls
    from grader.calibration.measuring import calibrate as measured
    from grader.calibration.record import write_record
    from grader.cli.outputs import refuse_inputs
    from grader.model.errors import GraderError

    try:
        out = options["out"]
        refuse_inputs({"--json": out}, [rubric, marks])
        share = _share(options["opinion"])
        loaded, rows, limits = _load(rubric, marks, criterion, options["floors"])
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(NOTHING_DONE)
    calibration = measured(loaded, rows, only=criterion)
    short = list(shortfalls(calibration, limits, least=least))
    if out is not None:
        try:
            write_record(out, calibration, short)
        except OSError as error:
            click.echo(f"{out}: cannot be written: {error.strerror}", err=True)
            sys.exit(NOTHING_DONE)
    print_calibration(Console(), calibration, in_depth=bool(criterion))
    if share is not None:
        from grader.calibration.outlook import outlook, sentences

        for line in sentences(outlook(calibration, floor=share, language=loaded.language)):
            click.echo(line)
    if limits and all(item.summary.table.marks < least for item in calibration.criteria):
        click.echo(f"no criterion has {least} marks: the floors of single criteria say nothing", err=True)
    for shortfall in short:
        click.echo(str(shortfall), err=True)
    sys.exit(UNDER_A_FLOOR if short else DONE)


def _share(text: str | None) -> float | None:
    """Return the share that the opinion must agree in; raises UsageError."""
    from grader.calibration.marks import credit_of
    from grader.model.errors import Problem, UsageError

    if text is None:
        return None
    try:
        share = credit_of(text)
    except ValueError:
        share = None
    if not share or share == 1:
        rule = f"must be a share between 0 and 1, such as 95% (got {text!r})"
        raise UsageError([Problem("--opinion", 0, 0, rule)])
    return float(share)


def _load(
    rubric: Path, marks: Path, criterion: str, floors: tuple[str, ...]
) -> tuple[Rubric, tuple[PersonsMark, ...], tuple[Floor, ...]]:
    """Read all that was given; raises GraderError with the problems of all of it."""
    from grader.calibration.floors import read_floors
    from grader.calibration.marks import read_marks
    from grader.files.validation import did_you_mean
    from grader.model.errors import GraderError, Problem, UsageError
    from grader.rubric.loading import load_rubric

    problems: list[Problem] = []
    loaded: Rubric | None = None
    rows: tuple[PersonsMark, ...] = ()
    limits: tuple[Floor, ...] = ()
    try:
        loaded = load_rubric(rubric)
    except GraderError as error:
        problems += error.problems
    try:
        rows = read_marks(marks, loaded)
    except GraderError as error:
        problems += error.problems
    if loaded is not None:
        known = [item.id for question in loaded.questions for item in question.criteria]
        try:
            limits = read_floors(floors, [criterion] if criterion in known else known)
        except UsageError as error:
            problems += error.problems
        if criterion and criterion not in known:
            said = f"unknown criterion {criterion!r}{did_you_mean(criterion, known)}"
            problems.append(Problem("--criterion", 0, 0, said))
    if problems or loaded is None:
        raise UsageError(problems)
    return loaded, rows, limits
