"""Tables with labels: the matrix of their numbers, and the cell that labels name."""

from __future__ import annotations

import pytest

from grader.checks.labelled import find_tables
from grader.finding.reading import Reading
from grader.rubric.loading import make_check

TABLE = "| Set | a1 | a2 |\n|---|---|---|\n| One | 0.12 | **0.34** |\n| Two | 0.21 | 0.43 |\n"
TURNED = "| | One | Two |\n|---|---|---|\n| a1 | 0.12 | 0.21 |\n| a2 | 0.34 | 0.43 |\n"


def credit(params: dict, text: str):
    return make_check("matrix", params).check(Reading(text=text), {}).credit


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        f"So:\n\n{TABLE}\n",
        "| 0.12 | 0.34 |\n|---|---|\n| 0.21 | 0.43 |\n",
        "| | |\n|---|---|\n| 0.12 | 0.34 |\n| 0.21 | 0.43 |\n",
    ],
)
def test_labels_are_left_out(text: str) -> None:
    assert credit({"expected": [["0.12", "0.34"], ["0.21", "0.43"]]}, text) == 1


@pytest.mark.parametrize("text", [TABLE, TURNED])
def test_labels_say_the_order(text: str) -> None:
    expected = {
        "expected": [["0.43", "0.21"], ["0.34", "0.12"]],
        "labels": {"rows": ["two", "one"], "columns": ["a2", "a1"]},
    }
    assert credit(expected, text) == 1


def test_a_cell_is_found_by_its_labels() -> None:
    (table,) = find_tables(TABLE)
    entry = table.entry(["two"], ["a1"])
    assert entry is not None
    assert entry.text == "0.21"
    assert TABLE[entry.start : entry.end].strip() == "0.21"
    assert table.entry(["three"], ["a1"]) is None


@pytest.mark.parametrize("params", [{"row": ["two"], "column": ["a1"]}, {"row": ["a1"], "column": ["two"]}])
def test_a_number_is_found_by_its_labels(params: dict) -> None:
    check = make_check("number", {"expected": "0.21", **params})
    assert check.check(Reading(text=TABLE), {}).credit == 1
    assert check.check(Reading(text=TABLE.replace("0.21", "0.12")), {}).credit == 0
