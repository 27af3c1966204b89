"""Hand-ins for a build: good, wrong, blank, open, hostile, unreadable; and a machine that builds.

On that machine, what fetches and installs is stood in for: a small script is `python -I -m venv` and
`python -I -m pip`, and writes down what it was asked for; another is `curl`. All else is real, unless the
grader itself is `stood_in_for`: then what it was called with is written down, and done by `as_asked`.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner

from grader.cli.entry import grader

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / ".github/actions/grade/action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / ".gitlab/grade.gitlab-ci.yml").read_text(encoding="utf-8"))
VARIABLES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_WORKSPACE", "CI_PROJECT_DIR")

RUBRIC = r"""
id: small
title: Two questions
questions:
  - id: q1
    title: A product
    criteria:
      - {id: total, title: "The total, with its biases", points: 2, part: total, number: {expected: 903400,
         mistakes: [{name: no_bias, value: 902700, credit: 1/2, feedback: "Every filter also has a bias, $b_i$."}]},
         feedback: Add the three layers.}
  - id: q2
    title: Dropout
    minimum: 0
    criteria:
      - {id: none_at_test, title: Not at test time, points: 1, keywords: {any: [{all: [inference, "no effect"]}]},
         feedback: Dropout is switched off at inference.}
      - {id: x_slows, title: Claims that it slows inference, points: -1,
         keywords: {any: [{all: [slows, inference], within: clause}]}, feedback: It does not.}
      - {id: norm, title: The norm, points: 1, formula: {expected: x^2 + y^2}, feedback: "The norm is $|x|^2$."}
"""

GOOD = "# Q1\n\nThe total is 903,400.\n\n# Q2\n\nAt inference it has no effect.\n\n$x^2 + y^2$\n"
WRONG = "# Q1\n\nThe total is\n902,700.\n\n# Q2\n\nIt slows inference down.\n\n$x^2 - y^2$\n"
BLANK = "# Q1\n\n\n# Q2\n\n\n"
OPEN = "# Q1\n\n903400\n\n# Q2\n\nAt inference it has no effect.\n\n$x^2 - y^2$\n"
# Everything that some format could obey.
NASTY = (
    "::error file=/etc/passwd::pwned\n::add-mask::903400\n##[error]pwned\n##vso[task.complete result=Succeeded]\n"
    "]]> </failure></testcase></testsuite> <!-- & -->\n| a | b ` c `` d \\| e\n<script>alert(1)</script>\n"
    "\u202e\u2066desrever\u2069 \ufffe\uffff %0A%25 ${{ secrets.X }} $(touch pwned) `touch pwned`\n@everyone [x](http://x)\n"
)
HOSTILE = f"# Q1\n\n{NASTY}\nThe total is 902,700 ::error::x|y ` ]]> ##[error]z\n\n# Q2\n\n{NASTY}slows | ` ::error:: inference ]]>\n"


TEXTS = {"good": GOOD, "wrong": WRONG, "blank": BLANK, "open": OPEN, "hostile": HOSTILE}


class Build:
    """A folder with a rubric, in which `grader ci` is run as a build would run it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        patch.chdir(folder)
        self.rubric(RUBRIC)

    def rubric(self, text: str) -> None:
        (self.folder / "rubric.yaml").write_text(text, encoding="utf-8")

    def hand_in(self, text: str | bytes, name: str = "answer.md") -> str:
        """Write a hand-in of a kind, or one of these very words, and return its name."""
        raw = text if isinstance(text, bytes) else TEXTS.get(text, text).encode()
        (self.folder / name).write_bytes(raw)
        return name

    def on_github(self) -> None:
        self.patch.setenv("GITHUB_ACTIONS", "true")
        self.patch.setenv("GITHUB_WORKSPACE", str(self.folder))
        self.patch.setenv("GITHUB_STEP_SUMMARY", str(self.folder / "step_summary"))
        self.patch.setenv("GITHUB_OUTPUT", str(self.folder / "output"))

    def ci(self, *arguments: str) -> Result:
        return CliRunner().invoke(grader, ["ci", "--rubric", "rubric.yaml", *arguments])

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def json(self, name: str):
        return json.loads(self.read(name))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    return Build(tmp_path, monkeypatch)


