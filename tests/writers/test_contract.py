import json

import pytest
from pydantic import ConfigDict, TypeAdapter

from grader.writers import contract
from grader.writers.jsonfile import render_json


@pytest.mark.parametrize("reveal", [False, True])
def test_what_is_written_has_the_public_shape(make, hostile, handed_in_late, reveal):
    class Closed(contract.ReportJson):
        __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    for report in (make["everything"](reveal=reveal), hostile, handed_in_late):
        data = json.loads(render_json(report))
        assert TypeAdapter(Closed).validate_python(data) == data


def test_keys_stand_in_the_order_of_the_contract(everything):
    data = json.loads(render_json(everything))
    question = data["questions"][0]
    row = question["criteria"][0]
    assert [*data] == [*contract.ReportJson.__annotations__]
    assert [*question] == [*contract.QuestionJson.__annotations__]
    assert [*row] == [*contract.CriterionJson.__annotations__]
    assert [*row["evidence"][0]] == [*contract.EvidenceJson.__annotations__][:-1]


def test_the_schema_names_what_the_design_asks_for():
    schema = contract.report_schema()
    assert {"assignment", "students", "source", "score", "max_points", "questions"} <= {*schema["required"]}
    row = schema["$defs"]["CriterionJson"]
    assert {"id", "points", "score", "credit", "reason", "feedback", "evidence"} <= {*row["required"]}
    assert "expected" not in schema["$defs"]["EvidenceJson"]["required"]
