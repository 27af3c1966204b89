"""Answers to what books of the field ask for: other spellings earn all, slips never do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from grader.marking.assembly import mark
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.rubric.loading import read_rubric

ROWS = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))


def credits_of(row):
    """Mark all answers of a row through one rubric, a question for each."""
    answers = [*row["right"], *row["wrong"]]
    criterion = {"points": 1, row["check"]: {"expected": row["expected"], **row.get("keys", {})}}
    place = Place(line=1)
    prose = row.get("prose", False)
    questions = [
        {
            "id": f"q{at}",
            "title": f"Item {at}",
            "criteria": [{**criterion, "id": f"c{at}", **({} if prose else {"part": "value"})}],
        }
        for at in range(len(answers))
    ]
    given = {
        f"q{at}": Answer(
            question=f"q{at}",
            place=place,
            text=answer if prose else "",
            parts={} if prose else {"value": Part(value=answer, place=place)},
        )
        for at, answer in enumerate(answers)
    }
    rubric = read_rubric(yaml.safe_dump({"id": "r", "questions": questions}, allow_unicode=True))
    (report,) = mark(rubric, Submission(source="x", students=(Student(id="s"),), answers=given))
    earned = [question.criteria[0].credit for question in report.questions]
    return dict(zip(row["right"], earned[: len(row["right"])], strict=True)), dict(
        zip(row["wrong"], earned[len(row["right"]) :], strict=True)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['check']} {row['expected']}"[:60])
def test_other_spellings_earn_all_and_slips_do_not(row):
    right, wrong = credits_of(row)
    assert [answer for answer, credit in right.items() if credit != 1] == []
    assert [answer for answer, credit in wrong.items() if credit == 1] == []
