"""A blank hand-in, handed in as it is, is blank; a filled one says what was filled in and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.forms import Form, FormQuestion, form_of, read_form
from grader.forms.blanks import form_text, markdown_blank, yaml_blank
from grader.marking.assembly import mark
from grader.model.errors import FormError
from grader.readers.files import read_content
from grader.readers.yamlfile import read as read_yaml

AFEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
# What titles and texts may hold that means something to YAML, to Markdown or to the reader of headings.
NASTY = st.lists(
    st.sampled_from(
        [
            *(
                "\n",
                "\n\n",
                "\t",
                "\u2028",
                "\x85",
                "\u202e",
                "'",
                '"',
                "{a",
                "---",
                "| t |",
                "```",
                "Dropout",
            ),
            *(
                "Question 2",
                "Q1.",
                "2)",
                "# head",
                "> quoted",
                "a: b",
                "- x",
                "null",
                "~",
                "*b*",
                "&a",
                "!!x",
                "%",
            ),
            "Give by name:",
        ]
    ),
    max_size=8,
).map(" ".join)


def read_both(rubric):
    form = form_of(rubric)
    yield read_content(yaml_blank(form).encode(), "ada.yaml", rubric.outline)
    yield read_content(markdown_blank(form).encode(), "ada.md", rubric.outline)


@pytest.mark.parametrize("name", ["rq3", "everything"])
def test_a_blank_form_is_marked_as_blank_everywhere(request, name) -> None:
    rubric = request.getfixturevalue(name)
    for submission in read_both(rubric):
        assert (submission.notes, [student.id for student in submission.students]) == ((), ["ada"])
        assert set(submission.answers) == {question.id for question in rubric.questions}
        assert all(answer.blank for answer in submission.answers.values())
        (report,) = mark(rubric, submission)
        reasons = {row.reason for question in report.questions for row in question.criteria}
        assert reasons <= {"missing", "not_claimed"}
        assert report.score == 0


def test_a_filled_yaml_form_is_read_as_filled(rq3) -> None:
    text = yaml_blank(form_of(rq3))
    text = text.replace(
        "  q4: |\n", "  q4: |\n    It slows down training only.\n\n    Inference is as fast.\n"
    )
    text = (
        text.replace("total:", "total: 903,400")
        .replace("size:", "size: 3 x 3")
        .replace("students:", "students: mia")
    )
    text = text.replace("output:", "output: [[0, 0, 0], [1, 0, 1], [0, 1, 1]]")
    submission = read_yaml(text, "ada.yaml", rq3.outline)
    assert submission.students[0].id == "mia"
    assert submission.answers["q4"].text == "It slows down training only.\n\nInference is as fast.\n"
    assert submission.answers["q5"].parts["total"].value == "903,400"
    assert submission.answers["q6"].parts["output"].value[1] == ("1", "0", "1")
    (report,) = mark(rq3, submission)
    scores = {row.id: row.score for question in report.questions for row in question.criteria}
    assert scores["q5_total"] == 2
    assert scores["q6_size"] == 1
    assert scores["q6_output"] == 3


def test_a_filled_markdown_form_is_read_without_its_quotes(rq3) -> None:
    lines = []
    for line in markdown_blank(form_of(rq3)).splitlines():
        if line.startswith("## ") and lines:
            lines.append(f"My answer {len(lines)}.")
        lines.append(line)
    text = "\n".join(lines[:3]) + "\n" + "\n".join(lines[3:]) + "\nThe last one."
    answers = read_content(text.encode(), "ada.md", rq3.outline).answers
    assert [answer.text[:9] for answer in answers.values()] == ["My answer"] * 5 + ["The last "]
    assert not any(">" in answer.text for answer in answers.values())
    line = answers["q6"].place.line
    assert text.splitlines()[line - 1] == "The last one."


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("> What is it?\n\nIt is this.", "It is this."),
        ("> What is it?\nIt is this.", "It is this."),
        ("> What\n> is it?\n> It is this.", "> It is this."),
        ("> What is it?\n>\n> Give by name: x (a number)\n\nx: 3", "x: 3"),
        ("> What is that?\n\nIt is this.", "> What is that?\n\nIt is this."),
        ("It is this.\n\n> What is it?", "It is this.\n\n> What is it?"),
        ("> What is it?\n\n> A quote of my own.", "> A quote of my own."),
    ],
)
def test_only_the_question_itself_is_stepped_over(answer, text) -> None:
    form = Form(assignment="a", questions=(FormQuestion(id="q1", text="What is it?"),))
    submission = read_content(f"# Question 1\n\n{answer}\n".encode(), "a.md", form.outline)
    assert submission.answers["q1"].text == text


def test_a_title_in_a_heading_is_no_answer(rq3) -> None:
    submission = read_content(b"## Question 4: Dropout\n\n## Question 5: It is 7.\n", "a.md", rq3.outline)
    assert submission.answers["q4"].blank
    assert submission.answers["q5"].text == "It is 7."


@AFEW
@given(data=st.data())
def test_whatever_stands_in_titles_and_texts_blank_is_blank(publics, data) -> None:
    public = data.draw(publics(texts=NASTY))
    questions = tuple(
        FormQuestion(id=question["id"], title=question["title"], text=question["text"])
        for question in public["questions"]
    )
    form = Form(assignment="a", title=public["title"], questions=questions)
    assert read_form(form_text(form)) == form
    written = [read_yaml(yaml_blank(form), "ada.yaml", form.outline)]
    with suppress(FormError):  # which says that the words would be taken for something else
        written.append(read_content(markdown_blank(form).encode(), "ada.md", form.outline))
    for submission in written:
        assert submission.notes == ()
        assert len(submission.answers) == len(questions)
        assert all(answer.blank for answer in submission.answers.values())


@AFEW
@given(data=st.data())
def test_a_generated_form_reads_back_and_its_blanks_are_blank(publics, keyed, data) -> None:
    from grader.rubric.loading import read_rubric

    text, _ = data.draw(keyed(data.draw(publics())))
    rubric = read_rubric(text)
    form = form_of(rubric)
    assert read_form(form_text(form)) == form
    for submission in read_both(rubric):
        assert all(answer.blank for answer in submission.answers.values())
        assert len(submission.answers) == len(rubric.questions)


def test_the_files_can_be_read_from_disk(form, tmp_path) -> None:
    for name, text in (("answers.yaml", yaml_blank(form)), ("answers.md", markdown_blank(form))):
        assert read_content(text.encode(), name, form.outline).students[0].id == "answers"


def test_questions_without_a_number_or_a_title_are_told_apart() -> None:
    questions = tuple(FormQuestion(id=name) for name in ("intro", "cnn", "a.7"))
    blank = markdown_blank(Form(assignment="a", title="Assignment 7", questions=questions))
    assert [line for line in blank.splitlines() if line.startswith("#")] == [
        "## Question 1",
        "## Question 2",
        "## Question 7",
    ]


def test_two_questions_of_one_title_are_told_by_their_numbers() -> None:
    form = Form(assignment="a", questions=tuple(FormQuestion(id=name, title="Same") for name in ("q1", "q2")))
    assert "## Question 2: Same" in markdown_blank(form)


def test_questions_that_no_heading_tells_apart_are_refused() -> None:
    form = Form(assignment="a", questions=(FormQuestion(id="1.2"), FormQuestion(id="2.2")))
    assert "## Question 1.2\n" in markdown_blank(form)
    form = Form(assignment="a", questions=(FormQuestion(id="1.2"), FormQuestion(id="q1_2")))
    with pytest.raises(FormError, match=r"question 'q1_2' cannot be told from the others by a heading"):
        markdown_blank(form)
