"""`grader regrade`: the difference is shown, applied, taken back."""

from __future__ import annotations

import json

import pytest

CHANGE = ("expected: 7850", "expected: 7840")
OTHER = ("expected: relu", "expected: tanh")


def scores(classroom) -> dict[str, float]:
    return {
        path.stem: json.loads(path.read_text())["score"] for path in sorted(classroom.out.glob("s*.json"))
    }


def test_looking_lists_who_changes_and_touches_nothing(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    classroom.change_rubric(CHANGE)
    before = classroom.everything()
    said = classroom.regrade().stdout
    assert classroom.everything() == before
    assert said.splitlines()[0] == "3 students change"
    assert "s001: 0 -> 2" in said
    assert "  q1_count: 0 % (wrong) -> 100 % (correct) of 2 points; the criterion changed" in said
    assert said.endswith("Nothing was changed; --apply makes it so.\n")


def test_nobody_changes_where_nothing_changed(classroom) -> None:
    classroom.class_of(2)
    classroom.grade()
    assert classroom.regrade().stdout == "Nobody's marks change\n"
    assert json.loads(classroom.regrade("--json").stdout) == {"changes": [], "overrides_to_look_at": []}


def test_json_tells_the_same(classroom) -> None:
    classroom.hand_in("kim")
    classroom.grade()
    classroom.change_rubric(("points: 3", "points: 4"))
    (change,) = json.loads(classroom.regrade("--json").stdout)["changes"]
    assert (change["student"], change["before"], change["after"]) == ("kim", ["6", "6"], ["7", "7"])
    assert [(row["criterion"], row["why"]) for row in change["rows"]] == [
        ("q2_pick", "its points went from 3 to 4")
    ]


def test_criteria_come_and_go(classroom) -> None:
    classroom.hand_in("kim")
    classroom.grade()
    classroom.change_rubric(("id: q1_bias", "id: q1_biases"))
    said = classroom.regrade().stdout
    assert "q1_biases: not there -> 100 % (correct) of 1 point; the criterion is new" in said
    assert "q1_bias: 100 % (correct) -> gone; the criterion is gone" in said


def test_applying_is_what_grading_anew_would_give(classroom) -> None:
    classroom.class_of(4)
    classroom.grade()
    classroom.change_rubric(CHANGE)
    classroom.regrade("--apply")
    anew = classroom.folder / "anew"
    classroom.grade(out=anew)
    for path in anew.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (classroom.out / path.relative_to(anew)).read_bytes(), path


def test_applied_changes_are_taken_back_one_by_one(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    first, start = scores(classroom), classroom.rubric.read_text()
    classroom.change_rubric(CHANGE)
    classroom.regrade("--apply")
    second, middle = scores(classroom), classroom.rubric.read_text()
    classroom.change_rubric(OTHER)
    classroom.regrade("--apply")
    assert scores(classroom) not in (first, second)
    classroom.rubric.write_text(middle)
    assert "3 students change" in classroom.regrade("--undo").stdout
    assert scores(classroom) == second
    classroom.rubric.write_text(start)
    classroom.regrade("--undo")
    assert scores(classroom) == first
    assert classroom.regrade("--undo").stdout == "There is no applied change to take back.\n"
    assert scores(classroom) == first
    classroom.rubric.write_text(middle)
    classroom.regrade("--apply")
    assert scores(classroom) == second


def test_a_change_and_its_reverse_are_two_changes(classroom) -> None:
    classroom.hand_in("sam")
    classroom.grade()
    start = classroom.rubric.read_text()
    classroom.change_rubric(CHANGE)
    classroom.regrade("--apply")
    changed = classroom.rubric.read_text()
    classroom.rubric.write_text(start)
    classroom.regrade("--apply")
    found = [scores(classroom)["sam"]]
    for text in (changed, start):
        classroom.rubric.write_text(text)
        classroom.regrade("--undo")
        found.append(scores(classroom)["sam"])
    assert found == [6, 4, 6]
    assert "no applied change" in classroom.regrade("--undo").stdout


def test_undo_leaves_alone_who_handed_in_since(classroom) -> None:
    classroom.class_of(2)
    classroom.grade()
    start = classroom.rubric.read_text()
    classroom.change_rubric(CHANGE)
    classroom.regrade("--apply")
    classroom.hand_in("s001", "total 7840 and biases", "relu")
    classroom.grade()
    before = scores(classroom)
    classroom.rubric.write_text(start)
    classroom.regrade("--undo")
    after = scores(classroom)
    assert after["s001"] == before["s001"] == 6
    assert (before["s000"], after["s000"]) == (4, 6)


def test_an_undo_that_was_stopped_is_finished_and_no_second_one_made(classroom) -> None:
    import sqlite3

    classroom.hand_in("sam")
    classroom.grade()
    for change in (CHANGE, OTHER):
        classroom.change_rubric(change)
        classroom.regrade("--apply")
    classroom.regrade("--undo")
    (classroom.out / "sam.json").unlink()
    with sqlite3.connect(classroom.book) as connection:
        connection.execute("UPDATE runs SET finished = NULL WHERE kind = 'undo'")
    connection.close()
    classroom.regrade("--undo")
    assert scores(classroom) == {"sam": 4}
    classroom.regrade("--undo")
    assert scores(classroom) == {"sam": 6}


def test_all_attempts_their_times_and_due_dates_are_remembered(classroom) -> None:
    text = classroom.rubric.read_text()
    due = "due: 2026-11-20T12:00Z\nlate: {per_day: 50%}\nattempts: best\n"
    classroom.rubric.write_text(text + due)
    classroom.hand_in("a", "total 7850 of them all", students="ann, ben")
    classroom.hand_in("b", "total 7840 with its bias", students="ann, ben")
    times, roster = classroom.folder / "times.csv", classroom.folder / "class.csv"
    times.write_text("file,submitted\na.yaml,2026-11-20T11:00Z\nb.yaml,2026-11-20T15:00Z\n")
    roster.write_text("id,extra\nann,\nben,1 day\n")
    classroom.grade("--times", times, "--roster", roster)
    assert [classroom.score(name) for name in ("ann", "ben")] == [5, 5]
    assert classroom.regrade().stdout == "Nobody's marks change\n"
    classroom.change_rubric(CHANGE)
    classroom.regrade("--apply")
    assert [classroom.score(name) for name in ("ann", "ben")] == [3, 6]  # b is late for Ann alone
    assert classroom.report("ben")["notes"] == ["This is attempt 2 of 2; the best one counts."]
    classroom.change_rubric(CHANGE[::-1])
    classroom.regrade("--undo")
    assert [classroom.score(name) for name in ("ann", "ben")] == [5, 5]
    assert classroom.report("ben")["notes"] == ["This is attempt 1 of 2; the best one counts."]


def test_faults_end_with_1(troublesome) -> None:
    troublesome.hand_in("kim", "right")
    troublesome.grade()
    troublesome.change_rubric(("{expected: very}", "{expected: raise}"))
    troublesome.hand_in("kim", "raise")
    troublesome.grade(code=1)
    assert "awaits review" in troublesome.regrade("--apply", code=1).stderr


def test_arguments_that_cannot_work(classroom) -> None:
    assert "there is no such gradebook" in classroom.regrade(code=2).stderr
    assert "--undo: give either --apply or --undo" in classroom.regrade("--apply", "--undo", code=2).stderr
    assert not classroom.book.exists()


def test_a_rubric_of_another_assignment_is_named(classroom) -> None:
    classroom.class_of(1)
    classroom.grade()
    classroom.change_rubric(("id: small", "id: smell"))
    for option in ("--apply", "--undo"):
        said = classroom.regrade(option, code=2).stderr
        assert said == f"{classroom.book}: holds no hand-ins of 'smell'; it knows 'small'\n"


def test_a_place_that_cannot_be_written_is_named(classroom) -> None:
    classroom.class_of(1)
    classroom.grade("--gradebook", classroom.folder / "x.gradebook")
    blocked = classroom.folder / "blocked"
    blocked.write_text("a file where the reports should go")
    words = [classroom.rubric, "--gradebook", classroom.folder / "x.gradebook", "--out", blocked, "--apply"]
    said = classroom.grader("regrade", *words, code=2).stderr
    assert said == f"{blocked}: cannot be written: File exists\n"


def test_ctrl_c_ends_with_130(classroom, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    classroom.class_of(1)
    classroom.grade()
    monkeypatch.setattr("grader.batch.session.ClassRun.mark_again", stop)
    said = classroom.regrade("--apply", code=130).stderr
    assert said == "Stopped. What was marked is kept; the same command goes on from there.\n"


LATE = "due: 2026-11-20T12:00Z\nlate: {per_day: 10%}\n"


def late_class(classroom) -> None:
    classroom.change_rubric(("title: A small one\n", f"title: A small one\n{LATE}"))
    classroom.hand_in("ann", when="2026-11-20T11:00Z")
    classroom.hand_in("ben", when="2026-11-21T11:00Z")
    classroom.hand_in("cat", q1="", q2="", when="2026-11-22T11:00Z")
    classroom.grade()


@pytest.mark.parametrize(
    ("old", "new", "totals", "words"),
    [
        ("2026-11-20T12:00Z\nlate", "2026-11-19T11:30Z\nlate", {"ann": 5.4, "ben": 4.8}, "nothing off -> 0.6 points off"),
        ("per_day: 10%", "per_day: 50%", {"ann": 6, "ben": 3}, "0.6 points off -> 3 points off"),
        ("per_day: 10%", "per_day: 10%, grace: 2 days", {"ann": 6, "ben": 6}, "0.6 points off -> nothing off"),
        (LATE, "", {"ann": 6, "ben": 6}, "nothing is taken off"),
    ],
)  # fmt: skip
def test_due_dates_and_late_rules_are_differences(classroom, old, new, totals, words) -> None:
    late_class(classroom)
    assert (classroom.score("ann"), classroom.score("ben")) == (6, 5.4)
    before = {name: classroom.score(name) for name in totals}
    classroom.change_rubric((old, new))
    said = classroom.regrade().stdout
    changed = {name for name, total in totals.items() if before[name] != total}
    assert {name for name in totals if f"\n{name}: " in said} == changed
    assert words in said
    assert "cat" not in said  # nothing can be taken from nothing
    data = json.loads(classroom.regrade("--json").stdout)["changes"]
    assert {each["student"] for each in data} == changed
    assert all(each["late"]["why"] for each in data)
    assert classroom.regrade("--apply").stdout.count("late: ") == said.count("late: ")
    assert {name: classroom.score(name) for name in totals} == totals
    assert "Nobody's marks change" in classroom.regrade().stdout
    classroom.change_rubric((new, old)) if new else classroom.change_rubric(
        ("title: A small one\n", f"title: A small one\n{LATE}")
    )
    assert "Taken back" in classroom.regrade("--undo").stdout
    assert {name: classroom.score(name) for name in totals} == before
    assert "Nobody's marks change" in classroom.regrade().stdout


def test_an_extension_is_a_difference_and_is_taken_back_with_the_change(classroom) -> None:
    late_class(classroom)
    roster = classroom.folder / "roster.csv"
    roster.write_text("id,extra\nann,\nben,2 days\ncat,\n")
    assert "ben: 5.4 -> 6" in classroom.regrade("--roster", roster).stdout
    classroom.regrade("--roster", roster, "--apply")
    assert classroom.score("ben") == 6
    assert "Nobody's marks change" in classroom.regrade().stdout
    classroom.regrade("--undo")
    assert classroom.score("ben") == 5.4
    assert "Nobody's marks change" in classroom.regrade().stdout
    assert "ben: 5.4 -> 6" in classroom.grade("--dry-run", "--roster", roster).stdout


def test_who_is_gone_is_in_no_table_until_graded_again(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    kept = (classroom.files / "s001.yaml").read_text()
    (classroom.files / "s001.yaml").unlink()
    assert "1 student of earlier runs is not among the files of the last one" in classroom.grade().stderr
    tables = (classroom.out / "grades.csv").read_text()
    said = classroom.regrade("--apply").stderr
    assert "s001" in said
    assert (classroom.out / "grades.csv").read_text() == tables
    classroom.regrade("--undo")
    assert (classroom.out / "grades.csv").read_text() == tables
    (classroom.files / "s001.yaml").write_text(kept)
    assert classroom.grade().stderr == ""
    assert "s001" in (classroom.out / "grades.csv").read_text()
