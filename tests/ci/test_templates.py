"""What lies in the repository for other people's builds runs, step by step, as their machines run it."""

from __future__ import annotations

import base64
import json
import re
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from grader.cli.entry import COMMANDS

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / ".github/actions/grade/action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / ".gitlab/grade.gitlab-ci.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## In CI\n")[1].split("\n## ")[0]
EXAMPLES = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize(("kind", "code"), [("good", 0), ("open", 0), ("hostile", 3), (b"\x00", 1)])
def test_the_action_marks_hand_ins_of_every_kind(machine, kind, code) -> None:
    machine.build.hand_in(kind)
    result = machine.action(submission="answer.md", rubric="rubric.yaml", fail_under="50%")
    assert result.returncode == code, result.stderr
    assert (machine.temp / "summary").read_text(encoding="utf-8").startswith("## Two questions")
    assert (kind == "good") == (
        not re.search("^::(warning|error|notice) file=answer.md", result.stdout, re.MULTILINE)
    )
    installed = Path(machine.log.read_text(encoding="utf-8").strip())
    assert (installed / "pyproject.toml").samefile(ROOT / "pyproject.toml")
    assert not (machine.build.folder / "pwned").exists()


@pytest.mark.parametrize("kind", ["good", "wrong", b"\x00"])
def test_for_classroom_the_reporter_decides(machine, kind) -> None:
    machine.build.hand_in(kind)
    result = machine.action(submission="answer.md", rubric="rubric.yaml", classroom="true", fail_under="50%")
    assert result.returncode == 0
    name, _, value = (machine.temp / "output").read_text(encoding="utf-8").strip().partition("=")
    assert name == "result"
    status = json.loads(base64.b64decode(value))["status"]
    assert status == {"good": "pass", b"\x00": "error"}.get(kind, "fail")
    assert ACTION["outputs"]["result"]["value"] == "${{ steps.grade.outputs.result }}"


def test_what_the_action_is_given_is_never_run_and_never_an_option(machine) -> None:
    names = ["$(touch pwned).md", "`touch pwned`.md", "--json.md", 'a"; touch pwned; ".md']
    for name in names:
        machine.build.hand_in("good", name)
    result = machine.action(submission="\n".join(names) + "\n", rubric="rubric.yaml")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("4 of 4 points") == len(names)
    assert not (machine.build.folder / "pwned").exists()


@pytest.mark.parametrize(
    "name",
    ["week 3.yaml", "$(touch pwned).yaml", "`touch pwned`.yaml", "a;touch pwned;'\".yaml", "--json.yaml"],
)
def test_the_name_of_a_rubric_is_never_run_and_never_an_option(machine, name) -> None:
    (machine.build.folder / "rubric.yaml").rename(machine.build.folder / name)
    machine.build.hand_in("good")
    machine.stood_in_for()
    for call in (
        lambda: machine.action(submission="answer.md", rubric=name),
        lambda: machine.gitlab("answer.md", name),
    ):
        result = call()
        assert result.returncode == 0, result.stderr
        assert machine.asked()[:3] == ["ci", "--rubric", name]
        assert machine.asked()[-2:] == ["--", "answer.md"]
        assert "4 of 4 points" in machine.as_asked().output
    machine.action(
        submission="answer.md", rubric=name, fail_under="$(touch pwned)", classroom="`touch pwned`"
    )
    hostile = machine.as_asked()
    assert hostile.exit_code == 2
    assert "--fail-under" in hostile.stderr
    assert not (machine.build.folder / "pwned").exists()


def test_nothing_in_the_hand_in_s_folder_is_imported(machine) -> None:
    for name in ("grader", "yaml", "pip", "venv", "click", "json", "types", "encodings", "sitecustomize"):
        machine.build.hand_in("open('pwned', 'w').close(); raise SystemExit(7)\n", f"{name}.py")
    machine.build.hand_in("good")
    machine.environment["PYTHONPATH"] = "."
    assert machine.action(submission="answer.md", rubric="rubric.yaml").returncode == 0
    assert machine.gitlab("answer.md").returncode == 0
    assert not (machine.build.folder / "pwned").exists()


