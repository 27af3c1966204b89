from __future__ import annotations

import pytest

from grader.prose.proseanswer import read


@pytest.mark.parametrize(
    ("text", "word", "count"),
    [
        ("It does not slow inference", "inference", 1),
        ("It doesn’t slow inference", "slow", 1),
        ("It slows inference without doubt", "slows", 0),
        ("It does not slow training, but it slows inference", "slows", 0),
        ("No, it slows inference", "slows", 0),
        ("There is no effect", "effect", 1),
        ("It is not only slower", "slower", 0),
        ("It is not just as fast", "fast", 1),
        ("It is false that, in general, it slows", "slows", 1),
        ("It is not true that it never slows", "slows", 2),
        ("It never fails to slow", "slow", 2),
        ("Neither training nor inference slows", "slows", 1),
        ("This keeps the network from learning", "learning", 1),
        ("They say it slows, but it does not", "slows", 1),
    ],
)
def test_reach_of_denials(text: str, word: str, count: int) -> None:
    prose = read(text)
    assert len(prose.cues[prose.forms.index(word)]) == count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No.", {0: "no"}),
        ("Yes it is.", {0: "yes"}),
        ("Of course not, never.", {0: "no"}),
        ("No effect.", {}),
        ("Inference: no, it is off", {1: "no"}),
        ("Right answers are rare.", {}),
    ],
)
def test_verdicts(text: str, said: dict[int, str]) -> None:
    assert read(text).opening == said
