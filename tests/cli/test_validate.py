"""`grader validate` from the command line: what it prints, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader

ROOT = Path(__file__).parent.parent.parent
RQ3 = ROOT / "rubrics/rq3.yaml"


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "form.yaml"
    assert CliRunner().invoke(grader, ["template", str(RQ3), "--form", str(path)]).exit_code == 0
    return path


def run(*arguments):
    return CliRunner().invoke(grader, ["validate", *map(str, arguments)])


def test_the_sample_class_is_read_alike_by_form_and_by_rubric(form) -> None:
    by_form, by_rubric = run(ROOT / "submissions", "--form", form), run(ROOT / "submissions", "--rubric", RQ3)
    assert by_form.output == by_rubric.output
    assert "\x1b" not in by_form.output


def test_exit_codes(form, tmp_path) -> None:
    whole = ROOT / "submissions/moretti-okafor.yaml"
    assert run(whole, "--form", form).exit_code == 0
    assert run(ROOT / "submissions/emil-sandberg.yaml", "--form", form).exit_code == 1
    assert run(whole, tmp_path / "none.md", "--form", form).exit_code == 2
    (tmp_path / "bad.yaml").write_text("answers: {q5: {totl: 3}}")
    result = run(whole, tmp_path / "bad.yaml", "--form", form)
    assert result.exit_code == 2
    assert "question 'q5' has no part 'totl'; did you mean 'total'?" in result.stderr
    assert "Everything was read." in result.stdout
    assert run(whole, "--form", tmp_path / "none.yaml").exit_code == 2
    assert run(whole, "--form", RQ3).exit_code == 2
    assert run(whole).exit_code == 2
    assert run(whole, "--form", form, "--rubric", RQ3).exit_code == 2


def test_a_blank_form_is_missing_throughout(tmp_path) -> None:
    CliRunner().invoke(grader, ["template", str(RQ3), "--out", str(tmp_path)])
    for name in ("answers.yaml", "answers.md"):
        result = run(tmp_path / name, "--form", tmp_path / "form.yaml")
        assert result.exit_code == 1
        assert result.output.rstrip().endswith("6 missing: q1, q2, q3, q4, q5, q6")


def test_the_ids_of_criteria_are_not_known_to_a_form(form, tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("answers: {q5: {q5_total: 3}}")
    assert run(tmp_path / "a.yaml", "--form", form).exit_code == 2


def test_json_says_the_same(form) -> None:
    (reading,) = json.loads(run(ROOT / "submissions/emil-sandberg.yaml", "--form", form, "--json").stdout)
    assert reading["missing"] == ["q2", "q3", "q5 lowest", "q5 middle", "q5 top", "q6 output"]
    total = next(part for part in reading["questions"][4]["parts"] if part["name"] == "total")
    assert (total["state"], total["read_as"]) == ("read", "903400")


def test_the_page_is_written_whole_or_named(form, tmp_path) -> None:
    page = tmp_path / "deep/page.html"
    assert run(ROOT / "submissions/julia-brandt.md", "--form", form, "--html", page).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    (tmp_path / "file").write_text("")
    result = run(ROOT / "submissions/julia-brandt.md", "--form", form, "--html", tmp_path / "file/page.html")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_json_holds_nothing_that_steers_a_terminal(form, tmp_path) -> None:
    (tmp_path / "a.md").write_text("Q4. It is \u202e$x \x9b= \u2066 3$ \x1b[31m.\n", encoding="utf-8")
    result = run(tmp_path / "a.md", "--form", form, "--json")
    assert result.stdout.isascii()
    assert json.loads(result.stdout)


def test_on_a_terminal_long_lines_go_on_under_their_column(monkeypatch, capsys) -> None:
    from grader.cli.validate import _print_styled

    monkeypatch.setenv("COLUMNS", "50")
    long = "cannot be read: " + "word " * 12
    _print_styled([("q1  Title", "", "head"), ("    total  ", f"  {long}", "bad"), ("", "", "plain")])
    head, first, second, *_ = capsys.readouterr().out.splitlines()
    assert head == "q1  Title"
    assert first.startswith("    total    cannot be read:")
    assert second.startswith("             word")
    assert max(len(first), len(second)) <= 50


def test_what_breaks_the_reading_of_one_file_does_not_cost_the_others(tmp_path: Path, monkeypatch) -> None:
    from grader.forms import readingview

    real = readingview.read_handin

    def broken(submission, form):
        if submission.source.endswith("bad.yaml"):
            raise KeyError("q1")
        return real(submission, form)

    monkeypatch.setattr(readingview, "read_handin", broken)
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text("id: r\nquestions: [{id: q1, criteria: [{id: c, points: 1, number: {expected: 3}}]}]\n")
    for name in ("bad.yaml", "good.yaml"):
        (tmp_path / name).write_text("answers: {q1: 3}\n")
    (tmp_path / "key.yaml").hardlink_to(rubric)
    files = [str(tmp_path / name) for name in ("bad.yaml", "key.yaml", "good.yaml")]
    result = CliRunner().invoke(grader, ["validate", *files, "--rubric", str(rubric)])
    assert result.exit_code == 2
    assert (
        "bad.yaml: could not be read: the grader failed with KeyError: 'q1'; this is our fault"
        in result.stderr
    )
    assert "key.yaml: is a file of the teacher's" in result.stderr
    assert "good.yaml" in result.stdout
