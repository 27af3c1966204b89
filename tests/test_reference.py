"""The reference pages cannot rot: every example on them runs, every check has one."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring.examples import failed_examples
from grader.checks import CHECKS
from grader.cli.entry import grade, grader
from grader.model.outcome import Reason
from grader.platforms.worksheets.roster import read_roster
from grader.readers.arrivals import read_times
from grader.readers.files import read_content
from grader.readers.jsonfile import read as read_json
from grader.readers.yamlfile import read as read_yaml
from grader.rubric.loading import load_rubric, read_rubric

ROOT = Path(__file__).parent.parent
RUBRICS = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
SUBMISSIONS = (ROOT / "submissions/README.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
READ = {
    "yaml": read_yaml,
    "json": read_json,
    "markdown": lambda text, path, outline: read_content(text.encode(), path, outline),
}


def blocks(page: str, info: str) -> list[str]:
    return re.findall(rf"^(?:```|~~~~){info}\n(.*?)^(?:```|~~~~)$", page, re.MULTILINE | re.DOTALL)


def as_rubric(criterion: str) -> str:
    indented = "\n".join("        " + line for line in criterion.splitlines())
    return f"id: r\nquestions:\n  - id: q\n    criteria:\n      -\n{indented}\n"


@pytest.mark.parametrize(
    "text", blocks(RUBRICS, "yaml rubric") + list(map(as_rubric, blocks(RUBRICS, "yaml criterion")))
)
def test_examples_of_the_rubric_language_come_out_as_they_say(text: str) -> None:
    rubric = read_rubric(text)
    assert list(failed_examples(rubric)) == []
    assert any(
        criterion.accepts and criterion.rejects
        for question in rubric.questions
        for criterion in question.criteria
    )


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_an_example_in_its_section(name: str) -> None:
    section = RUBRICS.split(f"## The check `{name}`")[1].split("\n## ")[0]
    assert blocks(section, "yaml criterion"), f"no runnable example for {name}"


def test_every_reason_is_in_the_reference() -> None:
    table = RUBRICS.split("## Reason codes")[1]
    for reason in Reason:
        assert f"`{reason.value}" in table


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind in READ for text in blocks(SUBMISSIONS, kind)]
)
def test_examples_of_the_submission_formats_are_read(kind: str, text: str) -> None:
    outline = load_rubric(ROOT / "rubrics/rq3.yaml").outline
    submission = READ[kind](text, f"example.{kind}", outline)
    assert any(not answer.blank for answer in submission.answers.values())


def test_the_tables_beside_the_hand_ins_are_read(tmp_path: Path) -> None:
    (roster,), (times,) = blocks(SUBMISSIONS, "csv roster"), blocks(SUBMISSIONS, "csv times")
    path = tmp_path / "table.csv"
    path.write_text(roster, encoding="utf-8")
    due = load_rubric_with_due()
    assert len(read_roster(path, due).due) == 2
    path.write_text(times, encoding="utf-8")
    (file,) = read_times(path)
    assert (ROOT / "submissions" / file).exists()


def load_rubric_with_due() -> datetime | None:
    (text,) = [text for text in blocks(RUBRICS, "yaml rubric") if "late:" in text]
    return read_rubric(text).due


def test_a_decision_in_the_readme_names_a_row_there_is() -> None:
    words = re.findall(r"--student (\S+) --criterion (\S+)", README)
    criteria = {criterion.id for _, criterion in load_rubric(ROOT / "rubrics/rq3.yaml").criteria}
    assert words
    assert all(criterion in criteria for _, criterion in words)


@pytest.mark.parametrize("command", re.findall(r"^(grader? .*?)(?:  +#|$)", README, re.MULTILINE))
def test_commands_of_the_readme_have_their_options(command: str) -> None:
    program, *words = shlex.split(command)
    options = {word for word in words if word.startswith("--")}
    depth = 0 if program == "grade" else 2 if words[0] in {"gradebook", "gradescope"} else 1
    shown = CliRunner().invoke({"grade": grade, "grader": grader}[program], [*words[:depth], "--help"])
    assert shown.exit_code == 0
    assert all(option in shown.stdout for option in options)


CLASS = {
    "ada.md": "## Question 1\n9 weights and a bias each: 10 * 8 = 80\n\n## Question 2\n$L = \\frac{1}{N} \\sum_i (t_i - p_i)^2$\n\n"
    "## Question 3\nNo, the whole network shall predict.\n",
    "max.md": "## Question 1\n3 * 3 * 8 = 72\n\n## Question 2\n$L = \\sum_i (p_i - t_i)^2$\n\n## Question 3\nNo, it would be noisy.\n",
}


def test_the_first_rubric_of_the_readme_marks_a_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new teacher's path, as it stands there: questions, a draft, its check, a class."""
    monkeypatch.chdir(tmp_path)
    (questions,) = blocks(README, "markdown homework.md")
    Path("homework.md").write_text(questions, encoding="utf-8")
    Path("answers").mkdir()
    for name, text in CLASS.items():
        Path("answers", name).write_text(text, encoding="utf-8")
    (commands,) = blocks(README, "sh first")
    for line in commands.splitlines():
        program, *words = shlex.split(line, comments=True)
        done = CliRunner().invoke({"grade": grade, "grader": grader}[program], words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    (shown,) = blocks(README, "yaml drafted")
    drafted = Path("rubric.yaml").read_text(encoding="utf-8").split("questions:\n")[1]
    kept = [
        line for line in drafted.splitlines() if line and not line.startswith(("    title:", "    text:"))
    ]
    assert kept == shown.splitlines()
    grades = Path("reports/grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[3:6] for row in grades[1:]] == [["6", "6", "6"], ["", "2.5", "3.5"]]


def test_the_formats_page_has_an_example_of_each_format() -> None:
    assert all(blocks(SUBMISSIONS, kind) for kind in READ)


@pytest.mark.parametrize("page", [README, RUBRICS, SUBMISSIONS], ids=["README", "rubrics", "submissions"])
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page):
        if "://" not in target:
            folder = {README: ROOT, RUBRICS: ROOT / "rubrics", SUBMISSIONS: ROOT / "submissions"}[page]
            assert (folder / target).exists(), target
