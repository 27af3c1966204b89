"""`grader derive`: what a rubric's data give, and what common mistakes would give."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.plaintable import print_rows
from grader.cli.problems import print_problems
from grader.notation.numbers.exact import NumberReading

if TYPE_CHECKING:
    from rich.console import Console

    from grader.rubric.questions import Question


@click.command()
@click.argument("rubric", required=False, type=click.Path(path_type=Path))
@click.option("--cases", type=click.Path(path_type=Path), help="JSON lines of {spec}.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the values of --cases go; default: standard output."
)
def derive(rubric: Path | None, cases: Path | None, out: Path | None) -> None:
    """Print everything derived in RUBRIC, or derive every case of a file."""
    if cases is not None:
        from grader.cli.bulk import run_bulk
        from grader.rubric.derivation import derive_case

        sys.exit(run_bulk(cases, out, derive_case))
    if rubric is None:
        raise click.UsageError("give a RUBRIC, or --cases FILE")
    sys.exit(_show(rubric))


def _show(path: Path) -> int:
    from rich.console import Console

    from grader.model.errors import GraderError
    from grader.rubric.loading import load_rubric

    try:
        rubric = load_rubric(path)
    except GraderError as error:
        print_problems(error.problems)
        return 2
    console = Console(soft_wrap=True)
    derived = [question for question in rubric.questions if question.data]
    for question in derived:
        console.print(f"{question.id}  {question.title}", style="bold", highlight=False, markup=False)
        for name, spec in question.data.items():
            _print_data(console, name, spec)
        _print_criteria(console, question)
    if not derived:
        click.echo(f"{path}: no question has data to derive from")
    return 0


def _print_data(console: Console, name: str, spec: Any) -> None:
    """Print a network layer by layer; of other data there is nothing but what the criteria ask."""
    console.print(f"\n{name}: {spec.get('op', '')}", style="italic", highlight=False, markup=False)
    if spec.get("op") != "network":
        return
    from grader.derive.network import describe

    rows = [
        [
            row.name,
            row.kind,
            " x ".join(map(str, row.shape)),
            f"{row.params:,}",
            f"{row.macs:,}",
            row.receptive_field,
        ]
        for row in describe(spec)
    ]
    print_rows(console, ["layer", "type", "output", "parameters", "MACs", "sees"], rows)


def _print_criteria(console: Console, question: Question) -> None:
    rows = []
    for criterion in question.criteria:
        if not criterion.derived:
            continue
        (_, expected), *mistakes = criterion.check.expectations()
        rows.append([criterion.id, criterion.derived, _value(expected), ""])
        rows += [["", "", _value(value), name or "(right as well)"] for name, value in mistakes]
    if rows:
        console.print()
        print_rows(console, ["criterion", "asks", "value", "mistake"], rows)
    console.print()


def _value(value: Any) -> str:
    """Print a number with its thousands apart, a matrix in brackets with its cells as they are written."""
    if isinstance(value, list | tuple):
        return (
            f"[{', '.join(each.text if isinstance(each, NumberReading) else _value(each) for each in value)}]"
        )
    text = value.text if isinstance(value, NumberReading) else str(value)
    return f"{int(text):,}" if text.lstrip("-").isdecimal() else text
