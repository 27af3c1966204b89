"""The main job, from the command line to the files: the sample class, broken hand-ins, broken rubrics."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.cli.entry import grade, grader
from grader.files.yamltree import load_yaml

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parent.parent
RUBRIC = ROOT / "rubrics/rq3.yaml"
BROKEN = ROOT / "tests/broken"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(grade, [str(argument) for argument in arguments])


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("marked")
    return out, run(ROOT / "submissions", "--rubric", RUBRIC, "--out", out)


def reports(out: Path) -> dict[str, dict[str, object]]:
    found = {}
    for path in sorted(out.glob("*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = report
    return found


def test_the_sample_class_is_marked_without_a_fault(marked: tuple[Path, Result]) -> None:
    out, result = marked
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(reports(out)) >= 14
    for name, report in reports(out).items():
        assert (out / f"{name}.html").exists()
        assert (out / f"{name}.md").exists()
        for question in report["questions"]:
            for row in question["criteria"]:
                assert row["reason"] != "fault", (name, row)
    for name in ("grades.csv", "criteria.csv", "overview.html"):
        assert (out / name).stat().st_size


def test_two_runs_give_the_same_bytes(marked: tuple[Path, Result], tmp_path: Path) -> None:
    run(ROOT / "submissions", "--rubric", RUBRIC, "--out", tmp_path)
    assert digests(tmp_path) == digests(marked[0])


def test_the_totals_shown_are_the_sums_of_the_rows_shown(marked: tuple[Path, Result]) -> None:
    for name, report in reports(marked[0]).items():
        rows = [row for question in report["questions"] for row in question["criteria"]]
        adjusted = any(question.get("floor_adjustment") for question in report["questions"])
        if report["score"] is not None and not adjusted:
            assert report["score"] == pytest.approx(sum(row["score"] or 0 for row in rows), abs=1e-9), name


EXPECTED = load_yaml((BROKEN / "expected.yaml").read_text(encoding="utf-8"), "expected.yaml").data


def test_every_broken_hand_in_is_expected() -> None:
    assert {path.name for path in BROKEN.iterdir()} == {*EXPECTED, "expected.yaml"}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, dict[str, object]]]:
    """All that is broken, each in a folder of its student, and a good one: what is said of them, and their reports by file."""
    folder = tmp_path_factory.mktemp("broken")
    for name in EXPECTED:
        (folder / f"files/{name}").mkdir(parents=True)
        (folder / f"files/{name}/{name}").write_bytes((BROKEN / name).read_bytes())
    (folder / "files/good.yaml").write_text("students: [{id: good}]\nanswers: {q5: {total: 903400}}\n")
    words = ["--rubric", RUBRIC, "--out", folder / "out", "--format", "json,csv"]
    result = run(folder / "files", *words)
    assert result.exit_code == 1, result.output
    return result.stderr.splitlines(), {
        Path(str(report["source"])).name: report for report in reports(folder / "out").values()
    }


@pytest.mark.parametrize("name", [name for name, rule in EXPECTED.items() if "problems" in rule])
def test_a_broken_hand_in_is_named_and_the_others_are_marked(broken, name: str) -> None:
    errors, found = broken
    said = [line.partition(f"/{name}/{name}")[2] for line in errors if f"/{name}/{name}:" in line]
    rules = EXPECTED[name]["problems"]
    for line, rule in zip(said, rules, strict=True):
        assert line.startswith(f":{rule['line']}:" if rule["line"] != "0" else ": ")
        assert rule["says"] in line
    assert found["good.yaml"]["score"] == 2
    unread = found[name]  # who handed it in is not absent, and has no zero
    assert unread["unreadable"]
    assert all(row["score"] is None for question in unread["questions"] for row in question["criteria"])


@pytest.mark.parametrize("name", [name for name, rule in EXPECTED.items() if "note" in rule])
def test_a_doubtful_hand_in_is_read_with_a_note(broken, name: str) -> None:
    errors, found = broken
    assert not [line for line in errors if f"/{name}:" in line]
    report = found[name]
    assert [student["id"] for student in report["students"]] == EXPECTED[name]["students"]
    assert EXPECTED[name]["note"] in " ".join(report["notes"])


def test_a_broken_rubric_marks_nothing_and_lists_every_problem(tmp_path: Path) -> None:
    broken = tmp_path / "rubric.yaml"
    broken.write_text(
        "id: r\ntitel: x\nquestions:\n  - id: q\n    criteria:\n      - {id: c, points: many, number: {expectd: 3}}\n"
    )
    result = run(ROOT / "submissions", "--rubric", broken, "--out", tmp_path / "out")
    assert result.exit_code == 2
    places = [line.removeprefix(str(broken)).split(": ")[0] for line in result.stderr.splitlines()]
    assert places == [":2:1", ":6:25", ":6:40"]
    assert not (tmp_path / "out").exists()


def test_a_second_hand_in_of_a_student_is_named_and_left_out(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("students: [{id: twice}]\nanswers: {q5: {total: 903400}}\n")
    result = run(tmp_path, "--rubric", RUBRIC, "--out", tmp_path / "out", "--format", "json")
    assert result.exit_code == 1
    assert "student 'twice' already handed in" in result.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["twice.json"]


@pytest.mark.parametrize(("share", "code"), [("1%", 0), ("99%", 3), ("0.99", 3)])
def test_fail_under(tmp_path: Path, share: str, code: int) -> None:
    answer = tmp_path / "s.yaml"
    answer.write_text("students: [{id: s}]\nanswers: {q5: {total: 903400}}\n")
    assert run(answer, "--rubric", RUBRIC, "--dry-run", "--fail-under", share).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "htm"], "--format: unknown format 'htm'; did you mean 'html'?"),
        (["--fail-under", "half"], "--fail-under: must be a share such as 50% or 0.5 (got 'half')"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], message: str) -> None:
    result = run(ROOT / "submissions", "--rubric", RUBRIC, *arguments)
    assert (result.exit_code, result.stderr.strip()) == (2, message)


def test_a_dry_run_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(ROOT / "submissions", "--rubric", RUBRIC, "--dry-run")
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_written_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", no_room)
    answer = tmp_path / "s.yaml"
    answer.write_text("students: [{id: s}]\nanswers: {q5: {total: 903400}}\n")
    result = run(answer, "--rubric", RUBRIC, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "cannot be written: No space left on device" in result.stderr
    assert not any((tmp_path / "out").iterdir())


def test_the_rubric_checks_itself() -> None:
    result = CliRunner().invoke(grader, ["check", str(RUBRIC)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "34 points" in result.stdout


@pytest.mark.parametrize("what", ["rubric", "submission", "report"])
def test_schemas_are_printed(what: str) -> None:
    result = CliRunner().invoke(grader, ["schema", what])
    assert json.loads(result.stdout)["type"] == "object"


def test_checks_explain_themselves() -> None:
    assert "expected" in CliRunner().invoke(grader, ["explain", "choice"]).stdout
    assert "choice" in CliRunner().invoke(grader, ["explain"]).stdout
