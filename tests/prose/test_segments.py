from __future__ import annotations

import pytest

from grader.prose.proseanswer import read


def clauses(text: str) -> list[str]:
    prose = read(text)
    found: dict[int, list[str]] = {}
    for form, clause in zip(prose.forms, prose.segments.clauses, strict=True):
        found.setdefault(clause, []).append(form)
    return [" ".join(forms) for forms in found.values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It slows training, but inference is fast.", ["it slows training", "but inference is fast"]),
        ("During inference, it is turned off.", ["during inference it is turned off"]),
        ("It is fast, simple, and popular.", ["it is fast simple and popular"]),
        (
            "It slows training and doesn't slow inference.",
            ["it slows training", "and doesn't slow inference"],
        ),
        ("MC dropout (it runs often) is slow.", ["mc dropout is slow", "it runs often"]),
        ("The biases, on the other hand, may be 0.", ["the biases on the other hand may be 0"]),
        ("Yes, it is.", ["yes", "it is"]),
        ("It acts as if it were one neuron.", ["it acts as if it were one neuron"]),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [("It is 0.5 there. Then 1.", 2), ("Use e.g. ReLU there.", 1), ("Fast!? Yes.", 2), ("No effect", 1)],
)
def test_sentences(text: str, count: int) -> None:
    assert read(text).segments.sentence_count == count


def test_numbers_keep_their_sign_and_lose_their_commas() -> None:
    assert read("in [-1,1] of 903,400 and 0.5").forms == ["in", "-1", "1", "of", "903400", "and", "0.5"]


def test_a_lead_is_known_by_its_colon_arrow_or_dash() -> None:
    for text in ("ReLU: fast", "ReLU - fast", "ReLU → fast", "- **ReLU**: fast"):
        assert read(text).segments.leads == {0: (0, 0)}, text
