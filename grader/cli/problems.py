"""How every command tells what is wrong: a line a problem, on the error stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.errors import Problem


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems in their order, each on one line that a terminal only shows."""
    from grader.writers.text import printable

    for problem in problems:
        click.echo(printable(str(problem)).replace("\n", "\N{SYMBOL FOR LINE FEED}"), err=True)
