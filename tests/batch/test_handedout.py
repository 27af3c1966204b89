"""What most of a class hand in word by word: told of always, taken out where the rubric says so, a person where unsure."""

from __future__ import annotations

import pytest

RUBRIC = """
id: steps
TEMPLATE
questions:
  - id: q1
    criteria:
      - {id: zigzag, points: 1, keywords: {any: [[zigzag*, oscillat*]]}}
  - id: q2
    criteria:
      - {id: count, points: 1, number: {expected: 903400}}
"""
HINT = "Say in your own words why momentum helps where plain gradient descent would zigzag slowly."
OWN = (
    "It oscillates less.",
    "It is faster.",
    "",
    "There is less zigzag.",
    "No idea about that.",
    "Old gradients count.",
    "Yes.",
)


@pytest.fixture
def steps(classroom):
    def hand_in(template: str, having: int):
        classroom.rubric.write_text(RUBRIC.replace("TEMPLATE", template), encoding="utf-8")
        for number, own in enumerate(OWN):
            hint = HINT if number < having else ""
            text = f"# Question 1\n\n{hint}\n\n{own}\n\n# Question 2\n\n903400\n"
            (classroom.files / f"s{number}.md").write_text(text, encoding="utf-8")
        return classroom

    return hand_in


def credits_of(classroom) -> list[int | None]:
    return [classroom.row(f"s{number}", "zigzag")["credit"] for number in range(len(OWN))]


def test_without_a_word_of_the_rubric_it_is_told_and_counts(steps) -> None:
    classroom = steps("", 7)
    said = classroom.grade().stderr
    assert (
        "most of 7 hand-ins compared have the same words where others answer, and these counted as theirs: q1, 7 times"
        in said
    )
    assert HINT[:60] in said
    assert credits_of(classroom) == [1] * 7


def test_what_all_have_is_taken_out(steps) -> None:
    classroom = steps("template: auto", 7)
    assert "taken out (template: auto): q1, 7 times" in classroom.grade().stderr
    earned = credits_of(classroom)
    assert [credit for credit in earned if credit] == [1, 1]
    assert earned[2] == 0  # blank
    assert [classroom.row(f"s{number}", "count")["credit"] for number in range(7)] == [1] * 7
    assert any(HINT in note for note in classroom.report("s2")["notes"])


def test_what_most_have_is_taken_out_and_a_person_sees_what_it_would_have_earned(steps) -> None:
    classroom = steps("template: auto", 5)
    assert "taken out (template: auto): q1, 5 times" in classroom.grade().stderr
    earned = credits_of(classroom)
    assert [credit for credit in earned if credit] == [1, 1]
    assert earned[1:3] == [None, None]


def test_a_late_hand_in_and_a_regrade_know_the_class(steps) -> None:
    classroom = steps("template: auto", 7)
    classroom.grade()
    regraded = classroom.regrade()
    assert "Nobody's marks change" in regraded.stdout
    assert "taken out (template: auto)" in regraded.stderr
    for path in classroom.files.iterdir():
        path.unlink()
    late = classroom.files / "late.md"
    late.write_text(f"# Question 1\n\n{HINT}\n\n# Question 2\n\n903400\n", encoding="utf-8")
    assert "taken out (template: auto)" in classroom.grade().stderr
    assert classroom.row("late", "zigzag")["credit"] == 0


def test_a_single_hand_in_of_no_class_is_marked_as_it_is(steps) -> None:
    classroom = steps("template: auto", 7)
    for path in classroom.files.iterdir():
        if path.stem != "s2":
            path.unlink()
    assert "too few documents were handed in" in classroom.grade().stderr
    assert classroom.row("s2", "zigzag")["credit"] == 1


def test_twice_is_the_same_and_a_dry_run_says_the_same(steps) -> None:
    classroom = steps("template: auto", 7)
    first = classroom.grade()
    before = classroom.report("s2")
    again = classroom.grade()
    assert (classroom.report("s2"), again.stderr) == (before, first.stderr)
    assert "7 of 7 hand-ins were known" in again.stdout
    assert "taken out (template: auto)" in classroom.grade("--dry-run").stderr
