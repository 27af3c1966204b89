"""Run every row of tests/cases/<check>.yaml: parameters, answer, credit and reason as data."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.checks import CHECKS
from grader.files.yamltree import load_yaml
from grader.finding.reading import Reading
from grader.readers.structured import frozen
from grader.rubric.loading import make_check

CASES = Path(__file__).parent / "cases"


def rows() -> list[Any]:
    found = []
    for name in CHECKS:
        tree = load_yaml((CASES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
        assert not tree.problems
        for number, row in enumerate(tree.data):
            line = tree.mark((number,)).line
            found.append(pytest.param(name, row, id=f"{name}.yaml:{line}"))
    return found


@pytest.mark.parametrize(("name", "row"), rows())
def test_case(name: str, row: dict[str, Any]) -> None:
    check = make_check(name, row["check"], sets=row.get("sets"))
    earlier = {key: Fraction(value) for key, value in row.get("earlier", {}).items()}
    if "part" in row:
        value = frozen(row["part"])
        text = value if isinstance(value, str) else ""
        response = Reading(text=text, value=None if text else value, part="part")
    else:
        response = Reading(text=row["answer"] or "")
    outcome = check.check(response, earlier)
    expected = None if row["credit"] is None else Fraction(row["credit"])
    assert (outcome.credit, outcome.code) == (expected, row["reason"]), row.get("why")
    assert check.check(response, earlier) == outcome, "the same answer must get the same outcome"
    for evidence in outcome.evidence:
        if evidence.start is not None and isinstance(response.text, str) and not response.explicit:
            assert response.text[evidence.start : evidence.end] == evidence.read
