"""A tree as the platform lays it out, and the strict form of what we write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from grader.gradescope.containerrun import run

_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
_TEXT = {"type": "string", "not": {"pattern": "\\r"}}
_POINTS = {"type": "number"}
# Only documented keys, numbers as numbers, no nulls, and a score somewhere.
RESULTS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": _POINTS,
        "execution_time": {"type": "number", "minimum": 0},
        "output": _TEXT,
        "output_format": _FORMAT,
        "test_output_format": _FORMAT,
        "test_name_format": _FORMAT,
        "visibility": _VISIBILITY,
        "stdout_visibility": _VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "value"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "value": {"type": ["number", "string"]},
                    "order": {"enum": ["asc", "desc"]},
                },
            },
        },
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": _POINTS,
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": _TEXT,
                    "name_format": _FORMAT,
                    "number": {"type": "string", "minLength": 1},
                    "output": _TEXT,
                    "output_format": _FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": _VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
    "anyOf": [
        {"required": ["score"]},
        {"required": ["tests"], "properties": {"tests": {"contains": {"required": ["score"]}}}},
    ],
}

RUBRIC = """\
id: small
title: A small one
questions:
  - id: q1
    title: Parameters
    criteria:
      - {id: total, part: total, points: 2, number: {expected: 903400, mistakes: [{name: no_bias, value: 902700, credit: 1/2, feedback: Every filter has a bias.}]}}
      - {id: rate, part: rate, points: 1/2, number: {expected: 0.25, tolerance: 0.01}}
  - id: q2
    title: Dropout
    criteria:
      - {id: slow, points: 1, keywords: {all: [slow*, training], within: sentence}}
      - {id: x_slow, points: -1, keywords: {all: [slow*, inference], within: sentence}}
"""
GOOD = "answers:\n  q1: {total: '903,400', rate: 0.25}\n  q2: Dropout makes training slower, as more passes over the data are needed.\n"

METADATA = {
    "id": 4711,
    "created_at": "2026-11-20T10:00:00.000000+01:00",
    "assignment": {
        "id": 12, "course_id": 3, "title": "Small", "due_date": "2026-11-21T10:00:00.000000+01:00",
        "late_due_date": None, "total_points": "3.5", "group_submission": False, "group_size": None,
    },
    "submission_method": "upload",
    "users": [{"id": 9, "email": "ada@example.org", "name": "Ada Example", "sid": "s1", "sections": ["A"]}],
    "previous_submissions": [],
}  # fmt: skip


def strictly_valid(results: dict) -> dict:
    jsonschema.validate(results, RESULTS_SCHEMA)
    return results


@dataclass
class Tree:
    root: Path
    rubric: str = RUBRIC
    good: str = GOOD

    def hand_in(self, name: str, content: str | bytes = GOOD) -> None:
        path = self.root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def metadata(self, **changes) -> None:
        self.write_metadata(json.dumps({**METADATA, **changes}))

    def write_metadata(self, text: str) -> None:
        (self.root / "submission_metadata.json").write_text(text)

    def run(self, rubric: str = RUBRIC, **options) -> dict:
        path = self.root / "rubric.yaml"
        path.write_text(rubric)
        run(self.root, path, **options)
        return self.results()

    @staticmethod
    def total(results: dict) -> float:
        """The score as the platform shows it: the sum of the rows, unless there is one at the top."""
        if "score" in results:
            return results["score"]
        return round(sum(test.get("score", 0) for test in results["tests"]), 9)

    def results(self) -> dict:
        return strictly_valid(json.loads((self.root / "results/results.json").read_text()))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for name in ("submission", "results", "source"):
        (tmp_path / name).mkdir()
    tree = Tree(tmp_path)
    tree.metadata()
    return tree


@pytest.fixture
def base_metadata() -> dict:
    return METADATA


@pytest.fixture
def check_results():
    return strictly_valid
