import re

from hypothesis import given
from hypothesis import strategies as st

from grader.model.outcome import Evidence
from grader.writers.displaytext import MAX_ANSWER
from grader.writers.spans import Highlight, Stretch, highlights, stretches
from grader.writers.view import CriterionMark, ReportSheet


def leaves(items):
    return [item for item in items if isinstance(item, Stretch)]


def shown(items):
    return [(item.text, item.mark, item.ending) for item in leaves(items)]


def test_overlapping_evidence_keeps_both_numbers():
    found = [Highlight(0, 5, 1, CriterionMark.EARNED), Highlight(3, 8, 2, CriterionMark.LOST)]
    assert shown(stretches("abcdefghij", found)) == [
        ("abc", "earned", ()),
        ("de", "lost", (1,)),
        ("fgh", "lost", (2,)),
        ("ij", "", ()),
    ]


def test_a_highlight_inside_a_formula_takes_in_all_of_it():
    items = leaves(stretches("so $a+b$ is", [Highlight(4, 5, 1, CriterionMark.REVIEW)]))
    assert shown(items) == [("so ", "", ()), ("a+b", "review", (1,)), (" is", "", ())]
    assert items[1].kind == "formula"


def test_a_highlight_over_markup_ends_in_the_last_words_it_covers():
    text = "- the **mean** of it\n- and the variance"
    found = [Highlight(text.index("the"), text.index("variance") + 8, 1, CriterionMark.EARNED)]
    assert shown(stretches(text, found)) == [
        ("the ", "earned", ()),
        ("mean", "earned", ()),
        (" of it", "earned", ()),
        ("and the variance", "earned", (1,)),
    ]
    within = [Highlight(text.index("the"), text.index("mean") + 6, 1, CriterionMark.EARNED)]
    assert ("mean", "earned", (1,)) in shown(stretches(text, within))


def test_what_is_read_in_a_cell_in_code_and_in_a_box_is_marked():
    text = "| a | `b c` |\n|---|---|\n| x \\| y | z |\n\n- [x] yes"
    for said, marked in (("b", "b"), ("c", "c"), ("x \\|", "x | y"), ("z", "z"), ("yes", "yes"), ("[x]", "")):
        start = text.index(said)
        found = shown(stretches(text, [Highlight(start, start + len(said), 1, CriterionMark.LOST)]))
        assert (marked, "lost", (1,)) in found


def test_a_displayed_formula_needs_no_empty_lines():
    assert [item.text for item in leaves(stretches("a\n\n$$x$$\n\nb", []))] == ["a", "x", "b"]


def test_a_long_text_is_cut():
    found = [Highlight(0, 3, 1, CriterionMark.EARNED)]
    assert len(leaves(stretches("x" * 1_000_000, found))[1].text) == MAX_ANSWER - 3


def test_what_one_criterion_read_in_one_place_is_one_highlight(make):
    text = "each weight needs its own random value, drawn anew"
    read = [
        Evidence(start=0, end=32),
        Evidence(start=22, end=38),
        Evidence(start=40, end=45),
        Evidence(start=46, end=50),
    ]
    rows = [make["row"]("a", evidence=read), make["row"]("b", evidence=[Evidence(start=5, end=11)])]
    (question,) = ReportSheet(make["report"]([make["question"]("q1", rows, text=text)])).view.questions
    assert [(item.start, item.end, item.number) for item in highlights(question.rows, "", text)] == [
        (0, 38, 1),
        (5, 11, 2),
        (40, 50, 1),
    ]


@given(
    st.text(alphabet="$ab \n", max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 9), st.integers(1, 5)), max_size=8),
)
def test_no_letter_is_lost_and_every_number_is_shown(text, spans):
    found = [
        Highlight(start, min(start + length, len(text)), number, CriterionMark.EARNED)
        for start, length, number in spans
        if text[start : start + length].strip()
    ]
    items = leaves(stretches(text, found))
    if not any(item.kind for item in items):
        assert re.sub(r"\s", "", "".join(item.text for item in items)) == re.sub(r"\s", "", text)
    assert {number for item in items for number in item.ending} == {item.number for item in found}
