"""A form says what students may know, and its own problems come all at once, each at its line."""

from __future__ import annotations

import pytest

from grader.authoring.schemas import schema_of
from grader.forms import form_of, load_form, read_form
from grader.model.errors import FormError

GOOD = """\
assignment: rq3
title: no
questions:
  - id: q1
    headings: size
    parts:
      - {name: total, kind: number}
      - {name: pick, kind: choice, options: [relu, tanh]}
"""


def test_a_form_holds_questions_and_the_parts_a_teacher_named(form) -> None:
    kinds = {part.name: part.kind for question in form.questions for part in question.parts}
    assert kinds == {
        "count": "number", "out": "matrix", "size": "size", "rule": "formula",
        "pick": "choice", "pairs": "choice", "holds": "choice", "why": "text",
    }  # fmt: skip
    pairs = next(part for part in form.questions[1].parts if part.name == "pairs")
    assert (list(pairs.options), pairs.items) == (["dense", "pool"], ("has none", "has weights"))
    assert form.due.isoformat() == "2026-11-20T23:59:00+01:00"


def test_its_outline_is_the_rubrics_without_the_ids_of_criteria(everything, form) -> None:
    ours, theirs = form.outline, everything.outline
    assert [question.parts for question in ours.questions] == [
        ("count", "out", "size", "rule"),
        ("pick", "pairs", "holds", "why"),
    ]
    assert [question.model_copy(update={"parts": ()}) for question in ours.questions] == [
        question.model_copy(update={"parts": ()}) for question in theirs.questions
    ]


def test_a_value_outranks_remarks_about_the_same_part(rq3) -> None:
    parts = {part.name: part.kind for part in form_of(rq3).questions[4].parts}
    assert parts == dict.fromkeys(["lowest", "middle", "top", "total"], "number")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: no", "titel: no", "f.yaml:2:1: unknown key 'titel'; did you mean 'title'?"),
        ("assignment: rq3", "assignment: r q", "f.yaml:1:13: assignment must be letters, digits, '_', '-' or '.'"),
        ("kind: number", "kind: numbr", "f.yaml:7:29: question 'q1', part 'total': kind must be one of 'number', 'matrix'"),
        ("{name: total, kind", "{nam: total, kind", "f.yaml:7:10: question 'q1', part number 1: unknown key 'nam'; did you mean 'name'?"),
        ("kind: number", "kind: number, options: [a]", "f.yaml:7:9: question 'q1', part 'total': only a choice has options and items"),
        ("name: pick", "name: total", "f.yaml:7:7: question 'q1': parts must have different names; 'total' stands there twice"),
        ("name: total", "name: text", "f.yaml:7:9: question 'q1', part 'text': name must be a name other than 'text'"),
        ("options: [relu, tanh]", "items: [x]", "f.yaml:8:9: question 'q1', part 'pick': items need options to choose from"),
        ("[relu, tanh]", f"[{', '.join(map(str, range(61)))}]", "f.yaml:8:9: question 'q1', part 'pick': options must be at most 60 (got 61)"),
        ("parts:", "criteria:", "f.yaml:1:1: this is a rubric, which holds the key"),
        ("  - id: q1", "  - id: q1\n    title: x\n  - id: q1", "questions must have different ids; 'q1' stands there twice"),
        ("assignment: rq3", "assignment: [", "f.yaml"),
    ],
)  # fmt: skip
def test_problems_stand_at_their_line(old, new, expected) -> None:
    assert old in GOOD
    with pytest.raises(FormError) as caught:
        read_form(GOOD.replace(old, new, 1), "f.yaml")
    assert expected in str(caught.value)


def test_all_problems_come_at_once() -> None:
    text = GOOD.replace("kind: number", "kind: numbr").replace("title: no", "titel: no")
    with pytest.raises(FormError) as caught:
        read_form(text, "f.yaml")
    assert len(caught.value.problems) == 2


def test_files_that_are_no_forms_are_refused(tmp_path) -> None:
    for name, content, rule in (
        ("a.yaml", b"\xff\xff", "is not UTF-8 text"),
        ("b.yaml", b"- 1\n", "must be a mapping with 'assignment' and 'questions'"),
        ("c.yaml", b"x" * 4_000_001, "is larger than"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FormError, match=rule):
            load_form(tmp_path / name)
    with pytest.raises(FormError, match="cannot be read: No such file"):
        load_form(tmp_path / "none.yaml")


def test_the_schema_names_every_field_and_lets_nothing_else_in() -> None:
    schema = schema_of("form")
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"assignment", "title", "language", "due", "questions"}
    kinds = schema["$defs"]["FormPart"]["properties"]["kind"]["enum"]
    assert kinds == ["number", "matrix", "size", "formula", "choice", "text"]
    assert [each["type"] for each in schema["$defs"]["FormPart"]["properties"]["options"]["anyOf"]] == [
        "object",
        "array",
    ]
