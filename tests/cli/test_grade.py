"""What `grade` prints and writes: dry runs, JSON, bad arguments, the bar."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.cli.classrequest import store_beside
from grader.cli.progress import ProgressBar


def test_a_dry_run_writes_nothing_at_all(classroom) -> None:
    classroom.class_of(3)
    before = classroom.everything(), sorted(classroom.folder.rglob("*"))
    said = classroom.grade("--dry-run").stdout
    assert (classroom.everything(), sorted(classroom.folder.rglob("*"))) == before
    assert "nothing was written" in said


def test_a_dry_run_tells_what_would_change(classroom) -> None:
    classroom.class_of(3)
    classroom.grade()
    classroom.change_rubric(("expected: 7850", "expected: 7840"))
    classroom.hand_in("new")
    before = classroom.everything()
    said = classroom.grade("--dry-run").stdout
    result = json.loads(classroom.grade("--dry-run", "--json").stdout)
    assert classroom.everything() == before
    assert "1 student is new\n3 students change\n\ns000: 6 -> 4" in said
    assert result["out"] is result["gradebook"] is None
    assert {change["student"] for change in result["changes"]} == {"s000", "s001", "s002", "new"}
    assert next(change for change in result["changes"] if change["student"] == "new")["before"] is None


def test_a_dry_run_and_fresh_marks_anew(troublesome) -> None:
    troublesome.hand_in("a", "right")
    troublesome.grade()
    result = json.loads(troublesome.grade("--dry-run", "--fresh", "--json").stdout)
    assert (result["marked"], result["reused"], result["changes"]) == (1, 0, [])
    assert (troublesome.folder / "log").read_text().count("right") == 2


def test_json_says_what_was_done(classroom) -> None:
    classroom.class_of(2)
    (classroom.files / "bad.pdf").write_bytes(b"%PDF")
    result = json.loads(classroom.grade("--json", code=1).stdout)
    (problem,) = result.pop("problems")
    assert "bad.pdf: is no .pdf file" in problem
    assert result == {
        "assignment": "small",
        "students": 3,
        "marked": 2,
        "reused": 0,
        "failed": 1,
        "written": 3,
        "decided_alike": 0,
        "unreadable": ["bad"],
        "rows_awaiting": 3,
        "out": str(classroom.out),
        "gradebook": str(classroom.book),
        "changes": [],
        "overrides_to_look_at": [],
        "notices": [],
    }


def test_quiet_prints_problems_only(classroom) -> None:
    classroom.class_of(2)
    result = classroom.grade("--quiet")
    assert (result.stdout, result.stderr) == ("", "")


def test_the_last_line_counts(classroom) -> None:
    classroom.hand_in("kim")
    assert (
        classroom.grade().stdout.splitlines()[-1]
        == f"1 student is marked by small; reports are in {classroom.out}"
    )
    classroom.hand_in("lou", "total 7850", "relu")
    assert classroom.grade().stdout.splitlines()[-1] == (
        f"2 students are marked by small; 1 row awaits a person; 1 of 2 hand-ins were known; reports are in {classroom.out}"
    )


def test_a_large_class_is_shown_in_part(classroom, monkeypatch) -> None:
    monkeypatch.setattr("grader.cli.classrun.SHOWN", 2)
    classroom.class_of(3)
    said = classroom.grade().stdout
    assert "\n... and 1 more\n" in said
    assert "s002" not in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--roster", "no.csv"], "no.csv: cannot be read: No such file or directory"),
        (["--times", "no.csv"], "no.csv: cannot be read: No such file or directory"),
        (["--format", "pdf"], "--format: unknown format 'pdf'"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_marked(classroom, options, message) -> None:
    classroom.class_of(1)
    assert classroom.grade(*options, code=2).stderr.startswith(message)
    assert not classroom.book.exists()


def test_a_rubric_that_is_wrong_leaves_the_gradebook_alone(classroom) -> None:
    classroom.class_of(1)
    classroom.grade()
    before = classroom.everything()
    good = classroom.rubric.read_text()
    classroom.rubric.write_text("id: small\n")
    assert "'questions' is missing" in classroom.grade(code=2).stderr
    classroom.rubric.write_text(good)
    assert classroom.everything() == before


@pytest.mark.parametrize(
    ("out", "store"),
    [
        ("reports", "reports.gradebook"),
        ("a/b.c/", "a/b.c.gradebook"),
        (".", "../here.gradebook"),
        ("..", "../../up.gradebook"),
    ],
)
def test_the_gradebook_is_beside_the_reports(tmp_path, monkeypatch, out, store) -> None:
    here = tmp_path / "up" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    assert store_beside(Path(out)).resolve() == (here / store).resolve()


def test_the_bar_counts_what_awaits_a_person_and_what_failed(monkeypatch, capsys) -> None:
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressBar(quiet=False) as bar:
        bar.stage("marking", 3)
        bar.step(review=True)
        bar.step(failed=True)
        assert bar._progress is not None
        task = bar._progress.tasks[-1]
        assert (task.completed, task.fields["counts"]) == (2, "1 for review, 1 failed")
        bar.stage("writing", 2)
        bar.step()
        assert [task.visible for task in bar._progress.tasks] == [False, True]
        assert bar._progress.tasks[-1].fields["counts"] == ""


def test_no_bar_where_nobody_watches(capsys) -> None:
    with ProgressBar(quiet=False) as bar:
        bar.stage("marking", 1)
        bar.step()
    assert capsys.readouterr() == ("", "")
