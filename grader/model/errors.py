"""Errors for the people who run the grader or write rubrics, never about a student's knowledge.

GraderError
├── RubricError       the rubric is mistaken: nothing is marked
├── FormError         a form for students is mistaken, or cannot be made: nothing is read or written
├── SubmissionError   one hand-in could not be read: the others are marked
│   └── FaultError    it broke a limit of ours, or us: its author did nothing wrong
├── GradebookError    the gradebook cannot be used: nothing in it was changed
└── UsageError        the command was called in a way that cannot work
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# What is shown of an error that nobody foresaw.
MAX_SAID: Final = 300  # characters


def named(error: BaseException) -> str:
    """Return what an unforeseen error says, in a form and length that can be shown."""
    try:
        said = " ".join(f"{type(error).__name__}: {error}".strip(": ").split())
    except Exception:  # noqa: BLE001 - an error that cannot even say what it is
        said = type(error).__name__
    return said.encode("utf-8", "backslashreplace").decode()[:MAX_SAID]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where: `rubrics/rq3.yaml:14:20: points must be ...`."""

    path: str
    line: int  # from 1; 0 when the file as a whole is meant
    column: int  # from 1; 0 when the line as a whole is meant
    message: str

    def __str__(self) -> str:
        place = [self.path]
        if self.line:
            place.append(str(self.line))
            if self.column:
                place.append(str(self.column))
        return f"{':'.join(place)}: {self.message}"


class GraderError(Exception):
    """Carry every problem found, in file order, so that one run shows them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[GraderError], tuple[tuple[Problem, ...]]]:
        """Let the error cross a process boundary whole."""
        return type(self), (self.problems,)


class RubricError(GraderError):
    """The rubric cannot be used; nothing has been marked."""


class FormError(GraderError):
    """The form cannot be used or made; nothing has been read or written."""


class SubmissionError(GraderError):
    """One hand-in cannot be read; the others are not affected."""


class FaultError(SubmissionError):
    """A hand-in took more than we allow, or met a fault of ours; this is not a mistake in it."""


class GradebookError(GraderError):
    """The gradebook cannot be read or written; what it holds was left as it is."""


class UsageError(GraderError):
    """The command's arguments cannot work together."""
