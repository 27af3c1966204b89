from __future__ import annotations

from fractions import Fraction

import pytest

from grader.checks.calculations import worked_out
from grader.finding.reading import Reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("901 * 200 parameters", 180200),
        ("(3 x 3 x 100 + 1) · 200.", 180200),
        ("1,801 * 400", 720400),
        ("2800 + 180 200 + 720400", 903400),
        ("200 parameters", None),
        ("3 * (4", None),
    ],
)
def test_a_calculation_is_worked_out(text: str, value: int | None) -> None:
    assert worked_out(Reading(text), 0) == (None if value is None else Fraction(value))


def test_a_bracket_before_a_number_belongs_to_it() -> None:
    assert worked_out(Reading("it is (2 + 3) * 4"), 7) == 20
