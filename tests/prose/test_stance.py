"""How a writer stands to a value: what is said around it decides."""

from __future__ import annotations

import pytest

from grader.finding.reading import Reading
from grader.prose.doubt import Stance


@pytest.mark.parametrize(
    "text",
    [
        "The sum is @42@.",
        "It is @42@ and not 43.",
        "Instead of 43 the sum is @42@.",
        "It is @42@, not 43.",
        "Not counting the last one it is @42@.",
        "Without the last one it is @42@.",
        "There is no rest, so the sum is @42@.",
        "It isn't 41, it is @42@.",
        "If we do not round, the sum is @42@.",
        "If we do not round the sum is @42@.",
        "There is no doubt that it is @42@.",
        "It is @42@. That is less than a hundred, which is not much.",
        "It is @42@ because we don't count the rest.",
        "The sum is not hard to find: @42@.",
        "One neuron gives @42@.",
        "First we add the rows, then we get @42@.",
        "I thought about it for long and found @42@.",
        "Many layers say nothing; it is @42@.",
        "It is @42@. The other value is wrong.",
        "It is false that it is 41; it is @42@.",
        "Some people believe that it is 41. It is @42@.",
        "It is @42@. No rounding was needed.",
        "It is @42@ (41 is wrong).",
    ],
)
def test_stated(text: str) -> None:
    assert _stance(text) is Stance.STATED


@pytest.mark.parametrize(
    "text",
    [
        "It is not @42@.",
        "It isn't @42@.",
        "The sum can never be @42@.",
        "I don't think that the sum is @42@.",
        "It is wrong that the sum is @42@.",
        "The claim that the sum is @42@ is wrong.",
        "@42@ is wrong.",
        "@42@ cannot be right.",
        "@42@ would be the wrong answer.",
        "The sum is @42@ (wrong).",
        "The sum is @42@ - wrong!",
        "The sum is @42@. This is not true.",
        "The sum is @42@, which is incorrect.",
        "The sum is anything but @42@.",
        "Everything except @42@ is possible.",
        "It is something other than @42@.",
        "It is 41 rather than @42@.",
        "No way is it @42@.",
        "It is by no means @42@.",
        "It is nowhere near @42@.",
        "It is @42@ (not true).",
        "Hardly is it @42@.",
        "Is it @42@? No.",
        "It is a mistake to say it is @42@.",
        "At first I got @42@, then 43.",
        "I thought it was @42@, but it is 43.",
        "The sum is @42@. The opposite is true.",
        "You could believe it is @42@, but that's false.",
    ],
)
def test_denied(text: str) -> None:
    assert _stance(text) is Stance.DENIED


@pytest.mark.parametrize(
    "text",
    [
        "Is it @42@?",
        "Maybe it is @42@.",
        "It could be @42@.",
        "I doubt that it is @42@.",
        "@42@ cannot help.",
        "@42@ isn't it.",
        "@42@ is a bad idea.",
        "It is not true that it is not @42@.",
        "The sum is @42@. Just kidding.",
        "Wrong: the sum is @42@.",
        "Many people believe it is @42@.",
        "One would think it is @42@.",
        "It is @42@. No, 43.",
        "It is @42@. Wait, 43.",
        "I was told it is @42@, but I don't believe it.",
    ],
)
def test_doubted(text: str) -> None:
    assert _stance(text) is Stance.DOUBTED


def _stance(text: str) -> Stance:
    before, piece, behind = text.split("@")
    return Reading(before + piece + behind).stance(len(before), len(before) + len(piece))
