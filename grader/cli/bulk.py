"""Run a function over a file of JSON lines: one answer a line, in the same order."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

# A million cases of some hundred characters.
_LARGEST = 500_000_000  # bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run_bulk(cases: Path, out: Path | None, function: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Write one JSON line for every line of `cases`, whole or not at all; return the exit code.

    A line that is not a JSON object is named on the error stream and answered with an `error`.
    """
    from grader.cli.outputs import refuse_inputs
    from grader.cli.problems import print_problems
    from grader.files.yamltree import read_own_file
    from grader.model.errors import GraderError, UsageError
    from grader.writers.atomic import refuse_to_replace, write_text
    from grader.writers.displaytext import json_escaped

    try:
        refuse_inputs({"--out": out}, [cases])
        if out is not None:
            refuse_to_replace(out, known=_known)
    except GraderError as error:
        print_problems(error.problems)
        return 2
    except OSError as error:
        click.echo(f"{out}: cannot be written: {error.strerror}", err=True)
        return 2
    try:
        lines = read_own_file(cases, _LARGEST, UsageError).splitlines()
    except GraderError as error:
        print_problems(error.problems)
        return 2
    failed = False
    answers = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case, wrong = _case(line)
        if case is None:
            failed = True
            click.echo(f"{cases}:{number}: {wrong}", err=True)
            answers.append(json.dumps({"error": wrong}))
            continue
        answers.append(json_escaped(json.dumps(function(case), ensure_ascii=False)))
    text = "".join(f"{answer}\n" for answer in answers)
    if out is None:
        sys.stdout.write(text)
        return 1 if failed else 0
    try:
        write_text(out, text, known=_known)
    except OSError as error:
        click.echo(f"{out}: cannot be written: {error.strerror}", err=True)
        return 2
    return 1 if failed else 0


def _known(there: bytes) -> str:
    """Return "" for a file of such answers, else why it must not be replaced."""
    from grader.writers.atomic import NOT_OURS

    for line in there.splitlines():
        case, _ = _case(line.decode("utf-8", "replace"))
        if (
            case is None
            or not case.keys() & {"verdict", "mistakes", "error"}
            or case.keys() & {"expected", "spec"}
        ):
            return NOT_OURS
    return ""


def _case(line: str) -> tuple[dict[str, Any] | None, str]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, f"not valid JSON: {error}"
    return (case, "") if isinstance(case, dict) else (None, "not a JSON object")
