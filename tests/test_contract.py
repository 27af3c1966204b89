"""A check is one file, one table line, its section and its cases: every command takes it from its documented example.

A check that is made here, of the contract's defaults, goes the same way, so nothing else may know a check by its name.
"""

from __future__ import annotations

import ast
import csv
import json
import pickle
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from grader.checks import CHECKS
from grader.checks.contract import Check, CheckModel
from grader.cli.entry import grade, grader
from grader.files.fields import Words
from grader.files.registry import resolve
from grader.model.outcome import Evidence, Outcome, Reason
from grader.rubric.loading import load_rubric, make_check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

    from grader.finding.reading import Reading

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```yaml criterion\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MADE = """
id: said_so
points: 2
shouted: {expected: [HOORAY]}
accepts: ["HOORAY!"]
rejects: ["no"]
"""
CHECKS_KNOWN = tuple(CHECKS)  # as the command line knows them from its start
ANYWHERE = ("check_name",)  # attributes of a criterion that only label a row, never decide


class ShoutedCheck(CheckModel):
    """Judge whether one of some words is shouted.

    `expected`  the words
    """

    expected: Words

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank."""
        del earlier
        found = any(word in reading.text for word in self.expected)
        reason = Reason.CORRECT if found else Reason.WRONG
        return Outcome(credit=Fraction(found), reason=reason, evidence=(Evidence(read=reading.text),))


def example(name: str) -> dict[str, Any]:
    """Return the first criterion of a check's section that has examples of its own."""
    if name == "shouted":
        return dict(yaml.safe_load(MADE))
    section = REFERENCE.split(f"## The check `{name}`")[1].split("\n## ")[0]
    found = (yaml.safe_load(text) for text in BLOCK.findall(section))
    return dict(
        next(item for item in found if item.get("accepts") and item.get("rejects") and "part" not in item)
    )


@pytest.fixture(params=[*CHECKS, "shouted"])
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "shouted":
        monkeypatch.setitem(CHECKS, "shouted", f"{__name__}:ShoutedCheck")
        monkeypatch.setattr("grader.files.registry.import_module", _importing(__name__))
    return str(request.param)


def _importing(own: str) -> Any:
    import importlib
    import sys

    return lambda module: sys.modules[own] if module == own else importlib.import_module(module)


@pytest.fixture
def folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a rubric of the example, a part beside it, two hand-ins and marks."""
    criterion = {**example(name), "part": "value"}
    rubric = {"id": "r", "questions": [{"id": "q", "title": "Zebra crossing", "criteria": [criterion]}]}
    (tmp_path / "rubric.yaml").write_text(yaml.safe_dump(rubric, allow_unicode=True), encoding="utf-8")
    (tmp_path / "files").mkdir()
    for who, examples in (("ann", criterion["accepts"]), ("bob", criterion["rejects"])):
        answer = {"assignment": "r", "students": [who], "answers": {"q": _answer(examples[0])}}
        (tmp_path / f"files/{who}.json").write_text(json.dumps(answer), encoding="utf-8")
    with (tmp_path / "marks.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["answer", "criterion", "mark", "author"])
        rows.writerows(
            [text, criterion["id"], "yes", "a"] for text in criterion["accepts"] if isinstance(text, str)
        )
        rows.writerows(
            [text, criterion["id"], "no", "b"] for text in criterion["rejects"] if isinstance(text, str)
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _answer(item: Any) -> Any:
    return item if isinstance(item, str) else {"value": item}


def run(*words: object) -> Result:
    program, *rest = map(str, words)
    return CliRunner().invoke({"grade": grade, "grader": grader}[program], rest, catch_exceptions=False)


def test_it_goes_to_another_process(name: str) -> None:
    check = make_check(name, as_text(example(name)[name]))
    again = pickle.loads(pickle.dumps(check))  # noqa: S301 - our own
    assert repr(again) == repr(check)


def as_text(value: Any) -> Any:
    """Return what YAML read as the loader of rubrics hands it on: scalars as text."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    return [as_text(item) for item in value] if isinstance(value, list) else str(value)


def test_its_examples_come_out_as_they_say(folder: Path) -> None:
    assert (done := run("grader", "check", "rubric.yaml")).exit_code == 0, done.output


def test_it_is_explained(name: str) -> None:
    if name not in CHECKS_KNOWN:
        assert resolve(CHECKS, name).reference().startswith("Judge whether")
        return
    done = run("grader", "explain", name)
    assert done.output.strip() == resolve(CHECKS, name).reference().strip()
    keys = resolve(CHECKS, name).model_fields
    assert any(f"`{key}`" in done.output for key in keys), "its docstring names its keys in backticks"
    assert name in run("grader", "explain").output


def test_the_schema_takes_its_example(name: str, folder: Path) -> None:
    schema = json.loads(run("grader", "schema", "rubric").output)
    jsonschema.validate(yaml.safe_load((folder / "rubric.yaml").read_text(encoding="utf-8")), schema)
    assert name in schema["$defs"]


def test_its_part_stands_in_the_form_and_is_read_before_handing_in(folder: Path) -> None:
    assert (done := run("grader", "template", "rubric.yaml", "--out", "form", "--anyway")).exit_code == 0, (
        done.output
    )
    (form,) = (folder / "form").glob("form*.yaml")
    part = yaml.safe_load(form.read_text(encoding="utf-8"))["questions"][0]["parts"][0]
    criterion = load_rubric(folder / "rubric.yaml").questions[0].criteria[0]
    assert (part["name"], part["kind"]) == ("value", criterion.check.holding.kind)
    done = run("grader", "validate", "files/ann.json", "--form", form, "--json")
    assert done.exit_code == 0, done.output


def test_it_is_calibrated(folder: Path) -> None:
    marks = (folder / "marks.csv").read_text(encoding="utf-8")
    if marks.count("\n") < 2:
        pytest.skip("its examples are no texts")
    done = run("grader", "calibrate", "rubric.yaml", "marks.csv", "--json", "out.json")
    assert done.exit_code == 0, done.output
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["criteria"]


def test_it_is_marked_and_marked_again(folder: Path) -> None:
    done = run(
        "grade", "files", "--rubric", "rubric.yaml", "--executor", "serial", "--format", "html,md,json,csv"
    )
    assert done.exit_code == 0, done.output
    earned = {
        who: json.loads((folder / f"reports/{who}.json").read_text(encoding="utf-8"))["questions"][0][
            "criteria"
        ][0]["credit"]
        for who in ("ann", "bob")
    }
    assert Fraction(str(earned["ann"])) == 1
    assert earned["bob"] is None or Fraction(str(earned["bob"])) == 0
    rubric = (folder / "rubric.yaml").read_text(encoding="utf-8")
    points = next(line for line in rubric.splitlines() if "points:" in line)
    (folder / "rubric.yaml").write_text(rubric.replace(points, f"{points}0"), encoding="utf-8")
    done = run("grader", "regrade", "rubric.yaml", "--apply", "--jobs", "1")
    assert done.exit_code == 0, done.output


def test_it_runs_inside_platforms(folder: Path) -> None:
    done = run("grader", "ci", "files/ann.json", "--rubric", "rubric.yaml", "--json")
    assert done.exit_code == 0, done.output
    (folder / "submission").mkdir()
    (folder / "submission/ann.json").write_bytes((folder / "files/ann.json").read_bytes())
    done = run("grader", "gradescope", "run", "--root", ".", "--rubric", "rubric.yaml")
    assert done.exit_code == 0, done.output
    results = json.loads((folder / "results/results.json").read_text(encoding="utf-8"))
    assert [row["score"] for row in results["tests"] if row.get("max_score")], results


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_answers_all_that_the_house_asks(name: str) -> None:
    check = resolve(CHECKS, name)
    assert issubclass(check, CheckModel)
    asked = [each for each in vars(Check) if not each.startswith("_")]
    assert all(hasattr(check, each) for each in asked)


def test_nobody_asks_for_a_check_by_its_name() -> None:
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Compare) and any(
                isinstance(each, ast.Attribute) and each.attr in ANYWHERE
                for each in (node.left, *node.comparators)
            )
            asked = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"hasattr", "getattr", "isinstance"}
            )
            of_check = asked and _is_a_check(node.args[0])
            assert not named, f"{path}:{node.lineno}"
            assert not of_check, f"{path}:{node.lineno}"


def _is_a_check(node: ast.expr) -> bool:
    """Whether an expression is `check` or something's `.check`."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "check"
