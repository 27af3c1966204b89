"""From what is given on the command line to hand-ins: files as they are, and downloads taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.validation import did_you_mean
from grader.model.errors import Problem, UsageError
from grader.platforms.downloads import DOWNLOADS
from grader.platforms.downloads.request import FILES, Expected, TakenIn, files_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack
    from pathlib import Path


def take_in(arguments: Sequence[Path], expected: Expected, stack: ExitStack) -> TakenIn:
    """Return all that was handed in; raises UsageError for what a teacher should say otherwise.

    Zips stay open on `stack`. Only a single argument is taken for a download unless the teacher says so: of several,
    each is most likely a student's own, and would be believed whosever it says that it is.
    """
    _refuse_unknown(expected)
    taken = TakenIn()
    rest = [argument for argument in arguments if not _may_be_download(argument, len(arguments), expected)]
    looked = [argument for argument in arguments if argument not in rest]
    if looked or expected.identity is not None:
        # Files alone need none of what takes downloads apart.
        from grader.platforms.downloads.unpacking import Unpacking  # noqa: PLC0415

        unpacking = Unpacking(expected, stack, taken)
        rest += [argument for argument in looked if not unpacking.takes(argument)]
    if rest:
        taken.add(files_of(sorted(rest, key=arguments.index), expected, taken.own))
    return taken


def _may_be_download(argument: Path, count: int, expected: Expected) -> bool:
    if expected.platform == FILES or (count > 1 and not expected.is_said):
        return False
    # A link among other arguments was most likely put there by a wildcard.
    if count > 1 and argument.is_symlink():
        return False
    return argument.is_dir() or (argument.suffix.lower() == ".zip" and argument.is_file())


def _refuse_unknown(expected: Expected) -> None:
    name = expected.platform
    if name is not None and name != FILES and name not in DOWNLOADS:
        known = (*DOWNLOADS, FILES)
        rule = f"unknown platform {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}"
        raise UsageError([Problem("--platform", 0, 0, rule)])
    if name is not None and expected.identity is not None:
        rule = "whose the files are is said by --identity; give it without --platform"
        raise UsageError([Problem("--platform", 0, 0, rule)])