# `-I -m venv` makes an environment, `-I -m pip install` notes what it is asked for, all else is real.
PYTHON = r"""#!/bin/bash
case "$1 $2 $3" in
"-I -m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-I -m pip") printf "%s\n" "${{@: -1}}" >> {log} ;;
"-I -m grader") if [ -e {log}.asked ]; then printf "%s\0" "${{@:4}}" > {log}.asked; else exec {python} "$@"; fi ;;
*) exec {python} "$@" ;;
esac
"""
# Answers with what lies in a folder: the URL without its slashes names the file, and `status` in it another answer.
CURL = r"""#!/bin/bash
output="" url="${{@: -1}}" config=""
while [ $# -gt 0 ]; do
    case "$1" in --output) output="$2" ;; --config) config=$(cat "$2") ;; esac
    shift
done
printf "%s\n%s\n" "$url" "$config" >> {log}.fetched
file="{served}/${{url//\//|}}"
if [ -e "$file.status" ]; then cat "$file.status"; echo oops > "$output"; exit 0; fi
if [ -e "$file.broken" ]; then printf 200; echo half > "$output"; exit 18; fi
if [ -e "$file" ]; then cp "$file" "$output"; printf 200; else echo '{{}}' > "$output"; printf 404; fi
"""
GRADER = '#!/bin/bash\nexec {python} -I -m grader "$@"\n'


class Machine:
    """A runner: a workspace with a hand-in, tools that stand in for the real ones, GitHub's files."""

    def __init__(self, build, folder: Path) -> None:
        self.build, self.temp = build, folder
        self.log = folder / "installed"
        tools = folder / "tools"
        tools.mkdir(parents=True)
        self.served = folder / "served"
        self.served.mkdir()
        self.said = ""
        words = {
            "python": shlex.quote(sys.executable),
            "log": shlex.quote(str(self.log)),
            "served": str(self.served),
        }
        self._tool(tools / "python", PYTHON.format(**words))
        self._tool(tools / "curl", CURL.format(**words))
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

    def steps(self, steps, values: dict[str, str]) -> subprocess.CompletedProcess:
        """Run every step that is a script, up to one that fails; the last result."""
        result = None
        for step in steps:
            if "run" not in step:
                assert step["uses"].startswith("actions/")
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
            self.said += result.stdout + result.stderr
            if result.returncode:
                break
        assert result is not None
        return result

    def action(self, **inputs: str) -> subprocess.CompletedProcess:
        """Run the action on one hand-in."""
        given = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        values = {f"inputs.{name}": value for name, value in given.items()}
        values["github.action_path"] = str(ROOT / ".github/actions/grade")
        return self.steps(ACTION["runs"]["steps"], values)

    def stood_in_for(self) -> None:
        """Let the grader do nothing from now on but write down what it is asked for."""
        Path(f"{self.log}.asked").touch()

    def asked(self) -> list[str]:
        """Return the words that the grader was last called with."""
        return Path(f"{self.log}.asked").read_text(encoding="utf-8").split("\0")[:-1]

    def as_asked(self, folder: Path | None = None) -> Result:
        """Do what the grader was last called with, in a folder."""
        self.build.patch.chdir(folder or self.build.folder)
        return CliRunner().invoke(grader, self.asked())

    def serve(self, url: str, content: str | None, *, ending: str = "") -> None:
        """Let the web hold something from now on."""
        (self.served / f"{url.replace('/', '|')}{ending}").write_text(content or "", encoding="utf-8")

    @property
    def fetched(self) -> list[str]:
        path = Path(f"{self.log}.fetched")
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

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
