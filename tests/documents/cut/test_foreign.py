"""What is not the student's: a line of the template however it is set, unless what is set apart in it is picked."""

from __future__ import annotations

import pytest

from grader.documents import read
from grader.documents.cut.answers import template_of
from grader.documents.cut.foreign import Template
from grader.documents.cut.lines import read_lines

TEMPLATE = """**Answer the following.** Don't use a calculator - think "first".

Say which of *these* it is:

- sigmoid
- tanh
- relu

There are 76 apples in the **basket**.
"""


def kept(text: str) -> list[str]:
    """Return the lines of a Markdown text that are not the template's."""
    lines = read_lines(read(text.encode(), "a.md"))
    template = Template(template_of(read(TEMPLATE.encode(), "t.md"))).of(lines)
    return [line.content for number, line in enumerate(lines) if number not in template]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("**Answer the following.**", "Answer the following."),
        ("*these*", "these"),
        ("**basket**", "basket"),
        ("Don't", "Don’t"),
        ('"first"', "“first”"),
        ("calculator - think", "calculator – think"),
        ("There are 76 apples in the **basket**.", "**There are 76 apples in the basket.**"),
        ("Say which of *these* it is:", "<u>Say which of these it is:</u>"),
    ],
)
def test_a_line_that_is_set_otherwise_is_the_templates(before: str, after: str) -> None:
    assert before in TEMPLATE
    assert kept(TEMPLATE.replace(before, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("- tanh", "- **tanh**", ["**tanh**"]),
        ("- relu", "- <u>relu</u>", ["<u>relu</u>"]),
        ("76", "67", ["There are 67 apples in the **basket**."]),
        ("76 apples", "**76** apples", ["There are **76** apples in the **basket**."]),
    ],
)
def test_what_is_changed_or_picked_in_it_is_the_students(before: str, after: str, left: list[str]) -> None:
    assert [line.removeprefix("- ") for line in kept(TEMPLATE.replace(before, after))] == left
