"""Where questions and model answers begin in documents of many hands."""

from __future__ import annotations

import pytest

from grader.documents import read
from grader.drafting.documentquestions import read_document

EXAM = r"""\documentclass{exam}\begin{document}
\section*{Homework 2}
\begin{questions}
\question What is $2 + 2$?
\begin{solution} 4 \end{solution}
\question Consider $f$.
\begin{parts}
\part What is $f(0)$?
\begin{solution} 1 \end{solution}
\part What is $f(1)$?
\begin{solution} 2 \end{solution}
\end{parts}
\end{questions}
\end{document}"""


def found(text: str, name: str = "a.md") -> list[tuple[str, str, str]]:
    questions = read_document(read(text.encode(), name)).questions
    return [(question.id, question.text, question.answer) for question in questions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Question 1\n\nA?\n\n**Answer:** B\n\n## Question 2\n\nC?\n\n### Solution\n\nD\n", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        ("# HW\n\n## 1. Names\n\nA?\n\nSolution: B\n\n## 2. Sizes\n\nC?\n\nSolution: D", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        ("1. A?\n\n   Answer: B\n\n2. C?\n\n   Answer: D\n", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        ("**Q1.** A?\n\nAnswer: B\n\n**Q2.** C?\n\nAnswer: D\n", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        ("# HW\n\n## Dropout\n\nA?\n\nAnswer: B\n\n## Pooling\n\nC?\n\nAnswer: D\n", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        (
            "## Aufgabe 1\n\nWas ist A?\n\nLösung: B\n\n## Aufgabe 2\n\nWas ist C?\n\nMusterlösung: D\n",
            [("q1", "Was ist A?", "B"), ("q2", "Was ist C?", "D")],
        ),
        (
            "## Question 1\n\na) A?\n\nb) C?\n\n## Question 2\n\nE?\n\n# Solutions\n\n## Solution to question 1\n\na) B\n\nb) D\n\n## Solution to question 2\n\nF\n",
            [("q1a", "A?", "B"), ("q1b", "C?", "D"), ("q2", "E?", "F")],
        ),
        (
            "## Question 1\n\nSome words on both.\n\n### Question 1.1\n\nA?\n\nAnswer: B\n\n### Question 1.2\n\nC?\n\nAnswer: D\n",
            [("q1.1", "Some words on both.\n\nA?", "B"), ("q1.2", "Some words on both.\n\nC?", "D")],
        ),
        ("1. A? **Answer:** B\n2. C? Answer: D\n", [("q1", "A?", "B"), ("q2", "C?", "D")]),
        ("## Question 1\n\n$x$? Lösung: $2$\n", [("q1", "$x$?", "$2$")]),
        ("## Question 1\n\nWhat is the answer: a or b?\n", [("q1", "What is the answer: a or b?", "")]),
        ("## Question 1\n\nA?\n\n## References\n\nA book.\n", [("q1", "A?", "")]),
        (
            "**q1 - Sums (3).** How many?\nq1_first (1): 5. q1_total (2): 12.\n",
            [("q1", "How many?", "q1_first (1): 5. q1_total (2): 12.")],
        ),
    ],
)  # fmt: skip
def test_questions_and_answers(text, expected) -> None:
    assert found(text) == expected


def test_an_exam_in_latex() -> None:
    assert found(EXAM, "a.tex") == [
        ("q1", "What is $2 + 2$?", "4"),
        ("q2a", "Consider $f$.\n\nWhat is $f(0)$?", "1"),
        ("q2b", "Consider $f$.\n\nWhat is $f(1)$?", "2"),
    ]


def test_a_document_without_headings_is_one_question() -> None:
    assignment = read_document(read(b"What is entropy?\n\nAnswer: A measure of surprise.\n", "a.md"))
    assert [(question.id, question.answer) for question in assignment.questions] == [
        ("q1", "A measure of surprise.")
    ]
    assert assignment.notes


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("## Question 1\n\nWhich?\n\nA. red\nB. green\n\nAnswer: B\n", ["green"]),
        ("## Question 1\n\nWhich?\n\n- [ ] red\n- [x] green\n- [x] blue\n", ["green", "blue"]),
        ("**Q1** Which? (a) red, (b) green (c) blue\n\n_Solution:_ (b)\n", ["green"]),
        ("## Question 1\n\nWhich?\n\na) red\n\nb) green\n\nAnswer: (a)\n", ["red"]),
    ],
)
def test_options_and_which_are_right(text, right) -> None:
    (question,) = read_document(read(text.encode(), "a.md")).questions
    assert [option.text for option in question.key.options if option.right] == right


@pytest.mark.parametrize(
    "heading",
    ["## Task 1 (3 points)", "## Task 1: Sums [3 P]", "## Task 1 – Sums (3)", "**Task 1.** (3 marks) Sums"],
)
def test_points(heading) -> None:
    (question,) = read_document(read(f"{heading}\n\nHow many?\n".encode(), "a.md")).questions
    assert question.points == 3
