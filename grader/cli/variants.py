"""`grader variants`: each student's own sheet of a rubric with parameters, and the key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.rubric.variants import Variants

_A_FILE: Final = click.Path(path_type=Path)


@click.command()
@click.argument("rubric", type=_A_FILE)
@click.option(
    "--students", type=_A_FILE, help="The class list, as a platform gives it or any table with ids."
)
@click.option("--ids", help="Ids instead of a class list, with commas between them.")
@click.option("--out", type=_A_FILE, required=True, help="A folder: sheets/ for students, key.csv for you.")
def variants(rubric: Path, students: Path | None, ids: str | None, out: Path) -> None:
    """Write what each student gets of RUBRIC, whose questions have parameters, and the key.

    What is drawn depends on the rubric's `id` and `seed` and the student's id; `grade` draws the same.

    Exit codes: 0 done; 2 the rubric or the arguments are wrong, or a file is in the way.
    """
    from grader.authoring.studentsheets import student_sheet
    from grader.cli.outputs import refuse_inputs
    from grader.model.errors import GraderError
    from grader.rubric.loading import load_rubric
    from grader.rubric.variants import Variants

    try:
        refuse_inputs({"--out": out}, [rubric, students])
        made = Variants(load_rubric(rubric))
        _refuse_single(made, rubric)
        named = _named(students, ids)
        sheets = {student: student_sheet(made.of(student), student) for student in named}
        _write(made, sheets, out)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    several = len({made.drawn(student) for student in named})
    click.echo(
        f"wrote {len(named)} sheet{'s' * (len(named) != 1)} with {several} different variant{'s' * (several != 1)} to {out / 'sheets'}"
    )
    click.echo(f"wrote {out / 'key.csv'}: keep it to yourself")


def _refuse_single(made: Variants, path: Path) -> None:
    from grader.model.errors import Problem, UsageError

    if not made.several:
        rule = "has no question with 'parameters', so that all students have the same; see 'grader template'"
        raise UsageError([Problem(str(path), 0, 0, rule)])


def _named(students: Path | None, ids: str | None) -> list[str]:
    from grader.model.errors import Problem, UsageError
    from grader.model.identity import normal_id
    from grader.platforms.worksheets.roster import read_roster

    if (students is None) == (ids is None):
        raise click.UsageError("give either --students FILE or --ids a,b")
    if students is not None:
        named = [listed.key for listed in read_roster(students, None, dated=False).listed]
    else:
        named = [normal_id(each) for each in (ids or "").split(",")]
    if not named or not all(named):
        raise UsageError(
            [
                Problem(
                    "--ids" if students is None else str(students),
                    0,
                    0,
                    "names no student, or one without an id",
                )
            ]
        )
    return list(dict.fromkeys(named))


def _write(made: Variants, sheets: dict[str, str], out: Path) -> None:
    import csv
    import io

    from grader.authoring.studentsheets import KEY_HEADER, key_rows
    from grader.model.errors import Problem, UsageError
    from grader.writers.atomic import make_folder, write_text
    from grader.writers.filenames import ReportNames
    from grader.writers.spreadsheetcells import plain_cell

    header = ",".join(KEY_HEADER).encode()
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(KEY_HEADER)
    names = ReportNames()
    try:
        make_folder(out / "sheets")
        for student, sheet in sheets.items():
            rows.writerows(tuple(map(plain_cell, row)) for row in key_rows(made, student))
            path = out / "sheets" / f"{names.stem(student)}.md"
            write_text(path, sheet, known=_standing_as(sheet.encode()))
        write_text(out / "key.csv", table.getvalue(), known=_standing_as(header))
    except OSError as error:
        raise UsageError(
            [Problem(str(error.filename or out), 0, 0, f"cannot be written: {error.strerror}")]
        ) from error


def _standing_as(beginning: bytes) -> Callable[[bytes], str]:
    """Return what says whether a file that is there is one of ours, by how it begins."""
    from grader.writers.atomic import NOT_OURS

    return lambda there: "" if there.startswith(beginning) else NOT_OURS