@pytest.mark.parametrize(("kind", "code"), [("good", 0), ("hostile", 3), (b"\x00", 1)])
def test_the_gitlab_template_runs(machine, kind, code) -> None:
    job = GITLAB["grade"]
    machine.build.hand_in(kind, "a b.md")
    result = machine.gitlab("a b.md")
    assert result.returncode == code, result.stderr
    assert machine.log.read_text(encoding="utf-8").strip() == "git+https://x.example/grader"
    reports = job["artifacts"]["reports"]
    ET.fromstring(machine.build.read(reports["junit"]))  # noqa: S314 - our own
    assert (machine.build.json(reports["codequality"]) == []) == (kind == "good")


def test_the_gitlab_template_says_what_it_lacks(machine) -> None:
    job = GITLAB["grade"]
    result = machine.shell("\n".join(job["script"]), job["variables"], ("bash", "-eo", "pipefail"))
    assert (result.returncode, result.stdout) == (2, "Set GRADER, SUBMISSION and RUBRIC\n")


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_hooks_are_commands_there_are(hook) -> None:
    program, command = shlex.split(hook["entry"])
    assert program == "grader"
    assert hook["language"] == "python"
    if command not in COMMANDS:
        pytest.skip(f"grader {command} is not here yet")
    assert command in COMMANDS


def test_the_hooks_look_at_the_right_files() -> None:
    seen = {
        hook["id"]: sorted(
            path.relative_to(ROOT).as_posix()
            for folder in ("rubrics", "submissions")
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
            and re.search(hook["files"], path.relative_to(ROOT).as_posix())
            and not re.search(hook.get("exclude", "^$"), path.relative_to(ROOT).as_posix())
        )
        for hook in HOOKS
    }
    assert seen["grader-check"] == sorted(
        f"rubrics/{path.name}" for path in (ROOT / "rubrics").glob("*.yaml")
    )
    handed_in = {f"submissions/{path.name}" for path in (ROOT / "submissions").iterdir()}
    assert set(seen["grader-validate"]) == handed_in - {"submissions/README.md"}


def test_the_check_hook_runs(machine) -> None:
    hook = next(hook for hook in HOOKS if hook["id"] == "grader-check")
    result = machine.shell(f"{hook['entry']} rubric.yaml", {}, ("bash", "-e"))
    assert result.returncode == 0, result.stderr


def test_the_examples_of_the_readme_fit_what_is_there() -> None:
    for_class, github, gitlab_class, gitlab, hooks = EXAMPLES
    called = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8"))[True][
        "workflow_call"
    ]
    job = for_class["jobs"]["grade"]
    assert (ROOT / job["uses"].partition("@")[0].split("/", 2)[2]).exists()
    assert needed(called["inputs"]) <= set(job["with"]) <= set(called["inputs"])
    assert set(job["secrets"]) == set(called["secrets"])
    mine = next(step for step in github["jobs"]["grade"]["steps"] if "/.github/actions/" in step["uses"])
    folder = mine["uses"].partition("@")[0].split("/", 2)[2]
    assert (ROOT / folder / "action.yml").exists()
    assert needed(ACTION["inputs"]) <= set(mine["with"]) <= set(ACTION["inputs"])
    for example, name in ((gitlab_class, "grade-class"), (gitlab, "grade")):
        template = yaml.safe_load((ROOT / example["include"][0]["file"]).read_text(encoding="utf-8"))
        assert set(example[name]["variables"]) <= set(template[name]["variables"])
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= {hook["id"] for hook in HOOKS}


def needed(inputs: dict) -> set[str]:
    return {name for name, spec in inputs.items() if spec.get("required")}


@pytest.mark.parametrize("example", EXAMPLES[:4])
def test_no_example_of_the_readme_puts_a_secret_where_students_can_edit_it(example) -> None:
    """Only what stands in the teacher's repository, by what it uses, is given a secret."""
    text = str(example)
    if "secrets." in text or "TOKEN" in text or "KEY" in text:
        assert "/.github/workflows/grade.yml" in text


def test_the_command_of_the_readme_runs(machine) -> None:
    (command,) = re.findall(r"^```sh\n(.*?)\n```$", SECTION, re.MULTILINE | re.DOTALL)
    for folder in ("rubrics", "submissions"):
        shutil.copytree(ROOT / folder, machine.build.folder / folder)
    result = machine.shell(command, {}, ("bash", "-e"))
    assert result.returncode in {0, 3}, result.stderr
    assert ET.fromstring(machine.build.read("grade.xml")).get("tests") == "43"  # noqa: S314 - our own
