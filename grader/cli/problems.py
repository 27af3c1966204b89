"""How every command tells what is wrong: a line a problem, on the error stream."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model.errors import Problem


# What the system gives no more of: processes, open files, memory. Nothing is wrong with any file then.
_NO_MORE: Final = frozenset({errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def stopped_by(error: OSError, where: object) -> str:
    """Say what kept a command from going on: a file that cannot be written, or what the system gives no more of."""
    if error.errno in _NO_MORE and error.filename is None:
        return f"the system gives this command no more processes, open files or memory: {error.strerror}"
    return f"{error.filename or where}: cannot be written: {error.strerror}"


def print_notices(notices: Iterable[str]) -> None:
    """Print what nobody would notice otherwise, a line each, on the error stream."""
    from grader.writers.displaytext import printable

    for notice in notices:
        click.echo(printable(notice).replace("\n", "\N{SYMBOL FOR LINE FEED}"), err=True)


def print_problems(problems: Iterable[Problem | str]) -> None:
    """Print problems in their order, each on one line that a terminal only shows."""
    from grader.writers.displaytext import printable

    for problem in problems:
        click.echo(printable(str(problem)).replace("\n", "\N{SYMBOL FOR LINE FEED}"), err=True)
