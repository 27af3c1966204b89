"""`grader review`: the page on which people decide what awaits them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from grader.cli.problems import print_problems
from grader.cli.queue import login

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.review.board import Board

_A_PATH: Final = click.Path(path_type=Path)
_LEAST: Final = 8  # characters of a password


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("gradebook", default="reports.gradebook", type=_A_PATH)
@click.option("--rubric", type=_A_PATH, help="To judge answers anew and to write the reports.")
@click.option("--assignment", help="Which one, where the gradebook holds several.")
@click.option("--who", help="Who decides.  [default: your login name]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: 8431, or any that is free]")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Others reach it too; needs --password-file."
)
@click.option("--password-file", type=_A_PATH, help="Its first line is the password of all who decide.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--out", type=_A_PATH, help="Where the reports are.  [default: GRADEBOOK without its ending]")
def review(gradebook: Path, **options: Any) -> None:
    """Decide what awaits a person, on a page in the browser: answer by answer, by keys or mouse.

    Equal answers are decided once. Every decision is in the GRADEBOOK before the next answer is shown and can be
    undone; stop with Ctrl-C at any time. The page is served on this machine alone; others of a team see it by
    `ssh -L 8431:127.0.0.1:8431 MACHINE`, or with --host and --password-file.
    """
    from grader.model.errors import GraderError

    try:
        _review(gradebook, options)
    except GraderError as error:
        print_problems(error.problems)
        sys.exit(2)


def _review(gradebook: Path, options: dict[str, Any]) -> None:
    from grader.cli.assignments import assignment_of
    from grader.gradebook import Gradebook
    from grader.model.errors import Problem, UsageError

    try:
        from grader.review.board import Board
        from grader.review.security import Door, is_loopback
        from grader.review.server import open_socket, serve
    except ImportError as error:
        if (error.name or "").startswith("grader"):  # of our own nothing is missing but by a fault of ours
            raise
        rule = f"needs {error.name}, which is not installed: install grader with the extra 'review'"
        raise UsageError([Problem("grader review", 0, 0, rule)]) from error
    host = options["host"]
    password = _password(options["password_file"]) if options["password_file"] else ""
    if not is_loopback(host) and not password:
        rule = f"others reach {host}, so it needs --password-file FILE; leave --host out to serve this machine alone"
        raise UsageError([Problem("--host", 0, 0, rule)])
    with Gradebook(gradebook, readonly=True, make=False) as book:
        assignment = assignment_of(book, options["assignment"])
    board = Board(
        gradebook, assignment, rubric=options["rubric"], out=options["out"] or gradebook.with_suffix("")
    )
    try:
        door = Door(options["who"] or login(), password)
        listening = open_socket(host, options["port"])
        serve(board, door, listening, host, _ready(board, door, host, no_browser=options["no_browser"]))
    finally:
        board.close()
    click.echo("Stopped. All decisions are kept.")


def _ready(board: Board, door: Any, host: str, *, no_browser: bool) -> Callable[[int], None]:
    """Return what is done once the page is there: say where, and open it."""

    def ready(port: int) -> None:
        from grader.review.security import is_loopback
        from grader.review.server import address_of_server
        from grader.writers.displaytext import one_line

        progress = board.progress()
        address = address_of_server(host, port, door.token)
        left = progress.answers.total - progress.answers.done
        awaits = "answer awaits" if left == 1 else "answers await"
        click.echo(f"{one_line(progress.title)}: {left} {awaits} a person")
        click.echo(f"Open {address}\nStop with Ctrl-C.")
        if not is_loopback(host):
            click.echo(
                "There is no TLS: the password and all answers go over the network as they are. In a network you do not "
                f"trust, leave --host out and let the others come by 'ssh -L {port}:127.0.0.1:{port} MACHINE'.",
                err=True,
            )
        sys.stdout.flush()
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    return ready


def _password(path: Path) -> str:
    from grader.model.errors import Problem, UsageError

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError([Problem(str(path), 0, 0, f"cannot be read: {error}")]) from error
    password = lines[0].strip() if lines else ""
    if len(password) < _LEAST:
        rule = (
            f"its first line is the password and must have at least {_LEAST} characters (got {len(password)})"
        )
        raise UsageError([Problem(str(path), 1, 0, rule)])
    return password
