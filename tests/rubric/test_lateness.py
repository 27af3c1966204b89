"""Due dates, days, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.files.moments import read_duration, read_moment
from grader.model.errors import RubricError
from grader.rubric.lateness import LateRule, spoken
from grader.rubric.loading import read_rubric

DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15 min", 900),
        ("2h", 7200),
        ("1 day 12 h", 129600),
        ("90 Seconds", 90),
        ("0 s", 0),
        (" 1d1m ", 86460),
    ],
)
def test_lengths_of_time(text, seconds) -> None:
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "min", "-1 h", "1.5 h", "2 weeks", "1 h or so", "٣ h"])
def test_other_lengths_are_refused_with_what_is_asked_for(text) -> None:
    with pytest.raises(ValueError, match="such as '15 min', '2 h' or '1 day 12 h'"):
        read_duration(text)


def test_a_moment_is_the_same_wherever_it_is_written() -> None:
    assert read_moment("2026-11-20T13:00+01:00") == read_moment(" 2026-11-20T12:00:00Z ") == DUE


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T12:00", "tomorrow", ""])
def test_a_moment_needs_its_offset(text) -> None:
    with pytest.raises(ValueError, match="must be a time with its offset"):
        read_moment(text)


RULE = LateRule(per_day=Fraction(1, 10), cap=Fraction(1, 2), grace=timedelta(hours=1))


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (timedelta(days=-3), 0),
        (timedelta(hours=1), 0),
        (timedelta(hours=1, seconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
        (timedelta(days=400), 400),
    ],
)
def test_days_that_have_begun(late, days) -> None:
    assert RULE.days(DUE, DUE + late) == days


def test_days_without_a_grace() -> None:
    rule = LateRule(per_day=Fraction(1, 10))
    assert [rule.days(DUE, DUE + timedelta(seconds=seconds)) for seconds in (-1, 0, 1)] == [0, 0, 1]


@given(
    st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=30)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
)
def test_later_never_costs_less_and_never_more_than_the_cap(late, more) -> None:
    points = Fraction(34)
    first, second = (RULE.deduction(DUE, DUE + time, points) for time in (late, late + more))
    assert 0 <= first[0] <= second[0] <= RULE.cap * points
    assert bool(first[0]) == bool(first[1])


def test_what_is_said() -> None:
    assert RULE.deduction(DUE, DUE + timedelta(hours=25), Fraction(34)) == (
        Fraction(34, 5),
        "Handed in 1 day 1 h after the due date: 10 % a day, 2 days begun, 20 % of the points.",
        0,
    )
    assert [spoken(timedelta(seconds=s)) for s in (0, 61, 3600, 2 * 86400 + 60)] == [
        "0 s",
        "1 min 1 s",
        "1 h",
        "2 days 1 min",
    ]


BUDGET = LateRule(per_day=Fraction(1, 10), cap=Fraction(1, 2), budget=timedelta(days=3))


@pytest.mark.parametrize(
    ("late", "spent", "points", "taken"),
    [
        (timedelta(hours=1), 0, 0, 1),
        (timedelta(days=3), 0, 0, 3),
        (timedelta(days=4), 0, 1, 3),
        (timedelta(days=2), 2, 1, 1),
        (timedelta(days=2), 3, 2, 0),
        (timedelta(days=2), 5, 2, 0),  # the budget was larger then
        (timedelta(days=2), None, 2, 0),
    ],
)
def test_a_budget_pays_for_the_first_days(late, spent, points, taken) -> None:
    found = BUDGET.deduction(DUE, DUE + late, Fraction(10), spent=spent)
    assert (found.points, found.spent) == (points, taken)
    assert found.said


def test_what_is_said_of_a_budget() -> None:
    assert BUDGET.deduction(DUE, DUE + timedelta(days=2), Fraction(10), spent=0).said == (
        "Handed in 2 days after the due date: 2 days begun, 2 of them from the budget of 3 days, of which 1 are left; "
        "nothing is taken off."
    )
    assert "is not known here" in BUDGET.deduction(DUE, DUE + timedelta(days=2), Fraction(10)).said


RUBRIC = "id: r\n{}\nquestions: [{{id: q, criteria: [{{id: c, points: 1, number: {{expected: 1}}}}]}}]\n"


def test_the_keys_of_a_rubric() -> None:
    rubric = read_rubric(
        RUBRIC.format("due: 2026-11-20T12:00Z\nlate: {per_day: 1/8, cap: 50%, grace: 15 min}\nattempts: best")
    )
    assert rubric.due == DUE
    assert rubric.late == LateRule(per_day=Fraction(1, 8), cap=Fraction(1, 2), grace=timedelta(minutes=15))
    assert rubric.attempts == "best"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("late: {per_day: 10%}", "r.yaml:2:7: a rule for late work needs a 'due' time beside it"),
        ("due: 2026-11-20", "r.yaml:2:6: due must be a time with its offset"),
        (
            "due: 2026-11-20T12:00Z\nlate: {per_day: 120%}",
            "r.yaml:3:17: per_day must be a share of the points between 0% and 100% (got 1.2)",
        ),
        (
            "due: 2026-11-20T12:00Z\nlate: {per_day: 10%, grace: soon}",
            "r.yaml:3:29: grace must be a length of time",
        ),
        (
            "due: 2026-11-20T12:00Z\nlate: {per_day: 10%, budget: 36 h}",
            "r.yaml:3:30: budget must be whole days, such as '3 days' (got 1 day 12 h)",
        ),
        ("due: 2026-11-20T12:00Z\nlate: {perday: 10%}", "unknown key 'perday'; did you mean 'per_day'?"),
        ("attempts: latest", "r.yaml:2:11: attempts must be one of 'first', 'last' or 'best' (got 'latest')"),
    ],
)
def test_wrong_keys_are_named_at_their_place(keys, message) -> None:
    with pytest.raises(RubricError) as error:
        read_rubric(RUBRIC.format(keys), "r.yaml")
    assert message in str(error.value)
