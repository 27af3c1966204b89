"""Files and folders become submissions; what cannot be read is named at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.model.errors import Problem, SubmissionError
from grader.model.submission import Outline, QuestionOutline, Student
from grader.readers import READERS
from grader.readers.discovery import find_files
from grader.readers.files import read_file
from grader.readers.opening import Found

OUTLINE = Outline(
    assignment="rq",
    questions=(QuestionOutline(id="q1", parts=("total", "size")), QuestionOutline(id="q2", title="Dropout")),
)


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(SubmissionError) as caught:
        read_file(path, OUTLINE)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def test_yaml_keeps_what_was_written(tmp_path: Path) -> None:
    text = "students: [{id: s1, name: Åsa}]\nanswers:\n  q1: {total: 903400, size: [3, 0.50]}\n  q2: no\n"
    submission = read_file(write(tmp_path, "a.yaml", text), OUTLINE)
    assert submission.students == (Student(id="s1", name="Åsa"),)
    assert submission.answers["q1"].parts["total"].value == "903400"
    assert submission.answers["q1"].parts["size"].value == ("3", "0.50")
    assert submission.answers["q2"].text == "no"
    assert submission.answers["q2"].place.line == 4


def test_json_and_yaml_give_the_same_answers(tmp_path: Path) -> None:
    data = {"students": ["s1"], "answers": {"Q1": {"text": "about", "total": 9.034e5}, "2": "slow"}}
    one = read_file(write(tmp_path, "a.json", json.dumps(data)), OUTLINE)
    two = read_file(
        write(tmp_path, "a.yaml", "students: s1\nanswers: {Q1: {text: about, total: 903400.0}, 2: slow}"),
        OUTLINE,
    )
    for question in ("q1", "q2"):
        assert one.answers[question].text == two.answers[question].text
        assert {n: p.value for n, p in one.answers[question].parts.items()} == {
            n: p.value for n, p in two.answers[question].parts.items()
        }


def test_offsets_lead_back_into_the_file(tmp_path: Path) -> None:
    text = "---\nstudent: s1\n---\n\n## Question 1\n\nIt is **12**.\n\n## Dropout\nslow\n"
    submission = read_file(write(tmp_path, "a.md", text), OUTLINE)
    for answer in submission.answers.values():
        assert answer.place.offset is not None
        assert text[answer.place.offset :].startswith(answer.text)
    assert submission.answers["q1"].place.line == 7


def test_the_file_names_a_student_who_does_not(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "lin_ada.md", "Q1. 3"), OUTLINE).students == (Student(id="lin_ada"),)


def test_a_rule_of_dashes_is_no_front_matter(tmp_path: Path) -> None:
    text = "---\nQ1. note: three\n---\nQ2. slow\n"
    submission = read_file(write(tmp_path, "ada.md", text), OUTLINE)
    assert submission.students == (Student(id="ada"),)
    assert submission.answers["q1"].text.startswith("note: three")


def test_a_document_without_any_heading_is_read_and_in_doubt(tmp_path: Path) -> None:
    submission = read_file(write(tmp_path, "a.md", "It is 12, I think."), OUTLINE)
    assert all(answer.blank and "No heading" in answer.cut for answer in submission.answers.values())


def test_front_matter_of_a_students_own_is_left_alone(tmp_path: Path) -> None:
    text = "---\ntitle: Report\nassignment: 3\n---\n\n## Question 1\n\n12\n"
    submission = read_file(write(tmp_path, "ada.md", text), OUTLINE)
    assert submission.students == (Student(id="ada"),)
    assert submission.answers["q1"].text == "12"
    assert "says 'assignment: 3'" in submission.notes[0]


def test_what_cannot_be_written_is_replaced(tmp_path: Path) -> None:
    submission = read_file(write(tmp_path, "a.json", r'{"answers": {"q1": "a\ud800b\u0000c"}}'), OUTLINE)
    assert submission.answers["q1"].text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_part_names_and_empty_fields_are_taken_kindly(tmp_path: Path) -> None:
    text = "students: [{id: s, email: }]\nanswers: {q1: {Total: 3, TEXT: so}}"
    answer = read_file(write(tmp_path, "a.yaml", text), OUTLINE).answers["q1"]
    assert (answer.parts["total"].value, answer.text) == ("3", "so")


def test_front_matter_names_a_group(tmp_path: Path) -> None:
    text = "---\nstudents:\n  - {id: a, name: Ada}\n  - b\n---\nQ1. 3"
    assert [one.id for one in read_file(write(tmp_path, "a.md", text), OUTLINE).students] == ["a", "b"]


def test_a_latex_document_is_cut_like_markdown(tmp_path: Path) -> None:
    text = "\\documentclass{article}\n\\begin{document}\n\\section*{Question 2}\nslow\n\\end{document}\nrest"
    submission = read_file(write(tmp_path, "a.tex", text), OUTLINE)
    assert submission.answers["q2"].text == "slow"
    assert submission.answers["q2"].place.line == 4


@pytest.mark.parametrize("version", [3, 4])
def test_a_notebook_gives_its_cells(tmp_path: Path, version: int) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["## Question 1\n", "It is 12."]},
        {"cell_type": "code", "source": "print(12)", "input": "print(12)", "outputs": [{"text": "12"}]},
        {"cell_type": "code", "source": "# ## Question 2\n# slow", "input": "# ## Question 2\n# slow"},
    ]
    notebook = (
        {"cells": cells, "nbformat": 4} if version == 4 else {"worksheets": [{"cells": cells}], "nbformat": 3}
    )
    submission = read_file(write(tmp_path, "a.ipynb", json.dumps(notebook)), OUTLINE)
    assert (
        submission.answers["q1"].text == "It is 12.\n\n```\n12\n```"
    )  # what was put out, without the program
    assert submission.answers["q2"].text == "slow"


def test_a_file_that_is_not_utf8_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("Q2. Größe – langsam".encode("cp1252"))
    submission = read_file(path, OUTLINE)
    assert submission.answers["q2"].text == "Größe – langsam"
    assert "Windows-1252" in submission.notes[0]


def test_utf16_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("Q1. 3\r\nQ2. slow\r\n".encode("utf-16"))
    assert read_file(path, OUTLINE).answers["q2"].text == "slow"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.yaml", "answers: {q3: x}", ":1:11: unknown question 'q3'; known here: q1, q2"),
        (
            "a.yaml",
            "answers: {q1: {totl: 3}}",
            ":1:16: question 'q1' has no part 'totl'; did you mean 'total'?",
        ),
        ("a.yaml", "answers: {q1: 1, Q1: 2}", ":1:18: question 'q1' is answered twice"),
        ("a.yaml", "answers: [x]", ":1:10: answers must be a mapping of questions to answers (got ['x'])"),
        ("a.yaml", "students: [a, a]\nanswers: {q1: x}", ":1:15: student 'a' is named twice"),
        (
            "a.yaml",
            "studnets: [a]\nanswers: {q1: x}",
            ":1:1: unknown key 'studnets'; did you mean 'students'?",
        ),
        (
            "a.yaml",
            "assignment: hw9\nanswers: {q1: x}",
            ":1:13: this is for assignment 'hw9'; the rubric is for 'rq'",
        ),
        ("a.yaml", "anwsers: {q1: x}", ":1:1: unknown key 'anwsers'; did you mean 'answers'?"),
        ("a.yaml", "answers:", ":1:9: answers must be a mapping of questions to answers (got nothing)"),
        ("a.yaml", "student: {name: Ada}\nanswers: {q1: x}", ":1:10: 'id' is missing"),
        (
            "a.yaml",
            "student: a\nstudents: [b]\nanswers: {q1: x}",
            ":1:1: give either 'student' or 'students'",
        ),
        (
            "a.yaml",
            "answers:\n  q1: so: it",
            ":2:9: not valid YAML: mapping values are not allowed in this context; put a text",
        ),
        ("a.md", "---\nstudnets: [a]\n---\nQ1. x", ":2:1: unknown key 'studnets'; did you mean 'students'?"),
        ("a.md", "---\nstudents: [a]\nQ1. x", ":1:1: the front matter is not closed by a line of '---'"),
        (
            "a.md",
            "---\nstudents: [" + "ada, " * 2_000 + "a]\n---\nQ1. x",
            ":1:1: the front matter is not closed by a line of '---' within 10,000 characters",
        ),
        ("a.yaml", "- x", ":1:1: must be a mapping with 'students' and 'answers' (got ['x'])"),
        ("a.json", '{"answers": {"q1" 1}}', ":1:19: not valid JSON"),
        ("a.md", "---\nstudents: [\n---\nQ1. x", ":3:1: not valid YAML"),
        ("a.ipynb", "{}", ": is a notebook without any text"),
        ("a.ipynb", "{", ":1:2: not a notebook"),
        ("a.txt", " \n\t", ": holds nothing but blanks"),
        ("a.xyz", "x", ": no reader for '.xyz' files; known are .yaml"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert problems(write(tmp_path, name, text))[0].startswith(expected)


def test_binary_files_are_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"one\ntwo\x00three")
    assert problems(path) == [":2: is binary, not text (byte 0x00)"]


def test_folders_are_read_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.md", "a.yaml", ".hidden.md", "README.md", "sub/c.md", "~lock.md", "__MACOSX/a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path, name, "x")
    found = list(find_files([tmp_path, tmp_path / "a.yaml", tmp_path / "missing"]))
    assert [item.path.name for item in found if isinstance(item, Found)] == ["a.yaml", "b.md", "c.md"]
    assert [problem.message for problem in found if isinstance(problem, Problem)] == [
        "there is no such file or folder"
    ]


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(
    "text", ["\\", "{", "[[[[", "---\n---\n", "a: b: c", "\N{RIGHT-TO-LEFT OVERRIDE}", "0"]
)
def test_every_reader_refuses_nonsense_by_its_error_alone(tmp_path: Path, suffix: str, text: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_file(write(tmp_path, f"x{suffix}", text), OUTLINE)
    assert all(problem.message for problem in caught.value.problems)
