"""Misspelled words are compared once with the words of all criteria, and mean to each what they would to it alone."""

from __future__ import annotations

import pytest

from grader.prose.compiling import compiler
from grader.prose.misspellings import Vocabulary
from grader.prose.spelling import by_shape, is_near_any, repairs, within_two_edits

_TERMS = (
    "dropout", "predict", "train", "inference", "initialize", "gradient", "vanish", "softmax", "slower", "unit", "layer"
)  # fmt: skip
_SLIPS = (
    "droupout", "predcit", "trian", "infrence", "inferrenec", "initalize", "gradeint", "vanihs", "sofmax", "flower",
    "layre", "unrelated", "zzzzz", "gardeints", "softamx",
)  # fmt: skip


def _vocabulary(*texts: str) -> Vocabulary:
    found = compiler({}).patterns(list(texts), ())
    return Vocabulary(found)


@pytest.mark.parametrize("form", _SLIPS)
def test_a_word_near_none_is_told_without_comparing_it_with_all(form: str) -> None:
    near = within_two_edits(form, _TERMS)
    assert is_near_any(form, form, by_shape(_TERMS)) >= bool(repairs(form, [near]))


@pytest.mark.parametrize("form", _SLIPS)
def test_other_criteria_do_not_change_what_a_word_means(form: str) -> None:
    alone = _vocabulary("dropout", "predict*", "gradient").readings(form)
    _vocabulary("dropouts", "predictor", "gradients", "trains", "infer*", "soft*")
    assert _vocabulary("dropout", "predict*", "gradient").readings(form) == alone


def test_a_slip_means_the_words_of_each_criterion() -> None:
    assert _vocabulary("dropout").readings("droupout") == (("dropout", 1),)
    assert _vocabulary("gradient").readings("droupout") == ()
    assert _vocabulary("predict*").readings("preditions") == (("predict", 1),)
