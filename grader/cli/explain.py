"""`grader explain`: print the reference of a check, or what a criterion of a rubric is compiled to."""

from __future__ import annotations

from pathlib import Path

import click

from grader.checks import CHECKS
from grader.files.registry import resolve


@click.command()
@click.argument("name", metavar="[CHECK | RUBRIC]", required=False)
@click.argument("criterion", required=False)
def explain(name: str | None, criterion: str | None) -> None:
    """Print the YAML keys of a CHECK, or one line for every check.

    With a RUBRIC, print what its criterion CRITERION looks for, as its check reads it; a `statement` is printed as the
    patterns of `keywords` that it is compiled to.
    """
    if name is None:
        for other in CHECKS:
            first = resolve(CHECKS, other).reference().split("\n", 1)[0]
            click.echo(f"{other:10} {first}")
    elif name in CHECKS and criterion is None:
        click.echo(resolve(CHECKS, name).reference())
    elif criterion is None and not Path(name).is_file():
        known = ", ".join(CHECKS)
        raise click.UsageError(f"{name!r} is neither a check nor a rubric's file; the checks are {known}")
    else:
        _explain_criterion(Path(name), criterion)


def _explain_criterion(path: Path, wanted: str | None) -> None:
    """Print what a criterion of a rubric looks for."""
    from grader.authoring.explaining import explained
    from grader.cli.problems import print_problems
    from grader.files.validation import did_you_mean
    from grader.model.errors import GraderError
    from grader.rubric.loading import load_rubric

    try:
        rubric = load_rubric(path)
    except GraderError as error:
        print_problems(error.problems)
        raise SystemExit(2) from error
    criteria = {criterion.id: criterion for question in rubric.questions for criterion in question.criteria}
    if wanted not in criteria:
        hint = did_you_mean(wanted or "", list(criteria)) or f"; there are {', '.join(criteria)}"
        raise click.UsageError(f"{path} has no criterion {wanted or ''!r}{hint}")
    click.echo(explained(criteria[wanted]), nl=False)
