"""Documents are cut into answers at their question headings, however these are written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Outline, QuestionOutline
from grader.readers.headings import cut

TITLES = ("Weights", "Activations", "Batch normalisation", "Dropout", "Parameters of a CNN", "Convolution")
OUTLINE = Outline(
    assignment="rq3",
    questions=tuple(QuestionOutline(id=f"q{number}", title=title) for number, title in enumerate(TITLES, 1)),
)


def parts(text: str) -> dict[str, str]:
    return {section.question: text[section.start : section.end] for section in cut(text, OUTLINE)[0]}


@pytest.mark.parametrize(
    "heading",
    [
        "## Question 5", "# 5 Question 5", "## 5 Question 5", "Q5.", "Q5:", "q5)", "**Question 5**", "__Q5__",
        r"\section*{Question 5}", r"\subsection{Question 5: parameters}", "Question 5:", "Question 5 -", "QUESTION 5",
        "Question 5\n==========", "### Exercise 5", "Frage 5:", "Aufgabe 5", "Pregunta 5.", "Fråga 5:", "第5题",
        "## Parameters of a CNN", "**Parameters of a CNN**", "# 5. Parameters of a CNN", "## Q5 - how many parameters?",
        "> Question 5:", "*Question 5*", "***Question 5***", "<h2>Question 5</h2>", "__Question 5:__", "Question V.", "## Problem #5",
    ],
)  # fmt: skip
def test_named_headings(heading: str) -> None:
    text = f"Ada, 1 May\n\n{heading}\nthe answer\n\n## Question 6\nthree by three\n"
    assert parts(text) == {"q5": "the answer", "q6": "three by three"}


@pytest.mark.parametrize("form", ["## {}", "## {}.", "{})", "{}.", "({})", "# {})"])
def test_bare_numbers_part_answers_where_nothing_better_does(form: str) -> None:
    text = "\n".join(f"{form.format(number)} \nsaid {number}" for number in range(1, 7))
    assert parts(text) == {f"q{number}": f"said {number}" for number in range(1, 7)}


def test_an_answer_may_begin_on_the_line_of_its_heading() -> None:
    assert parts("Q1. No.\nQ2: ELU is slow\n**Q3:** scaled") == {
        "q1": "No.",
        "q2": "ELU is slow",
        "q3": "scaled",
    }


def test_an_answer_may_stand_in_the_heading_itself() -> None:
    assert parts("## Question 5: 903,400\n\n## Question 6: 3 x 3\n") == {"q5": "903,400", "q6": "3 x 3"}


def test_numbered_lists_inside_answers_are_not_headings() -> None:
    text = "## Question 1\n1. No.\n2. Yes.\n## Question 2\n1. ELU\n2. ReLU\n"
    assert parts(text) == {"q1": "1. No.\n2. Yes.", "q2": "1. ELU\n2. ReLU"}


def test_repeated_bare_numbers_are_said_to_be_a_guess() -> None:
    sections, notes = cut("1. a\n1. no\n2. yes\n2. ELU\n3. scaled", OUTLINE)
    assert [section.question for section in sections] == ["q1", "q2", "q3"]
    assert notes == ["The number 1, 2 begins several lines; where the answers were parted is a guess."]


def test_deeper_headings_stay_in_the_answer() -> None:
    assert parts("## 1\nA\n### 2. aside\nB\n## 2\nC") == {"q1": "A\n### 2. aside\nB", "q2": "C"}


def test_sentences_that_begin_with_a_question_are_no_headings() -> None:
    assert parts("Question 4 was hard for me.\nQ5. It is 2800.") == {"q5": "It is 2800."}


def test_code_is_not_searched_for_headings() -> None:
    assert parts("## Question 1\n```python\n# Question 2\n```\n## Question 3\nx")["q1"].endswith("```")


def test_a_question_the_assignment_does_not_have_ends_the_answer_before_it() -> None:
    sections, notes = cut("## Question 1\nA\n## Question 9\nB", OUTLINE)
    assert [section.question for section in sections] == ["q1"]
    assert notes == ["Line 3 names question 9, which this assignment does not have."]


def test_lines_count_from_one() -> None:
    (section,) = cut("\n\n## Question 2\n\nanswer", OUTLINE)[0]
    assert section.line == 5


@pytest.mark.parametrize(
    "text",
    [
        "1. a\n" * 50_000,
        "#" * 500_000,
        "Question 1 " * 50_000,
        "**" * 200_000,
        r"\section{" * 50_000,
        "Q1.\n" * 50_000,
    ],
    ids=lambda text: text[:10],
)
def test_cutting_is_linear(text: str) -> None:
    started = time.process_time()
    cut(text, OUTLINE)
    assert time.process_time() - started < 30


@given(st.text(alphabet="Q1234567890.:)#*_\n ={}\\section", max_size=300))
def test_sections_never_overlap(text: str) -> None:
    sections, _ = cut(text, OUTLINE)
    ends = [0]
    for section in sections:
        assert ends[-1] <= section.start <= section.end <= len(text)
        ends.append(section.end)
