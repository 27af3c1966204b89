"""What is marked and what is known: nothing is judged twice, and what changed is."""

from __future__ import annotations

import json

import pytest

from grader.cli import classrun, repeating


def judged(classroom) -> list[str]:
    log = classroom.folder / "log"
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_equal_answers_are_judged_once_a_class(troublesome, executor) -> None:
    for number in range(6):
        troublesome.hand_in(f"s{number}", ("a right one", "another")[number % 2], "x")
    troublesome.grade("--executor", executor, "--jobs", "1")
    assert sorted(judged(troublesome)) == ["a right one", "another"]


def test_a_second_run_judges_nothing_and_writes_nothing(troublesome) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.hand_in("b", "another")
    troublesome.grade()
    before, times = judged(troublesome), {p: p.stat().st_mtime_ns for p in troublesome.out.glob("*.html")}
    result = json.loads(troublesome.grade("--json").stdout)
    assert (result["marked"], result["reused"], result["written"]) == (0, 2, 0)
    assert judged(troublesome) == before
    assert all(path.stat().st_mtime_ns == time for path, time in times.items() if path.stem != "overview")


def test_verdicts_last_from_run_to_run_and_for_new_students(troublesome) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.grade()
    troublesome.hand_in("b", "a right one")
    result = json.loads(troublesome.grade("--json").stdout)
    assert (result["marked"], result["reused"]) == (1, 1)
    assert judged(troublesome) == ["a right one"]


def test_of_a_changed_rubric_only_what_changed_is_judged_again(troublesome) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.grade()
    before = troublesome.rubric.read_text()
    assert "t2" in before
    troublesome.rubric.write_text(before.replace("id: t2, points: 1", "id: t2, points: 3"))
    troublesome.grade()
    assert judged(troublesome) == ["a right one"]  # points change no verdict
    changed = before.replace("troublesome: {", "troublesome: {expected: other, ", 1)
    troublesome.rubric.write_text(changed)
    troublesome.grade()
    assert len(judged(troublesome)) == 2
    assert troublesome.row("a", "t1")["credit"] == 0
    troublesome.rubric.write_text(before)  # what an answer was judged by before is still there
    troublesome.grade()
    assert len(judged(troublesome)) == 2


def test_fresh_marks_everything_anew_and_comes_to_the_same(troublesome) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.hand_in("b", "a right one")
    troublesome.grade()
    before = troublesome.dumped()
    result = json.loads(troublesome.grade("--fresh", "--json").stdout)
    assert (result["marked"], result["reused"]) == (2, 0)
    assert judged(troublesome) == ["a right one"] * 2  # once a run
    assert troublesome.dumped() == before


