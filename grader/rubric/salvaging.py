"""What there is of a rubric whose frame was refused, so that one run finds the faults of all the rest."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ValidationError

from grader.rubric.questions import Criterion, Question, Rubric

# The id of what has none that can be read: messages name it by its place, so that nobody sees it.
NAMELESS: Final = "nameless-{}"


def salvaged(data: dict[str, Any]) -> Rubric | None:
    """Return a rubric of what can be read; None where there are no questions.

    Every question and criterion keeps its place: of a refused one the keys that cannot be read are
    left out, and one that is none at all is stood in for by one without points and without a check.
    """
    questions = data.get("questions")
    if not isinstance(questions, list) or not questions:
        return None
    kept = [_question(question, number) for number, question in enumerate(questions)]
    head = {"id": NAMELESS.format(0), **data, "questions": kept}
    rubric: Rubric = _readable(Rubric, head, {"id": NAMELESS.format(0), "questions": kept})
    return rubric


def _question(data: Any, number: int) -> Question:
    name = NAMELESS.format(number + 1)
    data = data if isinstance(data, dict) else {}
    rows = data.get("criteria")
    rows = rows if isinstance(rows, list) and rows else [None]
    criteria = [_criterion(row, f"{name}.{place + 1}") for place, row in enumerate(rows)]
    stand_in = {"id": name, "criteria": criteria}
    question: Question = _readable(Question, {**stand_in, **data, "criteria": criteria}, stand_in)
    return question


def _criterion(data: Any, name: str) -> Criterion:
    data = data if isinstance(data, dict) else {}
    check = data.get("check")
    points = "-1" if check is not None and check.hunts else "1"
    stand_in = {"id": name, "points": points if data else "0", "check_name": "", "check": None}
    known = {key: value for key, value in data.items() if key in Criterion.model_fields}
    criterion: Criterion = _readable(Criterion, {**stand_in, **known}, stand_in)
    return criterion


def _readable(model: type[BaseModel], data: dict[str, Any], stand_in: dict[str, Any]) -> Any:
    """Make a model without the keys that it refuses; `stand_in` has what it cannot be without."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        refused = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
    kept = {key: value for key, value in data.items() if key not in refused}
    try:
        return model.model_validate({**stand_in, **kept})
    except ValidationError:
        return model.model_validate(stand_in)
