"""`grader variants` and `grade` draw the same: sheets, key, and reports by each student's own values."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader
from grader.gradebook.alike import alike_key, open_rows_of, report_data
from grader.rubric.loading import load_rubric
from grader.rubric.variants import Variants

RUBRIC = """
id: varied
seed: 7
questions:
  - id: q1
    title: Sum
    text: How many are {n} and {m} together?
    parameters: {n: {from: 110, to: 140}, m: {from: 250, to: 290}, where: n != m}
    data: {sum: {op: expr, expr: n + m, values: {n: '{n}', m: '{m}'}}}
    criteria:
      - {id: q1_sum, points: 2, number: {derive: sum, mistakes: [{name: first, expected: '{n}', credit: 1/2, feedback: 'More than {n}.'}]}}
  - id: q2
    title: Choice
    text: Which one?
    criteria:
      - {id: q2_pick, points: 1, choice: {options: [relu, tanh], expected: relu}}
"""
IDS = ["ada", "max", "eve", "kim"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rubric.yaml").write_text(RUBRIC)

    def called(*words: str):
        program, *rest = words
        return CliRunner().invoke({"grade": grade, "grader": grader}[program], rest, catch_exceptions=False)

    return called


def key() -> dict[str, str]:
    with Path("given/key.csv").open(encoding="utf-8") as file:
        return {
            row["student"]: row["expected"] for row in csv.DictReader(file) if row["criterion"] == "q1_sum"
        }


def filled(student: str, answer: str) -> str:
    sheet = Path(f"given/sheets/{student}.md").read_text(encoding="utf-8")
    return sheet.replace("## Question 2", f"{answer}\n\n## Question 2") + "\nrelu\n"


def test_each_student_is_marked_by_their_own_values(run) -> None:
    assert run("grader", "variants", "rubric.yaml", "--ids", ",".join(IDS), "--out", "given").exit_code == 0
    expected = key()
    assert len(set(expected.values())) > 1
    Path("in").mkdir()
    for place, student in enumerate(IDS):
        # Under names that say nothing: the sheet says whose it is.
        Path(f"in/upload-{place}.md").write_text(filled(student, f"Together {expected[student]}."))
    assert run("grade", "in", "--rubric", "rubric.yaml").exit_code == 0
    for student in IDS:
        report = json.loads(Path(f"reports/{student}.json").read_text())
        assert report["score"] == 3, report
        assert any(f"Marked by the questions of {student}" in note for note in report["notes"])


def test_what_is_right_for_another_student_is_wrong(run) -> None:
    run("grader", "variants", "rubric.yaml", "--ids", ",".join(IDS), "--out", "given")
    expected = key()
    other = next(student for student in IDS if expected[student] != expected["ada"])
    Path("in").mkdir()
    Path("in/ada.md").write_text(filled("ada", f"Together {expected[other]}."))
    drawn = {name: value for _, name, value in Variants(load_rubric(Path("rubric.yaml"))).drawn("max")}
    Path("in/max.md").write_text(filled("max", f"Together {drawn['n']}."))
    assert run("grade", "in", "--rubric", "rubric.yaml").exit_code == 0
    assert json.loads(Path("reports/ada.json").read_text())["score"] == 1
    report = json.loads(Path("reports/max.json").read_text())
    assert report["score"] == 2
    assert f"More than {drawn['n']}." in json.dumps(report)


def test_sheets_hold_the_values_and_nothing_of_the_key(run) -> None:
    run("grader", "variants", "rubric.yaml", "--ids", "ada", "--out", "given")
    drawn = {name: value for _, name, value in Variants(load_rubric(Path("rubric.yaml"))).drawn("ada")}
    sheet = Path("given/sheets/ada.md").read_text()
    assert f"How many are {drawn['n']} and {drawn['m']} together?" in sheet
    assert 'students: ["ada"]' in sheet
    assert key()["ada"] == str(int(drawn["n"]) + int(drawn["m"]))
    assert key()["ada"] not in sheet


def test_a_group_with_different_values_is_not_marked(run) -> None:
    run("grader", "variants", "rubric.yaml", "--ids", "ada,max", "--out", "given")
    Path("in").mkdir()
    Path("in/both.md").write_text(filled("ada", "40").replace('["ada"]', "[ada, max]"))
    done = run("grade", "in", "--rubric", "rubric.yaml")
    assert done.exit_code == 1
    assert "several students with different questions (ada, max)" in done.output


def test_a_class_list_gives_the_ids_and_the_same_sheets_twice(run) -> None:
    Path("class.csv").write_text("id,name\nada,Ada L\nmax,Max P\n")
    words = ["grader", "variants", "rubric.yaml", "--students", "class.csv", "--out", "given"]
    assert run(*words).exit_code == 0
    before = {path.name: path.read_bytes() for path in Path("given").rglob("*.*")}
    assert sorted(before) == ["ada.md", "key.csv", "max.md"]
    assert run(*words).exit_code == 0
    assert before == {path.name: path.read_bytes() for path in Path("given").rglob("*.*")}


def test_what_a_student_has_filled_in_is_not_replaced(run) -> None:
    words = ["grader", "variants", "rubric.yaml", "--ids", "ada", "--out", "given"]
    run(*words)
    Path("given/sheets/ada.md").write_text("mine")
    assert run(*words).exit_code == 2
    assert Path("given/sheets/ada.md").read_text() == "mine"


def test_a_mistake_that_is_right_for_some_is_found_by_check(run) -> None:
    text = RUBRIC.replace("from: 250, to: 290", "from: 0, to: 3").replace("n != m", "n > 0")
    Path("rubric.yaml").write_text(text)
    done = run("grader", "check", "rubric.yaml")
    assert done.exit_code == 2
    assert (
        "m = 0: question 'q1', criterion 'q1_sum': mistake 'first' has a value that is right" in done.output
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{from: 110, to: 140}", "{from: 110}", "rubric.yaml:8:21: error: question 'q1': n must be"),
        ("n != m", "n > 999", "no values meet 'n > 999'"),
        ("parameters:", "headings: [a]\n    parts_: 1 #", "unknown"),
    ],
)
def test_parameters_that_cannot_be_drawn_are_named_at_their_line(run, old, new, said) -> None:
    Path("rubric.yaml").write_text(RUBRIC.replace(old, new))
    done = run("grader", "check", "rubric.yaml")
    assert done.exit_code == 2
    assert said in done.output


def test_without_parameters_there_are_no_variants_and_with_them_no_form(run) -> None:
    assert run("grader", "template", "rubric.yaml", "--out", "published").exit_code == 2
    Path("rubric.yaml").write_text(
        "id: a\nquestions: [{id: q1, criteria: [{id: c, points: 1, number: {expected: 3}}]}]\n"
    )
    assert run("grader", "variants", "rubric.yaml", "--ids", "ada", "--out", "given").exit_code == 2
    assert not Path("given").exists()


def test_equal_words_of_students_with_other_values_are_not_decided_at_once(run) -> None:
    rubric = RUBRIC.replace(
        "number: {derive: sum, mistakes: [{name: first, expected: '{n}', credit: 1/2, feedback: 'More than {n}.'}]}",
        "keywords: {any: ['{n}'], nearly: [many]}",
    )
    assert "nearly" in rubric
    Path("rubric.yaml").write_text(rubric)
    run("grader", "variants", "rubric.yaml", "--ids", "ada,max", "--out", "given")
    Path("in").mkdir()
    for student in ("ada", "max"):
        Path(f"in/{student}.md").write_text(filled(student, "There are many of them."))
    assert run("grade", "in", "--rubric", "rubric.yaml").exit_code == 0
    (book,) = Path().rglob("*.gradebook")
    with closing(sqlite3.connect(book)) as stored:
        reports = [report_data(body) for (body,) in stored.execute("SELECT body FROM reports")]
    rows = [(question, row) for report in reports for question, row in open_rows_of(report)]
    assert len(rows) == 2
    assert len({alike_key(question, row, "rule") for question, row in rows}) == 2
