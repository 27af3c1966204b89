"""The prose criteria of rubrics/rq3.yaml on sentences of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.files.yamltree import load_yaml

HERE = Path(__file__).parent


def _yaml(path: Path) -> Any:
    tree = load_yaml(path.read_text(encoding="utf-8"), path.name)
    assert not tree.problems
    return tree.data


def _rows() -> list[Any]:
    return [
        pytest.param(name, kind, text, id=f"{name}-{kind}-{number}")
        for name, kinds in _yaml(HERE / "paraphrases.yaml").items()
        for kind, texts in kinds.items()
        for number, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(("name", "kind", "text"), _rows())
def test_paraphrase(rq3: Any, name: str, kind: str, text: str) -> None:
    outcome = rq3.outcome(name, text)
    if kind == "met":
        assert outcome.credit == 1, (text, outcome)
    elif kind == "near":
        assert outcome.credit is None, (text, outcome)
    else:
        assert outcome.credit != 1, (text, outcome)
