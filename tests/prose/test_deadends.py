"""A pattern that rules out what it looks for is told from one that may be found."""

from __future__ import annotations

import pytest

from grader.prose.compiling import compiler
from grader.prose.deadends import dead_end

SETS = {"quick": ["fast", "quick"], "units": ["neuron*", "unit*"]}

DEAD = [
    {"all": ["slow", "training"], "none": ["slow*"]},
    {"all": ["slow*", "training"], "none": ["slo*"]},
    {"all": [{"set": "quick"}, "training"], "none": [{"any": ["quick", "fast", "rapid"]}]},
    {"all": ["batch normalization", "layer"], "none": ["normalization"]},
    {"all": ["deep batch normalization", "layer"], "none": ["batch normalization"]},
    {"seq": ["first", {"any": ["neurons", "neuronal"]}], "none": ["neuron*"]},
    {"any": ["leaky relu"], "except": ["relu"]},
    {"any": ["slow*"], "about": ["dropout"], "unless": ["drop*"]},
    {"all": [{"all": ["slow", "training"], "none": ["train*"]}, "layer"]},
    {"any": [{"all": ["slow", "training"], "none": ["train*"]}]},
]
ALIVE = [
    {"all": ["slow*", "training"], "none": ["slow"]},  # "slowing" has it
    {"all": [{"any": ["fast", "quick"]}, "training"], "none": ["qui*"]},
    {"all": ["batch", "normalization"], "none": ["batch normalization"]},
    {"all": ["normalization", "layer"], "none": ["batch normalization"]},
    {"all": ["relu*", "fast"], "except": ["rel*"]},
    {"any": ["relu"], "except": ["leaky relu"]},
    {"any": ["slow*"], "about": ["dropout", "mc"], "unless": ["mc"]},
    {"any": [{"all": ["slow", "training"], "none": ["train*"]}, "fine"]},
    {"all": ["slow*", "training"], "none": [{"all": ["slow*", "inference"]}]},
    {"all": ["slow*", "training"], "none": [{"any": ["slow*"], "about": ["mc"]}]},
]


@pytest.mark.parametrize("data", DEAD, ids=str)
def test_a_pattern_that_can_never_match_says_why(data) -> None:
    pattern = compiler(SETS).pattern(data)
    assert pattern is not None
    assert dead_end(pattern)


@pytest.mark.parametrize("data", ALIVE, ids=str)
def test_a_pattern_that_may_match_says_nothing(data) -> None:
    pattern = compiler(SETS).pattern(data)
    assert pattern is not None
    assert dead_end(pattern) == ""