def test_a_changed_file_is_marked_and_the_others_are_known(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    classroom.hand_in("s001", "total 7850 with the biases", "relu")
    result = json.loads(classroom.grade("--json").stdout)
    assert (result["marked"], result["reused"], result["written"]) == (1, 2, 1)
    assert classroom.score("s001") == 6


def test_a_changed_criterion_judges_that_criterion_only(troublesome) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.grade()
    troublesome.change_rubric(("{expected: very}", "{expected: one}"))
    result = json.loads(troublesome.grade("--json").stdout)
    assert result["marked"] == 1
    assert judged(troublesome) == ["a right one"]  # t1 did not change and is not judged again
    assert troublesome.row("a", "t2")["reason"] == "correct"


def test_another_code_version_marks_everything_anew(troublesome, monkeypatch) -> None:
    troublesome.hand_in("a", "a right one")
    troublesome.grade()
    monkeypatch.setattr(classrun, "code_version", lambda: "another")
    monkeypatch.setattr(repeating, "code_stamp", lambda: ("another", 0))
    monkeypatch.setattr(repeating, "code_version", lambda: "another")
    result = json.loads(troublesome.grade("--json").stdout)
    assert (result["marked"], result["reused"]) == (1, 0)
    assert judged(troublesome) == ["a right one"] * 2


def test_an_answer_that_follows_from_another_number_does_not_share_its_verdict(classroom) -> None:
    classroom.rubric.write_text(
        "id: follows\nquestions:\n  - id: q1\n    criteria:\n"
        "      - {id: first, part: first, points: 1, number: {expected: 1000, mistakes: [{name: low, value: 700}]}}\n"
        "      - {id: double, part: double, points: 1, number: {expected: 2000, follows: 2 * first}}\n"
    )
    for name, first in (("a", 1000), ("b", 700)):
        (classroom.files / f"{name}.yaml").write_text(f"answers: {{q1: {{first: {first}, double: 1400}}}}\n")
    classroom.grade()
    assert classroom.row("a", "double")["reason"] == "wrong"
    assert classroom.row("b", "double")["reason"] == "follow_through"


def test_a_fault_is_told_in_every_run_until_it_is_gone(troublesome) -> None:
    troublesome.hand_in("a", "raise")
    first = troublesome.grade(code=1)
    again = troublesome.grade(code=1)
    assert "criterion 't1' awaits review: check failed with ValueError: no luck" in first.stderr
    assert again.stderr == first.stderr
    troublesome.hand_in("a", "right")
    assert troublesome.grade(code=0).stderr == ""


def test_a_broken_hand_in_stays_named_and_the_order_is_that_of_the_files(classroom) -> None:
    classroom.class_of(4)
    (classroom.files / "s001.yaml").write_text("answers: [")
    for _ in range(2):
        result = classroom.grade(code=1)
        assert "s001.yaml:2:1: not valid YAML" in result.stderr
    assert [line["student"] for line in classroom.dump() if line["table"] == "standing"] == [
        "s000",
        "s001",  # as unreadable
        "s002",
        "s003",
    ]


def test_many_known_hand_ins_do_not_pile_up(classroom, monkeypatch) -> None:
    monkeypatch.setattr("grader.batch.classmarking.AT_ONCE", 3)
    monkeypatch.setattr("grader.batch.writing.AT_ONCE", 2)
    classroom.class_of(10)
    classroom.grade("--executor", "serial")
    before = classroom.dumped()
    classroom.hand_in("s004", "total 1")
    result = json.loads(classroom.grade("--json", "--executor", "serial").stdout)
    assert (result["marked"], result["reused"], result["students"], result["written"]) == (1, 9, 10, 1)
    classroom.hand_in("s004", *("total 7840 and no more", "relu"))
    classroom.grade()
    names = [line["student"] for line in classroom.dump() if line["table"] == "standing"]
    assert names == [f"s{number:03}" for number in range(10)]
    assert {line["key"] for line in map(json.loads, before.splitlines()) if line["table"] == "report"} <= {
        line["key"] for line in classroom.dump() if line["table"] == "report"
    }


def test_a_name_that_is_no_utf_8_and_half_a_character_do_not_stop_the_class(classroom) -> None:
    import os

    classroom.hand_in("a")
    name = os.fsencode(classroom.files) + b"/n\xffm.md"
    with open(name, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"Q1. total 7850\nQ2. relu\n")
    (classroom.files / "b.json").write_text('{"student": "b\\ud800", "answers": {"q1": "7850 \\udfff bias"}}')
    result = json.loads(classroom.grade("--json").stdout)
    assert (result["students"], result["marked"]) == (3, 3)
    assert json.loads(classroom.grade("--json").stdout)["reused"] == 3


def test_several_students_in_one_file_are_marked_each_by_themselves(classroom) -> None:
    right = "## Question 1\n\ntotal 7850 with the biases\n\n## Question 2\n\nrelu\n\n"
    wrong = "## Question 1\n\ntotal 7840 and no more\n\n## Question 2\n\ntanh\n\n"
    (classroom.files / "all.md").write_text(
        f"# Mira\n\n{right}# Tom Berg (tb18)\n\n{wrong}", encoding="utf-8"
    )
    classroom.grade()
    assert [classroom.row(name, "q2_pick")["credit"] for name in ("Mira", "tb18")] == [1, 0]
    assert classroom.report("tb18")["source"].endswith("all.md/2.md")
    assert "Nobody's marks change" in classroom.regrade().stdout


def test_what_may_be_several_students_awaits_a_person(classroom) -> None:
    text = "# Mira Sand\n\n## Question 1\n\ntotal 7850 with the biases\n\n# Tom Berg\n\n## Question 1\n\n7850\n\n## Question 2\n\nrelu\n"
    (classroom.files / "all.md").write_text(text, encoding="utf-8")
    assert "hand in a file for each student" in classroom.grade(code=1).stderr
    assert classroom.row("all", "q2_pick")["credit"] is None
