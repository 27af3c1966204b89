"""`grader override`: a person's decisions about rows, one by one or as a table."""

from __future__ import annotations

import csv
import getpass
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.gradebook import Gradebook
    from grader.model import Override

_A_FILE: Final = click.Path(path_type=Path)
_COLUMNS: Final = ("student", "criterion", "points", "reason", "read", "credit", "why", "who")
_TAKE_BACK: Final = "-"
_NEEDS_WHY: Final = "a decision needs its reason, for the student and for whoever looks at it next"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--student", help="The student's id.")
@click.option("--criterion", help="The criterion's id.")
@click.option("--credit", help="From 0 to 1, such as 1, 0.5, 1/3 or 50%; '-' takes an earlier decision back.")
@click.option("--why", default="", help="For the student to read.")
@click.option("--who", help="Who decides.  [default: your login name]")
@click.option("--queue", type=_A_FILE, help="Write all rows that await a person as CSV, to be filled in.")
@click.option("--from", "filled", type=_A_FILE, help="Take the decisions from a filled CSV.")
@click.option(
    "--gradebook", default="reports.gradebook", show_default=True, type=_A_FILE, help="The gradebook."
)
@click.option("--assignment", help="Which one, where the gradebook holds several.")
def override(gradebook: Path, assignment: str | None, **options: Any) -> None:
    """Decide rows yourself. Reports show it after the next run of `grade`; nothing is ever overwritten.

    Either name one row (--student, --criterion, --credit, --why), or write the --queue, fill in its columns
    credit and why, and hand it back with --from.
    """
    from grader.errors import GraderError
    from grader.gradebook import Gradebook

    try:
        queue, filled = options["queue"], options["filled"]
        _one_way(options)
        with Gradebook(gradebook, readonly=queue is not None, make=False) as book:
            assignment = _assignment(book, assignment)
            if queue is not None:
                count = _write_queue(book, assignment, queue)
                said = f"{count} {'row awaits' if count == 1 else 'rows await'} a person"
                click.echo(
                    f"{said}; fill in credit and why in {queue}" if count else f"{said}; {queue} is empty"
                )
                return
            wanted = _from_table(filled, options["who"]) if filled else [(0, _from_options(options))]
            decided = _decide(book, assignment, wanted, filled)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{error.filename or queue}: cannot be written: {error.strerror}", err=True)
        sys.exit(2)
    known = len(wanted) - decided
    click.echo(
        f"{decided} {'decision is' if decided == 1 else 'decisions are'} kept in {gradebook}"
        + (f"; {known} said what already counts" if known else "; the next run of 'grade' shows them")
    )


def _one_way(options: dict[str, Any]) -> None:
    from grader.errors import Problem, UsageError

    single = [options[name] for name in ("student", "criterion", "credit")]
    ways = [
        any(item is not None for item in single),
        options["queue"] is not None,
        options["filled"] is not None,
    ]
    if sum(ways) != 1 or (ways[0] and None in single):
        rule = "give --student, --criterion and --credit together, or --queue FILE, or --from FILE"
        raise UsageError([Problem("override", 0, 0, rule)])
    if ways[0] and not options["why"].strip() and options["credit"].strip() != _TAKE_BACK:
        raise UsageError([Problem("--why", 0, 0, _NEEDS_WHY)])


def _assignment(book: Gradebook, name: str | None) -> str:
    from grader.errors import Problem, UsageError
    from grader.validation import did_you_mean

    known = [row[0] for row in book.rows("SELECT DISTINCT assignment FROM standings ORDER BY assignment")]
    if name is None and len(known) == 1:
        return str(known[0])
    if name is None or name not in known:
        if not known:
            rule = "the gradebook holds no marked assignment yet"
        elif name is None:
            rule = f"say which one: the gradebook holds {', '.join(known)}"
        else:
            rule = f"the gradebook holds no assignment {name!r}{did_you_mean(name, known)}"
        raise UsageError([Problem("--assignment", 0, 0, rule)])
    return name


