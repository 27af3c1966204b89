"""`grader similar`: a class with a copy in it, from the gradebook to the terminal, data and the page."""

from __future__ import annotations

import json

import pytest

from grader.similarity.similarview import shared_words

OWN = (
    "Every unit gets a bias of its own, which {0} and {1} before anything else is counted, so {2} of them stay where the "
    "{3} rows end and the {4} columns begin"
)
WORDS = [
    "kettles",
    "lanterns",
    "pebbles",
    "sparrows",
    "violins",
    "harbours",
    "meadows",
    "candles",
    "ladders",
    "thistles",
]


@pytest.fixture(scope="module")
def marked(make_classroom, tmp_path_factory):
    """Give a class of thirty: two share a rare wrong number and an answer, two others handed in together."""
    classroom = make_classroom(tmp_path_factory.mktemp("similar"))
    for number in range(30):
        words = [WORDS[(number * step + step) % 10] for step in (1, 3, 7, 9, 1)]
        wrong = f"total {8000 + 7 * number}" if number % 3 == 0 else "total 7850"
        classroom.hand_in(
            f"s{number:02}", f"{wrong}. {OWN.format(*words)} {number * 'very '}", ("relu", "tanh")[number % 2]
        )
    story = "My neighbour counts them on the stairs <b>every</b> morning and swears that the basement holds one more than the roof"
    for name in ("ada", "bob"):
        classroom.hand_in(name, f"total 9134. {story}")
    classroom.hand_in("pair", f"total 7777. {story[::-1]}", students="{id: eve}, {id: fay}")
    classroom.grade("--executor", "serial", "--format", "json")
    return classroom


def test_the_pair_is_told_with_what_both_wrote(marked) -> None:
    said = marked.grader("similar", marked.book).stdout
    assert "ada and bob" in said
    assert "1 pair shares" in said
    assert "My neighbour counts them on the stairs" in said
    assert "no accusation" in said


def test_data_hold_the_evidence_of_both_sides(marked) -> None:
    found = json.loads(marked.grader("similar", marked.book, "--json").stdout)
    (pair,) = found["pairs"]
    assert [person["id"] for side in ("left", "right") for person in pair[side]["students"]] == ["ada", "bob"]
    assert pair["expected"] <= found["expected_at_most"]
    kinds = {item["kind"]: item for item in pair["evidence"]}
    assert set(kinds) == {"wrong values", "passage"}
    assert shared_words(kinds["passage"]["left"]) == shared_words(kinds["passage"]["right"])
    assert kinds["wrong values"]["holders"] == 2
    assert [value["left"] for value in kinds["wrong values"]["values"]] == ["9134"]


def test_the_page_shows_it_and_marks_stay(marked, tmp_path) -> None:
    before = marked.everything()
    page = tmp_path / "similar.html"
    marked.grader("similar", marked.book, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "<mark>" in text
    assert "&lt;b&gt;every&lt;/b&gt;" in text
    assert "changes no mark" in text
    assert marked.everything() == before
    again = tmp_path / "again.html"
    marked.grader("similar", marked.book, "--html", again)
    assert again.read_bytes() == page.read_bytes()


def test_what_a_document_gave_to_all_does_not_count(marked, tmp_path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text(
        "My neighbour counts them on the stairs every morning and swears that the basement holds one more than the roof.\n"
    )
    said = marked.grader("similar", marked.book, "--given", notes, "--rubric", marked.rubric).stdout
    assert "no pair shares" in said


def test_a_value_that_a_person_finds_right_is_no_wrong_one(marked, tmp_path) -> None:
    book = tmp_path / "copy.gradebook"
    book.write_bytes(marked.book.read_bytes())
    for student in ("ada", "bob"):
        words = [
            "--student",
            student,
            "--criterion",
            "q1_count",
            "--credit",
            "1",
            "--why",
            "counted otherwise",
        ]
        marked.grader("override", "--gradebook", book, *words)
    (pair,) = json.loads(marked.grader("similar", book, "--json").stdout)["pairs"]
    assert {item["kind"] for item in pair["evidence"]} == {"passage"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--given", "gone.md"], "--given: gone.md"),
        (["--assignment", "smal"], "did you mean 'small'?"),
        (["--html", "BOOK"], "which this command reads"),
    ],
)
def test_wrong_arguments_are_named(marked, words, message) -> None:
    words = [str(marked.book) if word == "BOOK" else word for word in words]
    assert message in marked.grader("similar", marked.book, *words, code=2).stderr
