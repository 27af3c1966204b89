"""What lies in the repository for other people's builds runs, step by step, as their machines run it.

What fetches and installs is stood in for: a small script is `python -I -m venv` and `python -I -m pip`, and
writes down what it was asked for. Everything else goes to this environment's Python.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
import shutil
import subprocess
import sys
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

# `-I -m venv` makes an environment, `-I -m pip install` notes what it is asked for, all else is real.
PYTHON = r"""#!/bin/bash
case "$1 $2 $3" in
"-I -m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-I -m pip") printf "%s\n" "${{@: -1}}" >> {log} ;;
*) exec {python} "$@" ;;
esac
"""
GRADER = '#!/bin/bash\nexec {python} -I -m grader "$@"\n'


class Machine:
    """A runner: a workspace with a hand-in, tools that stand in for the real ones, GitHub's files."""

    def __init__(self, build, folder: Path) -> None:
        self.build, self.temp = build, folder
        self.log = folder / "installed"
        tools = folder / "tools"
        tools.mkdir(parents=True)
        words = {"python": shlex.quote(sys.executable), "log": shlex.quote(str(self.log))}
        self._tool(tools / "python", PYTHON.format(**words))
        self._tool(tools / "grader", GRADER.format(**words))
        self.environment = {
            "PATH": f"{tools}:/usr/bin:/bin",
            "HOME": str(folder),
            "PYTHONUTF8": "1",
        }

    @staticmethod
    def _tool(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def shell(
        self, script: str, environment: dict[str, str], shell: tuple[str, ...]
    ) -> subprocess.CompletedProcess:
        path = self.temp / "step.sh"
        path.write_text(script, encoding="utf-8")
        return subprocess.run(
            [*shell, str(path)], cwd=self.build.folder, env=self.environment | environment,
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def action(self, **inputs: str) -> subprocess.CompletedProcess:
        """Run every step of the action that is a script; the last one's result."""
        given = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        values = {f"inputs.{name}": value for name, value in given.items()}
        values["github.action_path"] = str(ROOT / ".github/actions/grade")
        result = None
        for step in ACTION["runs"]["steps"]:
            if "run" not in step:
                assert step["uses"].startswith("actions/setup-python@")
                continue
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an expression inside a script would run what it holds"
            environment = {
                name: re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda found: values[found[1]], value)
                for name, value in step.get("env", {}).items()
            } | {
                "RUNNER_TEMP": str(self.temp), "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.build.folder),
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"), "GITHUB_OUTPUT": str(self.temp / "output"),
            }  # fmt: skip
            result = self.shell(
                step["run"], environment, ("bash", "--noprofile", "--norc", "-eo", "pipefail")
            )
            if result.returncode:
                break
        assert result is not None
        return result

    def gitlab(self, submission: str, rubric: str = "rubric.yaml") -> subprocess.CompletedProcess:
        """Run the template's job."""
        environment = GITLAB["grade"]["variables"] | {
            "GRADER": "git+https://x.example/grader", "SUBMISSION": submission, "RUBRIC": rubric,
            "FAIL_UNDER": "50%", "CI_PROJECT_DIR": str(self.build.folder),
        }  # fmt: skip
        return self.shell("\n".join(GITLAB["grade"]["script"]), environment, ("bash", "-eo", "pipefail"))


@pytest.fixture
def machine(build, tmp_path_factory) -> Machine:
    return Machine(build, tmp_path_factory.mktemp("runner"))


@pytest.mark.parametrize(
    ("kind", "code"), [("good", 0), ("open", 0), ("wrong", 3), ("blank", 3), ("hostile", 3), (b"\x00", 1)]
)
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


@pytest.mark.parametrize("kind", ["good", "wrong", "hostile", b"\x00"])
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
    for result in (machine.action(submission="answer.md", rubric=name), machine.gitlab("answer.md", name)):
        assert result.returncode == 0, result.stderr
        assert "4 of 4 points" in result.stdout
    hostile = machine.action(
        submission="answer.md", rubric=name, fail_under="$(touch pwned)", classroom="`touch pwned`"
    )
    assert hostile.returncode == 2
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


@pytest.mark.parametrize(("kind", "code"), [("good", 0), ("wrong", 3), ("hostile", 3), (b"\x00", 1)])
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
    assert seen["grader-check"] == ["rubrics/rq3.yaml"]
    handed_in = {f"submissions/{path.name}" for path in (ROOT / "submissions").iterdir()}
    assert set(seen["grader-validate"]) == handed_in - {"submissions/README.md"}


def test_the_check_hook_runs(machine) -> None:
    hook = next(hook for hook in HOOKS if hook["id"] == "grader-check")
    result = machine.shell(f"{hook['entry']} rubric.yaml", {}, ("bash", "-e"))
    assert result.returncode == 0, result.stderr


def test_the_examples_of_the_readme_fit_what_is_there() -> None:
    github, gitlab, hooks = EXAMPLES
    steps = github["jobs"]["grade"]["steps"]
    mine = next(step for step in steps if "/.github/actions/" in step["uses"])
    folder = mine["uses"].partition("@")[0].split("/", 2)[2]
    assert (ROOT / folder / "action.yml").exists()
    assert set(mine["with"]) <= set(ACTION["inputs"])
    needed = {name for name, spec in ACTION["inputs"].items() if spec.get("required")}
    assert needed <= set(mine["with"])
    assert (ROOT / gitlab["include"][0]["file"]).exists()
    assert set(gitlab["grade"]["variables"]) <= set(GITLAB["grade"]["variables"])
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= {hook["id"] for hook in HOOKS}


def test_the_command_of_the_readme_runs(machine) -> None:
    (command,) = re.findall(r"^```sh\n(.*?)\n```$", SECTION, re.MULTILINE | re.DOTALL)
    for folder in ("rubrics", "submissions"):
        shutil.copytree(ROOT / folder, machine.build.folder / folder)
    result = machine.shell(command, {}, ("bash", "-e"))
    assert result.returncode in {0, 3}, result.stderr
    assert ET.fromstring(machine.build.read("grade.xml")).get("tests") == "43"  # noqa: S314 - our own
