"""`grader compare`: how two formulas are read, and whether they are equal."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True})  # an answer may begin with a minus
@click.argument("expected", required=False)
@click.argument("answer", required=False)
@click.option("--where", multiple=True, metavar="NAME=DOMAIN", help="A symbol's domain, such as x=positive.")
@click.option(
    "--symbol", "symbols", multiple=True, metavar="NAME=SPELLING", help=r"Another spelling, such as mu=\mu_B."
)
@click.option("--rename", is_flag=True, help="Other names are as good.")
@click.option(
    "--cases", type=click.Path(path_type=Path), help="JSON lines of {expected, answer, syntax, options}."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the verdicts of --cases go; default: standard output.",
)
def compare(
    expected: str | None,
    answer: str | None,
    where: tuple[str, ...],
    symbols: tuple[str, ...],
    cases: Path | None,
    out: Path | None,
    *,
    rename: bool,
) -> None:
    """Compare ANSWER with EXPECTED, or every case of a file; exit with 1 where the two differ."""
    if cases is not None:
        from grader.cli.bulk import run_bulk
        from grader.comparison import compare_case

        sys.exit(run_bulk(cases, out, compare_case))
    if expected is None or answer is None:
        raise click.UsageError("give EXPECTED and ANSWER, or --cases FILE")
    options: dict[str, object] = {"where": _pairs(where), "rename": rename}
    spellings: dict[str, list[str]] = {}
    for name, spelling in (pair.split("=", 1) for pair in symbols if "=" in pair):
        spellings.setdefault(name.strip(), []).append(spelling.strip())
    options["symbols"] = spellings
    sys.exit(_show(expected, answer, options))


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise click.UsageError(f"--where must be NAME=DOMAIN (got {text!r})")
    return {name.strip(): domain.strip() for name, domain in (text.split("=", 1) for text in texts)}


def _show(expected: str, answer: str, options: dict[str, object]) -> int:
    from grader.comparison import ComparisonOptions, compare_texts, shown_reading

    found = compare_texts(expected, answer, options=ComparisonOptions.model_validate(options))
    for name, reading in (("expected", found.expected), ("answer", found.answer)):
        if reading is not None:
            plain, latex = shown_reading(reading)
            click.echo(f"{name:9} {plain}\n{'':9} {latex}")
            for note in reading.notes:
                click.echo(f"{'':9} note: {note}")
    click.echo(f"verdict   {found.verdict} ({found.certainty})\n          {found.evidence}")
    if found.near_miss:
        click.echo(f"          {found.near_miss}")
    return 0 if found.verdict == "equal" else 1
