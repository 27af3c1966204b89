"""Published networks come out exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.derive import derive
from grader.derive.network import describe

CASES = Path(__file__).parent.parent / "cases/networks.yaml"
MODELS = yaml.safe_load(CASES.read_text(encoding="utf-8"))


def tuples(value):
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def as_text(value):
    """Scalars as a rubric hands them on: the text that stands in the file."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_published_figures(model):
    for ask, expected in model["figures"].items():
        for spec in (model["spec"], as_text(model["spec"])):
            assert derive({**spec, "ask": ask}, mistakes=False).value == tuples(expected), ask


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_the_table_adds_up(model):
    *rows, total = describe(model["spec"])
    assert total.params == sum(row.params for row in rows) == model["figures"].get("params", total.params)
    assert total.macs == sum(row.macs for row in rows)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model["name"])
def test_no_mistake_is_right_and_names_are_single(model):
    for ask in ("params", "layer_params", "shapes", "macs", "trainable"):
        derived = derive({**model["spec"], "ask": ask})
        assert all(mistake.value != derived.value for mistake in derived.mistakes)
        names = [mistake.name for mistake in derived.mistakes]
        assert len(names) == len(set(names))
        assert all(mistake.feedback and 0 <= mistake.credit < 1 for mistake in derived.mistakes)
