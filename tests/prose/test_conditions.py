"""A condition that a value is said to hold under is told from a step on the way to it."""

from __future__ import annotations

import pytest

from grader.finding.reading import Reading
from grader.prose.doubt import Stance


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("@42@ only if the rows are sorted.", True),
        ("This is true only when k < 3: @42@.", True),
        ("If k is even, then @42@.", True),
        ("@42@ for large k.", True),
        ("@42@, unless k = 0.", True),
        ("@42@ as long as nobody sorts the rows.", True),
        ("@42@ holds only in this case.", True),
        ("@42@ or not.", True),
        ("If we add the rows, then @42@.", False),
        ("When all is added we get @42@.", False),
        ("Not only if the rows are sorted: @42@.", False),
        ("@42@ for every k.", False),
        ("@42@ if you count by hand.", False),
        ("Only the rows matter. It is @42@.", False),
    ],
)
def test_limits(text: str, *, limited: bool) -> None:
    before, piece, behind = text.split("@")
    stance = Reading(before + piece + behind).stance(len(before), len(before) + len(piece))
    assert (stance is Stance.LIMITED) is limited, stance
