"""What a hand-in is read as, part by part; nothing here knows what would be right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.forms import read_form
from grader.forms.readingview import read_handin
from grader.forms.telling import laid_out, told
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.readers.files import read_content

FORM = read_form("""\
assignment: a
questions:
  - id: q1
    title: All kinds
    parts:
      - {name: n, kind: number}
      - {name: m, kind: matrix}
      - {name: s, kind: size}
      - {name: f, kind: formula}
      - {name: c, kind: choice, options: {a: nearly linear, b: bounded}}
      - {name: p, kind: choice, options: [conv, pool], items: [has weights, has none]}
      - {name: h, kind: choice}
      - {name: t, kind: text}
  - {id: q2}
""")


def part(name, value):
    place = Place(line=3, column=5, offset=40)
    answer = Answer(question="q1", place=place, parts={name: Part(value=value, place=place)})
    submission = Submission(source="x.yaml", students=(Student(id="s"),), answers={"q1": answer})
    (question, _) = read_handin(submission, FORM).questions
    return next(each for each in question.parts if each.name == name)


def prose(text, name="x.md"):
    return read_handin(
        read_content(f"# Question 1\n\n{text}\n\n# Question 2\n\nyes\n".encode(), name, FORM.outline), FORM
    )


@pytest.mark.parametrize(
    ("name", "value", "read_as", "notes"),
    [
        ("n", "903,400", "903400", ()),
        ("n", "9.034e5", "903400", ()),
        ("n", "903.400", "903.4", ("'903.400' may be 903.4 or 903400",)),
        ("n", "0,11", "0.11", ("read with a decimal comma",)),
        ("n", "11 %", "0.11", ("a percentage",)),
        ("n", "1/9", "1/9", ()),
        ("n", "about 2.5 MB", "2.5 MB", ("meant as a rounded value",)),
        ("n", ("7",), "7", ()),
        ("n", "28 * 100 = 2800", "2800", ("taken from the text", "the result of '28 * 100 = 2800'")),
        ("m", (("0", "1/9"), ("0.5", "2")), "2 x 2, [[0, 1/9], [0.5, 2]]", ()),
        ("m", ("1", "2", "3"), "1 x 3, [[1, 2, 3]]", ()),
        ("m", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "2 x 2, [[1, 2], [3, 4]]", ()),
        ("m", (("1", "903.400"),), "1 x 2, [[1, 903.4]]", ("row 1, column 2: '903.400' may be 903.4 or 903400",)),
        ("s", "28 x 28 x 3", "28 x 28 x 3", ()),
        ("s", ("3", "4"), "3 x 4", ()),
        ("s", (("1", "2"), ("3", "4"), ("5", "6")), "3 x 2", ()),
        ("f", r"\frac{2}{N}", "2/N", ()),
        ("f", "The variance is $2/N$, as in the lecture.", "a text with formulas", ()),
        ("c", "b", "b: bounded", ()),
        ("c", "nearly linear", "a: nearly linear", ()),
        ("c", "a, b", "a: nearly linear, b: bounded", ("2 options are named",)),
        ("p", {"has weights": "conv", "has none": "pool"}, "has weights: conv; has none: pool", ()),
        ("h", "yes", "true", ()),
        ("t", "It saturates.", "2 words", ()),
    ],
)  # fmt: skip
def test_how_a_part_is_read(name, value, read_as, notes) -> None:
    found = part(name, value)
    assert (found.state, found.read_as, found.notes) == ("read", read_as, notes)


@pytest.mark.parametrize(
    ("name", "value", "problem", "column"),
    [
        ("n", "no idea", "there is no number here", 5),
        ("n", "1/0", "the denominator is zero", 5),
        ("n", ("1", "2"), "one number is asked for; this is a list or a mapping", 5),
        ("m", "nothing", "no matrix was found here", 5),
        ("m", (("1", "x"), ("2", "3")), "row 1, column 2: 'x' is no number", 5),
        ("m", (("1", "2"), ("3",)), "the rows have 2, 1 entries; they must have equally many", 5),
        ("m", {"a": "1"}, "a matrix is asked for; this is a mapping", 5),
        ("s", "large", "no size such as 3 x 3 was found here", 5),
        ("f", "2 / (N", "at character 7", 11),
        ("f", ("x",) * 2, "a formula is asked for; this is a list or a mapping", 5),
        ("f", "It is not known.", "there is no formula in this text", 5),
        ("c", "neither", "no option was recognised in this; the options are a, b", 5),
        ("h", "perhaps", "no option was recognised in this; the options are true, false", 5),
        ("m", tuple(("1",) * 100 for _ in range(100)), "this holds more than 4096 values", 5),
    ],
)
def test_what_cannot_be_read_says_why_and_where(name, value, problem, column) -> None:
    found = part(name, value)
    assert found.state == "unreadable"
    assert problem in found.problem
    assert (found.line, found.column) == (3, column)


def test_an_item_without_an_option_is_missing() -> None:
    found = part("p", {"has weights": "conv", "has none": ""})
    assert (found.state, found.read_as, found.problem) == ("missing", "has weights: conv", "has none")


def test_prose_is_told_with_what_was_found_in_it() -> None:
    reading = prose(
        r"With $\sigma^2 = \frac{2}{N}$ there are 28 * 100 = 2800 weights, 903.400 in all; the output is 3 x 4."
    )
    question = reading.questions[0]
    assert [(find.kind, find.read_as) for find in question.finds] == [
        ("formula", "sigma^2 = 2/N"),
        ("number", "2800 parameters"),
        ("number", "903.4"),
        ("size", "3 x 4"),
    ]
    assert question.finds[0].latex
    assert (question.finds[0].line, question.finds[0].column) == (3, 7)
    assert question.finds[2].notes == ("'903.400' may be 903.4 or 903400",)
    assert {each.name: each.state for each in question.parts} == {
        "n": "in_text", "m": "missing", "s": "in_text", "f": "in_text", "c": "missing", "p": "missing",
        "h": "missing", "t": "in_text",
    }  # fmt: skip
    assert reading.missing == ("q1 m", "q1 c", "q1 p", "q1 h")


def test_a_marked_formula_that_cannot_be_read_is_told() -> None:
    reading = prose(r"We have $\frac{1}{$ here.")
    assert "q1" in reading.unreadable
    assert "at character" in reading.questions[0].finds[0].problem


def test_words_between_stars_are_no_products() -> None:
    assert prose("Use *ordinary* ReLU, and softmax* turns.").questions[0].finds == ()


def test_a_list_alone_is_read_for_the_part_it_can_be() -> None:
    submission = read_content(b"answers: {q1: [[1, 2], [3, 4]], q2: [[1, 2]]}", "x.yaml", FORM.outline)
    first, second = read_handin(submission, FORM).questions
    assert {each.name: each.state for each in first.parts}["m"] == "read"
    assert second.parts[0].read_as == "1 x 2, [[1, 2]]"


def test_what_was_left_out_is_missing() -> None:
    reading = read_handin(read_content(b"answers: {q1: {n: 3, t: ''}}", "x.yaml", FORM.outline), FORM)
    assert reading.missing == ("q1 m", "q1 s", "q1 f", "q1 c", "q1 p", "q1 h", "q1 t", "q2")


def test_notes_of_the_file_are_handed_on() -> None:
    reading = read_handin(
        read_content("# Question 1\n\nnaïve\n\n# Question 1\n\n7\n".encode("cp1252"), "x.md", FORM.outline),
        FORM,
    )
    assert len(reading.notes) == 1
    assert any("several headings" in note for note in reading.questions[0].notes)


HOSTILE = {
    "digits": "9" * 10**6, "powers": "9^" * 500_000 + "9", "round": "(" * 10**6, "square": "[[" * 200_000 + "1" + "]]" * 200_000,
    "dollars": "$" * 10**6, "formulas": "$x$ " * 250_000, "fractions": "$" + r"\frac{1}{" * 600 + "$", "html": "<script>alert(1)</script>" * 40_000,
    "bidi": "\u202e\u2066 903400 " * 80_000, "sizes": "1 x " * 250_000, "results": "1 = " * 250_000, "numbers": "1 2,800 3.4 " * 80_000,
    "matrices": r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} " * 20_000, "exponents": "1e999999999 " * 80_000, "halves": "1/0 " * 250_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_read_in_bounded_time_and_told_in_bounded_space(name) -> None:
    text, place = HOSTILE[name], Place(line=1, offset=0)
    named = {each.name: Part(value=text, place=place) for each in FORM.questions[0].parts}
    for answer in (
        Answer(question="q1", place=place, text=text),
        Answer(question="q1", place=place, parts=named),
    ):
        submission = Submission(
            source="\x1b[31mx\u202e", students=(Student(id="\u202es"),), answers={"q1": answer}
        )
        start = time.process_time()
        reading = read_handin(submission, FORM)
        lines = list(laid_out(list(told(reading))))
        assert time.process_time() - start < 30
        assert len(reading.model_dump_json()) < 200_000
        assert not [line for line, text, _ in lines for char in "\u202e\u2066\x1b\n" if char in line + text]


VALUES = st.recursive(
    st.text(max_size=30)
    | st.sampled_from(["1,2", "3 x 3", "x^2", r"\frac12", "a)", "yes", "[[1,2],[3,4]]", "$", "-"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(value=VALUES, text=st.text(max_size=80))
def test_anything_at_all_is_read_and_always_the_same_way(value, text) -> None:
    place = Place(line=1)
    parts = {each.name: Part(value=value, place=place) for each in FORM.questions[0].parts}
    answer = Answer(question="q1", place=place, text=text, parts=parts)
    submission = Submission(source="x", students=(Student(id="s"),), answers={"q1": answer})
    reading = read_handin(submission, FORM)
    assert reading == read_handin(submission, FORM)
    assert list(laid_out(list(told(reading))))
