"""What the rows of `tests/cases/regex.yaml` cannot say: patterns that are refused, and time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.regex import MAX_PATTERN, MAX_TEXT
from grader.finding.reading import Reading
from grader.model.errors import RubricError
from grader.rubric.loading import make_check


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a", "missing )"),
        ("(?=a)b", "invalid perl operator"),
        (r"(a)\1", "invalid escape sequence"),
        ("a*", "fits an empty answer"),
        ("(?:a{1000}){1000}", "invalid repetition size"),
        ("a" * (MAX_PATTERN + 1), "at most 2,000 characters (got 2,001)"),
        ([], "must not be empty"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: object, says: str) -> None:
    with pytest.raises(RubricError) as caught:
        make_check("regex", {"expected": pattern})
    assert says in str(caught.value)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a|b|ab)*c", ".*.*.*.*=.*", "((a*)*)*b"])
def test_time_is_linear(pattern: str) -> None:
    check = make_check("regex", {"expected": pattern, "anywhere": "yes"})
    begin = time.process_time()
    check.check(Reading("a" * MAX_TEXT), {})
    assert time.process_time() - begin < 2


def test_an_answer_that_is_too_long_is_for_a_person() -> None:
    outcome = make_check("regex", {"expected": "a+"}).check(Reading("a" * (MAX_TEXT + 1)), {})
    assert (outcome.credit, outcome.code, outcome.keyless) == (None, "unreadable", True)


def test_a_text_that_is_itself_an_answer_is_a_leak() -> None:
    check = make_check("regex", {"expected": "[A-Z]{2}[0-9]+"})
    assert list(check.leaks(Reading("AB12"))) == [("AB12", True)]
    assert not list(check.leaks(Reading("two letters and a number")))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer_and_its_place(text: str) -> None:
    outcome = make_check("regex", {"expected": r"\w+|é.", "anywhere": "yes"}).check(Reading(text), {})
    for evidence in outcome.evidence:
        if evidence.start is not None:
            assert text[evidence.start : evidence.end] == evidence.read
