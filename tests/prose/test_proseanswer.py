from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.keywords import KeywordsCheck
from grader.finding.reading import Reading
from grader.prose.proseanswer import read

CHECK = KeywordsCheck.model_validate(
    {
        "any": [
            {"all": ["inference", "slow*"], "negated": "true", "unless": ["mc"]},
            {"verdict": "no", "item": "1"},
        ]
    }
)
PIECES = st.sampled_from(
    ["No", "not", "slow", "inference", "inferense", "MC", "dropout", ",", ".", "?", "(", ")", '"', "\n", "\n\n", "- ", "1. ",
     "# ", ":", "$", "\\mu", "but", "and", "doesn't", "it", "é", "不", "\u0301", "0.5", "-1", "> ", "|", "→"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map(" ".join)))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_the_same_outcome_twice_and_quotes_itself(text: str) -> None:
    outcome = CHECK.check(Reading(text), {})
    assert CHECK.check(Reading(text), {}) == outcome
    for evidence in outcome.evidence:
        if evidence.start is not None:
            assert text[evidence.start : evidence.end] == evidence.read


def test_positions_point_into_what_was_written() -> None:
    text = "**Dropout** doesn’t   slow\ninference."
    prose = read(text)
    assert prose.quote(0, 0) == "Dropout"
    assert [text[s:e] for s, e in zip(prose.segments.starts, prose.segments.ends, strict=True)] == [
        "Dropout", "doesn’t", "slow", "inference",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unit", ["a", "a ", "-", "(", '"a', "\\", "1. ", "it is, ", "\n", "#", "not ", "a-", "1,", "*"]
)
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        read(unit * (size // len(unit)))
        return time.process_time() - begin

    seconds(1000)
    short, long = min(seconds(10_000) for _ in range(3)), seconds(100_000)
    assert long < 60 * short + 0.5, "ten times the text must not take a hundred times as long"


def test_an_answered_question_is_a_statement() -> None:
    prose = read("Does it slow inference? No.")
    assert not prose.questions
    assert prose.cues[2]
    assert read("Does it slow inference? Who knows.").questions
