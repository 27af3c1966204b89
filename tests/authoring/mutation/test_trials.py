"""Mutants of right answers: what only looks otherwise stays right, what is wrong loses, and a weak rubric is found out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring.lint import inspected
from grader.authoring.mutation.trials import MutationScore, TrialVerdict, mutation_score
from grader.cli.entry import grader

ROOT = Path(__file__).parent.parent.parent.parent
ASKED = Fraction(95, 100)  # of every rubric that comes with the house


def score_of(path: Path, criteria: str, question: str = "") -> MutationScore:
    path.write_text(f"id: t\nquestions:\n- id: q1\n{question}  criteria:\n{criteria}")
    inspection, _ = inspected(path)
    assert inspection is not None
    assert not inspection.draft.problems
    return mutation_score(inspection)


def operators(score: MutationScore) -> set[str]:
    return {each.mutant.operator for each in score.trials}


SOUND = {
    "number": (
        (
            "  - {id: a, part: pa, points: 1, number: {expected: 903400, near: [total]}, accepts: ['The total is 903,400.']}\n"
            "  - {id: b, part: pb, points: 1, number: {expected: 1/9}, accepts: ['0.11']}\n"
            "  - {id: c, part: pc, points: 1, number: {expected: -3, accept: 4, near: [slope]}, accepts: ['slope -3']}\n"
        ),
        {"number format", "sign", "digit", "digits swapped", "digit left out", "place", "number", "turned"},
    ),
    "matrix": (
        (
            "  - {id: a, part: pa, points: 1, matrix: {expected: [[1, -2], [3, 4]], near: [output]}, accepts: ['output: $[[1, -2], [3, 4]]$']}\n"
            "  - {id: b, part: pb, points: 1, matrix: {expected: [98, 148, 64], shape_only: true}, accepts: ['98 x 148 x 64']}\n"
        ),
        {"layout", "sign", "cell", "cells swapped", "turned", "row left out", "digit"},
    ),
    "formula": (
        (
            "  - {id: a, part: pa, points: 1, formula: {expected: (x - mu)/sqrt(var + eps), defines: [z], where: {var: positive, eps: positive}}, accepts: ['$z = \\frac{x - \\mu}{\\sqrt{var + eps}}$']}\n"
            "  - {id: b, part: pb, points: 1, formula: {expected: '1/m * sum(x_i, i, 1, m)', where: {m: natural}}}\n"
        ),
        {"notation", "order", "sign", "term left out", "turned", "number", "names swapped"},
    ),
    "choice": (
        (
            "  - {id: a, points: 1, choice: {options: {a: it grows, b: it shrinks, c: nothing}, expected: b, accept: [c]}}\n"
            "  - {id: b, points: 1, choice: {options: [a, b, c, d], expected: [a, c]}}\n"
            "  - {id: c, points: 1, choice: {expected: 'true'}, accepts: ['yes']}\n"
            "  - {id: d, points: 1, choice: {options: [x, y, z], expected: {one: x, two: y}}}\n"
        ),
        {"layout", "another option", "option left out", "option too many", "order", "synonym"},
    ),
    "keywords": (
        (
            "  - {id: a, points: 1, keywords: {all: [slow*, inference], negated: true}, accepts: [Dropout does not slow down inference.]}\n"
            "  - {id: b, points: 1, keywords: {any: [probabilit*], about: [sigmoid], topics: [sigmoid, tanh]}, accepts: [The sigmoid gives a probability.]}\n"
        ),
        {"negation", "topic", "typo", "layout", "synonym"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_rubric_gets_nothing_wrong(tmp_path: Path, kind: str) -> None:
    criteria, wanted = SOUND[kind]
    score = score_of(tmp_path / "r.yaml", criteria)
    assert [each.said for each in score.wrong] == []
    assert score.score == 1
    assert wanted <= operators(score)
    assert score.count(TrialVerdict.RIGHT, damages=True) >= 3
    assert score.count(TrialVerdict.RIGHT, damages=False) >= 3


WEAK = {
    "a denial is overlooked": (
        "  - {id: a, points: 1, keywords: {all: [inference, slow*], negated: either}, accepts: [Dropout does not slow down inference.]}\n",
        "negation",
    ),
    "the opposite will do": (
        "  - {id: a, points: 1, keywords: {all: [training, {any: [slower, faster]}]}, accepts: [Training is slower with dropout.]}\n",
        "opposite",
    ),
    "whatever it is about": (
        "  - {id: a, points: 1, keywords: {any: [{any: [binary], about: [sigmoid]}, {all: [binary, tanh]}], topics: [sigmoid, tanh]}, accepts: [The sigmoid is for binary classes.]}\n",
        "topic",
    ),
    "one spelling alone": (
        "  - {id: a, points: 1, keywords: {seq: [does, not, normalise], near: 0}, accepts: [It does not normalise anything.]}\n",
        "synonym",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_rubric_is_found_out(tmp_path: Path, name: str) -> None:
    criteria, operator = WEAK[name]
    score = score_of(tmp_path / "r.yaml", criteria)
    assert operator in {each.mutant.operator for each in score.wrong}, sorted(operators(score))
    assert score.score < 1


def test_a_model_answer_is_varied_as_a_whole_and_damaged_where_it_earned(tmp_path: Path) -> None:
    criteria = (
        "  - {id: a, points: 1, keywords: {all: [slow*, inference], negated: true}}\n"
        "  - {id: b, points: 1, keywords: {all: [slow*, training], negated: either}}\n"
        "  - {id: c, points: -1, keywords: {all: [slow*, inference], negated: false}}\n"
    )
    model = "  model: Dropout does not slow down inference. It will slow down training.\n"
    score = score_of(tmp_path / "r.yaml", criteria, model)
    assert {each.whose.split("'")[3] for each in score.trials} == {"a", "b"}  # the contradiction is not made
    missed = [each.said for each in score.wrong]
    assert len(missed) == 2
    assert all(
        "criterion 'b': the model answer: damaged (negation), it still has full credit" in each
        for each in missed
    )
    assert any("It will not slow down training" in each for each in missed)


def test_the_command_lists_what_is_wrong_and_gives_the_score(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    score = score_of(path, WEAK["a denial is overlooked"][0])
    said = CliRunner().invoke(grader, ["check", "--mutate", str(path)])
    assert said.exit_code == 0  # what the rubric gets wrong is a warning
    assert said.stderr.count("[mutation]") == len(list(score.wrong)) > 0
    assert f"{path}:5:" in said.stderr
    assert f"mutation score {float(score.score):.1%}" in said.stdout
    (told,) = json.loads(CliRunner().invoke(grader, ["check", "--mutate", "--json", str(path)]).stdout)
    assert told["mutation"]["score"] == float(score.score)
    assert told["mutation"]["operators"]["negation"]["wrong"] > 0
    assert sum(sum(row.values()) for row in told["mutation"]["operators"].values()) == len(score.trials)


def test_two_runs_are_alike(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    score_of(
        path,
        "".join(SOUND[kind][0].replace("id: ", f"id: {kind}_") for kind in ("number", "formula", "keywords")),
    )
    command = [
        sys.executable,
        "-c",
        "from grader.cli.entry import grader; grader()",
        "check",
        "--mutate",
        "--json",
        str(path),
    ]
    runs = [
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("path", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda path: path.name)
def test_the_rubrics_that_come_with_the_house_get_nearly_all_right(path: Path) -> None:
    inspection, _ = inspected(path)
    assert inspection is not None
    score = mutation_score(inspection)
    assert len(score.trials) >= len(list(inspection.criteria))
    assert score.score >= ASKED, "\n".join(each.said for each in score.wrong)
