"""What a sentence says: a denial inside a term of the field is a word of it, one beside it denies the sentence."""

from __future__ import annotations

import pytest

from grader.prose.statements.meaning import meaning_of


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Dropout is not used at test time.", False),  # "not used" is what is said: it is off
        ("Dropout is switched off at test time.", False),
        ("Dropout does not slow down inference.", True),
        ("The units do not differ.", True),
    ],
)
def test_a_denial_that_belongs_to_a_term_denies_nothing_beside_it(text, denied) -> None:
    assert meaning_of(text).denied is denied
