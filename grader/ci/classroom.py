"""GitHub Classroom's autograding result, version 1, as its reporter reads it.

The reporter adds up every test's `score`, takes `max_score` from the result, and fails the job by the
result's `status`. It gets the result in an environment variable, as base64.
"""

from __future__ import annotations

import base64
import json
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from grader.ci.findings import Status
from grader.ci.log import harmless_json
from grader.writers.atomic import NOT_OURS
from grader.writers.displaytext import one_line
from grader.writers.rounding import HUNDRED, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import CiFinding, Outcomes, Paper

_STATUS: Final = {Status.FINE: "pass", Status.LOST: "fail", Status.AWAITS: "pass", Status.OURS: "error"}
# Linux starts no program with a variable longer than 128 KiB; some room is left for its name.
_LARGEST: Final = 120_000
_SHORTEST_NAME: Final = 48
_LENGTHS: Final = (400, 120, 40, 0)  # of messages, the longest that fits is taken


def render_classroom(outcomes: Outcomes) -> str:
    """Return the result as JSON on one line."""
    texts = (_dumped(outcomes, length) for length in _LENGTHS)
    return next((text for text in texts if len(encoded(text)) <= _LARGEST), _dumped(outcomes, 0))


def known_classroom(there: bytes) -> str:
    """Return "" for such a result, else why it must not be replaced. The format has no place for a signature."""
    keys = set(_test("", "", None, ("", 0)))
    with suppress(ValueError, RecursionError):
        data = json.loads(there)
        if (
            isinstance(data, dict)
            and set(data) == {"version", "status", "max_score", "tests"}
            and isinstance(data["tests"], list)
            and all(isinstance(test, dict) and set(test) == keys for test in data["tests"])
        ):
            return ""
    return NOT_OURS


def encoded(text: str) -> str:
    """Return a result as it is handed on between steps."""
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def _dumped(outcomes: Outcomes, length: int) -> str:
    tests = [test for paper in outcomes.papers for test in _tests(paper, outcomes, length)]
    for test in tests if not length else ():
        test["name"] = one_line(test["name"], _SHORTEST_NAME)
    tests += [
        _test("The rubric", "error", f"cannot be used: {problem}", (problem.path, problem.line))
        for problem in outcomes.problems
    ]
    total = sum(paper.sheet.amounts.low for paper in outcomes.papers if paper.sheet is not None)
    _add_up(tests, total)
    result = {
        "version": 1,
        "status": _status(outcomes, tests),
        "max_score": number(outcomes.max_points * len(outcomes.papers)),
        "tests": tests,
    }
    return harmless_json(json.dumps(result, ensure_ascii=False, separators=(",", ":")))


def _status(outcomes: Outcomes, tests: list[dict[str, Any]]) -> str:
    kinds = {test["status"] for test in tests}
    if "error" in kinds or not tests:
        return "error"
    failed = bool(outcomes.under) if outcomes.least is not None else "fail" in kinds
    return "fail" if failed else "pass"


def _tests(paper: Paper, outcomes: Outcomes, length: int) -> Iterator[dict[str, Any]]:
    prefix = f"{paper.label}: " if len(outcomes.papers) > 1 else ""
    if paper.view is None:
        whose = "the grader failed, not you" if paper.ours else "this could not be read"
        for problem in paper.problems:
            message = one_line(f"{whose}: {problem.message}", length or 40)
            yield _test(f"{prefix}{paper.source}", "error", message, (paper.source, problem.line))
        return
    for finding in paper.findings:
        yield _finding(paper, finding, prefix, length)
    view = paper.view
    for question in view.questions:
        if question.amounts.floor_adjustment:
            name = f"{prefix}{question.id}: a question does not fall below its floor"
            yield _test(name, "pass", None, (paper.source, 1), question.amounts.floor_adjustment)
    for adjustment, amount in zip(view.adjustments, view.amounts.adjustments, strict=True):
        yield _test(f"{prefix}{adjustment.told}", "fail", adjustment.told, (paper.source, 1), amount.low)


def _finding(paper: Paper, finding: CiFinding, prefix: str, length: int) -> dict[str, Any]:
    name = f"{prefix}{finding.question.id}: {finding.row.title} ({finding.amount}, {finding.words})"
    said = "\n".join(one_line(text, length) for text in finding.sentences()) if length else ""
    read = (
        "\n".join(one_line(text, length) for fact in finding.row.facts[:1] for text in fact.reads)
        if length
        else ""
    )
    message = None if finding.status is Status.FINE else said or finding.words
    # What awaits a person counts with what is sure of it: nothing, or the whole of a deduction.
    score = finding.score if finding.score is not None else min(0, _points(finding))
    return _test(name, _STATUS[finding.status], message, (paper.source, finding.line), score, read)


def _points(finding: CiFinding) -> int:
    return -finding.lost if finding.row.points.startswith("-") else finding.lost


def _test(
    name: str, status: str, message: str | None, place: tuple[str, int], score: int = 0, read: str = ""
) -> dict[str, Any]:
    return {
        "name": one_line(name, 160),
        "status": status,
        "score": number(score),
        "message": message,
        "line_no": place[1],
        "execution_time": "0s",  # a time would make two equal runs differ
        "filename": one_line(place[0]),
        "test_code": read,
    }


def _add_up(tests: list[dict[str, Any]], total: int) -> None:
    """Let the scores add up to the total also in binary fractions, the way the reporter adds them.

    0.1 and 0.2 make 0.30000000000000004, and Classroom has read such a total as 0. Where that happens,
    scores are rounded to the last binary place of the largest sum, so that no sum is rounded again, and
    the last of them takes what is left. Nobody sees such a difference.
    """
    exact = total / HUNDRED
    counting = [test for test in tests if test["score"]]
    if _added(tests) == exact or not counting:
        return
    place = math.ulp(sum(abs(test["score"]) for test in counting))
    for test in counting:
        test["score"] = round(test["score"] / place) * place
    counting[-1]["score"] += exact - _added(tests)


def _added(tests: list[dict[str, Any]]) -> float:
    """Add scores one after the other, as JavaScript does; Python's own sum is more exact."""
    added = 0.0
    for test in tests:
        added += test["score"]
    return added
