from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.number import NumberCheck
from grader.checks.tolerance import Fit, Tolerance
from grader.finding.reading import Reading
from grader.model.errors import RubricError
from grader.model.outcome import Outcome
from grader.notation.numbers.exact import read_number
from grader.rubric.loading import make_check

TOTAL = make_check(
    "number",
    {
        "expected": "903,400",
        "near": ["total"],
        "follows": "a + b",
        "mistakes": [
            {"name": "no_bias", "value": "902700", "feedback": "Count the biases."},
            {"name": "other", "value": "902700", "feedback": "Or something else."},
        ],
    },
)


def judge(check: Any, text: str, earlier: dict[str, Fraction] | None = None, *, part: str = "") -> Outcome:
    outcome: Outcome = check.check(Reading(text=text, part=part), earlier or {})
    return outcome


def test_evidence_points_at_the_number_and_says_what_decided() -> None:
    text = "28*100 = 2800, so the total is 903.400 weights."
    outcome = judge(TOTAL, text)
    (evidence,) = outcome.evidence
    assert text[evidence.start : evidence.end] == evidence.read == "903.400"
    assert "903,400" in evidence.read_as
    assert "point between thousands" in evidence.decided
    assert evidence.expected == "903,400"
    assert outcome.value == 903_400


def test_all_mistakes_that_fit_are_told() -> None:
    outcome = judge(TOTAL, "total = 902,700")
    assert outcome.code == "mistake:no_bias"
    assert outcome.feedback == "Count the biases. Or: Or something else."
    assert "no bias, other" in outcome.evidence[0].decided


def test_a_calculation_that_does_not_compute_is_remarked() -> None:
    outcome = judge(TOTAL, "total: 200 * 901 = 18200")
    assert outcome.credit == 0
    assert "gives 180,200, not 18,200" in outcome.evidence[0].decided


def test_the_value_read_is_handed_on_even_when_wrong() -> None:
    assert judge(TOTAL, "total = 18200").value == 18_200
    assert judge(TOTAL, "nothing").value is None


def test_following_beats_a_mistake_without_credit_and_tells_both() -> None:
    outcome = judge(TOTAL, "total = 902,700", {"a": Fraction(900_000), "b": Fraction(2_700)})
    assert outcome.code == "follow_through"
    assert outcome.credit == 1
    assert "Count the biases." in outcome.feedback


def test_both_numbers_are_shown_where_two_compete() -> None:
    outcome = judge(TOTAL, "The total is 903,400.\nThe total is 12.")
    assert outcome.code == "ambiguous"
    assert {evidence.read for evidence in outcome.evidence} == {"903,400", "12"}


def test_the_accepted_interval_is_in_the_evidence() -> None:
    check = make_check("number", {"expected": "200", "tolerance": "1%"})
    assert judge(check, "201", part="p").evidence[0].expected == "200 (from 198 to 202)"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"expected": "abc"}, "must be one number"),
        ({"expected": "1,2,3"}, "must be one number"),
        ({"expected": "3", "tolerance": "abc"}, "must be a number such as"),
        ({"expected": "3", "tolerance": {"digits": "0"}}, "1 to 100 digits"),
        ({"expected": "3", "tolerance": {"abs": "-1"}}, "cannot be negative"),
        ({"expected": "3", "tolerance": {"abs": "1", "rel": "1%"}}, "one kind only"),
        (
            {"expected": "3", "mistakes": [{"name": "m", "value": "3"}]},
            "mistake 'm' has a value that is right",
        ),
        ({"expected": "3", "mistakes": [{"name": "m", "value": "4", "credit": "2"}]}, "between 0 and 1"),
        ({"expected": "3", "follows": "a +"}, "a number or name is missing at the end"),
        ({"expected": "3", "follows": "a ! b"}, "follows must be a calculation"),
        ({"expected": "2.5", "integer": "true"}, "must be a whole number"),
        ({"expected": "3", "percent": "maybe"}, "'either', 'fraction' or 'percent'"),
        ({"expected": "3", "neer": "x"}, "did you mean 'near'"),
    ],
)
def test_authors_are_told_what_is_wrong(params: dict[str, Any], said: str | None) -> None:
    if said is None:
        return
    with pytest.raises(RubricError, match=".*" + said.replace("(", r"\(")):
        make_check("number", params)


def test_names_that_follow_are_listed() -> None:
    assert TOTAL.follows_names == ("a", "b")


@given(st.text(max_size=300), st.booleans())
@settings(deadline=None)
def test_any_text_gets_the_same_outcome_twice(text: str, explicit: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    part = "p" if explicit else ""
    first, second = judge(TOTAL, text, part=part), judge(TOTAL, text, part=part)
    assert first == second
    for evidence in first.evidence:
        if evidence.start is not None:
            assert text[evidence.start : evidence.end] == evidence.read


@given(
    st.lists(
        st.sampled_from(
            [
                "total",
                "total:",
                "=",
                "903,400",
                "902,700",
                "12",
                "first layer",
                "+",
                "*",
                "**",
                "~~",
                "\n",
                "- ",
                ". ",
                "(",
                ")",
                "$",
                "not",
                "k",
                "%",
            ]
        ),
        max_size=25,
    )
)
@settings(deadline=None)
def test_mixtures_of_what_matters(words: list[str]) -> None:
    outcome = judge(TOTAL, " ".join(words))
    assert outcome.credit is None or 0 <= outcome.credit <= 1


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(min_value=0, max_value=6))
def test_a_value_rounded_to_decimals_is_right(value: Fraction, decimals: int) -> None:
    text = f"{'-' if value < 0 else ''}{abs(round(value * 10**decimals)) // 10**decimals}"
    if decimals:
        text += f".{abs(round(value * 10**decimals)) % 10**decimals:0{decimals}d}"
    tolerance = Tolerance(decimals=decimals)
    assert tolerance.fit(read_number(text), NumberCheck(expected=value).expected) is Fit.RIGHT


@given(st.fractions(min_value=1, max_value=10**6), st.fractions(min_value=0, max_value=1))
def test_the_boundary_of_rel_is_exact(value: Fraction, share: Fraction) -> None:
    tolerance = Tolerance(rel=share)
    expected = NumberCheck(expected=value).expected
    edge = NumberCheck(expected=value + share * value).expected
    beyond = NumberCheck(expected=value + share * value + Fraction(1, 10**9)).expected
    assert tolerance.fit(edge, expected) is Fit.RIGHT
    assert tolerance.fit(beyond, expected) is not Fit.RIGHT


def test_regions_end_at_the_next_heading_only() -> None:
    text = "First layer: 28. Second layer takes what the first layer gives: 901."
    (first,) = Reading(text).regions(("first",), ())
    (second,) = Reading(text).regions(("second",), ())
    assert text[first.start : first.end].startswith("First layer: 28")
    assert "901" not in text[first.start : first.end]
    assert "901" in text[second.start : second.end]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10**6,
        "total " * 150_000,
        "1 = " * 200_000,
        "first layer " * 80_000,
        "{" * 10**6,
        "~" * 10**6,
        "[[1," * 200_000,
    ],
)
def test_a_megabyte_is_refused_or_read_in_no_time(text: str) -> None:
    before = time.process_time()
    assert judge(TOTAL, text).credit is None
    assert time.process_time() - before < 10
