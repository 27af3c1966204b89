"""Mark a few hand-ins, each under hard limits; whatever happens, there is something to say about each."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from grader.documents.encoding import decode
from grader.executors import DEADLINE, MEMORY, HandIn, Settings
from grader.executors.stepwise import HandInMarking
from grader.executors.wall import Failure, unread
from grader.executors.worker import Worker
from grader.files.moments import read_moment
from grader.marking.assembly import assemble
from grader.model.errors import FaultError, Problem, SubmissionError, UsageError, named
from grader.model.outcome import Reason
from grader.model.totals import deducted
from grader.readers.discovery import find_files, source_of
from grader.readers.files import read_raw
from grader.readers.ours import without_ours
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from grader.executors.wall import Steps
    from grader.model.report import QuestionReport, Report
    from grader.model.submission import Submission
    from grader.rubric.questions import Rubric

# A build is stopped by its platform, and then shows nothing; ours ends before and shows what it has.
WHOLE: Final = 240.0  # seconds for one hand-in


@dataclass(frozen=True, slots=True)
class Intake:
    """What is handed in there: nothing behind a link below `root`, and none of the teacher's files."""

    root: Path
    teachers: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class CiMarked:
    """One hand-in: its report, or the problems that kept it from being read; `ours` where the fault is ours."""

    source: str
    text: str = ""  # what stands in the file, for finding lines
    report: Report | None = None
    submission: Submission | None = None
    problems: tuple[Problem, ...] = ()
    ours: bool = False


def mark_files(
    rubric: Rubric, paths: Iterable[Path], *, intake: Intake, deadline: float | None = None
) -> Iterator[CiMarked]:
    """Yield what becomes of each hand-in among files and folders, in order."""
    paths = tuple(paths)
    settings = Settings(rubric=rubric, version="", jobs=1, deadline=deadline or DEADLINE)
    worker = Worker(settings)
    with ExitStack() as stack:
        steps = _steps(worker, stack)
        found_files = find_files(paths, root=intake.root, teachers=intake.teachers)
        for found in without_ours(found_files, named=paths):
            if isinstance(found, Problem):
                yield CiMarked(found.path, problems=(found,))
                continue
            source = source_of(found.path)
            try:
                yield _mark(worker, HandIn(source, read_raw(found)), steps)
            except UsageError:
                raise
            except SubmissionError as error:
                yield CiMarked(source, problems=error.problems, ours=isinstance(error, FaultError))
            except Exception as error:  # noqa: BLE001 - a crash of ours must neither stop the rest nor look like theirs
                failure = Failure(Reason.FAULT, f"the grader failed with {named(error)}")
                yield CiMarked(source, problems=(unread(source, failure),), ours=True)


def _steps(worker: Worker, stack: ExitStack) -> Callable[[HandIn], Steps]:
    """Return what does the steps of a hand-in under limits on this system."""
    settings = worker.settings
    if hasattr(os, "fork"):
        from grader.executors.forked import ForkedSteps, Limits  # noqa: PLC0415 - only for systems that can fork

        limits = Limits(settings.deadline, max(WHOLE, settings.deadline), MEMORY)
        return lambda handin: ForkedSteps(worker, handin, limits)
    from grader.executors.pool import PoolSteps, WorkerPool  # noqa: PLC0415 - starts slowly, and is seldom needed

    pool = WorkerPool(settings)
    stack.callback(pool.stop)
    return lambda handin: PoolSteps(pool, handin)


def _mark(worker: Worker, handin: HandIn, steps: Callable[[HandIn], Steps]) -> CiMarked:
    marking = HandInMarking(worker, handin, steps(handin))
    submission = marking.read()
    questions: list[QuestionReport] = []
    given_up: dict[str, str] = {}
    for judged in marking.questions(submission):
        questions.append(judged.report)
        if judged.fault:
            given_up[judged.report.id] = judged.fault
    report = assemble(worker.rubric, submission, questions)
    problems = tuple(_faults(report, given_up))
    return CiMarked(
        handin.source,
        _text_of(handin),
        _with_lateness(worker.rubric, report),
        submission,
        problems,
        ours=True,
    )


def _text_of(handin: HandIn) -> str:
    """Return the lines of a file that is text, "" of one whose places are in no line of it: Word, PDF, archives."""
    try:
        return decode(handin.raw, handin.source).text
    except SubmissionError:
        return ""


def _faults(report: Report, given_up: Mapping[str, str]) -> Iterator[Problem]:
    """Say what failed by our fault: once for a question that was given up, else for every criterion.

    What a check said when it broke may quote the key, and this is read by students; `grade` tells it.
    """
    for name, said in given_up.items():
        yield Problem(report.source, 0, 0, f"question {name!r} awaits review: {said}")
    for question in report.questions:
        for row in question.criteria:
            if row.reason == Reason.FAULT.value and question.id not in given_up and not row.hidden:
                yield Problem(report.source, 0, 0, f"criterion {row.id!r} awaits review: the check failed")


def _with_lateness(rubric: Rubric, report: Report) -> Report:
    """Take off what the rubric takes for handing in late, where the file says when it came."""
    points, said, _ = rubric.deduction(read_moment(report.submitted) if report.submitted else None)
    return deducted(report, "late", points, said) if points else report
