"""`grader override`: a person's decisions about rows, one by one or as a table."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems
from grader.cli.queue import login, read_credit, read_queue, write_queue

if TYPE_CHECKING:
    from grader.gradebook import Gradebook
    from grader.model.report import Override

_A_FILE: Final = click.Path(path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--student", help="The student's id.")
@click.option("--criterion", help="The criterion's id.")
@click.option("--credit", help="From 0 to 1, such as 1, 0.5, 1/3 or 50%; '-' takes an earlier decision back.")
@click.option("--why", default="", help="For the student to read.")
@click.option("--who", help="Who decides.  [default: your login name]")
@click.option("--queue", type=_A_FILE, help="Write all rows that await a person as CSV, to be filled in.")
@click.option(
    "--zeros",
    default=0,
    type=click.IntRange(0, 10_000),
    help="Add so many zeros to the --queue for a spot check, the most doubtful first.",
)
@click.option(
    "--let-opinion-decide",
    "floor",
    metavar="SHARE",
    help="Decide waiting rows by what people decided so far, where that agrees with people in this share of "
    "the rows of authors held out, such as 95%.",
)
@click.option("--from", "filled", type=_A_FILE, help="Take the decisions from a filled CSV.")
@click.option("--overrule", is_flag=True, help="With --from: also where somebody else has decided otherwise.")
@click.option("--alone", is_flag=True, help="For this student alone, not for the others of the group.")
@click.option(
    "--gradebook", default="reports.gradebook", show_default=True, type=_A_FILE, help="The gradebook."
)
@click.option("--assignment", help="Which one, where the gradebook holds several.")
def override(gradebook: Path, assignment: str | None, **options: Any) -> None:
    """Decide rows yourself. Reports show it after the next run of `grade`; nothing is ever overwritten.

    Either name one row (--student, --criterion, --credit, --why), or write the --queue, fill in its columns
    credit and perhaps why, and hand it back with --from. What is decided about a group's file holds for all its
    members. Once people have decided rows of ten authors, the queue is ordered and holds proposals;
    --let-opinion-decide lays them down as decisions of "opinion", which can be taken back.
    """
    from grader.cli.assignments import assignment_of
    from grader.cli.outputs import refuse_inputs
    from grader.gradebook import Gradebook
    from grader.model.errors import GraderError

    try:
        queue, filled = options["queue"], options["filled"]
        _one_way(options)
        refuse_inputs({"--queue": queue}, [gradebook])
        with Gradebook(gradebook, readonly=queue is not None, make=False) as book:
            assignment = assignment_of(book, assignment)
            if queue is not None:
                count = write_queue(book, assignment, queue, zeros=options["zeros"])
                said = f"{count} {'row awaits' if count == 1 else 'rows await'} a person"
                click.echo(
                    f"{said}; fill in credit and why in {queue}" if count else f"{said}; {queue} is empty"
                )
                return
            if options["floor"] is not None:
                wanted, ground = _opinions(book, assignment, options["floor"])
                click.echo(f"opinion: {ground}")
            else:
                wanted = _wanted(book, assignment, options)
            wanted = _for_members(book, assignment, wanted, options)
            decided = _decide(book, assignment, wanted, filled, overrule=options["overrule"])
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
    from grader.model.errors import Problem, UsageError

    single = [options[name] for name in ("student", "criterion", "credit")]
    ways = [
        any(item is not None for item in single),
        options["queue"] is not None,
        options["filled"] is not None,
        options["floor"] is not None,
    ]
    if sum(ways) != 1 or (ways[0] and None in single):
        rule = "give --student, --criterion and --credit together, or --queue FILE, or --from FILE, or --let-opinion-decide SHARE"
        raise UsageError([Problem("override", 0, 0, rule)])
    if options["alone"] and not ways[0]:
        raise UsageError([Problem("--alone", 0, 0, "is about one --student")])
    if options["overrule"] and not ways[2]:
        raise UsageError([Problem("--overrule", 0, 0, "is about a table, --from")])


def _opinions(book: Gradebook, assignment: str, floor: str) -> tuple[list[tuple[int, Override]], str]:
    """Return the decisions of the opinion, with the ground it has for them."""
    from grader.calibration.decisions import decisions, open_rows
    from grader.model.errors import Problem, UsageError

    try:
        share = read_credit(floor)
    except ValueError as error:
        raise UsageError([Problem("--let-opinion-decide", 0, 0, str(error))]) from error
    if share is None or not share:
        raise UsageError(
            [Problem("--let-opinion-decide", 0, 0, f"must be a share such as 95% (got {floor!r})")]
        )
    found, ground = decisions(open_rows(book, assignment), share)
    return [(0, override) for override in found], ground


def _wanted(book: Gradebook, assignment: str, options: dict[str, Any]) -> list[tuple[int, Override]]:
    """Return the decisions with their lines in the table, 0 for one that was given by options."""
    from grader.gradebook.runs import standings_of
    from grader.model.errors import Problem, UsageError
    from grader.model.report import Override
    from grader.writers.displaytext import printable

    if options["filled"]:
        students = [standing.student for standing in standings_of(book, assignment)]
        said: list[str] = []
        found = read_queue(options["filled"], students, options["who"], said)
        for line in said:
            click.echo(printable(line), err=True)
        return found
    try:
        credit = read_credit(options["credit"])
    except ValueError as error:
        raise UsageError([Problem("--credit", 0, 0, str(error))]) from error
    decision = Override(
        student=options["student"],
        criterion=options["criterion"],
        credit=credit,
        who=options["who"] or login(),
        when="",
        why=options["why"],
    )
    return [(0, decision)]


def _for_members(
    book: Gradebook, assignment: str, wanted: list[tuple[int, Override]], options: dict[str, Any]
) -> list[tuple[int, Override]]:
    """Return the decisions with those of the other members of each group; raises UsageError where two contradict.

    A member with a row of their own has their own words, and the same credit.
    """
    from grader.gradebook.overrides import members_of
    from grader.model.errors import Problem, UsageError

    if options["alone"] or options["floor"] is not None:  # the opinion has a row for everybody
        return wanted
    found = {(item.student, item.criterion): (line, item) for line, item in wanted}
    problems = []
    for line, item in wanted:
        for member in members_of(book, assignment, item.student):
            at, other = found.setdefault(
                (member, item.criterion), (line, item.model_copy(update={"student": member}))
            )
            if other.credit != item.credit and at < line:
                rule = (
                    f"{item.student}, {item.criterion}: handed in together with {member}, and decided otherwise in line {at}; "
                    "decide for one of them with --student and --alone"
                )
                problems.append(Problem(str(options["filled"]), line, 0, rule))
    if problems:
        raise UsageError(problems)
    return list(found.values())


def _decide(
    book: Gradebook,
    assignment: str,
    wanted: list[tuple[int, Override]],
    table: Path | None,
    *,
    overrule: bool,
) -> int:
    """Keep all decisions or none; return how many are new. Raises GraderError with every problem at its line."""
    from grader.gradebook.overrides import decide
    from grader.model.errors import GradebookError, Problem, UsageError

    problems: list[Problem] = []
    decided = 0
    with suppress(_Refused), book.transaction():
        for line, item in wanted:
            conflict = "" if table is None or overrule else _conflict(book, assignment, item)
            if conflict:
                problems.append(Problem(str(table), line, 0, conflict))
                continue
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


def _conflict(book: Gradebook, assignment: str, item: Override) -> str:
    """Say who has decided a row of a table otherwise, "" where nobody has; the opinion is nobody."""
    from grader.calibration.decisions import BY_OPINION
    from grader.gradebook.overrides import decided_otherwise

    other = decided_otherwise(book, assignment, item)
    if other is None or other.who == BY_OPINION:
        return ""
    words = f", {other.why!r}" if other.why else ""
    return (
        f"{item.student}, {item.criterion}: {other.who} has decided {other.credit} on {other.when}{words}; leave the credit empty, "
        "or say --overrule"
    )


class _Refused(Exception):  # noqa: N818 - no error of its own: it takes a transaction back
    pass
