"""`grader check`: find every problem of a rubric, and run its own examples."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.problems import print_problems


@click.command()
@click.argument("rubrics", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(rubrics: tuple[Path, ...]) -> None:
    """Check each of RUBRICS and run its `accepts` and `rejects`; exit with 2 if anything is wrong."""
    from grader.errors import GraderError
    from grader.examples import failed_examples
    from grader.rubric import load_rubric

    failed = False
    for path in rubrics:
        try:
            rubric = load_rubric(path)
        except GraderError as error:
            failed = True
            print_problems(error.problems)
            continue
        wrong = list(failed_examples(rubric))
        failed = failed or bool(wrong)
        for said in wrong:
            click.echo(f"{path}: {said}", err=True)
        criteria = [criterion for question in rubric.questions for criterion in question.criteria]
        examples = sum(len(criterion.accepts) + len(criterion.rejects) for criterion in criteria)
        points = float(rubric.max_points)
        click.echo(
            f"{path}: {len(rubric.questions)} questions, {len(criteria)} criteria, {points:g} points; "
            f"{examples - len(wrong)} of {examples} examples come out as they should"
        )
    sys.exit(2 if failed else 0)
