"""Who handed in: one student by one id, two by two, never two that nobody can tell apart."""

from __future__ import annotations

import json

import pytest

from grader.batch.classmarking import senders_of

ANSWERS = "answers: {q1: total 7850 with the biases, q2: relu}\n"


@pytest.mark.parametrize(
    ("sources", "known", "senders"),
    [
        (["c/ada.md", "c/ben.md"], (), {}),
        (["c/ada/answers.md", "c/ben/answers.md"], (), {"c/ada/answers.md": "ada/answers", "c/ben/answers.md": "ben/answers"}),
        (["c/ada/answers.md", "c/answers.yaml"], (), {"c/ada/answers.md": "ada/answers", "c/answers.yaml": "answers"}),
        (["c/1/ada.md", "c/2/ada.md"], ("ada",), {}),
        (["c/ada.md", "c/ada.yaml"], (), {}),
        (["/c/x/a.md", "d/a.md"], (), {"/c/x/a.md": "/c/x/a", "d/a.md": "d/a"}),
        (["c/1/ \u200bada.md", "c/2/ada .md"], (), {"c/1/ \u200bada.md": "1/ ada", "c/2/ada .md": "2/ada"}),
    ],
)  # fmt: skip
def test_folders_tell_files_of_one_name_apart(sources, known, senders) -> None:
    assert {source: sender.students[0].id for source, sender in senders_of(sources, known).items()} == senders


def in_folders(classroom, *names: str) -> None:
    for name in names:
        path = classroom.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ANSWERS)


@pytest.mark.parametrize("rule", ["first", "last", "best"])
def test_files_of_one_name_are_two_students(classroom, rule) -> None:
    classroom.change_rubric(("id: small", f"id: small\nattempts: {rule}"))
    in_folders(classroom, "ada/answers.yaml", "ben/answers.yaml")
    result = classroom.grade("--json")
    assert json.loads(result.stdout)["students"] == 2
    assert "each counts as a student of its own: ada/answers, ben/answers" in result.stderr
    again = json.loads(classroom.grade("--json").stdout)
    assert (again["reused"], again["marked"]) == (2, 0)
    assert "Nobody's marks change" in classroom.regrade().stdout


def test_a_name_of_the_roster_is_one_student_wherever_it_stands(classroom) -> None:
    classroom.change_rubric(("id: small", "id: small\nattempts: last"))
    in_folders(classroom, "1/ada.yaml", "2/ada.yaml")
    roster = classroom.folder / "class.csv"
    roster.write_text("id\n ada\u200b\n", encoding="utf-8")
    result = classroom.grade("--roster", roster, "--json")
    assert json.loads(result.stdout)["students"] == 1
    assert result.stderr == "1 student handed in more than once, and the last one counts: ada (2)\n"
    assert "Nobody's marks change" in classroom.regrade().stdout


def test_a_file_that_names_its_student_needs_no_folder(classroom) -> None:
    for number in (1, 2):
        path = classroom.files / str(number) / "answers.yaml"
        path.parent.mkdir()
        path.write_text(f"student: s{number}\n{ANSWERS}")
    result = classroom.grade()
    assert result.stderr == ""
    assert classroom.score("s1") == classroom.score("s2") == 6


def test_ids_that_differ_in_what_nobody_sees_are_one_student(classroom) -> None:
    classroom.hand_in("a", students="ann")
    classroom.hand_in("b", students='" ann\u00a0\u200b"')
    result = classroom.grade(code=1)
    assert "student 'ann' already handed in" in result.stderr
    assert [path.name for path in classroom.out.glob("*.json")] == ["ann.json"]


@pytest.mark.parametrize(("one", "other"), [("ann", "Ann"), ("ann", "аnn"), ("s1", "sl")])
def test_ids_that_look_alike_are_named_with_both_files(classroom, one, other) -> None:
    classroom.hand_in("a", students=one)
    classroom.hand_in("b", students=other)
    result = classroom.grade(code=1)
    said = f"b.yaml: student {other!r} looks like {one!r} of {classroom.files / 'a.yaml'}; they are marked as two"
    assert said in result.stderr
    assert len(list(classroom.out.glob("*.json"))) == 2


def test_decisions_find_the_student_however_the_id_is_typed(classroom) -> None:
    classroom.hand_in("a", students='"ann  lee"', q1="something else")
    classroom.grade()
    classroom.override(
        "--student", " ann\u00a0lee\u200b ", "--criterion", "q1_count", "--credit", "1", "--why", "w"
    )
    classroom.grade()
    assert (
        json.loads(next(classroom.out.glob("ann-lee*.json")).read_text())["questions"][0]["criteria"][0][
            "score"
        ]
        == 2
    )


def test_times_find_the_file_however_its_name_is_written(classroom) -> None:
    classroom.change_rubric(("id: small", "id: small\ndue: 2026-01-01T00:00Z\nlate: {per_day: 10%}"))
    in_folders(classroom, "zoe\u0308.yaml")
    times = classroom.folder / "times.csv"
    times.write_text("file,submitted\nzo\u00eb.yaml,2026-01-01T12:00Z\n", encoding="utf-8")
    result = classroom.grade("--times", times, "--json")
    assert "name no file of this run" not in result.stderr
    assert json.loads(next(classroom.out.glob("zo*.json")).read_text())["submitted"].startswith(
        "2026-01-01T12:00"
    )
