"""A rubric's text learns one thing and stays as it is but for that."""

from __future__ import annotations

import pytest
import yaml

from grader.authoring.amending import Amendment, amended
from grader.authoring.examples import failed_examples
from grader.model.errors import UsageError
from grader.rubric.loading import load_rubric

RUBRIC = """\
# the head
id: small
questions:
  - id: q1
    criteria:
      - {id: flow, points: 1, number: {expected: 7850}}  # a comment
      - id: block
        points: 1
        keywords:
          any:
            - [bias*]
            - dropout  # the last one
        accepts:
          - the biases

        # of the next one
      - id: folded
        points: 1
        keywords: {any: []}
        feedback: >
          Two
          lines.
  - {id: q2, criteria: [{id: last, points: 1, formula: {expected: x + 1, mistakes: [{name: seen_1, expected: x}]}, rejects: [x - 1]}]}"""


def at(data: dict, name: str) -> dict:
    return next(row for question in data["questions"] for row in question["criteria"] if row["id"] == name)


@pytest.mark.parametrize(
    ("amendment", "path", "value"),
    [
        (Amendment("flow", "accept", "7,850", "number"), ["accepts"], ["7,850"]),
        (
            Amendment("flow", "mistake", "7840", "number"),
            ["number", "mistakes"],
            [{"name": "seen_1", "expected": "7840", "credit": 0}],
        ),
        (Amendment("block", "reject", 'says "no": {x}', "keywords"), ["rejects"], ['says "no": {x}']),
        (Amendment("block", "accept", "the\n offset", "keywords"), ["accepts"], ["the biases", "the offset"]),
        (
            Amendment("block", "accept", "the offset", "keywords"),
            ["keywords", "any"],
            [["bias*"], "dropout", "the offset"],
        ),
        (Amendment("block", "accept", "w " * 13, "keywords"), ["keywords", "any"], [["bias*"], "dropout"]),
        (Amendment("folded", "accept", "- a", "keywords"), ["keywords", "any"], ["- a"]),
        (Amendment("folded", "reject", "# b", "keywords"), ["rejects"], ["# b"]),
        (
            Amendment("last", "mistake", "x + 2", "formula"),
            ["formula", "mistakes"],
            [{"name": "seen_1", "expected": "x"}, {"name": "seen_2", "expected": "x + 2", "credit": 0}],
        ),
        (Amendment("last", "reject", "1", "formula"), ["rejects"], ["x - 1", "1"]),
    ],
)
def test_one_list_is_one_longer(amendment, path, value) -> None:
    text = amended(RUBRIC, [amendment], "r.yaml")
    data = at(yaml.safe_load(text), amendment.criterion)
    for key in path:
        data = data[key]
    assert data == value
    for comment in ("# the head", "# a comment", "# the last one", "        # of the next one\n"):
        assert comment in text
    before, after = yaml.safe_load(RUBRIC), yaml.safe_load(text)
    for name in {"flow", "block", "folded", "last"} - {amendment.criterion}:
        assert at(before, name) == at(after, name)


def test_several_follow_each_other(tmp_path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        amended(
            RUBRIC.replace("any: []", "any: [epoch]"),
            [
                Amendment("block", "accept", "the offset counts", "keywords"),
                Amendment("block", "reject", "nothing counts", "keywords"),
                Amendment("flow", "mistake", "7840", "number"),
                Amendment("flow", "accept", "7,850", "number"),
            ],
            "r.yaml",
        )
    )
    rubric = load_rubric(path)
    assert not list(failed_examples(rubric))
    assert len(rubric.questions[0].criteria[1].accepts) == 2


def test_a_criterion_of_an_imported_file_is_changed_there() -> None:
    with pytest.raises(UsageError, match="in one that this imports"):
        amended(RUBRIC, [Amendment("none", "accept", "x", "number")], "r.yaml")


def test_a_rubric_that_uses_anchors_is_not_changed_elsewhere() -> None:
    text = "questions:\n- criteria:\n  - {id: a, keywords: &k {any: [x]}}\n  - {id: b, keywords: *k}\n"
    with pytest.raises(UsageError, match="unusual way"):
        amended(text, [Amendment("a", "accept", "y", "keywords")], "r.yaml")
