"""Points are added in one place, exactly; wrong, blank, undecided and broken stay four different things."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.marking.assembly import mark
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.rubric.loading import read_rubric
from grader.rubric.questions import Rubric

HERE = Place(line=1)
RUBRIC = """\
id: r
questions:
  - id: q1
    criteria:
      - {id: one, points: 1, choice: {options: [a, b], expected: a}, feedback: It is a.}
      - {id: many, points: 2, part: picks, choice: {options: [a, b, c], expected: [a, b, c]}}
  - id: q2
    criteria:
      - {id: truth, points: 0.5, choice: {expected: yes}}
"""


def marked(rubric: Rubric, **answers: Any) -> Any:
    read = {}
    for question, value in answers.items():
        parts = value if isinstance(value, dict) else {}
        text = parts.pop("text", "") if parts else value
        read[question] = Answer(
            question=question,
            place=HERE,
            text=text,
            parts={name: Part(value=part, place=HERE) for name, part in parts.items()},
        )
    (report,) = mark(rubric, Submission(source="s.yaml", students=(Student(id="s"),), answers=read))
    return report


def rows(report: Any) -> dict[str, Any]:
    return {row.id: row for question in report.questions for row in question.criteria}


def test_totals_are_the_exact_sums_of_their_rows() -> None:
    report = marked(read_rubric(RUBRIC), q1={"text": "a", "picks": "a"}, q2="yes")
    assert report.low == report.high == report.score == 1 + Fraction(2, 3) + Fraction(1, 2)
    assert report.low == sum(row.score for row in rows(report).values())
    assert report.max_points == Fraction(7, 2)


def test_a_blank_answer_is_missing_and_not_wrong() -> None:
    report = marked(read_rubric(RUBRIC), q1="  ")
    assert {row.reason for row in rows(report).values()} == {"missing"}
    assert report.score == 0


def test_what_awaits_a_person_makes_the_total_a_range() -> None:
    report = marked(read_rubric(RUBRIC), q1={"text": "a", "picks": "a, b, c"}, q2="Yes?")
    assert (report.low, report.high, report.score, report.awaiting) == (3, Fraction(7, 2), None, 1)
    assert rows(report)["truth"].score is None


def test_a_part_goes_before_the_prose_and_a_blank_part_does_not() -> None:
    rubric = read_rubric(RUBRIC)
    assert rows(marked(rubric, q1={"text": "b", "one": "a"}))["one"].reason == "correct"
    assert rows(marked(rubric, q1={"text": "a", "one": " "}))["one"].reason == "correct"


def test_a_list_alone_answers_the_question() -> None:
    report = marked(read_rubric(RUBRIC), q1={"q1": ("a", "b", "c")})
    assert rows(report)["many"].reason == "correct"


def test_feedback_is_given_where_something_was_lost() -> None:
    rubric = read_rubric(RUBRIC)
    assert rows(marked(rubric, q1="b"))["one"].feedback == "It is a."
    assert rows(marked(rubric, q1="a"))["one"].feedback == ""
    assert (
        rows(marked(rubric, q1="a or b or so, who knows"))["one"].feedback == ""
    )  # for review: do not prejudge


def test_every_member_of_a_group_gets_the_same_marks() -> None:
    submission = Submission(
        source="g.yaml",
        students=(Student(id="a"), Student(id="b")),
        answers={"q2": Answer(question="q2", place=HERE, text="yes")},
    )
    first, second = mark(read_rubric(RUBRIC), submission)
    assert (first.student.id, second.student.id) == ("a", "b")
    assert first.questions == second.questions
    assert first.students == second.students


def test_a_broken_check_is_our_fault_and_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rubric = read_rubric(RUBRIC)

    def broken(*_: object) -> None:
        raise RuntimeError("the fuse blew")

    monkeypatch.setattr(type(rubric.questions[1].criteria[0].check), "_check_plain", broken)
    report = marked(rubric, q2="yes")
    row = rows(report)["truth"]
    assert (row.credit, row.score, row.reason) == (None, None, "fault")
    assert row.evidence[0].fault == "check failed with RuntimeError: the fuse blew"


CLAIMS = """\
id: r
questions:
  - id: q1
    minimum: {minimum}
    criteria:
      - {{id: right, points: 1, choice: {{options: [up, down], expected: up}}}}
      - {{id: wrong, points: -2, keywords: {{any: [sideways]}}, feedback: Not sideways.}}
"""


@pytest.mark.parametrize(
    ("minimum", "low", "added"), [("0", 0, 1), ("null", -1, 0), ("-1/2", Fraction(-1, 2), Fraction(1, 2))]
)
def test_contradictions_take_points_but_not_below_the_minimum(
    minimum: str, low: Fraction, added: Fraction
) -> None:
    rubric = read_rubric(CLAIMS.format(minimum=minimum))
    report = marked(rubric, q1={"right": "up", "text": "The loss moves sideways when the gradient is zero."})
    row = rows(report)["wrong"]
    assert (row.credit, row.score, row.reason, row.feedback) == (1, -2, "claimed", "Not sideways.")
    assert report.max_points == 1
    assert report.low == low
    assert report.questions[0].floor_adjustment == added
    harmless = marked(rubric, q1={"right": "up", "text": "The loss falls when we follow the gradient."})
    assert (harmless.score, rows(harmless)["wrong"].reason) == (1, "not_claimed")


@pytest.mark.parametrize(
    ("answer", "reason", "score"),
    [
        ("<!-- a --> b", "ambiguous", None),
        ("<!-- a -->", "ambiguous", None),
        ("~~a~~", "ambiguous", None),
        ("a <!-- my first draft -->", "correct", 1),
        ("~~b~~ a", "correct", 1),
        ("`a`", "correct", 1),
        ("a\u200b", "correct", 1),
    ],
)
def test_hidden_words_count_for_nobody_and_a_person_sees_where_they_would(
    answer: str, reason: str, score: int | None
) -> None:
    row = rows(marked(read_rubric(RUBRIC), q1=answer))["one"]
    assert (row.reason, row.score) == (reason, score)


def test_hidden_words_in_a_part_count_for_nobody() -> None:
    row = rows(marked(read_rubric(RUBRIC), q1={"picks": ("a", "b", "<!-- c -->")}))["many"]
    assert row.score is None


FOLLOWING = """\
id: r
questions:
  - id: q1
    criteria:
      - {id: left, points: 1, number: {expected: 40, mistakes: [{name: off, value: 4000}]}}
      - {id: right, points: 1, number: {expected: 60}}
      - {id: both, points: 1, number: {expected: 100, follows: left + right}}
"""


@pytest.mark.parametrize(
    ("left", "right", "both", "reason", "score"),
    [
        ("41", "60", "101", "follow_through", 1),
        ("41", "61", "102", "undecided", None),
        ("400", "60", "460", "follow_through", 1),
        ("4000", "60", "4060", "follow_through", 1),  # a known mistake
        ("1", "1", "2", "undecided", None),
        ("40", "0", "40", "follow_through", 1),
        ("-41", "60", "19", "follow_through", 1),
        ("41", "60", "102", "wrong", 0),
        ("1", "1", "100", "correct", 1),
    ],
)
def test_what_follows_from_made_up_results_goes_to_a_person(
    left: str, right: str, both: str, reason: str, score: int | None
) -> None:
    row = rows(marked(read_rubric(FOLLOWING), q1={"left": left, "right": right, "both": both}))["both"]
    assert (row.reason, row.score) == (reason, score)
