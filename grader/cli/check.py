"""`grader check`: find every problem of a rubric, run its own examples, and vary and damage its answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.authoring.lintfindings import Inspection, Lint
    from grader.authoring.mutation.mutationscore import MutationReport


@click.command()
@click.argument("rubrics", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mutate", is_flag=True, help="Vary and damage what is right, and say what the rubric makes of it."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, for scripts.")
def check(rubrics: tuple[Path, ...], *, mutate: bool, as_json: bool) -> None:
    """Check each of RUBRICS and run its examples and model answers; exit with 2 if there is an error.

    An error keeps a rubric from being used, or is an answer that it marks otherwise than it says; a
    warning is what may be meant, and seldom is.
    """
    from grader.authoring.lint import inspected
    from grader.authoring.lintfindings import Lint, Severity
    from grader.model.errors import GraderError

    failed = False
    told: list[dict[str, Any]] = []
    for path in rubrics:
        try:
            inspection, findings = inspected(path)
        except GraderError as error:
            failed = True
            print_problems(error.problems)
            unread = [Lint(problem, Severity.ERROR, "unreadable").data for problem in error.problems]
            told.append({"rubric": str(path), "findings": unread})
            continue
        failed = failed or any(each.severity is Severity.ERROR for each in findings)
        whole = inspection if inspection is not None and not inspection.draft.problems else None
        mutation = _mutation(whole) if mutate and whole is not None else None
        mutants = mutation.findings if mutation is not None else ()
        row: dict[str, Any] = {"rubric": str(path), "findings": [each.data for each in (*findings, *mutants)]}
        told.append({**row, "mutation": mutation.data} if mutation is not None else row)
        if not as_json:
            _print(path, whole, (*findings, *mutants))
            if mutation is not None:
                click.echo(f"{path}: {mutation.summary}")
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    sys.exit(2 if failed else 0)


def _mutation(inspection: Inspection) -> MutationReport:
    from grader.authoring.mutation.mutationscore import mutation_report

    return mutation_report(inspection)


def _print(path: Path, inspection: Inspection | None, findings: Sequence[Lint]) -> None:
    from grader.writers.displaytext import printable

    for each in findings:
        click.echo(printable(str(each)).replace("\n", "\N{SYMBOL FOR LINE FEED}"), err=True)
        if each.why:
            click.echo(printable(f"    {each.why}"), err=True)
    if inspection is None:
        return
    rubric = inspection.rubric
    criteria = [criterion for question in rubric.questions for criterion in question.criteria]
    examples = sum(len(criterion.accepts) + len(criterion.rejects) for criterion in criteria)
    wrong = sum(each.rule == "example-fails" for each in findings)
    points = float(rubric.max_points)
    click.echo(
        f"{path}: {_counted(len(rubric.questions), 'question')}, {_counted(len(criteria), 'criterion', 'criteria')}, "
        f"{points:g} point{'s' * (points != 1)}; {examples - wrong} of {examples} examples come out as they should"
    )


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
