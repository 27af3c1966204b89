"""Do one step by itself, behind the wall that every step of a hand-in has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from grader.executors.limits import OverdueError, deadline
from grader.executors.wall import Failure
from grader.model.errors import SubmissionError, named
from grader.model.outcome import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Made = TypeVar("Made")


def within(seconds: float, step: Callable[[], Made]) -> Made | Failure:
    """Do a step in this process; return what it gives, or the Failure that it took too long or too much memory."""
    try:
        with deadline(seconds):
            return step()
    except OverdueError:
        return Failure.of_time(seconds)
    except MemoryError:
        return Failure.of_memory(0)


def do_alone(step: Callable[[], Made], seconds: float, memory: int) -> Made | Failure:
    """Do a step in a child of its own where the system can fork; raises SubmissionError, and nothing else."""

    def walled() -> Made | SubmissionError | Failure:
        try:
            return step()
        except SubmissionError as error:
            return error
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - this is the wall
            return Failure(Reason.FAULT, f"the grader failed with {named(error)}")

    def once() -> Iterator[Made | SubmissionError | Failure]:
        yield walled()

    if hasattr(os, "fork"):
        from grader.executors.child import Child  # noqa: PLC0415 - only for systems that can fork

        with Child(once, memory, seconds) as child:
            found: Made | SubmissionError | Failure = child.next()
    else:
        found = within(seconds, walled)
    if isinstance(found, SubmissionError):
        raise found
    return found
