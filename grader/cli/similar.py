"""`grader similar`: pairs of hand-ins that share more than chance would give."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

_A_FILE: Final = click.Path(path_type=Path)
_SHOWN_PAIRS: Final = 20
_SHOWN_EVIDENCE: Final = 3
_EXCERPT: Final = 70  # characters


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("gradebook", default="reports.gradebook", type=_A_FILE)
@click.option("--assignment", help="Which one, where the gradebook holds several.")
@click.option("--rubric", type=_A_FILE, help="What it and its template say may be said by everybody.")
@click.option(
    "--given",
    multiple=True,
    type=_A_FILE,
    help="A document everybody may quote, such as lecture notes; may be repeated.",
)
@click.option(
    "--expected",
    default=0.1,
    show_default=True,
    type=click.FloatRange(0, 1000, min_open=True),
    metavar="PAIRS",
    help="Tell of pairs of which chance would give at most so many in the class.",
)
@click.option("--html", type=_A_FILE, help="Also write a page with the evidence side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def similar(gradebook: Path, *, as_json: bool, **options: Any) -> None:
    """Find pairs of hand-ins in GRADEBOOK that share rare wrong answers, rare wording or passages.

    A hint for a person, no accusation: no mark changes. Shared right values, what was handed out and what many of the
    class write do not count, and partners of one hand-in are no pair. Of each pair it says how many such pairs chance
    would give.
    """
    from grader.model.errors import GraderError

    try:
        data = _found(gradebook, options)
        if options["html"] is not None:
            _write_page(options["html"], data)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    if as_json:
        import json

        from grader.writers.displaytext import json_escaped

        click.echo(json_escaped(json.dumps(data, indent=2, ensure_ascii=False)))
    else:
        _print(data)


def _found(gradebook: Path, options: dict[str, Any]) -> dict[str, Any]:
    from grader.cli.assignments import assignment_of
    from grader.cli.outputs import refuse_inputs
    from grader.gradebook import Gradebook
    from grader.similarity.sheets import read_sheets
    from grader.similarity.similarpairs import similar_pairs
    from grader.similarity.similarview import pairs_data

    given, rubric, limit = options["given"], options["rubric"], options["expected"]
    refuse_inputs({"--html": options["html"]}, [gradebook, rubric, *given])
    known = list(_known(rubric, given))
    with Gradebook(gradebook, readonly=True) as book:
        sheets = read_sheets(book, assignment_of(book, options["assignment"]))
    return pairs_data(similar_pairs(sheets, limit=limit, given=known), limit)


def _known(rubric: Path | None, given: tuple[Path, ...]) -> Iterator[str]:
    """Yield the texts that everybody may use; raises GraderError."""
    from grader.model.errors import Problem, UsageError
    from grader.rubric.loading import load_rubric
    from grader.rubric.template import template_lines

    if rubric is not None:
        yield "\n".join(load_rubric(rubric).template_lines)
        yield rubric.read_text(encoding="utf-8")
    problems = []
    for path in given:
        try:
            yield "\n".join(template_lines(path))
        except ValueError as error:
            problems.append(Problem("--given", 0, 0, f"{path}: {error}"))
    if problems:
        raise UsageError(problems)


def _write_page(path: Path, data: dict[str, Any]) -> None:
    from grader.files.provenance import signed
    from grader.model.errors import Problem, UsageError
    from grader.similarity.similarview import render_pairs
    from grader.writers.atomic import write_text

    try:
        write_text(path, signed(render_pairs(data), "similar", "html"))
    except OSError as error:
        raise UsageError([Problem("--html", 0, 0, f"{path} cannot be written: {error.strerror}")]) from error


def _print(data: dict[str, Any]) -> None:
    from grader.similarity.similarview import HINT, chance_words, evidence_words, heading_words, people_words
    from grader.writers.displaytext import one_line

    click.echo(one_line(data["title"]))
    click.echo(heading_words(data))
    if data["shortened_answers"]:
        click.echo(
            f"{data['shortened_answers']} answers are so long that only their beginnings were compared."
        )
    for pair in data["pairs"][:_SHOWN_PAIRS]:
        click.echo(f"\n{people_words(pair['left'])} and {people_words(pair['right'])}")
        click.echo(f"  {chance_words(pair['expected'])}")
        for item in pair["evidence"][:_SHOWN_EVIDENCE]:
            click.echo(f"  {one_line(evidence_words(item))}: {_quoted(item)}")
        left = len(pair["evidence"]) - _SHOWN_EVIDENCE + pair["more"]
        if left > 0:
            click.echo(f"  and {left} more")
    more = len(data["pairs"]) - _SHOWN_PAIRS + data["more"]
    if more > 0:
        click.echo(f"\nand {more} more pairs: --html FILE shows them side by side")
    if data["pairs"]:
        click.echo(f"\n{HINT}")


def _quoted(item: dict[str, Any]) -> str:
    from grader.similarity.similarview import shared_words
    from grader.writers.displaytext import one_line

    if item["kind"] == "wrong values":
        return ", ".join(
            f"{value['criterion']} {one_line(value['left'], _EXCERPT // 2)}" for value in item["values"]
        )
    return f"\u201c{one_line(shared_words(item['left']), _EXCERPT)}\u201d"
