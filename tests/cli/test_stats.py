"""`grader stats`: what scores say of a class, in the terminal and as data."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def marked(classroom):
    """Give a class of 24: half know it, most of the others make the same mistake, one row is open."""
    for number in range(24):
        said = "total 7850" if number % 2 else "total 7840 and no more"
        classroom.hand_in(f"s{number:02}", said)
    classroom.grade("--executor", "serial")
    return classroom


def stats(marked, *words):
    return json.loads(marked.grader("stats", "--gradebook", marked.book, "--json", *words).stdout)


def test_figures_are_those_of_the_reports(marked) -> None:
    found = stats(marked)
    lows = [marked.score(f"s{number:02}") for number in range(24)]
    assert found["students"] == 24
    if found["awaiting"] == 0:
        assert found["mean"] == [pytest.approx(sum(lows) / 24)] * 2
    assert found["mean"][0] <= found["mean"][1]
    criteria = [row for question in found["questions"] for row in question["criteria"]]
    assert all(row["rate"][0] <= row["rate"][1] for row in criteria)
    wrong = [answer for row in criteria for answer in row["wrong"]]
    assert max(answer["count"] for answer in wrong) == 12


def test_the_terminal_says_the_same(marked) -> None:
    said = marked.grader("stats", "--gradebook", marked.book).stdout
    assert "24  students" in said
    assert "Common wrong answers" in said
    assert "12 x" in said


def test_sections_of_a_class_list_are_told_apart(marked) -> None:
    roster = marked.folder / "class.csv"
    roster.write_text("id,section\n" + "".join(f"s{number:02},{'AB'[number % 2]}\n" for number in range(24)))
    found = stats(marked, "--roster", roster)
    assert {name: part["students"] for name, part in found["sections"].items()} == {"A": 12, "B": 12}
    assert found["sections"]["A"]["mean"] != found["sections"]["B"]["mean"]
    assert (
        "A: 12 students, mean"
        in marked.grader("stats", "--gradebook", marked.book, "--roster", roster).stdout
    )


def test_a_gradebook_that_is_none(marked) -> None:
    assert marked.grader("stats", "--gradebook", marked.rubric, code=2).stderr
