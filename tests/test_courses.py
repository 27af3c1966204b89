"""The rubrics of other courses, each with a made class: what every row of every hand-in is worth, and what they use together."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.checks import CHECKS
from grader.cli.entry import grader
from grader.derive import OPERATIONS
from grader.files.yamltree import load_yaml
from grader.marking.assembly import mark
from grader.readers.discovery import find_files
from grader.readers.files import read_file
from grader.rubric.loading import load_rubric

ROOT = Path(__file__).parent.parent
RUBRICS = sorted((ROOT / "rubrics").glob("*.yaml"))
CLASSES = ROOT / "tests/classes"
COURSES = sorted(path.name for path in CLASSES.iterdir() if path.is_dir())
OUTCOMES = "outcomes.yaml"
REFERENCE = (ROOT / "rubrics/README.md").read_text(encoding="utf-8")


def hand_ins(course: str) -> list[Path]:
    return sorted(path for path in (CLASSES / course).iterdir() if path.name != OUTCOMES)


def expected(course: str) -> dict[str, dict[str, str]]:
    text = (CLASSES / course / OUTCOMES).read_text(encoding="utf-8")
    return load_yaml(text, OUTCOMES).data


def test_every_course_has_a_class_and_a_row_in_the_reference() -> None:
    assert set(COURSES) == {path.stem for path in RUBRICS} - {"rq3", "rq3_short"}
    for course in COURSES:
        assert 8 <= len(hand_ins(course)) <= 12
        assert {path.stem for path in hand_ins(course)} == set(expected(course))
        assert f"| [`{course}.yaml`]({course}.yaml) |" in REFERENCE


@pytest.mark.parametrize(
    ("course", "path"),
    [
        pytest.param(course, path, id=f"{course}-{path.stem}")
        for course in COURSES
        for path in hand_ins(course)
    ],
)
def test_a_hand_in_is_worth_what_a_person_found(course: str, path: Path) -> None:
    rubric = load_rubric(ROOT / f"rubrics/{course}.yaml")
    found = read_file(next(iter(find_files([path]))), rubric.outline)
    rows = [row for question in mark(rubric, found)[0].questions for row in question.criteria]
    told = expected(course)[path.stem]
    assert set(told) <= {row.id for row in rows}
    for row in rows:
        worth = told.get(row.id, "0" if row.points < 0 else "1")
        assert row.credit == (None if worth == "person" else Fraction(worth)), (
            row.id,
            row.reason,
            row.evidence,
        )


@pytest.mark.parametrize("course", COURSES)
def test_the_rubric_is_checked_without_a_finding(course: str) -> None:
    result = CliRunner().invoke(grader, ["check", str(ROOT / f"rubrics/{course}.yaml"), "--json"])
    assert result.exit_code == 0, result.output
    assert [each["findings"] for each in json.loads(result.stdout)] == [[]]


@pytest.mark.parametrize("course", COURSES)
def test_every_question_has_a_model_answer(course: str) -> None:
    rubric = load_rubric(ROOT / f"rubrics/{course}.yaml")
    assert 6 <= len(rubric.questions) <= 12
    for question in rubric.questions:
        assert question.title
        assert question.text
        assert question.model


def test_together_they_use_every_check() -> None:
    used = {criterion.check_name for path in RUBRICS for _, criterion in load_rubric(path).criteria}
    assert used == set(CHECKS)


def test_together_they_use_every_operation_of_the_reference() -> None:
    """Other names of an operation stand below the table and need no rubric."""
    table = REFERENCE.split("| op | fields | ask |")[1].split("\n\n")[0]
    named = {word for line in table.splitlines()[2:] for word in re.findall(r"`(\w+)`", line.split("|")[1])}
    used = {
        data["op"]
        for path in RUBRICS
        for question in load_rubric(path).questions
        for data in question.data.values()
    }
    assert named <= set(OPERATIONS)
    assert not named - used
    # No function of the table is without one of its names, whatever the reference calls it.
    assert {OPERATIONS[name] for name in used} == set(OPERATIONS.values())
