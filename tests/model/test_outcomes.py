"""The vocabulary of outcomes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.checks.mistakes import Mistake
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, mistaken, not_found, partly, right, turned_round, wrong

HALF = Fraction(1, 2)
KNOWN = (
    Mistake[str](name="no_bias", expected="1", feedback="Every unit has a bias."),
    Mistake[str](name="twice", expected="1", feedback="Count each once.", derived=True),
)


@pytest.mark.parametrize(
    ("outcome", "credit", "code"),
    [
        (right(Evidence(read="4")), 1, "correct"),
        (partly(Fraction(1)), 1, "correct"),
        (partly(HALF), HALF, "partly"),
        (partly(Fraction(0)), 0, "wrong"),
        (wrong(feedback="no", hint="sign"), 0, "wrong"),
        (not_found(), 0, "not_found"),
        (for_a_person(Reason.AMBIGUOUS), None, "ambiguous"),
        (mistaken(KNOWN, HALF), HALF, "mistake:no_bias"),
        (mistaken((Mistake[str](expected="1"),), HALF), HALF, "mistake:known"),
    ],
)
def test_each_says_what_it_is(outcome: Outcome, credit: Fraction | None, code: str) -> None:
    assert (outcome.credit, outcome.code) == (credit, code)


def test_all_mistakes_are_told_and_to_students_what_an_author_wrote() -> None:
    outcome = mistaken(KNOWN, HALF, hinted=True)
    assert outcome.feedback == outcome.hint == "Every unit has a bias. Or: Count each once."
    assert outcome.written == "Every unit has a bias."


@pytest.mark.parametrize(
    ("outcome", "stated", "known_only"),
    [
        (right(), (0, "not_claimed"), (0, "not_claimed")),
        (not_found(), (0, "not_claimed"), (0, "not_claimed")),
        (wrong(feedback="no"), (1, "claimed"), (None, "undecided")),
        (for_a_person(Reason.HEDGED), (None, "hedged"), (None, "hedged")),
        (mistaken(KNOWN, HALF), (1, "claimed:no_bias"), (1, "claimed")),
    ],
)
def test_a_false_claim_is_found_where_something_is_wrong(
    outcome: Outcome, stated: tuple[int | None, str], known_only: tuple[int | None, str]
) -> None:
    turned = turned_round(outcome), turned_round(outcome, known_only=True)
    assert [(each.credit, each.code) for each in turned] == [stated, known_only]
    assert all(not each.feedback for each in turned if each.reason is Reason.NOT_CLAIMED)
