from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.prose.markup import BOLD, EMPHASIS, FORMULA, mask


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**bold** and `code`", "bold and code"),
        (r"the *mean* $\mu_B$", "the mean mu B"),
        (r"\textbf{slow} training", "slow training"),
        (r"ReLU $\implies$ fast", "ReLU → fast"),
        ("see [the book](http://example.org/a_b) there", "see the book there"),
        ("<b>fast</b> &amp; cheap", "fast & cheap"),
        (r"\begin{itemize} \item fast \end{itemize}", "- fast"),
    ],
)
def test_markup_goes_and_the_words_stay(text: str, words: str) -> None:
    assert " ".join(mask(text).split()) == words


@given(st.text(alphabet=st.sampled_from("ab *_`$\\{}[]()<>&;#|\n~^!/:é"), max_size=80))
def test_every_character_keeps_its_place(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(
        new in {old, " ", "\n", "-", "#", "→", "&", "<", ">", '"', ":", ";", BOLD, EMPHASIS, FORMULA}
        or new.isalpha()
        for old, new in zip(text, masked, strict=True)
    )
