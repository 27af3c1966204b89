"""`grader template` writes what students get, and nothing where a rubric gives itself away."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader
from grader.forms import load_form

ROOT = Path(__file__).parent.parent.parent
RQ3 = ROOT / "rubrics/rq3.yaml"
LEAKING = """\
id: r
questions:
  - id: q1
    text: Show that there are 903,400 weights.
    criteria: [{id: n, part: total, points: 1, number: {expected: 903400}}]
"""


def run(*arguments):
    return CliRunner().invoke(grader, ["template", *map(str, arguments)])


def test_it_writes_a_form_and_two_blanks_and_the_same_bytes_again(tmp_path) -> None:
    result = run(RQ3, "--out", tmp_path / "a")
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert "q6_size" in result.stderr
    run(RQ3, "--out", tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["answers.md", "answers.yaml", "form.yaml"]
    assert load_form(tmp_path / "a/form.yaml").assignment == "rq3"
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_single_files_go_where_they_are_wanted(tmp_path) -> None:
    assert run(RQ3, "--form", tmp_path / "f.yaml", "--markdown", tmp_path / "m.md").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.yaml", "m.md"]


def test_a_value_in_the_question_is_refused_at_its_line(tmp_path) -> None:
    (tmp_path / "r.yaml").write_text(LEAKING)
    result = run(tmp_path / "r.yaml", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert (
        "r.yaml:4:31: question 'q1': its text holds '903,400', which question 'q1', criterion 'n' expects"
        in result.stderr
    )
    assert not (tmp_path / "out").exists()
    assert run(tmp_path / "r.yaml", "--out", tmp_path / "out", "--anyway").exit_code == 0


@pytest.mark.parametrize(
    "arguments", [(), ("--form", "{rubric}"), ("--form", "{out}/x", "--yaml", "{out}/x")]
)
def test_it_overwrites_neither_the_rubric_nor_its_own_files(tmp_path, arguments) -> None:
    rubric = tmp_path / "r.yaml"
    rubric.write_text(LEAKING.replace("903,400", "some"))
    before = rubric.read_bytes()
    assert run(rubric, *(each.format(rubric=rubric, out=tmp_path) for each in arguments)).exit_code == 2
    assert rubric.read_bytes() == before
    assert list(tmp_path.iterdir()) == [rubric]


def test_a_broken_rubric_and_a_place_that_cannot_be_written_are_named(tmp_path) -> None:
    (tmp_path / "r.yaml").write_text("id: r\n")
    assert "'questions' is missing" in run(tmp_path / "r.yaml", "--out", tmp_path).stderr
    (tmp_path / "file").write_text("")
    result = run(RQ3, "--out", tmp_path / "file")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
