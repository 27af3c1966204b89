"""Mark a few hand-ins, each under hard limits; whatever happens, there is something to say about each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.errors import LimitError, Problem, SubmissionError
from grader.executors import DEADLINE, MEMORY, HandIn, Settings
from grader.executors.worker import Worker
from grader.gradebook.packing import unpack
from grader.lateness import read_moment
from grader.marking import assemble
from grader.model import Reason
from grader.readers.files import decode, find_files, read_raw
from grader.totals import deducted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from grader.executors import Result
    from grader.model import QuestionReport, Report, Submission
    from grader.rubric import Rubric

# A build is stopped by its platform, and then shows nothing; ours ends before and shows what it has.
WHOLE: Final = 240.0  # seconds for one hand-in


@dataclass(frozen=True, slots=True)
class Marked:
    """One hand-in: its report, or the problems that kept it from being read; `ours` where the fault is ours."""

    source: str
    text: str = ""  # what stands in the file, for finding lines
    report: Report | None = None
    submission: Submission | None = None
    problems: tuple[Problem, ...] = ()
    ours: bool = False


def mark_files(rubric: Rubric, paths: Iterable[Path], *, deadline: float | None = None) -> Iterator[Marked]:
    """Yield what becomes of each hand-in among files and folders, in order."""
    settings = Settings(rubric=rubric, version="", jobs=1, deadline=deadline or DEADLINE)
    worker = Worker(settings)
    for found in find_files(paths):
        if isinstance(found, Problem):
            yield Marked(found.path, problems=(found,))
            continue
        source = str(found)
        try:
            handin = HandIn(source, read_raw(found))
            text, _ = decode(handin.raw, source)
        except SubmissionError as error:
            yield Marked(source, problems=error.problems)
            continue
        try:
            yield _mark(worker, settings, handin, text)
        except Exception as error:  # noqa: BLE001 - a crash of ours must neither stop the rest nor look like theirs
            said = f"the grader failed here, this is not a mistake in the file ({type(error).__name__})"
            yield Marked(source, text, problems=(Problem(source, 0, 0, said[:500]),), ours=True)


def _mark(worker: Worker, settings: Settings, handin: HandIn, text: str) -> Marked:
    if not hasattr(os, "fork"):
        return _mark_in_pool(worker.rubric, settings, handin, text)
    from grader.executors.forked import LimitedMarking, Limits  # noqa: PLC0415 - only for systems that can fork

    limits = Limits(settings.deadline, max(WHOLE, settings.deadline), MEMORY)
    marking = LimitedMarking(worker, handin, limits)
    try:
        submission = marking.read()
    except SubmissionError as error:
        return Marked(handin.source, text, problems=error.problems, ours=isinstance(error, LimitError))
    questions: list[QuestionReport] = []
    given_up: dict[str, str] = {}
    for judged in marking.questions(submission):
        questions.append(judged.report)
        if judged.fault:
            given_up[judged.report.id] = judged.fault
    report = assemble(worker.rubric, submission, questions)
    problems = tuple(_faults(report, given_up))
    return Marked(handin.source, text, _with_lateness(worker.rubric, report), submission, problems, ours=True)


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


def _mark_in_pool(rubric: Rubric, settings: Settings, handin: HandIn, text: str) -> Marked:
    """The same through a worker process, on systems that cannot fork; lines of parts are not known there."""
    from grader.executors.processes import Processes  # noqa: PLC0415 - starts slowly, and is seldom needed

    with Processes(settings) as executor:
        result: Result = next(iter(executor.mark([handin])))
    if result.report is None:
        return Marked(handin.source, text, problems=result.problems)
    report = unpack(result.report.body)
    problems = tuple(_faults(report, {}))
    return Marked(handin.source, text, _with_lateness(rubric, report), None, problems, ours=True)


def _with_lateness(rubric: Rubric, report: Report) -> Report:
    """Take off what the rubric takes for handing in late, where the file says when it came."""
    if rubric.late is None or rubric.due is None or not report.submitted:
        return report
    points, said = rubric.late.deduction(rubric.due, read_moment(report.submitted), rubric.max_points)
    return deducted(report, "late", points, said) if points else report
