"""`grader explain`: print the reference of a check, which is its docstring."""

from __future__ import annotations

import click

from grader.checks import CHECKS
from grader.files.registry import resolve


@click.command()
@click.argument("name", type=click.Choice(sorted(CHECKS)), required=False)
def explain(name: str | None) -> None:
    """Print the YAML keys of the check NAME, or one line for every check."""
    if name is not None:
        click.echo(resolve(CHECKS, name).reference())
        return
    for other in CHECKS:
        first = resolve(CHECKS, other).reference().split("\n", 1)[0]
        click.echo(f"{other:10} {first}")
