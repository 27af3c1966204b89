"""One hand-in in a forked child: hard limits, and the questions around a broken one stay."""

from __future__ import annotations

import os
import signal
import time

import pytest

from grader.executors import HandIn, Settings
from grader.executors.forked import Forked, LimitedMarking, Limits
from grader.executors.worker import Worker
from grader.marking.assembly import mark
from grader.model.errors import SubmissionError
from grader.model.outcome import Reason
from grader.rubric.loading import read_rubric

RUBRIC = """\
id: r
questions:
  - {id: q1, criteria: [{id: a, points: 1, number: {expected: 3}}]}
  - {id: q2, criteria: [{id: b, points: 2, number: {expected: 4}}]}
  - {id: q3, criteria: [{id: c, points: 4, number: {expected: 5}}]}
"""
HANDIN = HandIn("a.yaml", b"answers: {q1: {a: 3}, q2: {b: 4}, q3: {c: 5}}\n")
LIMITS = Limits(answer=0.4, whole=20, memory=2_000_000_000)


class Broken(Worker):
    """Does something to its process at one question, or while reading."""

    def __init__(self, at: str, deed: object) -> None:
        super().__init__(Settings(read_rubric(RUBRIC), "v"))
        self.at, self.deed = at, deed

    def mark_read(self, submission, question):
        if question == self.at:
            self.deed()
        return super().mark_read(submission, question)

    def read(self, handin):
        if self.at == "read":
            self.deed()
        return super().read(handin)


def spin() -> None:
    while True:
        pass


def judged(worker: Worker, limits: Limits = LIMITS) -> list:
    marking = LimitedMarking(worker, HANDIN, limits)
    return list(marking.questions(marking.read()))


def test_it_gives_what_marking_in_this_process_gives() -> None:
    worker = Broken("", None)
    (report,) = mark(worker.rubric, worker.read(HANDIN))
    found = judged(worker)
    assert tuple(item.report for item in found) == report.questions
    assert [item.fault for item in found] == ["", "", ""]


@pytest.mark.parametrize(
    ("deed", "reason", "says"),
    [
        (spin, Reason.TIMED_OUT, "took longer than 0.4 s"),
        (lambda: os._exit(5), Reason.FAULT, "ended with status 5"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), Reason.FAULT, "ended with status -9"),
        (lambda: bytearray(10**10), Reason.FAULT, "needed more than 2,000 MB"),
        (signal.pause, Reason.TIMED_OUT, "took longer"),
    ],
)
def test_only_the_question_that_breaks_is_given_up(deed, reason, says) -> None:
    found = judged(Broken("q2", deed))
    assert [item.report.low for item in found] == [1, 0, 4]
    (row,) = found[1].report.criteria
    assert (row.credit, row.reason) == (None, reason.value)
    assert says in found[1].fault


def test_time_in_which_something_else_works_does_not_count() -> None:
    found = judged(Broken("q2", lambda: time.sleep(1.5 * LIMITS.answer)))
    assert [item.report.low for item in found] == [1, 2, 4]


def test_reading_has_its_limit_too() -> None:
    with pytest.raises(SubmissionError, match=r"took longer than 0\.4 s and was stopped; this is our limit"):
        judged(Broken("read", spin))


def test_a_file_that_cannot_be_read_is_refused_as_ever() -> None:
    worker = Broken("", None)
    with pytest.raises(SubmissionError, match="unknown question 'q9'"):
        LimitedMarking(worker, HandIn("a.yaml", b"answers: {q9: 1}"), LIMITS).read()


def test_the_whole_is_limited() -> None:
    started = time.monotonic()
    found = judged(Broken("q1", lambda: time.sleep(30)), Limits(answer=5, whole=0.5, memory=LIMITS.memory))
    assert time.monotonic() - started < 25
    assert [row.reason for item in found for row in item.report.criteria] == ["timed_out"] * 3


def test_what_was_marked_is_kept_also_where_the_whole_time_is_used_up() -> None:
    limits = Limits(answer=5, whole=0.5, memory=LIMITS.memory)
    result = LimitedMarking(Broken("q1", lambda: time.sleep(30)), HANDIN, limits).result()
    assert result.problems == ()
    assert result.report is not None
    assert {row.reason for row in result.report.outcomes} == {"timed_out"}


def test_no_child_is_left_behind(monkeypatch) -> None:
    real, children = os.fork, []

    def fork() -> int:
        children.append(real())
        return children[-1]

    monkeypatch.setattr(os, "fork", fork)
    judged(Broken("q1", spin))
    assert (
        len(children) >= 2
    )  # one reads and breaks, one does the rest; on a busy machine that may take a third
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def results(handins: list[HandIn], deed: object = None, at: str = "") -> tuple[list, list[int]]:
    """Mark hand-ins with the executor; return its results and the children that were forked for it."""
    real, children = os.fork, []

    def fork() -> int:
        children.append(real())
        return children[-1]

    with pytest.MonkeyPatch.context() as patch, Forked(Settings(read_rubric(RUBRIC), "v")) as executor:
        patch.setattr(os, "fork", fork)
        executor._worker = Broken(at, deed)
        return list(executor.mark(iter(handins))), children


def points(found: list) -> list[str]:
    return [result.report.low if result.report else str(result.problems[0]) for result in found]


def handed(*answers: str) -> list[HandIn]:
    return [HandIn(f"s{number}.yaml", f"answers: {said}\n".encode()) for number, said in enumerate(answers)]


def test_one_child_marks_several_hand_ins() -> None:
    found, children = results(handed("{q1: {a: 3}}", "{q9: 1}", "{q2: {b: 4}, q3: {c: 5}}"))
    assert len(children) == 1
    assert points(found)[::2] == ["1", "6"]
    assert "unknown question 'q9'" in points(found)[1]


def test_a_hand_in_behind_a_broken_one_has_a_new_child() -> None:
    class Breaking(Broken):
        """Ends its process at the second question of a hand-in that says so."""

        def read(self, handin):
            self.deed = (lambda: os._exit(3)) if b"BREAK" in handin.raw else (lambda: None)
            return super().read(handin)

    handins = handed("{q1: {a: 3}}", "{q1: {a: 3}, q2: {b: 4}} # BREAK", "{q3: {c: 5}}")
    with Forked(Settings(read_rubric(RUBRIC), "v")) as executor:
        executor._worker = Breaking("q2", None)
        found = list(executor.mark(iter(handins)))
    assert points(found) == ["1", "1", "4"]
    assert [row.credit for row in found[1].report.outcomes] == ["1", None, "0"]


def test_what_others_left_in_a_child_costs_a_hand_in_nothing() -> None:
    """A child that ends at its second hand-in, which a new child marks without harm."""
    count = []

    class Tiring(Broken):
        def mark_read(self, submission, question):
            count.append(1)
            if len(count) == 5:
                os._exit(3)
            return super().mark_read(submission, question)

    with Forked(Settings(read_rubric(RUBRIC), "v")) as executor:
        executor._worker = Tiring("", None)
        found = list(executor.mark(iter(handed("{q1: {a: 3}}", "{q1: {a: 3}, q2: {b: 4}, q3: {c: 5}}"))))
    assert points(found) == ["1", "7"]


def test_a_child_is_stopped_with_whoever_asked_for_it(monkeypatch) -> None:
    real, children = os.fork, []

    def fork() -> int:
        children.append(real())
        return children[-1]

    monkeypatch.setattr(os, "fork", fork)
    with Forked(Settings(read_rubric(RUBRIC), "v")) as executor:
        marking = executor.mark(iter([HANDIN] * 3))
        next(marking)
        marking.close()
    (child,) = children
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
