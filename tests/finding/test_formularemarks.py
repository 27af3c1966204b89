from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.finding.formularemarks import remark_on, struck_out
from grader.finding.reading import Reading
from grader.rubric.loading import make_check

FIND = "M = [1]"


def kind(text: str) -> str:
    start = text.index(FIND)
    remark = remark_on(Reading(text), start, start + len(FIND), [(start, start + len(FIND))])
    return remark.kind if remark else "stated"


@pytest.mark.parametrize(
    "text",
    [
        f"It is not {FIND}.",
        f"Nobody writes {FIND}.",
        f"This isn't {FIND}.",
        f"{FIND} is wrong.",
        f"{FIND} is not right.",
        f"{FIND}. This is not true.",
        f"{FIND}, but that is false.",
        f"It is a mistake to write {FIND}.",
        f"It is not true that, as some say, {FIND}.",
        f"{FIND} - false!",
        f"{FIND} (incorrect)",
        f"{FIND}? No.",
        f"Instead of {FIND}",
        f"a ~~{FIND}~~ b",
        f"a <del>{FIND}</del> b",
        f"A != {FIND}",
        f"$A \\neq {FIND}$",
        f"A < {FIND}",
        f"{FIND} ≠ 3",
        f"das ist nicht {FIND}",
    ],
)
def test_what_is_denied(text: str) -> None:
    assert kind(text) == "denied"


@pytest.mark.parametrize(
    "text",
    [
        f"Many students believe {FIND}",
        f"wrong: {FIND}",
        f"maybe {FIND}",
        f"I am not sure: {FIND}",
        f"{FIND}?",
        f"minus {FIND}",
        f"the inverse of {FIND}",
        f"{FIND} transposed",
        f"{FIND} or $N$",
        f"{FIND}, k q, r",
        f"{FIND}^2",
    ],
)
def test_what_is_doubted(text: str) -> None:
    assert kind(text) == "doubted"


@pytest.mark.parametrize(
    "text", [f"{FIND} if x > 0", f"{FIND} for small x", f"{FIND} only when n = 1", f"If k < 0, then {FIND}"]
)
def test_what_holds_under_a_condition(text: str) -> None:
    assert kind(text) == "limited"


@pytest.mark.parametrize(
    "text",
    [
        f"So {FIND}.",
        f"The kernel is not flipped: {FIND}",
        f"Without it one would divide by zero, so {FIND}.",
        f"{FIND}; this is not a probability.",
        f"{FIND}, and not more.",
        f"We do not add but multiply: {FIND}",
        f"{FIND} for every x.",
        f"{FIND} (I think)",
        f"A => {FIND}",
        f"- {FIND}",
        f"Not only that: {FIND}",
        f"It isn't hard, since {FIND}",
        f"{FIND}. This is not a surprise.",
    ],
)
def test_what_is_stated(text: str) -> None:
    assert kind(text) == "stated"


def test_a_phrase_that_leaves_something_aside_reaches_to_the_next_find_only() -> None:
    text = f"Instead of y = 1 we use {FIND}"
    start = text.index(FIND)
    spans = [(text.index("y"), text.index("y") + 5), (start, len(text))]
    assert remark_on(Reading(text), *spans[0], spans) is not None
    assert remark_on(Reading(text), *spans[1], spans) is None


def test_struck_out_spans() -> None:
    text = "~~a~~ b <s>c</s> \\sout{d}"
    assert [text[start:end] for start, end in struck_out(Reading(text))] == ["~~a~~", "<s>c</s>", "\\sout{d}"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="not isrgwf.,!?<>=~$(-–n't\n", max_size=120), st.integers(0, 120))
def test_any_text_gets_an_answer(text: str, at: int) -> None:
    remark_on(Reading(text), min(at, len(text)), len(text))


@pytest.mark.parametrize("unit", ["not ", "~~", "<s>", "is ", "(", "if x ", "but that ", "\n", ". "])
def test_time_does_not_grow_with_the_text(unit: str) -> None:
    text = unit * 20_000
    before = time.process_time()
    remark_on(Reading(text), 10_000, 10_004)
    assert time.process_time() - before < 10


SAID = yaml.safe_load(Path(__file__).with_name("denials.yaml").read_text(encoding="utf-8"))
FINDS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("formula", {"expected": "(x - mu)/sigma", "defines": ["z"]}, r"$z = \frac{x-\mu}{\sigma}$"),
    ("formula", {"expected": "(x - mu)/sigma", "defines": ["z"]}, "z = (x - mu)/sigma"),
    ("matrix", {"expected": [["1", "2"], ["3", "4"]]}, "[[1, 2], [3, 4]]"),
    ("number", {"expected": "4242"}, "4242"),
    ("choice", {"expected": "b", "options": {"a": ["ridge"], "b": ["lasso"]}}, "lasso"),
)


@pytest.mark.parametrize(("check", "keys", "find"), FINDS, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("rubric", ["own", "en"])
def test_all_checks_hear_what_is_said_around_a_find(
    check: str, keys: dict[str, Any], find: str, language: str, rubric: str
) -> None:
    made = make_check(check, keys)
    in_language = language if rubric == "own" else "en"
    for said, full in (("doubted", False), ("stated", True)):
        for text in SAID[language][said]:
            outcome = made.check(Reading(text.replace("@", find), language=in_language), {})
            assert (outcome.credit == 1) is full, (text, outcome)


@pytest.mark.parametrize("check", ["formula", "matrix", "number"])
@pytest.mark.parametrize(
    "text",
    [
        "Many students believe @W. In fact it is @R.",
        "Is it @W? No. It is @R.",
        "Maybe @W. Hmm, no: @R.",
        "Not @W but @R.",
        "Instead of @W we use @R.",
        "@W is wrong, @R is right.",
        "Nicht @W, sondern @R.",
        "Non pas @W mais @R.",
        "Inte @W utan @R.",
    ],
)
def test_what_is_stated_counts_beside_what_is_denied(check: str, text: str) -> None:
    keys, right = next((keys, find) for name, keys, find in reversed(FINDS) if name == check)
    wrong = {"formula": "z = (x - mu)/sigma^2", "matrix": "[[1, 2], [3, 5]]", "number": "4243"}[check]
    for first, second, full in ((wrong, right, True), (right, wrong, False)):
        answer = text.replace("@W", first).replace("@R", second)
        assert (make_check(check, keys).check(Reading(answer), {}).credit == 1) is full, answer
