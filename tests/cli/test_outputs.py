"""No command writes over what it reads, over what somebody else wrote, or reads its own reports."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader


def run(command, *words):
    return CliRunner().invoke(command, list(map(str, words)))


@pytest.mark.parametrize("way", ["itself", "a link", "dots", "one file of it"])
def test_reports_do_not_go_where_the_hand_ins_lie(classroom, way) -> None:
    classroom.class_of(2)
    (classroom.files / "s000.json").write_text('{"answers": {"q1": "mine"}, "student": "zoe"}')
    link = classroom.folder / "link"
    link.symlink_to(classroom.files)
    out = {"a link": link, "dots": classroom.folder / "reports" / ".." / "files"}.get(way, classroom.files)
    (classroom.folder / "reports").mkdir()
    given = classroom.files / "s001.yaml" if way == "one file of it" else classroom.files
    before = classroom.everything()
    result = run(grade, given, "--rubric", classroom.rubric, "--out", out)
    assert result.exit_code == 2
    assert result.stderr.startswith("--out: this is ")
    assert classroom.everything() == before


def test_a_folder_that_holds_its_own_reports_is_marked_alike_twice(classroom, monkeypatch) -> None:
    classroom.class_of(3)
    monkeypatch.chdir(classroom.files)
    words = (".", "--rubric", classroom.rubric)
    first, second = (run(grade, *words) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    table = [line for line in first.stdout.splitlines() if line.startswith("s0")]
    assert len(table) == 3
    assert [line for line in second.stdout.splitlines() if line.startswith("s0")] == table
    assert run(grader, "override", "--queue", "queue.csv").exit_code == 0
    third = run(grade, *words)
    assert third.exit_code == 0
    assert "files that grader wrote itself" in third.stderr


def test_a_report_that_is_given_or_changed_is_named(classroom) -> None:
    classroom.class_of(2)
    classroom.grade()
    report = classroom.out / "s000.json"
    said = run(grade, report, "--rubric", classroom.rubric, "--out", classroom.folder / "x")
    assert (said.exit_code, "was written by grader" in said.stderr) == (1, True)
    (classroom.files / "s000.md").write_text((classroom.out / "s000.md").read_text().replace("A small", "My"))
    assert "changed since" in classroom.grade(code=1).stderr
    assert run(grader, "ci", report, "--rubric", classroom.rubric).exit_code == 1
    assert run(grader, "validate", report, "--rubric", classroom.rubric).exit_code == 2


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("ci", ["--junit"]),
        ("ci", ["--summary"]),
        ("ci", ["--codequality"]),
        ("ci", ["--classroom"]),
        ("validate", ["--html"]),
    ],
)
def test_inputs_and_strangers_files_stay_and_own_ones_are_replaced(classroom, command, options) -> None:
    answer = classroom.hand_in("ann")
    hard = classroom.folder / "hard.yaml"
    os.link(classroom.rubric, hard)
    other = classroom.folder / "other"
    other.write_text("[1]\n")
    link = classroom.folder / "link"
    link.symlink_to(other)
    before = classroom.everything()
    for target in (answer, classroom.rubric, hard, other, link):
        result = run(grader, command, answer, "--rubric", classroom.rubric, *options, target)
        assert result.exit_code == 2, target
        assert "Traceback" not in result.output
    assert classroom.everything() == before
    own = classroom.folder / "own"
    codes = {
        run(grader, command, answer, "--rubric", classroom.rubric, *options, own).exit_code for _ in range(2)
    }
    assert codes == {0}


def test_a_queue_keeps_what_is_filled_in_until_it_is_handed_back(classroom) -> None:
    classroom.hand_in("ann", q2="no option")
    classroom.grade()
    queue = classroom.folder / "queue.csv"
    classroom.override("--queue", queue)
    classroom.override("--queue", queue)
    text = queue.read_text()
    filled = text.replace("no option,,,,", "no option,,1,It is right,")
    assert filled != text
    queue.write_text(filled)
    assert "1 row is filled in" in classroom.override("--queue", queue, code=2).stderr
    assert queue.read_text() == filled
    classroom.override("--from", queue)
    classroom.override("--queue", queue)
    assert queue.read_text().count("\n") == 1


def test_bulk_answers_replace_answers_alone(tmp_path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text('{"expected": "x", "answer": "x"}\n')
    for _ in range(2):
        assert run(grader, "compare", "--cases", cases, "--out", out).exit_code == 0
    assert run(grader, "compare", "--cases", cases, "--out", cases).exit_code == 2
    other = tmp_path / "other.jsonl"
    other.write_text('{"expected": "y", "answer": "x"}\n')
    assert run(grader, "compare", "--cases", cases, "--out", other).exit_code == 2
    assert "y" in other.read_text()


def test_a_blank_that_was_filled_in_stays(classroom) -> None:
    out = classroom.folder / "blanks"
    for _ in range(2):
        assert run(grader, "template", classroom.rubric, "--out", out, "--anyway").exit_code == 0
    for name in ("answers.md", "answers.yaml"):
        path = out / name
        path.write_text(path.read_text() + "# mine\n")
    before = classroom.everything()
    said = run(grader, "template", classroom.rubric, "--out", out, "--anyway")
    assert said.exit_code == 2
    assert "answers.md" in said.stderr
    assert "answers.yaml" in said.stderr
    assert classroom.everything() == before
