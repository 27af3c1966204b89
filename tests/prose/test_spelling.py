from __future__ import annotations

import pytest

from grader.prose import spelling
from grader.prose.spelling import (
    begun_like,
    edits_allowed,
    fold,
    is_repairable,
    repairable_prefixes,
    repairs,
    stem,
    within_two_edits,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("initialise", "initialize"), ("Behaviour", "behavior"), ("centred", "centered"), ("modelling", "modeling"),
        ("normalisation", "normalizes"), ("units", "unit"), ("neuron's", "neuron"), ("backprop", "backpropagation"),
    ],
)  # fmt: skip
def test_one_word_in_two_spellings(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"), [("normal", "normalize"), ("initial", "initialize"), ("general", "generalize")]
)
def test_a_deed_is_not_its_adjective(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_limits_of_repair() -> None:
    assert edits_allowed("slwo", "slow") == 0
    assert edits_allowed("droput", "dropout") == 1
    assert edits_allowed("inferrenec", "inference") == 2
    assert edits_allowed("increase", "decrease") == 1
    assert edits_allowed("selu", "relu") == 0
    assert not is_repairable("slower")
    assert not is_repairable("selu")
    assert is_repairable("droupout")


def test_a_repair_names_the_nearest_terms() -> None:
    near = within_two_edits("simmetry", ["symmetry", "geometry"])
    assert repairs("simmetry", [near]) == [("symmetry", 1)]
    begun = begun_like("preditions", repairable_prefixes(["predict", "reduc", "pre"]))
    assert repairs("preditions", [], begun) == [("predict", 1)]


def test_the_stems_kept_beside_the_words_are_theirs() -> None:
    """To mend it: write `grader.prose.spelling.stems_of_words()` to `grader/prose/stems.txt`."""
    assert sorted(spelling.known_words()) == spelling.stems_of_words()


def test_a_short_word_is_repaired_by_its_inflections() -> None:
    assert "scaled" in spelling.inflections("scal")
    assert "biases" in spelling.inflections("bias")
    assert spelling.inflections("sc") == ()


def test_another_first_letter_makes_another_word() -> None:
    assert spelling.begins_alike("sacled", "scaled")
    assert spelling.begins_alike("nbiases", "biases")
    assert spelling.begins_alike("caled", "scaled")
    assert spelling.begins_alike("csaled", "scaled")
    assert not spelling.begins_alike("flower", "slower")
