"""Which of several hand-ins counts, and what being late costs each of its students."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

DUE = "2026-11-20T12:00+01:00"
LATE = f"due: {DUE}\nlate: {{per_day: 10%, cap: 25%, grace: 15 min}}\n"


def after(**time: float) -> str:
    return (datetime.fromisoformat(DUE) + timedelta(**time)).isoformat()


def with_attempts(classroom, which: str, rules: str = "") -> None:
    text = classroom.rubric.read_text()
    classroom.rubric.write_text(f"{text}\nattempts: {which}\n{rules}")


def three_attempts(classroom) -> None:
    """The best one in the middle; the order of the files is not that of the times."""
    classroom.hand_in(
        "a", "total 7840 and no more", "relu", students="kim", when=after(hours=-1)
    )  # 3, the last
    classroom.hand_in(
        "b", "total 7840 and no more", "tanh", students="kim", when=after(hours=-3)
    )  # 0, the first
    classroom.hand_in("c", students="kim", when=after(hours=-2))  # 6


@pytest.mark.parametrize(
    ("which", "score", "note"),
    [
        ("first", 0, []),
        ("last", 3, ["This is attempt 3 of 3; the last one counts."]),
        ("best", 6, ["This is attempt 2 of 3; the best one counts."]),
    ],
)
def test_first_last_and_best_by_time(classroom, which, score, note) -> None:
    with_attempts(classroom, which)
    three_attempts(classroom)
    result = classroom.grade(code=1 if which == "first" else 0)
    assert classroom.score("kim") == score
    assert classroom.report("kim")["notes"] == note
    assert result.stderr.count("already handed in") == (2 if which == "first" else 0)


def test_without_times_the_order_of_the_files_decides(classroom) -> None:
    with_attempts(classroom, "last")
    classroom.hand_in("a", students="kim")
    classroom.hand_in("b", "total 7840 and no more", "tanh", students="kim")
    classroom.grade()
    assert classroom.score("kim") == 0


def test_a_hand_in_with_a_time_is_later_than_one_without(classroom) -> None:
    with_attempts(classroom, "last")
    classroom.hand_in("a", students="kim", when=after(hours=-1))
    classroom.hand_in("b", "total 1", "tanh", students="kim")
    classroom.grade()
    assert classroom.score("kim") == 6


def test_the_best_one_is_best_after_what_being_late_costs(classroom) -> None:
    with_attempts(classroom, "best", LATE)
    classroom.hand_in("a", "total 7850 of them all", students="kim", when=after(hours=-1))  # 5 in time
    classroom.hand_in("b", students="kim", when=after(days=4))  # 6 less 25 % of 6
    classroom.grade()
    assert (classroom.score("kim"), classroom.report("kim")["source"].endswith("a.yaml")) == (5, True)


def test_a_table_of_times_outranks_what_the_files_say(classroom) -> None:
    with_attempts(classroom, "last")
    three_attempts(classroom)
    times = classroom.folder / "times.csv"
    times.write_text(f"file,submitted\n{classroom.files / 'b.yaml'},{after(hours=5)}\n")
    classroom.grade("--times", times)
    assert classroom.score("kim") == 0


@pytest.mark.parametrize(
    ("late", "taken"),
    [
        ({"seconds": 0}, 0),
        ({"minutes": 15}, 0),
        ({"minutes": 15, "milliseconds": 900}, 0),  # clocks show seconds
        ({"minutes": 15, "seconds": 1}, 0.6),
        ({"days": 1}, 0.6),
        ({"days": 1, "seconds": 1}, 1.2),
        ({"days": 9}, 1.5),
    ],
)
def test_late_days_grace_and_cap(classroom, late, taken) -> None:
    with_attempts(classroom, "first", LATE)
    classroom.hand_in("kim", when=after(**late))
    classroom.grade()
    report = classroom.report("kim")
    assert report["score"] == 6 - taken
    assert [line["kind"] for line in report.get("adjustments", [])] == ["late"] * bool(taken)


def test_a_total_does_not_fall_below_nothing(classroom) -> None:
    with_attempts(classroom, "first", LATE)
    classroom.hand_in("kim", "total 1", "tanh", when=after(days=2))
    classroom.grade()
    assert classroom.score("kim") == 0


def test_members_of_a_group_have_their_own_due_dates(classroom) -> None:
    with_attempts(classroom, "first", LATE)
    classroom.hand_in("group", students="ann, ben, cem", when=after(hours=20))
    roster = classroom.folder / "class.csv"
    roster.write_text(f"id,name,extra,due\nann,Ann,,\nben,Ben,1 day,\ncem,Cem,,{after(days=-3)}\n")
    classroom.grade("--roster", roster)
    assert [classroom.score(name) for name in ("ann", "ben", "cem")] == [5.4, 6, 4.5]
    sayings = [line["said"] for line in classroom.report("cem")["adjustments"]]
    assert sayings == [
        "Handed in 3 days 20 h after the due date: 10 % a day, 4 days begun, 25 % of the points, the most that is taken."
    ]


def test_who_is_missing_and_who_is_not_in_the_roster(classroom) -> None:
    classroom.hand_in("ann")
    classroom.hand_in("bem")
    roster = classroom.folder / "class.csv"
    roster.write_text("id\nann\nbep\nzoe\n")
    result = classroom.grade("--roster", roster, "--quiet", code=1)
    assert result.stderr.splitlines() == [
        "2 of the roster's 3 students handed in nothing: bep, zoe",
        f"{roster}: student 'bem' is not in the roster; did you mean 'bep'?",
    ]


def test_a_late_rule_that_could_not_be_applied_is_told(classroom) -> None:
    with_attempts(classroom, "first", LATE)
    classroom.hand_in("ann")
    classroom.hand_in("ben", when=after(days=1))
    times = classroom.folder / "times.csv"
    times.write_text(f"file,submitted\nbem.yaml,{after()}\n")
    notices = json.loads(classroom.grade("--times", times, "--json").stdout)["notices"]
    assert notices[0].endswith("1 of 1 rows name no file of this run: bem.yaml")
    assert notices[1].startswith("1 hand-ins say nothing of when they came in")


def test_a_student_with_one_id_in_two_groups_has_one_report(classroom) -> None:
    classroom.hand_in("g1", students="ann, ben")
    classroom.hand_in("g2", "total 1", students="ben, cem")
    result = classroom.grade(code=1)
    assert "g2.yaml: student 'ben' already handed in" in result.stderr
    assert [line["student"] for line in classroom.dump() if line["table"] == "standing"] == [
        "ann",
        "ben",
        "cem",
    ]
    assert classroom.score("ben") == 6


def test_an_extension_of_a_platform_s_roster_holds_for_whoever_the_row_is(classroom) -> None:
    classroom.change_rubric(("id: small", f"id: small\n{LATE}"))
    for name, student in (("a", "{id: x1, email: ANN@x.org}"), ("b", "BEN"), ("c", "cem")):
        classroom.hand_in(name, students=student, when="2026-11-22T12:00Z")
    roster = classroom.folder / "roster.csv"
    roster.write_text(
        "First Name,Last Name,SID,Email,Role,extra\nAnn,A,1,ann@x.org,Student,5 days\nBen,B,ben,,Student,5 days\n"
        "Cem,C,cem,,Student,\nTea,T,,t@x.org,TA,\n"
    )
    classroom.grade("--roster", roster)
    scores = [classroom.score(name) for name in ("x1", "BEN", "cem")]
    assert scores[0] == scores[1] == 6 > scores[2]
    roster.write_text(roster.read_text().replace("5 days", "", 1))
    assert "x1: 6 -> " in classroom.regrade("--roster", roster).stdout


def test_a_budget_of_late_days_is_one_over_the_assignments_of_a_gradebook(classroom) -> None:
    rules = f"due: {DUE}\nlate: {{per_day: 10%, budget: 3 days}}\n"
    text = classroom.rubric.read_text()
    classroom.rubric.write_text(f"{text}\n{rules}")
    classroom.hand_in("kim", when=after(days=1, hours=20))
    classroom.grade()
    full = classroom.score("kim")
    (said,) = classroom.report("kim")["notes"]
    assert "2 of them from the budget of 3 days, of which 1 are left; nothing is taken off" in said
    # the next assignment, in the same gradebook
    classroom.rubric.write_text(f"{text.replace('id: small', 'id: next', 1)}\n{rules}")
    classroom.grade()
    assert classroom.score("kim") < full
    assert "1 of them from the budget of 3 days, of which 0 are left" in json.dumps(classroom.report("kim"))
    # graded once more, what it took itself counts for nothing
    before = classroom.score("kim")
    classroom.grade()
    assert classroom.score("kim") == before
