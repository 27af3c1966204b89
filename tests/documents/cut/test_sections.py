"""Documents are cut into answers at their question headings, however these are written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.submission import Outline, QuestionOutline, Submission
from grader.readers.files import read_content

TITLES = ("Weights", "Activations", "Batch normalisation", "Dropout", "Parameters of a CNN", "Convolution")
OUTLINE = Outline(
    assignment="rq3",
    questions=tuple(QuestionOutline(id=f"q{number}", title=title) for number, title in enumerate(TITLES, 1)),
)


def outline(*ids: str) -> Outline:
    return Outline(assignment="a", questions=tuple(QuestionOutline(id=name) for name in ids))


def read(text: str, asked: Outline = OUTLINE) -> Submission:
    return read_content(text.encode(), "a.md", asked)


def parts(text: str, asked: Outline = OUTLINE) -> dict[str, str]:
    return {name: answer.text for name, answer in read(text, asked).answers.items() if answer.text}


def doubtful(text: str, asked: Outline = OUTLINE) -> set[str]:
    return {name for name, answer in read(text, asked).answers.items() if answer.cut}


@pytest.mark.parametrize(
    "heading",
    [
        "## Question 5", "# 5 Question 5", "## 5 Question 5", "Q5.", "Q5:", "q5)", "**Question 5**", "__Q5__", "##Question 5",
        r"\section*{Question 5}", r"\subsection{Question 5: parameters}", "Question 5:", "Question 5 -", "QUESTION 5",
        "Question 5\n==========", "### Exercise 5", "Frage 5:", "Aufgabe 5", "Pregunta 5.", "Fråga 5:", "第5题", "- **Question 5**",
        "## Parameters of a CNN", "**Parameters of a CNN**", "# 5. Parameters of a CNN", "## Q5 - how many parameters?",
        "> Question 5:", "*Question 5*", "***Question 5***", "<h2>Question 5</h2>", "__Question 5:__", "Question V.", "## Problem #5",
        "## Qestion 5", "## Answer to question 5", "### Parameter of a CNN", "Question 5<br>", "# Assignment 2, Question 5",
    ],
)  # fmt: skip
def test_named_headings(heading: str) -> None:
    text = f"Ada, 1 May\n\n{heading}\n\nthe answer\n\n## Question 6\nthree by three\n"
    assert parts(text) == {"q5": "the answer", "q6": "three by three"}


@pytest.mark.parametrize("form", ["## {}", "## {}.", "{})", "{}.", "({})", "# {})", "{}-", "{} -", "**{}.**"])
def test_numbers_part_answers_where_nothing_better_does(form: str) -> None:
    text = "\n\n".join(f"{form.format(number)} \n\nsaid {number}" for number in range(1, 7))
    assert parts(text) == {f"q{number}": f"said {number}" for number in range(1, 7)}


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        (("1a", "1b", "2a"), "## Task 1a)\n\nx\n\n## Task 1b)\n\ny\n\n## Task 2a)\n\nz"),
        (("1a", "1b", "2a"), "# Task 1\n\n## (a)\n\nx\n\n## (b)\n\ny\n\n# Task 2\n\n## (a)\n\nz"),
        (("1a", "1b", "2a"), "# Problem 1\n\na) x\n\nb) y\n\n# Problem 2\n\na) z"),
        (("1a", "1b", "2a"), "**Task 1 (a)**\n\nx\n\n**Task 1 (b)**\n\ny\n\n**Task 2 (a)**\n\nz"),
        (("q1a", "q1b", "q2a"), "1a. x\n\n1b. y\n\n2a. z"),
        (("1.1", "1.2", "2.1"), "## Question 1.1\n\nx\n\n## Question 1.2\n\ny\n\n## Question 2.1\n\nz"),
        (("1.1", "1.2", "2.1"), "# Exercise 1\n\n## 1.1\n\nx\n\n## 1.2\n\ny\n\n# Exercise 2\n\n## 2.1\n\nz"),
        (("2.b", "1.a", "2.a"), "## Task 2, part a\n\nz\n\n## Task 1, part a\n\ny\n\n## Task 2, part b\n\nx"),
        (("task1.i", "task1.ii", "task2.iii"), "## Task 1 (i)\n\nx\n\n## Task 1 (ii)\n\ny\n\n## Task 2 (iii)\n\nz"),
        (("1.2a", "1.2b", "1.3a"), "## 1.2 Rows\n\n**(a)**\n\nx\n\n**(b)**\n\ny\n\n## 1.3 Cells\n\n**(a)**\n\nz"),
        (("hw1_q1", "hw1_q2", "hw1_q3"), "## Question 1\n\nx\n\n## Question 2\n\ny\n\n## Question 3\n\nz"),
    ],
)  # fmt: skip
def test_parts_of_questions(ids: tuple[str, ...], text: str) -> None:
    assert parts(text, outline(*ids)) == dict(zip(ids, "xyz", strict=True))
    assert not doubtful(text, outline(*ids))


def test_an_answer_may_begin_on_the_line_of_its_heading() -> None:
    assert parts("Q1. No.\nQ2: ELU is slow\n**Q3:** scaled") == {
        "q1": "No.",
        "q2": "ELU is slow",
        "q3": "scaled",
    }


def test_an_answer_may_stand_in_the_heading_itself_where_none_has_a_text_below() -> None:
    assert parts("## Question 5: 903,400\n\n## Question 6: 3 x 3\n") == {"q5": "903,400", "q6": "3 x 3"}
    assert parts("## Question 5: the total\n\n903,400\n\n## Question 6: the size in 3 x 3\n") == {
        "q5": "903,400"
    }


def test_numbered_lists_inside_answers_are_not_headings() -> None:
    text = "## Question 1\n1. No.\n2. Yes.\n## Question 2\n1. ELU\n2. ReLU\n"
    assert parts(text) == {"q1": "1. No.\n2. Yes.", "q2": "1. ELU\n2. ReLU"}


def test_a_list_of_the_questions_above_the_answers_is_none_of_them() -> None:
    asked = "1. Is it slow?\n2. Is it deep?\n3. Is it wide?\n"
    assert parts(f"{asked}\n# Answers\n\n1. No.\n2. Yes.\n3. Very.\n", outline("1", "2", "3")) == {
        "1": "No.", "2": "Yes.", "3": "Very.",
    }  # fmt: skip


def test_where_two_cuts_are_as_good_the_questions_are_in_doubt() -> None:
    assert {"q1", "q2"} & doubtful("1. a\n1. no\n2. yes\n2. ELU\n3. scaled")


def test_two_headings_of_one_question_are_joined_and_in_doubt() -> None:
    text = "## Question 1\n\nA\n\n## Question 2\n\nB\n\n## Question 1\n\nC\n"
    assert parts(text)["q1"] == "A\n\nC"
    assert doubtful(text) == {"q1"}


def test_a_table_of_contents_is_no_second_heading() -> None:
    text = "Contents\nQuestion 1 . . . . . . 2\nQuestion 2 . . . . . . 3\n\n## Question 1\n\nA\n\n## Question 2\n\nB\n"
    assert parts(text) == {"q1": "A", "q2": "B"}
    assert not doubtful(text)


def test_a_heading_of_two_questions_gives_both_its_text_in_doubt() -> None:
    text = "## Question 1 and 2\n\nA\n\n## Question 3\n\nB\n"
    assert parts(text) == {"q1": "A", "q2": "A", "q3": "B"}
    assert doubtful(text) == {"q1", "q2"}


def test_a_missing_question_is_in_doubt_only_while_text_is_left() -> None:
    one = "## Question 1\n\nA\n"
    assert not doubtful(one)
    left = f"{'some words that may be an answer to anything ' * 3}\n\n{one}"
    assert doubtful(left) == {"q2", "q3", "q4", "q5", "q6"}


def test_deeper_headings_stay_in_the_answer() -> None:
    assert parts("## 1\nA\n### 2. aside\nB\n## 2\nC") == {"q1": "A\n### 2. aside\nB", "q2": "C"}


def test_a_heading_of_its_own_ends_an_answer_in_doubt_and_an_appendix_for_sure() -> None:
    text = "## Question 1\n\nA\n\n## Further thoughts\n\nmore of it here\n"
    assert parts(text) == {"q1": "A"}
    assert doubtful(text) == {"q1"}
    assert not doubtful("## Question 1\n\nA\n\n## Appendix\n\nmore of it here\n")


def test_sentences_that_begin_with_a_question_are_no_headings() -> None:
    assert parts("Question 4 was hard for me.\nQ5. It is 2800.") == {"q5": "It is 2800."}


@pytest.mark.parametrize("answer", ["2", "3.14", "**2**", "2.", "1,500", "A: 5", "Answer: 3", "b", "2 x 3"])
def test_an_answer_that_is_a_number_is_no_heading(answer: str) -> None:
    text = f"## Question 1\n\n{answer}\n\n## Question 4\n\nD\n"
    assert set(parts(text)) == {"q1", "q4"}


def test_code_is_not_searched_for_headings() -> None:
    assert parts("## Question 1\n```python\n# Question 2\n```\n## Question 3\nx")["q1"].endswith("```")


def test_a_question_the_assignment_does_not_have_ends_the_answer_before_it() -> None:
    submission = read("## Question 1\nA\n## Question 9\nB")
    assert submission.answers["q1"].text == "A"
    assert submission.notes == ("Questions that this assignment does not have were left out: 9 at line 3.",)


def test_a_number_that_counts_on_ends_the_answer_before_it() -> None:
    assert parts("1. First?\n\nA\n\n2. Second?\n\nB\n\n3. Third?\n\nC", outline("1", "2")) == {
        "1": "A",
        "2": "B",
    }


def test_places_are_those_of_the_file() -> None:
    text = "\n\n## Question 2\n\n  answer\n"
    place = read(text).answers["q2"].place
    assert (place.line, place.column, place.offset) == (5, 3, text.index("answer"))


def test_what_made_an_answer_begin_there_is_said() -> None:
    assert read("# Dropout\n\nslow\n").answers["q4"].heading == "line 1: is its title (dropout)"


@pytest.mark.parametrize(
    "text",
    ["1. a\n" * 3_000, "#" * 100_000, "Question 1 " * 10_000, "**" * 20_000, r"\section{" * 10_000, "Q1.\n" * 3_000, "(a) " * 9_000],
    ids=lambda text: text[:10],
)  # fmt: skip
def test_cutting_is_linear(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 30


@given(st.text(alphabet="Q1234567890.:)#*_\n ={}\\section[x]-|>`$", max_size=200))
def test_any_text_is_cut_into_stretches_of_itself(text: str) -> None:
    if not text.strip():
        return
    for answer in read(text).answers.values():
        assert len(answer.text) <= len(text) * 2 + 2
        if answer.place.offset is not None:
            assert 0 <= answer.place.offset <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "| question | answer |\n|---|---|\n| 1a | one |\n| 1b | two |\n| 2 | three |",
        "| Nr | Frage | Antwort |\n|---|---|---|\n| 1 a) | Was? | one |\n| 1 b) | Wie? | two |\n| 2 | Wo? | three |",
        "| 1a | 1b | Q2 |\n|---|---|---|\n| one | two | three |",
        "**Problem 1** (a) one (b) two\n\n**Problem 2** three",
        "1. a) one\n\n   b) two\n\n2. three",
        "1a one\n1b two\nProblem 2: three",
        "## Problem 1\n\n1. one\n2. two\n\n## Problem 2\n\nthree",
        "# Aufgabe 1\n\nTeilaufgabe 1: one\n\nTeilaufgabe 2: two\n\n# Aufgabe 2\n\nthree",
        "First question, part a: one\n\nFirst question, part b: two\n\nSecond question: three",
        "第一题\n\n（a）one\n\n（b）two\n\n第二题：three",
        "##Problem 1\n(a) one\n\n(b) two\n##Problem 2\nthree",
        "**1 a)** one\n\n**1 b)** two\n\n**2** three",
    ],
)  # fmt: skip
def test_further_forms_of_parts(text: str) -> None:
    found = parts(text, outline("1a", "1b", "2"))
    assert {name: answer.strip() for name, answer in found.items()} == {
        "1a": "one",
        "1b": "two",
        "2": "three",
    }


@pytest.mark.parametrize(
    "text",
    [
        "1\nno\n\n2\n24\n\n3\nyes",
        "#1\nno\n#2\n24\n#3\nyes",
        "I. no\n\nII. 24\n\nIII. yes",
        "一、no\n\n二、24\n\n三、yes",
        "问题1：no\n\n问题2：24\n\n问题3：yes",
        "1. no 2. 24 3. yes",
        "Q1 - no\nQ2 - 24\nQ3 - yes",
        "First question: no\n\nSecond question: 24\n\nThird question: yes",
        "**Q1** no\n\n**Q2** 24\n\n**Q3** yes",
        "Q1: no\nQ2: 24\nQ3: yes",
    ],
)
def test_further_forms_of_numbers(text: str) -> None:
    assert parts(text, outline("q1", "q2", "q3")) == {"q1": "no", "q2": "24", "q3": "yes"}


def test_a_letter_alone_is_the_answer_where_no_question_has_it() -> None:
    text = "Q1: (C)\n\nQ2. B.\n\nQ3 A"
    assert parts(text, outline("q1", "q2", "q3")) == {"q1": "(C)", "q2": "B.", "q3": "A"}
    assert parts("## 1\n\n(a) C.\n\n(b) B.", outline("1a", "1b")) == {"1a": "C.", "1b": "B."}


def test_a_range_of_questions_has_one_text_and_is_in_doubt() -> None:
    for heading in ("## q1-2", "## Questions 1 - 2", "## Question 1 & 2", "## Questions 1 to 2"):
        text = f"{heading}\n\nno, 24\n\n## q3\n\nyes"
        assert parts(text, outline("q1", "q2", "q3"))["q2"] == "no, 24", heading
        assert doubtful(text, outline("q1", "q2", "q3")) == {"q1", "q2"}, heading


def test_a_table_of_results_is_no_table_of_answers() -> None:
    text = "## 1\n\n| epoch | loss |\n|---|---|\n| 1 | 0.5 |\n| 2 | 0.4 |\n| 3 | 0.3 |\n\n## 2\n\ntwo\n\n## 3\n\nthree"
    found = parts(text, outline("1", "2", "3"))
    assert "0.4" in found["1"]
    assert found["2"] == "two"


def test_a_question_that_is_only_named_within_a_text_is_in_doubt() -> None:
    text = "## 1a\n\none and then 1b two\n\n## 2\n\nthree"
    assert doubtful(text, outline("1a", "1b", "2")) == {"1b"}


def test_commands_that_are_defined_are_written_out() -> None:
    text = "$\\newcommand{\\half}[1]{\\frac{#1}{2}}$\n\n## Question 1\n\n$\\half{x}$\n\n## Question 2\n\nyes"
    assert parts(text)["q1"] == "$\\frac{x}{2}$"
    looping = "$\\def\\a{\\a\\a}$\n\n## Question 1\n\n$\\a$"
    assert "\\a" in parts(looping)["q1"]
