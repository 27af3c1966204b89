"""`grader validate`: how a hand-in is read, for students, before they hand it in."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.forms import Form
    from grader.forms.readingview import HandInReading
    from grader.model.errors import Problem
    from grader.model.submission import Sender
    from grader.platforms.downloads.request import Expected
    from grader.readers.delivered import Delivered
    from grader.readers.opening import Found

ALL_READ: Final = 0
NOT_ALL: Final = 1
NOTHING_READ: Final = 2

_A_FILE: Final = click.Path(path_type=Path)
# One that cannot be read is named like any other, and the rest is read.
_HANDED_IN: Final = click.Path(path_type=Path, readable=False)
_STYLES: Final[Mapping[str, str]] = {
    "plain": "", "soft": "dim", "good": "green", "doubt": "yellow", "bad": "red", "head": "bold",
}  # fmt: skip


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("submissions", nargs=-1, required=True, type=_HANDED_IN)
@click.option("--form", type=_A_FILE, help="The assignment's form, as your teacher published it.")
@click.option("--rubric", type=_A_FILE, help="A rubric instead of a form, for teachers.")
@click.option("--html", type=_A_FILE, help="Also write a page with the formulas rendered.")
@click.option(
    "--convert",
    multiple=True,
    metavar="SUFFIX=COMMAND",
    help="Read files through a command of yours, e.g. '.pdf=ocr {input} {output}'.",
)
@click.option(
    "--platform", metavar="NAME", help="What a download is from: canvas, moodle, ... or files for none."
)
@click.option(
    "--identity", metavar="REGEX", help="Whose a file of a download is, by its path: (?P<student>...)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def validate(
    submissions: tuple[Path, ...],
    form: Path | None,
    rubric: Path | None,
    html: Path | None,
    convert: tuple[str, ...],
    *,
    as_json: bool,
    **whose: str | None,
) -> None:
    """Show how SUBMISSIONS (files or folders) are read: every number, formula and choice. Nothing is judged.

    Exit codes: 0 all was read; 1 something is missing or cannot be read; 2 the form or a file cannot be
    read at all.
    """
    from grader.cli.outputs import refuse_inputs
    from grader.documents.converting import read_converters
    from grader.forms import form_from
    from grader.model.errors import GraderError
    from grader.platforms.downloads.request import Expected

    if (form is None) == (rubric is None):
        raise click.UsageError("give --form FILE (or, with the key at hand, --rubric FILE)")
    try:
        refuse_inputs({"--html": html}, [form, rubric, *submissions])
        converters = read_converters(convert)
        known = form_from(form=form, rubric=rubric)
        expected = Expected(
            platform=whose["platform"], identity=whose["identity"], teachers=(form, rubric), asks=False,
            converters=converters.keys(),
        )  # fmt: skip
        readings, problems = _read(submissions, known, expected, converters)
    except GraderError as error:
        _say(error.problems)
        sys.exit(NOTHING_READ)
    if as_json:
        data = [_as_json(reading) for reading in readings]
        # Escapes throughout: a student's text may hold characters that steer a terminal.
        click.echo(json.dumps(data, indent=2))
    else:
        _print(readings)
    if html is not None:
        problems += _write_page(html, known, readings, problems)
    _say(problems)
    incomplete = any(reading.missing or reading.unreadable for reading in readings)
    sys.exit(NOTHING_READ if problems else NOT_ALL if incomplete else ALL_READ)


def _read(
    submissions: tuple[Path, ...], form: Form, expected: Expected, converters: Mapping[str, str]
) -> tuple[list[HandInReading], list[Problem]]:
    from contextlib import ExitStack

    from grader.cli.problems import print_notices
    from grader.executors import DEADLINE, MEMORY
    from grader.executors.alone import do_alone
    from grader.executors.wall import Failure, unread
    from grader.model.errors import SubmissionError
    from grader.platforms.downloads.intake import take_in

    readings: list[HandInReading] = []
    with ExitStack() as stack:
        taken = take_in(submissions, expected, stack)
        print_notices(taken.notices)
        problems = list(taken.problems)
        for item in taken.handins:
            try:
                raw, source, sender = _opened(item, converters)
                found = do_alone(partial(_read_one, raw, source, sender, form), DEADLINE, MEMORY)
            except SubmissionError as error:
                problems += error.problems
                continue
            if isinstance(found, Failure):
                problems.append(unread(source, found))
            else:
                readings.append(found)
    return readings, problems


def _opened(item: Found | Delivered, converters: Mapping[str, str]) -> tuple[bytes, str, Sender]:
    """Return what stands in a hand-in, what it is called, and who sent it; raises SubmissionError."""
    from grader.documents.converting import converted
    from grader.model.submission import NOBODY
    from grader.readers.delivered import Delivered
    from grader.readers.discovery import source_of
    from grader.readers.files import read_raw
    from grader.readers.opening import read_bytes

    if isinstance(item, Delivered):
        return item.fetch(converters), item.source, item.sender
    source = source_of(item.path)
    command = converters.get(item.path.suffix.lower())
    raw = converted(read_bytes(item, source), source, command) if command else read_raw(item)
    return raw, source, NOBODY


def _read_one(raw: bytes, source: str, sender: Sender, form: Form) -> HandInReading:
    from grader.forms.readingview import read_handin
    from grader.readers.files import read_content

    return read_handin(read_content(raw, source, form.outline, sender=sender), form)


def _as_json(reading: HandInReading) -> dict[str, object]:
    data = reading.model_dump(mode="json")
    return {**data, "missing": list(reading.missing), "unreadable": list(reading.unreadable)}


def _write_page(
    path: Path, form: Form, readings: list[HandInReading], problems: list[Problem]
) -> list[Problem]:
    from grader.files.provenance import signed
    from grader.forms.readingpage import render_readings
    from grader.model.errors import Problem
    from grader.writers.atomic import write_text

    try:
        write_text(path, signed(render_readings(form, readings, problems), "reading", "html"))
    except OSError as error:
        return [Problem(str(path), 0, 0, f"cannot be written: {error.strerror}")]
    return []


def _print(readings: list[HandInReading]) -> None:
    from grader.forms.telling import laid_out, told

    for number, reading in enumerate(readings):
        if number:
            click.echo()
        lines = laid_out(list(told(reading)))
        if sys.stdout.isatty():
            _print_styled(lines)
        else:
            for label, text, _ in lines:
                click.echo(f"{label}{text}".rstrip())


def _print_styled(lines: Iterable[tuple[str, str, str]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for label, text, tone in lines:
        style = _STYLES[tone]
        if tone == "head" or not label:
            console.print(Text(f"{label}{text}", style=style))
            continue
        # What does not fit goes on under its own column.
        rest = Text(text.strip(), style=style).wrap(console, max(20, console.width - len(label) - 2))
        for row, piece in enumerate(rest):
            lead = Text(f"{label}  ") if not row else Text(" " * (len(label) + 2))
            console.print(lead + piece, soft_wrap=True)


def _say(problems: Iterable[Problem]) -> None:
    from grader.writers.displaytext import printable

    for problem in problems:
        click.echo(printable(str(problem)), err=True)
