"""Start a command. What a terminal, a pipe, a full disk or Ctrl-C does to it is told in one sentence.

Nothing is imported here but what is there when Python starts: Ctrl-C is answered from the first import on.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

STOPPED = 130  # as shells count a program that was stopped by Ctrl-C
NOT_SAID = 2
# Set to see where a fault of ours arose.
TRACEBACK = "GRADER_TRACEBACK"
# What is loaded stays, so that looking through it for garbage after every 700 new objects is a tenth of a start.
COLLECTED_AFTER = (100_000, 20, 100)


def grade() -> NoReturn:
    """Run `grade`."""
    run("grade")


def grader() -> NoReturn:
    """Run `grader`."""
    run("grader")


def run(name: str, *, shown_as: str | None = None) -> NoReturn:
    """Run one of the two commands and end this process with its exit code."""
    gc.set_threshold(*COLLECTED_AFTER)
    # Else it looks through all that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not there yet
    except OSError as error:  # relative paths would lead nowhere, and children could not be started
        words = "change to a folder that is there, and call the command again"
        _end(f"grader: the current folder is gone ({error.strerror}); {words}", NOT_SAID)
    try:
        from grader.cli.streams import guard_streams

        streams = guard_streams()
        code = _code(name, shown_as)
        streams.finish()
        lost = streams.lost
    except KeyboardInterrupt:
        _end("Stopped.", STOPPED)
    if lost is not None:
        _end(f"standard output: cannot be written: {lost.strerror}", code or NOT_SAID)
    sys.exit(code)


def _code(name: str, shown_as: str | None) -> int:
    try:
        import click

        from grader.cli import entry

        try:
            code = getattr(entry, name).main(prog_name=shown_as, standalone_mode=False)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        return code if isinstance(code, int) else 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except Exception as error:
        if type(error).__name__ == "Abort":  # of click, for Ctrl-C and for an input that ended
            raise KeyboardInterrupt from error
        return _fault(error)


def _fault(error: Exception) -> int:
    """Say what went wrong by our fault, or by a limit of the system."""
    if os.environ.get(TRACEBACK):
        raise error
    said = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, OSError | MemoryError):
        words = f"stopped: the system gives no more: {said}"
    else:
        words = f"stopped by a fault of its own: {type(error).__name__}: {said} ({TRACEBACK}=1 shows where)"
    print(f"grader: {words}", file=sys.stderr)  # noqa: T201 - click may be what failed
    return NOT_SAID


def _end(said: str, code: int) -> NoReturn:
    """Say why and end at once: threads and children that still wait for something hear it from the system."""
    try:
        print(said, file=sys.stderr, flush=True)  # noqa: T201 - click may not be there yet
    except OSError:
        pass
    finally:
        sys.exit(code)
