"""Options that an answer lists: which are picked."""

from __future__ import annotations

import pytest

from grader.finding.reading import Reading
from grader.rubric.loading import make_check

CHOICE = make_check("choice", {"options": {"mean": ["the mean"], "median": ["the median"], "mode": ["the mode"]}, "expected": "median"})  # fmt: skip
SEVERAL = make_check("choice", {"options": ["1", "2", "3", "4"], "expected": ["2", "4"]})
NUMBER = make_check("number", {"expected": "640"})
SIZE = make_check("matrix", {"expected": ["9", "9"], "shape_only": "true"})


def credit(check, text: str):
    return check.check(Reading(text=text), {}).credit


@pytest.mark.parametrize(
    ("check", "text", "expected"),
    [
        (CHOICE, "- [ ] the mean\n- [x] the median\n- [ ] the mode", 1),
        (CHOICE, "- [x] the mean\n- [ ] the median\n- [ ] the mode", 0),
        (CHOICE, "☐ the mean\n☑ the median\n☐ the mode", 1),
        (CHOICE, "( ) the mean\n(x) the median\n( ) the mode", 1),
        (CHOICE, "a) the mean\n\n**b) the median**\n\nc) the mode", 1),
        (CHOICE, "a) the mean\nb) the median <-- my answer\nc) the mode", 1),
        (CHOICE, "1. the mean\n2. <u>the median</u>\n3. the mode", 1),
        (CHOICE, "- the mean\n- the median\n- the mode", 0),
        (CHOICE, "- the mean\n- the median\n- the mode\n\nThe median.", 1),
        (SEVERAL, "2, 4\n\n1. False, it bends.\n2. True.\n3. False.\n4. True.", 1),
        (SEVERAL, "2\\. It is convex.\n\n4\\. It is smooth.\n\nBecause 3 is not.", 1),
        (NUMBER, "- [ ] 160\n- [x] 640", 1),
        (NUMBER, "- [x] 160\n- [ ] 640", 0),
        (NUMBER, "+ 160\n+ **640**\n+ 620", 1),
        (SIZE, "- [] 7x7\n- [x] 9x9\n- [] 3x3", 1),
    ],
)
def test_picks(check, text: str, expected: int) -> None:
    assert credit(check, text) == expected


def test_values_one_below_the_other_are_not_taken_for_a_blank() -> None:
    assert credit(NUMBER, "a) 160\n\nb) 640\n\nc) 620") is None
