"""Shares of the credit as people and spreadsheets write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.files.shares import day_of, share_of

HALF = Fraction(1, 2)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0", 0), ("1", 1), ("1.", 1), ("0,5", HALF), ("0.50", HALF), (",5", HALF), ("50%", HALF), ("50 %", HALF), ("12,5 %", Fraction(1, 8)),
        ("1/3", Fraction(1, 3)), ("1,5/3", HALF), (" 2 / 4 ", HALF), ("½", HALF), ("１／２", HALF), ("'3/4", Fraction(3, 4)), ("100%", 1),
        ("03-Feb", Fraction(2, 3)), ("02-Mar", Fraction(2, 3)), ("Mar 2", Fraction(2, 3)), ("2. März", Fraction(2, 3)), ("02/03/2026", Fraction(2, 3)),
        ("2026-03-02", Fraction(2, 3)), ("02.03.26", Fraction(2, 3)), ("1-janv.", 1), ("5 août", Fraction(5, 8)), ("Jan-40", Fraction(1, 40)),
        ("dic 3", Fraction(1, 4)),
    ],
)  # fmt: skip
def test_what_is_a_share(text, share) -> None:
    assert share_of(text) == share


@pytest.mark.parametrize(
    "text",
    ["", " ", "2", "1.5", "150%", "3/2", "1/0", "-1", "half", "0.5.1", "1,000,0", "1e-3", "nan", "02-Foo", "00-Jan", "1/2/3/4", "٪", "9" * 50, "%"],
)  # fmt: skip
def test_what_is_none(text) -> None:
    assert share_of(text) is None


@given(st.text(max_size=45))
def test_any_text_is_a_share_or_none(text) -> None:
    share = share_of(text)
    assert share is None or 0 <= share <= 1


@given(st.integers(1, 12), st.integers(1, 12))
def test_a_fraction_that_became_a_day_comes_back_whatever_the_country(above, below) -> None:
    above, below = sorted((above, below))
    for day, month in ((above, below), (below, above)):
        text = f"{day:02}-{MONTHS[month - 1]}"
        assert day_of(text) == (day, month)
        assert share_of(text) == Fraction(above, below)
