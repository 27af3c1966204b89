"""`grader stats`: what the scores of a class say of the class, of the questions and of the key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.batch.finals import Finals
    from grader.platforms.worksheets.roster import Roster
    from grader.writers.tally import Tally

_A_FILE: Final = click.Path(path_type=Path)
_SHOWN_ANSWERS: Final = 3  # common wrong answers of a criterion


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--gradebook", default="reports.gradebook", show_default=True, type=_A_FILE, help="The gradebook."
)
@click.option("--assignment", help="Which one, where the gradebook holds several.")
@click.option("--roster", type=_A_FILE, help="A class list with sections: each is told of by itself as well.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def stats(gradebook: Path, assignment: str | None, roster: Path | None, *, as_json: bool) -> None:
    """Print how hard each criterion was, how well it tells students apart, and what many got wrong.

    Means and rates are over everybody; where rows await a person they lie between two ends. What too few students
    decide is left out. A criterion whose key looks wrong is named.
    """
    from grader.model.errors import GraderError

    try:
        tally, sections = _counted(gradebook, assignment, roster)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)
    if as_json:
        import json

        from grader.writers.displaytext import json_escaped

        click.echo(json_escaped(json.dumps(_data(tally, sections), indent=2, ensure_ascii=False)))
    else:
        _print(tally, sections)


def _counted(gradebook: Path, assignment: str | None, roster: Path | None) -> tuple[Tally, dict[str, Tally]]:
    """Return the tally of the class, and that of each section."""
    from grader.batch.finals import Finals
    from grader.cli.assignments import assignment_of
    from grader.gradebook import Gradebook
    from grader.platforms.worksheets.roster import read_roster

    listed = read_roster(roster, None, dated=False) if roster else None
    with Gradebook(gradebook, readonly=True) as book:
        return _tallied(Finals(book, assignment_of(book, assignment)), listed)


def _tallied(finals: Finals, roster: Roster | None) -> tuple[Tally, dict[str, Tally]]:
    from grader.model.disclosure import Reader
    from grader.writers.summary import summarise
    from grader.writers.tally import Tally

    tally = Tally()
    sections: dict[str, Tally] = {}
    for final in finals:
        report = finals.report_of(final.student, final.standing)
        summary = summarise(report, Reader.TEACHER)
        tally.add(summary, final.student.id)
        for listed in roster.rows_of(final.student) if roster else ():
            if listed.section:
                sections.setdefault(listed.section, Tally()).add(summary, final.student.id)
    return tally, dict(sorted(sections.items()))


def _print(tally: Tally, sections: Mapping[str, Tally]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.writers.classfigures import between, figures_of, question_figures
    from grader.writers.displaytext import one_line

    console = Console()
    click.echo(one_line(tally.heading))
    for words, figure in figures_of(tally):
        click.echo(f"  {figure:>16}  {words}")
    if sections:
        click.echo("\nBy section")
    for name, section in sections.items():
        mean, median = section.mean(), section.median()
        assert mean is not None and median is not None  # noqa: S101, PT018 - it has a student
        said = f"{section.students:,} students, mean {between(mean)}, median {between(median)}"
        click.echo(f"  {one_line(name, 40)}: {said}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("criterion", overflow="ellipsis", no_wrap=True, min_width=16)
    for heading in ("points", "mean", "tells apart", "awaiting"):
        table.add_column(heading, justify="right", no_wrap=True)
    questions = [question_figures(tally, name) for name in tally.questions]
    for question in questions:
        table.add_row(Text(one_line(question["id"]), style="bold"), question["max_points"], question["rate"])
        for item in question["criteria"]:
            apart = f"{item['apart']} (n {item['apart_of']})" if item["apart"] else ""
            table.add_row(
                Text(f"  {one_line(item['id'])}"),
                item["points"],
                item["rate"],
                apart,
                str(item["waiting"] or ""),
            )
    click.echo()
    console.print(table)
    _print_answers([item for question in questions for item in question["criteria"]])


def _print_answers(criteria: Iterable[dict[str, Any]]) -> None:
    from grader.writers.displaytext import one_line

    criteria = list(criteria)
    if any(item["warnings"] for item in criteria):
        click.echo("\nIs the key right?")
    for item in criteria:
        for words in item["warnings"]:
            click.echo(f"  {one_line(item['id'])}: {words}")
    if any(item["wrong"] for item in criteria):
        click.echo("\nCommon wrong answers")
    for item in criteria:
        for answer in item["wrong"][:_SHOWN_ANSWERS]:
            named = f" ({one_line(answer['mistake'])})" if answer["mistake"] else ""
            click.echo(
                f"  {one_line(item['id'])}: {answer['count']} x {one_line(answer['example'], 60)}{named}"
            )


def _data(tally: Tally, sections: Mapping[str, Tally]) -> dict[str, Any]:
    """Return the figures as data: points and shares as numbers, with the ends that open rows leave."""
    from grader.writers.classfigures import question_figures

    def ends(value: Any, unit: int = 100) -> list[float] | None:
        return None if value is None else [float(value.low) / unit, float(value.high) / unit]

    def whole(part: Tally) -> dict[str, Any]:
        spread, reliability = part.deviation(), part.reliability()
        return {
            "students": part.students,
            "mean": ends(part.mean()),
            "median": ends(part.median()),
            "deviation": None if spread is None else spread / 100,
            "reliability": None if reliability is None else {
                "alpha": reliability.alpha, "error": reliability.error, "students": reliability.students,
                "items": reliability.items,
            },
            "awaiting": part.open_rows,
        }  # fmt: skip

    return {
        "assignment": tally.heading,
        **whole(tally),
        "sections": {name: whole(section) for name, section in sections.items()},
        "questions": [
            {
                "id": question.id,
                "rate": ends(question.rate),
                "criteria": [
                    _criterion_data(tally, criterion, item, ends(criterion.rate))
                    for criterion, item in zip(
                        question.criteria.values(),
                        question_figures(tally, question.id)["criteria"],
                        strict=True,
                    )
                ],
            }
            for question in tally.questions.values()
        ],
    }


def _criterion_data(
    tally: Tally, criterion: Any, item: dict[str, Any], rate: list[float] | None
) -> dict[str, Any]:
    found = tally.discrimination(criterion)
    return {
        "id": criterion.id,
        "points": str(criterion.points),
        "rate": rate,
        "discrimination": None if found is None else {"value": found.value, "students": found.students},
        "awaiting": criterion.waiting,
        "warnings": item["warnings"],
        "wrong": [
            {
                "count": answer.count,
                "mistake": answer.mistake,
                "read": answer.meaning,
                "example": answer.example,
            }
            for answer in criterion.given.common()
        ],
    }
