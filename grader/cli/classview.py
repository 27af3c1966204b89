"""What a run over a class prints."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_notices, print_problems
from grader.writers.displaytext import json_escaped, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from grader.cli.classoutcome import ClassOutcome
    from grader.cli.classrequest import ClassRequest
    from grader.gradebook.differences import Difference, RowChange
    from grader.gradebook.overrides import Doubt

# Students whose changes are told one by one.
SHOWN_CHANGES = 200
# What tells rich how to set a table where its output is no terminal.
_OF_RICH: Final = frozenset({"COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "JUPYTER_COLUMNS"})


def print_outcome(outcome: ClassOutcome, wanted: ClassRequest) -> None:
    """Print the class, or what was done as JSON; problems go to the error stream."""
    if wanted.as_json:
        click.echo(json_escaped(json.dumps(_as_json(outcome, wanted), indent=2, ensure_ascii=False)))
    elif not wanted.quiet:
        _print_table(outcome, wanted)
    print_notices(outcome.notices[outcome.told :])
    print_problems(outcome.problems)


def _print_table(outcome: ClassOutcome, wanted: ClassRequest) -> None:
    if outcome.shown:
        _print_class(outcome)
        click.echo(f"\n{_last_line(outcome, wanted)}")
    if wanted.dry_run and outcome.shown:
        click.echo()
        print_changes(outcome.changes)
    _print_doubt_lines(outcome.doubt_lines)


def _print_class(outcome: ClassOutcome) -> None:
    from grader.writers.terminal import plain_class, print_class

    # To load rich takes longer than all else that is done where nothing has changed.
    if not sys.stdout.isatty() and not _OF_RICH & os.environ.keys():
        table = plain_class(outcome.shown, outcome.students)
        if table:
            click.echo(table)
            return
    from rich.console import Console

    print_class(Console(), outcome.shown, total=outcome.students)


def _last_line(outcome: ClassOutcome, wanted: ClassRequest) -> str:
    counts = outcome.counts
    words = [f"{count_students(outcome.students, 'is', 'are')} marked by {outcome.assignment}"]
    if outcome.unreadable:
        words.append(f"{len(outcome.unreadable):,} of them handed in what could not be read")
    if outcome.awaiting:
        words.append(
            f"{outcome.awaiting:,} {'row awaits' if outcome.awaiting == 1 else 'rows await'} a person"
        )
    if outcome.doubtful:
        hand_ins = "hand-in was" if outcome.doubtful == 1 else "hand-ins were"
        words.append(f"{outcome.doubtful:,} {hand_ins} cut into answers with doubt")
    if counts["alike"]:
        rows = "1 row is" if counts["alike"] == 1 else f"{counts['alike']:,} rows are"
        words.append(f"{rows} decided as people decided equal answers")
    if counts["reused"]:
        words.append(f"{counts['reused']:,} of {counts['reused'] + counts['marked']:,} hand-ins were known")
    words.append(
        "nothing was written" if wanted.dry_run or not wanted.formats else f"reports are in {wanted.out}"
    )
    return "; ".join(words)


def print_changes(changes: Sequence[Difference]) -> None:
    """List who changes, from what to what, by which criterion and why."""
    known = [change for change in changes if change.before is not None]
    new = len(changes) - len(known)
    if new:
        click.echo(f"{count_students(new, 'is', 'are')} new")
    click.echo(count_students(len(known), "changes", "change") if known else "Nobody's marks change")
    for change in known[:SHOWN_CHANGES]:
        change_of_total = click.style(
            f"{_range(change.before)} -> {_range(change.after)}", fg=_colour(change)
        )
        click.echo(
            f"\n{click.style(one_line(change.student), bold=True)}: {change_of_total}  "
            + click.style(f"({one_line(change.source)})", dim=True)
        )
        for row in change.rows:
            decided = "; a person has decided this row, and that stays" if row.decided else ""
            click.echo(f"  {row.criterion}: {_row(row)}; {row.why}{decided}")
        if change.late is not None:
            click.echo(
                f"  late: {_taken(change.late.before)} -> {_taken(change.late.after)}; {change.late.why}"
            )
    if len(known) > SHOWN_CHANGES:
        click.echo(f"\n... and {len(known) - SHOWN_CHANGES} more; --json lists them all")


def count_students(count: int, one: str, several: str) -> str:
    """Return so many students, and the word that goes with one or with several."""
    return f"{count:,} {f'student {one}' if count == 1 else f'students {several}'}"


def _colour(change: Difference) -> str:
    """Green for what rises, red for what falls, magenta where only a person can say."""
    before, after = change.before or (0, 0), change.after
    if before[0] <= after[0] and before[1] <= after[1]:
        return "green"
    return "red" if before[0] >= after[0] and before[1] >= after[1] else "magenta"


def print_doubts(doubts: Iterable[Doubt]) -> None:
    """List the decisions of people whose ground has moved."""
    _print_doubt_lines(doubt_line(doubt) for doubt in doubts)


def doubt_line(doubt: Doubt) -> str:
    """Say in a line which decision of a person's ground has moved, and why."""
    override = doubt.override
    return (
        f"{one_line(override.student)}, {override.criterion}: credit {override.credit} by {override.who} "
        f"({one_line(override.why)}): {doubt.why}"
    )


