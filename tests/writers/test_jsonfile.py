import json

from hypothesis import given
from hypothesis import strategies as st

from grader.model.submission import Student
from grader.writers.atomic import write_text
from grader.writers.jsonfile import _indented, render_json


def test_the_public_contract(everything):
    data = json.loads(render_json(everything))
    assert [*data] == [
        "assignment",
        "title",
        "student",
        "students",
        "source",
        "submitted",
        "score",
        "score_range",
        "max_points",
        "awaiting",
        "unreadable",
        "questions",
        "adjustments",
        "notes",
        "rubric_digest",
        "grader_version",
    ]
    assert data["score"] is None
    assert data["score_range"] == {"low": 8.42, "high": 9.42}
    row = data["questions"][1]["criteria"][0]
    assert {key: row[key] for key in ("id", "points", "score", "credit", "credit_exact", "reason")} == {
        "id": "normalise",
        "points": 2,
        "score": 1,
        "credit": 0.5,
        "credit_exact": "1/2",
        "reason": "mistake:no_root",
    }
    open_row = data["questions"][0]["criteria"][2]
    assert (open_row["score"], open_row["credit"], open_row["credit_exact"]) == (None, None, None)
    assert open_row["score_range"] == {"low": 0, "high": 1}


def test_rows_add_up_to_questions_and_questions_to_the_total(everything):
    data = json.loads(render_json(everything))
    for question in data["questions"]:
        if question["score"] is not None:
            rows = sum(row["score"] for row in question["criteria"]) + question["floor_adjustment"]
            assert round(rows, 9) == question["score"]
    assert (
        round(sum(item["score_range"]["low"] for item in data["questions"]), 9) == data["score_range"]["low"]
    )


def test_expected_values_are_there_only_when_revealed(make):
    hidden, shown = (json.loads(render_json(make["everything"](reveal=reveal))) for reveal in (False, True))
    assert "expected" not in hidden["questions"][2]["criteria"][1]["evidence"][0]
    assert shown["questions"][2]["criteria"][1]["evidence"][0]["expected"] == "903400"


def test_evidence_points_into_the_answer(everything):
    question = json.loads(render_json(everything))["questions"][0]
    for row in question["criteria"]:
        for evidence in row["evidence"]:
            assert question["answer"]["text"][evidence["start"] : evidence["end"]] == evidence["read"]


def test_hostile_text_comes_back_as_it_was(hostile, tmp_path):
    text = write_text(tmp_path / "x.json", render_json(hostile)).read_text(encoding="utf-8")
    assert text.endswith("}\n")
    data = json.loads(text)
    assert data["student"]["id"] == "../../etc/passwd"
    assert data["questions"][0]["answer"]["text"] == hostile.questions[0].text.replace("\ud800", "\ufffd")


def test_a_group_has_all_its_members(make):
    group = (Student(id="s1"), Student(id="s2"))
    data = json.loads(render_json(make["everything"](student=group[1], students=group)))
    assert [student["id"] for student in data["students"]] == ["s1", "s2"]
    assert data["student"]["id"] == "s2"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(VALUES)
def test_the_layout_is_that_of_the_standard_library(value):
    assert _indented(value, "") == json.dumps(value, ensure_ascii=False, indent=2)


def test_decisions_and_adjustments(handed_in_late):
    data = json.loads(render_json(handed_in_late))
    (question,) = data["questions"]
    assert data["submitted"] == "2026-03-04T03:00:00+01:00"
    assert data["adjustments"] == [
        {
            "kind": "late",
            "low": -0.4,
            "high": -0.4,
            "said": "1 day 3 h after the due date: 10 % of 34 points",
        }
    ]
    assert data["score"] == round(question["score"] - 0.4, 9) == 1.6
    assert [row["standing"] for row in question["criteria"]] == ["earned", "partly", "lost", "earned"]
    assert [row["reason"] for row in question["criteria"]] == ["overridden"] * 3 + ["correct"]
    assert question["criteria"][1]["override"] == {
        "who": "",  # who decided is between teachers
        "when": "2026-03-05T09:12:44Z",
        "why": "Half of it.",
    }
    assert question["criteria"][3]["override"] is None
