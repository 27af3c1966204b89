"""The JSON Schemas of the files people write and read, made from the models themselves."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from grader.checks import CHECKS
from grader.files.moments import Moment
from grader.files.registry import resolve
from grader.forms import Form, FormPart
from grader.model.submission import Student
from grader.rubric.questions import INTERNAL, Criterion, Question, Rubric
from grader.writers.contract import report_schema

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(what: str) -> dict[str, Any]:
    """Return the schema of `rubric`, `form`, `submission` or `report`."""
    if what == "form":
        return _form()
    if what == "rubric":
        return _rubric()
    if what == "submission":
        return _submission()
    return report_schema()


def _rubric() -> dict[str, Any]:
    schema = {"$schema": _DRAFT, **Rubric.model_json_schema()}
    definitions = schema["$defs"]
    criterion = definitions[Criterion.__name__]
    for internal in INTERNAL:
        criterion["properties"].pop(internal)
    criterion["required"] = [name for name in criterion["required"] if name not in INTERNAL]
    for name, target in CHECKS.items():
        model = resolve({name: target}, name)
        check = model.model_json_schema()
        definitions.update(check.pop("$defs", {}))
        definitions[name] = check
        written_out = {"$ref": f"#/$defs/{name}"}
        short = {"type": list(model.short_forms)}
        criterion["properties"][name] = {"anyOf": [short, written_out]} if model.short_forms else written_out
    criterion["oneOf"] = [{"required": [name]} for name in CHECKS]
    for internal in ("digest", "template_lines", "handed_out", "source"):
        schema["properties"].pop(internal)
    definitions[Question.__name__]["properties"].pop("drawn")
    schema["properties"]["sets"] = {"type": "object", "additionalProperties": {"type": "array"}}
    schema["properties"]["import"] = {"type": ["string", "array"], "items": {"type": "string"}}
    return schema


def _form() -> dict[str, Any]:
    schema = {"$schema": _DRAFT, **Form.model_json_schema()}
    options = schema["$defs"][FormPart.__name__]["properties"]["options"]
    texts = {"type": "array", "items": {"type": "string"}}
    options["anyOf"] = [{"type": options.pop("type"), **_popped(options, "additionalProperties")}, texts]
    return schema


def _popped(schema: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: schema.pop(name) for name in names if name in schema}


def _submission() -> dict[str, Any]:
    student = TypeAdapter(Student).json_schema()
    one = {"anyOf": [{"type": "string"}, student]}
    value: dict[str, Any] = {"type": ["string", "number", "boolean", "array", "object", "null"]}
    return {
        "$schema": _DRAFT,
        "title": "Submission",
        "type": "object",
        "additionalProperties": False,
        "required": ["answers"],
        "properties": {
            "assignment": {"type": "string"},
            "student": one,
            "students": {"type": "array", "items": one, "minItems": 1},
            "submitted": TypeAdapter(Moment).json_schema(),
            "answers": {"type": "object", "additionalProperties": value},
        },
    }