def _print_doubt_lines(lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            click.secho("\nThese overrides still count; please look at them again:", bold=True)
        click.echo(f"  {line}")


def _row(row: RowChange) -> str:
    old = f"{_credit(row.before)} ({row.before_reason})" if row.before_reason else "not there"
    if not row.after_reason:
        return f"{old} -> gone"
    new = f"{_credit(row.after)} ({row.after_reason})"
    if new == old:
        return old  # its points make the difference, and the reason says so
    points = _amount(row.points)
    return f"{old} -> {new} of {points} {'point' if points == '1' else 'points'}"


def _taken(points: Fraction | None) -> str:
    if points is None:
        return "what was taken off is not known"
    return f"{_amount(points)} {'point' if points == 1 else 'points'} off" if points else "nothing off"


def _credit(credit: Fraction | None) -> str:
    return "open" if credit is None else f"{float(100 * credit):.4g} %"


def _range(totals: tuple[Fraction, Fraction] | None) -> str:
    if totals is None:
        return "nothing"
    low, high = totals
    return _amount(low) if low == high else f"{_amount(low)} to {_amount(high)}"


def _amount(amount: Fraction) -> str:
    return f"{float(amount):.2f}".rstrip("0").rstrip(".")


def _as_json(outcome: ClassOutcome, wanted: ClassRequest) -> dict[str, Any]:
    counts = outcome.counts
    return {
        "assignment": outcome.assignment,
        "students": outcome.students,
        "marked": counts["marked"],
        "reused": counts["reused"],
        "failed": counts["failed"],
        "written": counts["written"],
        "decided_alike": counts["alike"],
        "rows_awaiting": outcome.awaiting,
        "unreadable": outcome.unreadable,
        "out": None if wanted.dry_run else str(wanted.out),
        "gradebook": None if wanted.dry_run else str(wanted.store),
        "changes": [change_data(change) for change in outcome.changes],
        "overrides_to_look_at": outcome.doubts,
        "notices": outcome.notices,
        "problems": outcome.problems,
    }


def doubt_data(doubt: Doubt) -> dict[str, str]:
    """Return a doubt as plain data."""
    return {"student": doubt.override.student, "criterion": doubt.override.criterion, "why": doubt.why}


def change_data(change: Difference) -> dict[str, Any]:
    """Return a difference as plain data; amounts are exact fractions as text."""
    return {
        "student": change.student,
        "source": change.source,
        "before": None if change.before is None else [str(total) for total in change.before],
        "after": [str(total) for total in change.after],
        "rows": [
            {
                "criterion": row.criterion,
                "before": None if row.before is None else str(row.before),
                "before_reason": row.before_reason,
                "after": None if row.after is None else str(row.after),
                "after_reason": row.after_reason,
                "why": row.why,
                "decided_by_a_person": row.decided,
            }
            for row in change.rows
        ],
        "late": None
        if change.late is None
        else {
            "before": None if change.late.before is None else str(change.late.before),
            "after": str(change.late.after),
            "why": change.late.why,
        },
    }
