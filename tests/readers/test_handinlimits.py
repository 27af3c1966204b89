"""Sizes are bounded: refused at their place, or cut with words that say so."""

from __future__ import annotations

import pytest

from grader.model.errors import Problem
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.readers import handinlimits
from grader.readers.handinlimits import bounded, bounded_notes, bounded_problems, too_long, too_many

PLACE = Place(line=1)


def submission(*answers: Answer, **options) -> Submission:
    given = {
        "source": "f",
        "students": (Student(id="s"),),
        "answers": {item.question: item for item in answers},
    }
    return Submission(**{**given, **options})


def test_what_is_within_bounds_stays_as_it_is() -> None:
    given = submission(
        Answer(question="q", place=PLACE, text="é", parts={"p": Part(value=("1", "2"), place=PLACE)})
    )
    assert bounded(given) == given


@pytest.mark.parametrize("length", [handinlimits.MAX_ANSWER, handinlimits.MAX_ANSWER + 1])
def test_a_long_answer_is_cut_and_doubted(length: int) -> None:
    found = bounded(submission(Answer(question="q", place=PLACE, text="x" * length)))
    over = length > handinlimits.MAX_ANSWER
    assert len(found.answers["q"].text) == handinlimits.MAX_ANSWER
    assert bool(found.answers["q"].doubt) == over
    assert (
        found.notes
        == ("The answer to q has 200,001 characters; only the first 200,000 of them were read.",) * over
    )


def test_all_answers_together_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(handinlimits, "MAX_ANSWERS", 10)
    texts = [Answer(question=name, place=PLACE, text="1234") for name in "abcd"]
    found = bounded(submission(*texts))
    assert [answer.text for answer in found.answers.values()] == ["1234", "1234", "12", ""]
    assert [bool(answer.doubt) for answer in found.answers.values()] == [False, False, True, True]


def test_a_large_part_is_left_out_and_doubted(monkeypatch) -> None:
    monkeypatch.setattr(handinlimits, "MAX_ANSWER", 100)
    rows = tuple(("123", {"k": "4"}) for _ in range(50))
    found = bounded(submission(Answer(question="q", place=PLACE, parts={"p": Part(value=rows, place=PLACE)})))
    assert found.answers["q"].parts["p"].value == ""
    assert "it was not read" in found.answers["q"].doubt


def test_every_text_can_be_written_down() -> None:
    bad = "a\ud800\0b"
    part = Part(value=({bad: bad},), place=PLACE)
    found = bounded(
        submission(
            Answer(question="q", place=PLACE, text=bad, parts={"p": part}),
            students=(Student(id="s", name=bad, email=bad),),
            notes=(bad,),
        )
    )
    found.model_dump_json().encode()
    assert found.answers["q"].text == "a\ufffd\ufffdb"


def test_notes_and_problems_are_few_and_short() -> None:
    notes = bounded_notes([f"note {number} {'x' * 1000}" for number in range(100)])
    assert len(notes) == handinlimits.MAX_NOTES + 1
    assert notes[-1] == "There are 80 more notes like these."
    assert max(map(len, notes)) == handinlimits.MAX_NOTE
    problems = bounded_problems([Problem("f", number, 1, "x" * 1000) for number in range(1, 101)])
    assert str(problems[-1]) == "f:21: and 80 more problems from here on"
    assert max(len(problem.message) for problem in problems) == handinlimits.MAX_PROBLEM


def test_groups_and_their_names_are_bounded() -> None:
    assert too_many(handinlimits.MAX_STUDENTS) == ""
    assert too_many(41) == "names 41 students; a group has at most 40"
    assert too_long(Student(id="i" * 200, name="n" * 200, email="e" * 254)) == ""
    assert (
        too_long(Student(id="s", email="e" * 255)) == "a student's email has at most 254 characters (got 255)"
    )


def test_marks_that_depend_on_what_was_cut_go_to_a_person(classroom, monkeypatch) -> None:
    monkeypatch.setattr(handinlimits, "MAX_ANSWER", 2_000)
    classroom.hand_in("a", "total 7850 with the biases " + "and so on " * 300, "tanh")
    classroom.grade()
    assert classroom.row("a", "q2_pick")["score"] == 0  # of another question, which is whole
    assert {classroom.row("a", name)["score"] for name in ("q1_count", "q1_bias")} <= {None, 2, 1}
    classroom.hand_in("b", "no more than this " * 200)
    classroom.grade()
    assert classroom.row("b", "q1_bias")["score"] is None
