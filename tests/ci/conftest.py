"""Hand-ins for a build: good, wrong, blank, open, hostile, unreadable; and what reads what a build reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parent.parent.parent
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
