from __future__ import annotations

import pytest

from grader.prose.proseanswer import read
from grader.prose.subanswers import subanswers


@pytest.mark.parametrize(
    "text",
    [
        "1. No, never.\n2. Yes, always.",
        "7. No, never.\n8. That is fine.",
        "No, never.\nYes, always.",
        "No, they stay the same. This is bad.\n\nYes, always.",
        "- No, never.\n- Yes, always.",
        "# No, never\n\n# Yes?",
        "They stay the same.\n\nThat is fine.",
        "No, they stay the same. Yes, that is fine.",
    ],
)
def test_two_sub_answers(text: str) -> None:
    prose = read(text)
    stretches = subanswers(prose, 2)
    assert len(stretches) == 2
    assert stretches[0][0] == 0
    assert stretches[0][1] == stretches[1][0]
    assert stretches[1][1] == len(prose)


def test_none_where_the_number_does_not_fit() -> None:
    assert subanswers(read("It is slow."), 3) == []
    assert len(subanswers(read("It is slow."), None)) == 1
