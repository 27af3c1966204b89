"""From a sentence to patterns: its meaning, its topic, and the ways to say the same and the opposite."""

from __future__ import annotations

import pytest

from grader.prose.statements.meaning import meaning_of
from grader.prose.statements.wording import TooLittleError, wordings


@pytest.mark.parametrize(
    ("text", "ideas", "denied", "modal"),
    [
        ("Dropout does not slow down inference.", ["dropout", "slow", "inference"], True, ""),
        ("The weights must not all be equal.", ["weight", "same"], True, "ought"),
        ("Biases may start at 0.", ["bias", "initialization", "zero"], False, "may"),
        ("The network cannot learn.", ["neural network", "learn"], True, ""),
        ("It usually uses zebras.", ["zebras"], False, ""),
    ],
)
def test_what_a_sentence_says(text: str, ideas: list[str], denied: bool, modal: str) -> None:  # noqa: FBT001 - a column
    meaning = meaning_of(text)
    got = [idea.name for idea in meaning.ideas]
    assert [name for name in got if name in ideas] == ideas, got
    assert (meaning.denied, meaning.modal) == (denied, modal)


def test_a_topic_that_the_question_names_need_not_be_said_but_its_kinds_are_others() -> None:
    made = wordings("Dropout does not slow down inference.", subject="Dropout")
    assert made.any_[0]["all"] == [{"set": "slow"}, {"set": "inference"}]
    assert {"set": "mc dropout itself"} in made.any_[0]["unless"]


def test_a_topic_that_no_question_names_must_be_said() -> None:
    made = wordings("Dropout does not slow down inference.")
    assert made.any_[0]["about"] == [{"set": "dropout itself"}]
    assert {"set": "early stopping itself"} in made.topics


def test_a_denied_change_is_no_change_and_an_affirmed_one_its_opposite() -> None:
    made = wordings("Dropout slows down inference.", subject="Dropout")
    against = [(pattern["all"][0]["set"], pattern["negated"]) for pattern in made.against]
    assert against == [("slow", True), ("unchanged", False), ("fast", False)]
    made = wordings("Dropout does not slow down inference.", subject="Dropout")
    assert [(p["all"][0]["set"], p["negated"]) for p in made.any_] == [("slow", True), ("unchanged", False)]
    assert [(p["all"][0]["set"], p["negated"]) for p in made.against] == [("slow", False)]


def test_what_must_not_be_is_not_okay() -> None:
    made = wordings("The weights must not all be equal.")
    said = [(pattern["all"][-1], pattern["negated"]) for pattern in made.any_]
    assert said[:2] == [({"set": "okay"}, True), ({"set": "bad idea"}, False)]


def test_wordings_that_do_not_count_are_cut_out_of_every_pattern() -> None:
    made = wordings("Training is slow.", ["Learning takes longer."], ["Training is slow on a laptop."])
    patterns = made.keywords()["any"]
    assert patterns
    assert all(pattern["except"] == made.refused for pattern in patterns)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Dropout.", "names nothing but its topic"),
        ("It is what it is.", "names nothing"),
        ("Training is slow, but inference is not slow.", "says one thing and denies another"),
    ],
)
def test_a_sentence_that_gives_too_little_is_refused(text: str, why: str) -> None:
    with pytest.raises(TooLittleError, match=why):
        wordings(text, subject="Dropout")
