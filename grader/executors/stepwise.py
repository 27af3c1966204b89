"""Mark one hand-in step by step, wherever its steps are done; see `grader.executors.wall`."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.executors import Result
from grader.executors.wall import Failure, unread, unwritten
from grader.model.errors import FaultError, SubmissionError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.executors import HandIn
    from grader.executors.wall import Steps
    from grader.executors.worker import Worker
    from grader.model.report import QuestionReport
    from grader.model.submission import Submission


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One question; `fault` says what kept it from being judged, "" where nothing did."""

    report: QuestionReport
    fault: str = ""


class HandInMarking:
    """The marking of one hand-in, step by step. `read` comes first, then `questions`; `result` does both."""

    def __init__(self, worker: Worker, handin: HandIn, steps: Steps) -> None:
        self.worker, self.handin, self.steps = worker, handin, steps

    def read(self) -> Submission:
        """Read the hand-in; raises SubmissionError, as FaultError where reading broke a limit of ours, or us."""
        found = self.steps.read()
        if isinstance(found, Failure):
            self.steps.close()
            raise FaultError([unread(self.handin.source, found)])
        if isinstance(found, SubmissionError):
            self.steps.close()
            raise found
        return found

    def questions(self, submission: Submission) -> Iterator[JudgedRow]:
        """Yield every question in the rubric's order; one that breaks is given up, and a person must look."""
        try:
            yield from self._judged(submission)
        finally:
            self.steps.close()

    def _judged(self, submission: Submission) -> Iterator[JudgedRow]:
        for question in self.worker.rubric.questions:
            found = self.steps.judge(submission, question.id)
            if isinstance(found, Failure):
                given_up = self.worker.given_up(submission, question.id, found.reason, found.said)
                yield JudgedRow(given_up, found.said)
            else:
                yield JudgedRow(found)

    def result(self) -> Result:
        """Return the hand-in's report, or what kept it from being read; never raises."""
        started = time.perf_counter()
        try:
            submission = self.read()
        except SubmissionError as error:
            return Result(self.handin.source, problems=error.problems)
        try:
            questions = {judged.report.id: judged.report for judged in self._judged(submission)}
            found = self.steps.pack(submission, questions)
        finally:
            self.steps.close()
        if isinstance(found, Failure):
            problem = unwritten(submission.source, submission.students[0].id, found)
            return Result(submission.source, problems=(problem,))
        if found.report is None:
            return found
        report = replace(found.report, seconds=time.perf_counter() - started)
        return replace(found, report=report)
