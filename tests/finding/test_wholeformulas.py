"""Answers and parts that are one formula as a whole, and what keeps such a formula from being a claim."""

from __future__ import annotations

import pytest

from grader.finding.formularemarks import BOUNDED, SUPPOSED, unclaimed
from grader.finding.reading import Reading
from grader.finding.wholeformulas import UnreadFormula, WholeFormula, find_part, find_whole
from grader.notation.names import Names
from grader.notation.tree import Relation
from grader.notation.wantednames import WantedName
from grader.prose.doubt import Stance

NAMES = Names.declare({"v": ["variance"], "n": ["N"]})
WANTED = WantedName.of(("v",), NAMES)


def whole(text: str) -> tuple[WholeFormula, ...]:
    return find_whole(Reading(text), NAMES, WANTED, valued=True)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("2/n", "2/n"),
        ("It is $v = 2/n$.", "v = 2/n"),
        ("So the answer is: 2/N", "2/N"),
    ],
)
def test_an_answer_that_is_one_formula_is_read_as_such(text: str, formula: str) -> None:
    (found,) = whole(text)
    assert text[found.start : found.end] == formula
    assert (found.unclaimed, found.stance, found.defining) == ("", Stance.STATED, False)


@pytest.mark.parametrize(
    "text", ["We use 2/n here.", "", "Is it 2/n?", "2/n where n counts rows", "2/n " * 200]
)
def test_a_sentence_is_no_formula(text: str) -> None:
    assert whole(text) == ()


def test_letters_may_be_defined_behind_a_formula() -> None:
    (found,) = whole(r"v = 2/k \text{ where } k = n + 1")
    assert found.defining
    assert found.said.reading.conditions


def test_what_is_asked_of_the_sides_is_told_with_the_reading() -> None:
    (found,) = whole("v = a = 2/n")
    claim = found.said.claims[0]
    assert isinstance(claim.tree, Relation)
    assert (claim.named, claim.like, claim.inside) == ((0,), False, False)
    (other,) = whole("v^2 = 4/n")
    assert (other.said.claims[0].named, other.said.claims[0].inside) == ((), True)


def test_a_bound_and_a_supposition_are_no_claims() -> None:
    assert unclaimed(Reading("It is at most 2/n"), 14, 17) == BOUNDED
    assert unclaimed(Reading("If it were 2/n, it would be small."), 11, 14) == SUPPOSED
    assert unclaimed(Reading("It is 2/n"), 6, 9) == ""


def test_a_part_that_cannot_be_read_says_why() -> None:
    part = find_part(Reading("2/(n", part="v"), NAMES, WANTED, valued=True, bare=True)
    assert isinstance(part, UnreadFormula)
    assert part.problem


@pytest.mark.parametrize("text", ["I think it is 2/n", "~~3/n~~ 2/n", "$2/n$ or $3/n$"])
def test_a_part_in_words_or_with_several_formulas_is_a_text(text: str) -> None:
    assert find_part(Reading(text, part="v"), NAMES, WANTED, valued=True, bare=True) is None


def test_only_the_right_side_of_what_cannot_be_read_counts_as_a_value() -> None:
    text = r"\zzz = v = 2/n"
    equation = find_part(Reading(text, part="v"), NAMES, WANTED, valued=False, bare=True)
    value = find_part(Reading(text, part="v"), NAMES, WANTED, valued=True, bare=True)
    assert isinstance(equation, UnreadFormula)
    assert isinstance(value, WholeFormula)
    assert value.said.claims[0].named == ()
