"""A rubric's problems come all at once, each at its line, in words its author understands."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.model.errors import RubricError
from grader.rubric.loading import load_rubric, read_rubric

GOOD = """\
id: "2.10"
title: no
questions:
  - id: q1
    criteria:
      - {id: right, part: pick, points: 1.5, choice: {options: [a, b], expected: a}}
      - {id: again, points: 1/2, choice: {expected: yes}}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(RubricError) as caught:
        read_rubric(text, "r.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_scalars_mean_what_their_field_says() -> None:
    rubric = read_rubric(GOOD)
    assert (rubric.id, rubric.title) == ("2.10", "no")
    assert rubric.max_points == 2
    assert rubric.questions[0].criteria[0].points == Fraction(3, 2)
    assert rubric.questions[0].criteria[1].check.expected == "yes"


def test_the_outline_knows_names_and_nothing_of_the_key() -> None:
    outline = read_rubric(GOOD).outline
    assert outline.questions[0].parts == ("pick", "right", "again")
    assert "expected" not in outline.model_dump_json()


def test_the_digest_follows_the_content() -> None:
    assert read_rubric(GOOD).digest == read_rubric(GOOD).digest
    assert read_rubric(GOOD).digest != read_rubric(GOOD.replace("1.5", "2")).digest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("points: 1.5", "points: lots", "r.yaml:6:41: question 'q1', criterion 'right': points must be a number such as 3"),
        ("points: 1.5", "points: 0.333", "r.yaml:6:41: question 'q1', criterion 'right': points must have at most 2 decimals"),
        ("points: 1.5, ", "", "r.yaml:6:9: question 'q1', criterion 'right': 'points' is missing"),
        ("part: pick", "prat: pick", "r.yaml:6:21: question 'q1', criterion 'right': unknown key 'prat'; did you mean 'part'?"),
        ("choice: {options", "choise: {options", "r.yaml:6:46: question 'q1', criterion 'right': unknown key 'choise'; did you mean 'choice'?"),
        ("expected: a", "expectd: a", "r.yaml:6:72: question 'q1', criterion 'right': unknown key 'expectd'; did you mean 'expected'?"),
        ("expected: a", "expected: z", "r.yaml:6:54: question 'q1', criterion 'right': expected 'z' is no option; options are a, b"),
        ("id: again", "id: right", "r.yaml:7:14: question 'q1', criterion 'right': id 'right' is already used in question 'q1'"),
        ("points: 1/2", "points: -1", "r.yaml:7:29: question 'q1', criterion 'again': negative points need a check with 'contradiction: true'"),
        ("- id: q1", "- id: 'q 1'", "r.yaml:4:10: question 'q 1': id must be letters, digits"),
        ("title: no", "tilte: no", "r.yaml:2:1: unknown key 'tilte'; did you mean 'title'?"),
        ("title: no", "title: [no]", "r.yaml:2:8: title must be a text (got ['no'])"),
    ],
)  # fmt: skip
def test_each_problem_is_named_at_its_place(old: str, new: str, expected: str) -> None:
    (problem,) = problems(GOOD.replace(old, new))
    assert problem.startswith(expected)


def test_all_problems_come_in_one_run() -> None:
    text = GOOD.replace("1.5", "x").replace("1/2", "y").replace("title: no", "tilte: no\nid: r2")
    found = problems(text)
    assert [line.split(": ")[0] for line in found] == [
        "r.yaml:2:1",
        "r.yaml:3:1",
        "r.yaml:7:41",
        "r.yaml:8:29",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "r.yaml:1:1: must be a mapping with 'id' and 'questions' (got nothing)"),
        ("[]", "r.yaml:1:1: must be a mapping with 'id' and 'questions' (got [])"),
        ("id: r\nquestions: 3", "r.yaml:2:12: questions must be a list (got '3')"),
        ("id: r\nquestions: []", "r.yaml:2:12: questions must not be empty"),
        ("id: r\nquestions: [{id: q, criteria: [{id: c, points: 1}]}]", "r.yaml:2:32: question 'q', criterion 'c': must have exactly one check of"),
        ("id: r\nquestions: [{id: q, criteria: [3]}]", "r.yaml:2:32: question 'q', criterion number 1: must be a mapping"),
    ],
)  # fmt: skip
def test_wrong_shapes_are_named_too(text: str, expected: str) -> None:
    assert problems(text)[0].startswith(expected)


def test_two_checks_in_one_criterion_are_one_too_many() -> None:
    text = GOOD.replace("choice: {expected: yes}", "choice: {expected: yes}, number: {expected: 3}")
    assert "must have exactly one check" in problems(text)[0]
    assert "(got choice, number)" in problems(text)[0]


def test_sets_can_be_imported_and_the_own_ones_win(tmp_path: Path) -> None:
    (tmp_path / "sets.yaml").write_text("slow: [slow]\nfast: [fast]\n")
    text = """\
id: r
import: sets.yaml
sets: {fast: [quick]}
questions:
  - id: q1
    criteria:
      - {id: c, points: 1, keywords: {any: [{all: [{set: slow}, {set: fast}]}]}}
"""
    (tmp_path / "r.yaml").write_text(text)
    assert load_rubric(tmp_path / "r.yaml").id == "r"
    (tmp_path / "r.yaml").write_text(text.replace("sets.yaml", "set.yaml"))
    with pytest.raises(RubricError, match=r"r\.yaml:2:9: cannot import 'set\.yaml': No such file"):
        load_rubric(tmp_path / "r.yaml")


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    with pytest.raises(RubricError, match="cannot be read: No such file"):
        load_rubric(path)
    path.write_bytes(b"id: r\n\xff\xfe")
    with pytest.raises(RubricError, match=r"r\.yaml:2: is not UTF-8 text"):
        load_rubric(path)