def _from_options(options: dict[str, Any]) -> Override:
    from grader.model import Override

    return Override(
        student=options["student"],
        criterion=options["criterion"],
        credit=_credit(options["credit"], "--credit", 0),
        who=options["who"] or _login(),
        when="",
        why=options["why"],
    )


def _from_table(path: Path, who: str | None) -> list[tuple[int, Override]]:
    """Return the filled rows with their lines; raises UsageError with every problem."""
    from grader.errors import Problem, UsageError
    from grader.model import Override
    from grader.readers.tables import read_table

    problems: list[Problem] = []
    found = []
    for line, row in read_table(path, _COLUMNS, ("student", "criterion", "credit")):
        if not row["credit"]:
            continue
        try:
            credit = _credit(row["credit"], str(path), line)
        except UsageError as error:
            problems += error.problems
            continue
        if credit is not None and not row["why"]:
            problems.append(
                Problem(str(path), line, 0, f"{row['student']}, {row['criterion']}: {_NEEDS_WHY}")
            )
            continue
        names = (row["student"].removeprefix("'"), row["criterion"].removeprefix("'"))
        decider = row["who"] or who or _login()
        found.append(
            (line, Override(student=names[0], criterion=names[1], credit=credit, who=decider, when="", why=row["why"]))
        )  # fmt: skip
    if not found and not problems:
        problems.append(Problem(str(path), 0, 0, "no row has a credit; nothing was decided"))
    if problems:
        raise UsageError(problems)
    return found


def _decide(book: Gradebook, assignment: str, wanted: list[tuple[int, Override]], table: Path | None) -> int:
    """Keep all decisions or none; return how many are new. Raises GraderError with every problem at its line."""
    from grader.errors import GradebookError, Problem, UsageError
    from grader.gradebook.overrides import decide

    problems: list[Problem] = []
    decided = 0
    with suppress(_Refused), book.transaction():
        for line, item in wanted:
            try:
                decided += decide(book, assignment, item)
            except GradebookError as error:
                where = str(table) if table else "override"
                problems += [Problem(where, line, 0, problem.message) for problem in error.problems]
        if problems:
            raise _Refused
    if problems:
        raise UsageError(problems)
    return decided


class _Refused(Exception):  # noqa: N818 - no error of its own: it takes a transaction back
    pass


def _write_queue(book: Gradebook, assignment: str, path: Path) -> int:
    from grader.gradebook.overrides import overrides_of
    from grader.gradebook.packing import unpack
    from grader.gradebook.runs import body_of, standings_of
    from grader.writers.atomic import atomic_text
    from grader.writers.cells import plain_cell

    decided = overrides_of(book, assignment)
    count = 0
    with atomic_text(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for standing in standings_of(book, assignment):
            for row in _open_rows(unpack(body_of(book, standing.report)), decided.get(standing.student, {})):
                count += 1
                read = " | ".join(item.read for item in row.evidence if item.read)
                cells = (standing.student, row.id, f"{float(row.points):g}", row.reason, read, "", "", "")
                rows.writerow([plain_cell(cell) for cell in cells])
    return count


def _open_rows(report: Any, decided: dict[str, Override]) -> Iterator[Any]:
    for question in report.questions:
        for row in question.criteria:
            if row.credit is None and row.id not in decided:
                yield row


def _credit(text: str, where: str, line: int) -> Fraction | None:
    from pydantic import TypeAdapter, ValidationError

    from grader.errors import Problem, UsageError
    from grader.fields import Amount

    if text.strip() == _TAKE_BACK:
        return None
    adapter: TypeAdapter[Any] = TypeAdapter(Amount)
    try:
        credit: Fraction = adapter.validate_python(text)
    except ValidationError:
        credit = Fraction(-1)
    if not 0 <= credit <= 1:
        rule = (
            f"credit must be from 0 to 1, such as 1, 0.5, 1/3 or 50%, or '-' to take one back (got {text!r})"
        )
        raise UsageError([Problem(where, line, 0, rule)])
    return credit


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "unknown"
