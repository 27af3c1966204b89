"""`grader check`: find every problem of a rubric, and run its own examples."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.problems import print_problems


@click.command()
@click.argument("rubrics", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(rubrics: tuple[Path, ...]) -> None:
    """Check each of RUBRICS and run its `accepts` and `rejects`; exit with 2 if anything is wrong.

    A warning is what may be meant, and seldom is.
    """
    from grader.authoring.examples import failed_examples
    from grader.authoring.lint import doubts
    from grader.authoring.studentsheets import broken_variants
    from grader.files.yamltree import load_yaml, read_own_file
    from grader.model.errors import GraderError, RubricError
    from grader.rubric.loading import MAX_BYTES, load_rubric
    from grader.rubric.parts import with_parts
    from grader.writers.displaytext import printable

    failed = False
    for path in rubrics:
        try:
            rubric = load_rubric(path)
        except GraderError as error:
            failed = True
            print_problems(error.problems)
            continue
        source = read_own_file(path, MAX_BYTES, RubricError)
        for doubt in doubts(rubric, source, str(path)):
            click.echo(f"warning: {doubt}", err=True)
        tree = with_parts(load_yaml(source, str(path)))
        wrong = list(failed_examples(rubric))
        broken = list(broken_variants(rubric))
        print_problems(broken)
        failed = failed or bool(wrong or broken)
        for example in wrong:
            click.echo(printable(str(tree.problem(example.loc, example.said))), err=True)
            if example.why:
                click.echo(printable(f"    {example.why}"), err=True)
        criteria = [criterion for question in rubric.questions for criterion in question.criteria]
        examples = sum(len(criterion.accepts) + len(criterion.rejects) for criterion in criteria)
        points = float(rubric.max_points)
        click.echo(
            f"{path}: {len(rubric.questions)} question{'s' * (len(rubric.questions) != 1)}, "
            f"{len(criteria)} criteri{'a' if len(criteria) != 1 else 'on'}, {points:g} point{'s' * (points != 1)}; "
            f"{examples - len(wrong)} of {examples} examples come out as they should"
        )
    sys.exit(2 if failed else 0)
