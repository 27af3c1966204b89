"""Several students in one document: plainly so, each by themselves; perhaps so, nobody; else one student's."""

from __future__ import annotations

import pytest

from grader.documents.cut.students import part_students
from grader.model.errors import SubmissionError
from grader.model.submission import Outline, QuestionOutline
from grader.readers.files import read_content

OUTLINE = Outline(
    assignment="net",
    questions=(QuestionOutline(id="q1", title="Momentum"), QuestionOutline(id="q2", title="Weight decay")),
)


def answers(name: str, *, heading: str = "## Question {}") -> str:
    return f"{heading.format(1)}\n\n{name} says one\n\n{heading.format(2)}\n\n{name} says two\n\n"


def read(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return who handed in which answers."""
    found = []
    for part in part_students(text, "all.md", OUTLINE) or [text]:
        submission = read_content(part.encode(), "all.md", OUTLINE)
        said = {name: answer.text for name, answer in submission.answers.items()}
        found += [(student.id, said) for student in submission.students]
    return found


def own(name: str, student: str = "") -> tuple[str, dict[str, str]]:
    return student or name, {"q1": f"{name} says one", "q2": f"{name} says two"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"# Mira Sand\n\n{answers('Mira')}# Tom\n\n{answers('Tom')}",
            [own("Mira", "Mira Sand"), own("Tom")],
        ),
        (
            f"# Student: m17\n\n{answers('Mira')}# Student: t18\n\n{answers('Tom')}",
            [own("Mira", "m17"), own("Tom", "t18")],
        ),
        (
            (f"Our file\n========\n\n## Mira Sand (m17)\n\n{answers('Mira', heading='### {}. ')}"
            f"## Tom Berg (t18)\n\n{answers('Tom', heading='### {}. ')}"),
            [own("Mira", "m17"), own("Tom", "t18")],
        ),
        (
            f"Mira Sand\n=========\n\n{answers('Mira')}Tom Berg\n========\n\n{answers('Tom')}",
            [own("Mira", "Mira Sand"), own("Tom", "Tom Berg")],
        ),
        (
            f"# Mira\n\n{answers('Mira', heading='## {}')}# Tom\n\n## Weight decay\n\nTom says two\n\n## Momentum\n\nTom says one\n",
            [own("Mira"), own("Tom")],
        ),
        (
            f"# Mira Sand\n\n{answers('Mira')}# Tom Berg\n\n{answers('Tom')}# Max Mark\n\n{answers('The max of a mark')}",
            [own("Mira", "Mira Sand"), own("Tom", "Tom Berg"), own("The max of a mark", "Max Mark")],
        ),
        (
            f"# Mark (m17)\n\n{answers('A mark')}# Max (m18)\n\n{answers('A max')}",
            [own("A mark", "m17"), own("A max", "m18")],
        ),
        (
            f"---\nstudent: mira\n---\n\n{answers('Mira')}---\nstudents: [tom, ida]\n---\n\n{answers('Tom')}",
            [own("Mira", "mira"), own("Tom", "tom"), own("Tom", "ida")],
        ),
        (
            f"---\nstudent: mira\n---\n\n## Question 1\n\nMira says one\n\n---\nstudent: tom\n---\n\n{answers('Tom')}",
            [("mira", {"q1": "Mira says one"}), own("Tom", "tom")],
        ),
    ],
    ids=["names", "called students", "ids beside names", "underlined", "another order", "one is a word", "words with ids", "front matter", "one is shorter"],
)  # fmt: skip
def test_each_is_marked_by_themselves(text: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"# Mira Sand\n\n{answers('Mira')}# Tom Berg\n\n## Question 1\n\nTom says one\n",
        f"# Mira Sand\n\n{answers('Mira')}# Mira Sand\n\n{answers('Mira')}",
        f"# Larger Kernels\n\n{answers('With larger kernels it')}# Fewer Maps\n\n{answers('With fewer maps it')}",
        f"# Nesterov Momentum\n\n{answers('It')}# Heavy Decay\n\n{answers('It')}",
        f"{answers('Who')}\n---\nstudent: mira\n---\n\n{answers('Mira')}---\nstudent: tom\n---\n\n{answers('Tom')}",
    ],
    ids=[
        "one lacks a question",
        "one name twice",
        "topics of the text",
        "topics asked for",
        "answers of nobody",
    ],
)
def test_what_may_be_several_is_nobodys(text: str) -> None:
    with pytest.raises(SubmissionError, match="hand in a file for each student"):
        part_students(text, "all.md", OUTLINE)


@pytest.mark.parametrize(
    "text",
    [
        answers("Mira", heading="# Question {}"),
        f"# Mira Sand\n\n{answers('Mira')}",
        f"# Mira Sand\n\n# Tom Berg\n\n{answers('Both')}",
        f"# Draft\n\n{answers('Mira')}# Final Version\n\n{answers('Mira')}",
        "# Momentum\n\nMira says one\n\n# Weight decay\n\nMira says two\n",
        f"---\nstudent: mira\n---\n\n{answers('Mira')}---\n\nA rule above.\n\n---\n",
        f"---\nstudent: mira\n---\n\n{answers('Mira')}```yaml\n---\nstudent: tom\n---\n```\n",
        "# Experiments\n\n## Question 1\n\nx\n\n# Adam Optimiser\n\n## Question 2\n\ny\n",
        f"```\n# Mira Sand\n## Question 1\n## Question 2\n# Tom Berg\n## Question 1\n## Question 2\n```\n\n{answers('Mira')}",
    ],
    ids=["no names", "one name", "a group", "draft", "titles", "rules", "code", "topics", "headings in code"],
)
def test_one_students_document_stays_whole(text: str) -> None:
    assert part_students(text, "all.md", OUTLINE) == []


def test_a_document_that_cannot_be_parted_is_refused() -> None:
    page = "<h1>Mira Sand</h1><h2>Question 1</h2><p>a</p><h2>Question 2</h2><p>b</p>"
    both = f"<html><body>{page}{page.replace('Mira Sand', 'Tom Berg')}</body></html>"
    with pytest.raises(SubmissionError, match=r"several students \(Mira Sand, Tom Berg\)"):
        read_content(both.encode(), "all.html", OUTLINE)
    assert read_content(page.encode(), "all.html", OUTLINE).answers["q1"].text == "a"
