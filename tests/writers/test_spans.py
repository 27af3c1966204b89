from hypothesis import given
from hypothesis import strategies as st

from grader.writers.spans import Highlight, stretches
from grader.writers.text import MAX_ANSWER
from grader.writers.view import Mark


def shown(items):
    return [(item.text, item.mark, item.ending) for item in items]


def test_overlapping_evidence_keeps_both_numbers():
    found = [Highlight(0, 5, 1, Mark.EARNED), Highlight(3, 8, 2, Mark.LOST)]
    assert shown(stretches("abcdefghij", found)) == [
        ("abc", "earned", ()),
        ("de", "lost", (1,)),
        ("fgh", "lost", (2,)),
        ("ij", "", ()),
    ]


def test_a_highlight_inside_a_formula_takes_in_all_of_it():
    items = stretches("so $a+b$ is", [Highlight(4, 5, 1, Mark.REVIEW)])
    assert shown(items) == [("so ", "", ()), ("a+b", "review", (1,)), (" is", "", ())]
    assert items[1].formula


def test_a_displayed_formula_needs_no_empty_lines():
    assert [item.text for item in stretches("a\n\n$$x$$\n\nb", [])] == ["a", "x", "b"]


def test_a_long_text_is_cut():
    assert len(stretches("x" * 1_000_000, [Highlight(0, 3, 1, Mark.EARNED)])[1].text) == MAX_ANSWER - 3


@given(
    st.text(alphabet="$ab \n", max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 9), st.integers(1, 5)), max_size=8),
)
def test_no_letter_is_lost_and_every_number_is_shown(text, spans):
    found = [
        Highlight(start, min(start + length, len(text)), number, Mark.EARNED)
        for start, length, number in spans
        if start < len(text)
    ]
    items = stretches(text, found)
    if not any(item.formula for item in items):
        assert "".join(item.text for item in items) == text
    assert {number for item in items for number in item.ending} == {item.number for item in found}
