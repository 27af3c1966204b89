"""`grader schema`: print the JSON Schema that editors check YAML against."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("what", type=click.Choice(["rubric", "form", "submission", "report"]))
def schema(what: str) -> None:
    """Print the JSON Schema of a rubric, a form, a structured submission or a report."""
    from grader.authoring.schemas import schema_of

    click.echo(json.dumps(schema_of(what), indent=2, ensure_ascii=False))
