"""One wall around every hand-in: whatever goes wrong in one step of it is named, and costs only itself.

The steps are reading a hand-in, judging each of its questions, and putting the report together. An
executor says where they are done (`Steps`): in this process, in a forked child, in a pool of workers.
A step may raise, take too long, need too much memory or end its process; here it is settled, for all
executors and commands alike (`grader.executors.stepwise`), what that means and how it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from grader.model.errors import Problem, UsageError
from grader.model.outcome import Reason
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.executors import Result
    from grader.model.errors import SubmissionError
    from grader.model.report import QuestionReport
    from grader.model.submission import Submission


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that did not come back, in words for a person; `own` if it was at it when its process ended."""

    reason: Reason
    said: str
    own: bool = True
    limit: bool = False  # it was stopped at a limit of ours

    @property
    def whose(self) -> str:
        """Say that nobody has made a mistake."""
        return f"this is our {'limit' if self.limit else 'fault'}, not a mistake in the file"

    @classmethod
    def of_time(cls, seconds: float) -> Failure:
        return cls(Reason.TIMED_OUT, f"took longer than {seconds:g} s and was stopped", limit=True)

    @classmethod
    def of_memory(cls, most: int) -> Failure:
        said = (
            f"needed more than {most // 1_000_000:,} MB of memory"
            if most
            else "needed more memory than there is"
        )
        return cls(Reason.FAULT, said, limit=True)


class Steps(Protocol):
    """Do the steps of one hand-in somewhere, under limits, and raise nothing."""

    def read(self) -> Submission | SubmissionError | Failure:
        """Read the hand-in; this comes first."""
        ...

    def judge(self, submission: Submission, question: str) -> QuestionReport | Failure:
        """Judge one question; they come in the rubric's order."""
        ...

    def pack(self, submission: Submission, questions: Mapping[str, QuestionReport]) -> Result | Failure:
        """Put the report together, with the new verdicts that led to it; this comes last."""
        ...

    def close(self) -> None:
        """Let go of what is under way."""
        ...


def unread(source: str, failure: Failure) -> Problem:
    """Say that a hand-in could not be read, and that this is no mistake in it."""
    return Problem(source, 0, 0, f"could not be read: {failure.said}; {failure.whose}")


def unwritten(source: str, student: str, failure: Failure) -> Problem:
    """Say that a student's report could not be written."""
    rule = f"the report of {student!r} could not be written: {failure.said}; {failure.whose}"
    return Problem(source, 0, 0, rule)


def no_process(error: Exception) -> UsageError:
    """Return the error that the system gives no further process, or no pipe to one; nothing is lost by it."""
    why = getattr(error, "strerror", None) or "they end as soon as they begin"
    rule = (
        f"no further process could be started ({why}); what was marked is kept. Raise the limits (ulimit -u"
    )
    return UsageError([Problem("grader", 0, 0, f"{rule}, ulimit -n), or use --executor serial")])
