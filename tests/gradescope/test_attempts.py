"""How often is marked, by the platform's own times; what is over the limit keeps its last result."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from grader.gradescope.attempts import last_results, not_marked, over_limit
from grader.gradescope.metadata import Earlier, Metadata
from grader.rubric.release import AttemptLimit

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def earlier(
    hours: float, *, score: float | None = 1.0, error: bool = False, results: dict | None = None
) -> Earlier:
    return Earlier(NOW - timedelta(hours=hours), score, error, results or {})


def why(limit: AttemptLimit | None, *items: Earlier) -> str:
    ordered = tuple(sorted(items, key=lambda item: item.submitted))
    return over_limit(limit, Metadata(created=NOW, earlier=ordered))


def test_without_a_limit_everything_is_marked() -> None:
    assert why(None, *map(earlier, range(1, 100))) == ""


@pytest.mark.parametrize(
    ("hours", "marked"),
    [((), True), ((1,), True), ((1, 2), False), ((1, 25), True), ((1, 24), True), ((1, 23.9), False)],
)
def test_a_limit_for_a_time_looks_back_from_this_hand_in(hours, marked) -> None:
    said = why(AttemptLimit(limit="2", per="1 day"), *map(earlier, hours))
    assert (said == "") is marked


def test_it_says_when_to_come_back() -> None:
    assert why(AttemptLimit(limit="2", per="1 day"), earlier(5), earlier(23), earlier(40)) == (
        "Your answers are marked 2 times in 1 day at most. This hand-in was not marked; you can hand in again in 1 h."
    )
    assert "marked once at most" in why(AttemptLimit(limit="1"), earlier(500))


def test_runs_that_failed_by_our_fault_do_not_count() -> None:
    assert why(AttemptLimit(limit="1"), earlier(1, error=True), earlier(2, error=True)) == ""


def test_without_a_time_nobody_is_refused() -> None:
    assert over_limit(AttemptLimit(limit="1"), Metadata(earlier=(earlier(1),))) == ""


STORED = {
    "score": None, "output": "Well done.\r\n", "visibility": None, "stdout_visibility": None, "execution_time": "0.5",
    "extra_data": None, "leaderboard": None,
    "tests": [
        {"name": "a", "score": "1.0", "max_score": "2.0", "status": "failed", "output": None, "tags": None, "number": "1"},
        {"name": "b", "score": None, "max_score": None, "unknown": 3},
        None,
    ],
}  # fmt: skip


def test_stored_results_stand_again(check_results) -> None:
    results = check_results(not_marked("Too often.", (earlier(3), earlier(2, results=STORED))))
    assert results["output"].startswith("Too often. Shown is the result of your last one.\nWell done.")
    assert results["tests"] == [
        {"name": "a", "score": 1.0, "max_score": 2.0, "status": "failed", "number": "1"},
        {"name": "b"},
    ]


@pytest.mark.parametrize(
    "results", [{}, {"output": "The autograder failed to execute correctly."}, {"tests": None}, {"tests": 3}]
)
def test_the_score_stands_where_no_results_were_stored(check_results, results) -> None:
    assert check_results(not_marked("Too often.", (earlier(2, score=2.5, results=results),)))["score"] == 2.5


def test_nothing_before_shows_no_total(check_results) -> None:
    results = check_results(not_marked("Too often.", ()))
    assert results["tests"][0]["visibility"] == "hidden"


def test_a_failed_run_is_passed_over() -> None:
    assert last_results((earlier(3, score=2.0), earlier(1, score=0.0, error=True)))["score"] == 2.0


@pytest.mark.parametrize(
    "score",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        '"inf"',
        '"nan"',
        "1" + "0" * 400,
        '"\\ud800"',
        "null",
        "[]",
        "{}",
    ],
)
def test_no_earlier_result_can_break_this_one(tmp_path, score) -> None:
    """What the platform stored is given back as far as results.json can hold it."""
    from grader.gradescope.attempts import not_marked
    from grader.gradescope.metadata import read_metadata
    from grader.gradescope.results import write_json

    results = '{"score": %s, "output": "\\ud800", "tests": [{"score": %s, "max_score": %s}], "extra_data": {"x": [%s]}}'
    item = '{"submission_time": "2026-01-01T00:00:00Z", "score": %s, "results": %s}'
    text = '{"previous_submissions": [%s]}' % (item % (score, results % ((score,) * 4)))
    path = tmp_path / "submission_metadata.json"
    path.write_text(text)
    kept = not_marked("Too often.", read_metadata(path).earlier)
    write_json(tmp_path / "results.json", kept)

    def refuse(name: str) -> None:
        raise AssertionError(name)

    data = json.loads((tmp_path / "results.json").read_text(), parse_constant=refuse)
    assert "Too often." in data["output"]
