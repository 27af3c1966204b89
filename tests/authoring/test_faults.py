"""A rubric full of faults: `grader check` names each of them at its line in one run, and nothing else."""

from __future__ import annotations

import cProfile
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring.lint import inspected
from grader.authoring.lintfindings import Severity
from grader.checks.keywords import KeywordsCheck
from grader.cli.entry import grader
from grader.rubric.loading import read_rubric

ROOT = Path(__file__).parent.parent.parent
FAULTS = ROOT / "tests/cases/rubric_faults.yaml"
LEAST = 40


def marked() -> list[tuple[int, str]]:
    lines = FAULTS.read_text(encoding="utf-8").splitlines()
    found = [(number, re.search(r"#! ([a-z-]+)$", line)) for number, line in enumerate(lines, 1)]
    return [(number, match[1]) for number, match in found if match]


def test_every_fault_is_named_at_its_line_and_nothing_else() -> None:
    _, findings = inspected(FAULTS)
    assert len(marked()) >= LEAST
    assert sorted({(each.problem.line, each.rule) for each in findings}) == marked()
    assert all(each.problem.column and each.problem.path == str(FAULTS) for each in findings)


def test_the_command_says_the_same_to_people_and_to_scripts() -> None:
    said = CliRunner().invoke(grader, ["check", str(FAULTS)])
    told = CliRunner().invoke(grader, ["check", "--json", str(FAULTS)])
    assert said.exit_code == told.exit_code == 2
    (rubric,) = json.loads(told.stdout)
    findings = rubric["findings"]
    assert {each["severity"] for each in findings} == {"error", "warning"}
    lines = [line for line in said.stderr.splitlines() if line.startswith(str(FAULTS))]
    assert lines == [
        f"{each['path']}:{each['line']}:{each['column']}: {each['severity']}: {each['message']} [{each['rule']}]"
        for each in findings
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda path: path.name)
def test_nothing_is_found_in_the_rubrics_that_come_with_the_house(path: Path) -> None:
    _, findings = inspected(path)
    assert [str(each) for each in findings if each.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(
    ("head", "points", "said"),
    [
        ("points: 3\n", "1", "r.yaml:2:9: error: points are stated as 3, and what can be earned here adds up to 2"),
        ("points: 2\n", "1", ""),
        ("points: 5/2\n", "1.5", ""),
        ("points: 3\n", "abc", "points must be a number"),
    ],
)  # fmt: skip
def test_stated_points_are_those_of_all_parts(tmp_path: Path, monkeypatch, head, points, said) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.yaml").write_text(
        f"id: t\n{head}questions:\n- id: '1'\n  parts:\n"
        f"  - {{id: a, criteria: [{{id: x, points: {points}, number: {{expected: 1}}}}]}}\n"
        "  - {id: b, criteria: [{id: y, points: 1, number: {expected: 2}}, {id: z, points: -1, keywords: {any: [no1]}}]}\n"
    )
    stderr = CliRunner().invoke(grader, ["check", "r.yaml"]).stderr
    assert said in stderr
    assert ("stated" in stderr) == ("stated" in said)


def test_a_model_answer_is_marked_with_what_its_criteria_make_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "id: t\nquestions:\n- id: q1\n  model: {text: They do not break the symmetry., size: 3}\n  criteria:\n"
        "  - {id: a, points: 1, keywords: {all: [symmetr*, break*], negated: true}}\n"
        "  - {id: b, part: size, points: 1, number: {expected: 3}}\n"
        "  - {id: c, points: -1, keywords: {all: [symmetr*, break*], negated: false}}\n"
    )
    assert inspected(path)[1] == ()
    path.write_text(path.read_text().replace("do not break", "break"))
    said = [(each.problem.line, each.severity.value, each.problem.message) for each in inspected(path)[1]]
    assert said == [
        (4, "error", "question 'q1', criterion 'a': the model answer gets 0 of 1 points: opposite"),
        (4, "error", "question 'q1', criterion 'c': the model answer makes this false claim: claimed"),
    ]


def test_a_model_answer_that_belongs_to_no_question_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "id: t\nquestions:\n- id: '1'\n  model: seven\n  parts:\n"
        "  - {id: a, model: '7', criteria: [{id: x, points: 1, number: {expected: 7}}]}\n"
    )
    (finding,) = inspected(path)[1]
    assert (finding.problem.line, finding.rule) == (4, "invalid")
    assert "give each part one" in finding.problem.message


def test_a_file_that_cannot_be_read_is_told_to_scripts_as_well(tmp_path: Path) -> None:
    run = CliRunner().invoke(grader, ["check", "--json", str(tmp_path / "none.yaml")])
    assert run.exit_code == 2
    (told,) = json.loads(run.stdout)
    assert [each["rule"] for each in told["findings"]] == ["unreadable"]


def test_an_example_that_waits_by_a_modest_check_is_a_warning(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "id: t\nquestions:\n- id: q1\n  criteria:\n"
        "  - {id: a, points: 1, keywords: {any: [slow training], nearly: [slow]}, accepts: [It is slow here.], rejects: [It is a slow one.]}\n"
    )
    (finding,) = inspected(path)[1]
    assert (finding.rule, finding.severity.value) == ("example-fails", "error")
    monkeypatch.setattr(KeywordsCheck, "modest", True)
    accepted, rejected = inspected(path)[1]
    assert {(each.rule, each.severity.value) for each in (accepted, rejected)} == {
        ("example-undecided", "warning"),
        ("example-undecided", "note"),
    }


def test_reading_a_rubric_takes_steps_in_proportion_to_its_criteria() -> None:
    """A thousand criteria load within a second because nothing is done for every pair of them."""

    def steps(criteria: int) -> int:
        kinds = (
            "number: {{expected: {0}, near: [total, part {0}], mistakes: [{{name: m, value: 7{0}7}}]}}",
            "keywords: {{any: [{{all: [weight*, word{0}], negated: true}}, slow training], nearly: [random*]}}",
            "matrix: {{expected: [[1, 2], [3, {0}]], near: [output {0}]}}",
            "choice: {{options: [a, b, c], expected: b}}",
        )
        rows = []
        for number in range(criteria):
            if number % 10 == 0:
                rows.append(f"- id: q{number}\n  criteria:")
            check = kinds[number % len(kinds)].format(number)
            rows.append(f"  - {{id: c{number}, points: 1, {check}}}")
        text = "\n".join(["id: t", "questions:", *rows])
        profile = cProfile.Profile()
        profile.runcall(read_rubric, text)
        return sum(entry.callcount for entry in profile.getstats())

    steps(8)  # what is loaded once
    assert steps(400) < 2.2 * steps(200)
