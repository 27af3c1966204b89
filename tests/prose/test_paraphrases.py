"""The prose criteria of rubrics/rq3.yaml on sentences of our own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.finding.reading import Reading
from grader.rubric import make_check
from grader.yamltree import load_yaml

HERE = Path(__file__).parent
RUBRICS = HERE.parent.parent / "rubrics"


def _yaml(path: Path) -> Any:
    tree = load_yaml(path.read_text(encoding="utf-8"), path.name)
    assert not tree.problems
    return tree.data


@cache
def _checks() -> dict[str, Any]:
    rubric = _yaml(RUBRICS / "rq3.yaml")
    sets: dict[str, Any] = {}
    for name in rubric.get("import", []):
        sets |= _yaml(RUBRICS / name)
    sets |= rubric.get("sets", {})
    return {
        row["id"]: make_check(
            "keywords",
            row["keywords"] | {"contradiction": str(row["points"].startswith("-")).lower()},
            sets=sets,
        )
        for question in rubric["questions"]
        for row in question["criteria"]
        if "keywords" in row
    }


def _rows() -> list[Any]:
    return [
        pytest.param(name, kind, text, id=f"{name}-{kind}-{number}")
        for name, kinds in _yaml(HERE / "paraphrases.yaml").items()
        for kind, texts in kinds.items()
        for number, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(("name", "kind", "text"), _rows())
def test_paraphrase(name: str, kind: str, text: str) -> None:
    outcome = _checks()[name].check(Reading(text=text), {})
    if kind == "met":
        assert outcome.credit == 1, (text, outcome)
    elif kind == "near":
        assert outcome.credit is None, (text, outcome)
    else:
        assert outcome.credit != 1, (text, outcome)
