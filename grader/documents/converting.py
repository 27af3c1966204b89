"""Convert a document with a command of the teacher's, such as OCR, whose output is read as Markdown.

The command runs without a shell, in a folder of its own that is removed, within limits of time and size. What stands
in the hand-in never becomes part of the command: it is given the names of two files.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from grader.documents.signature import CONVERTED
from grader.model.errors import Problem, SubmissionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A scan of ten pages takes OCR about a minute.
SECONDS: Final = 120.0
MAX_OUTPUT: Final = 5_000_000  # bytes
MAX_WRITTEN: Final = 200_000_000  # bytes of one file, also of those that it works with
_SAID: Final = 200  # characters of what a command says when it fails


def read_converters(options: Iterable[str]) -> Mapping[str, str]:
    """Return commands by suffix from options such as `.pdf=pdftotext {input} {output}`; raises UsageError."""
    found: dict[str, str] = {}
    problems = []
    for option in options:
        suffix, equals, command = option.partition("=")
        suffix = suffix.strip().lower()
        try:
            words = shlex.split(command)
        except ValueError as error:
            words = []
            problems.append(
                Problem(
                    "--convert", 0, 0, f"the command cannot be parted into words: {error} (got {option!r})"
                )
            )
        if not equals or not suffix.startswith(".") or len(suffix) < 2 or not words:
            rule = f"must be a suffix and a command, such as '.pdf=COMMAND {{input}} {{output}}' (got {option!r})"
            problems.append(Problem("--convert", 0, 0, rule))
        elif not any("{input}" in word for word in words):
            problems.append(
                Problem(
                    "--convert",
                    0,
                    0,
                    f"the command must name {{input}}, the file to convert (got {option!r})",
                )
            )
        elif suffix in found:
            problems.append(Problem("--convert", 0, 0, f"gives {suffix} two commands; give one"))
        else:
            found[suffix] = command
    if problems:
        raise UsageError(problems)
    return found


def converted(raw: bytes, source: str, command: str) -> bytes:
    """Return what a command makes of a file: what it writes to `{output}`, or to its own output without that.

    Raises SubmissionError with what went wrong; the hand-in is then unread, and not wrong.
    """
    words = shlex.split(command)
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        # Its own name would let a hand-in speak to the command.
        given = Path(folder, f"input{PurePath(source).suffix.lower()}")
        made, said = Path(folder, "output.md"), Path(folder, "said")
        given.write_bytes(raw)
        arguments = [word.replace("{input}", str(given)).replace("{output}", str(made)) for word in words]
        printed = Path(folder, "printed")
        with printed.open("wb") as output, said.open("wb") as errors:
            code = _run(arguments, folder, output.fileno(), errors.fileno(), source)
        if code:
            told = " ".join(_head(said, 4 * _SAID).decode("utf-8", "replace").split())[:_SAID]
            raise _refusal(source, f"{words[0]!r} ended with code {code}{f': {told}' if told else ''}")
        result = made if any("{output}" in word for word in words) else printed
        if result.is_symlink() or not result.is_file():
            raise _refusal(source, f"{words[0]!r} wrote no output")
        text = _head(result, MAX_OUTPUT + 1)
    if len(text) > MAX_OUTPUT:
        raise _refusal(source, f"{words[0]!r} wrote more than {MAX_OUTPUT:,} bytes")
    if not text.strip():
        raise _refusal(source, f"{words[0]!r} found no text in it")
    return (
        CONVERTED + b" by " + os.fsencode(PurePath(words[0]).name).replace(b"-->", b"") + b" -->\n\n" + text
    )


def _run(arguments: list[str], folder: str, output: int, errors: int, source: str) -> int:
    """Run a command to its end and return its code; it and all that it started end at the limit of time."""
    try:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise _refusal(source, f"{arguments[0]!r} could not be started ({error.strerror})") from error
    _limit(process.pid)
    try:
        return process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        with suppress(OSError):  # with all that it has started
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise _refusal(source, f"{arguments[0]!r} took longer than {SECONDS:g} s and was stopped") from error


def _limit(pid: int) -> None:
    """Limit what a command may write, where the system can."""
    import resource  # noqa: PLC0415 - Windows has none

    if hasattr(resource, "prlimit"):
        with suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (MAX_WRITTEN, MAX_WRITTEN))


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _refusal(source: str, what: str) -> SubmissionError:
    rule = f"could not be converted: {what}; this is no mistake in the file"
    return SubmissionError([Problem(source, 0, 0, rule)])
