"""The outline of a Gradescope assignment: what its questions are called and worth.

Gradescope shows it in the head of the scores that it downloads (`1.2: Gradients (3.0 pts)`), and programs that make
assignments write it as JSON (`outline`, with `title`, `weight` or `points`, and `children`). Nothing in it is a question's text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.assignmentquestion import AssignmentQuestion, QuestionSheet
from grader.drafting.quiztext import points_said
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_QUESTIONS: Final = 200
_COLUMN: Final = deferred(
    r"\s*(?P<number>\d{1,3}(?:\.\d{1,2}){0,3}):?\s*(?P<title>.{0,200}?)\s*\((?P<points>\d{1,4}(?:\.\d{1,4})?)\s*pts?\)\s*"
)
_POINTS: Final = ("points", "weight", "max_points", "max_score")
_CHILDREN: Final = ("children", "questions", "outline")


def outline_of_columns(names: Sequence[str]) -> QuestionSheet | None:
    """Return the questions that the columns of downloaded scores name, None where they name none."""
    found = [column for name in names[:MAX_QUESTIONS] if (column := _COLUMN.fullmatch(name)) is not None]
    questions = tuple(
        AssignmentQuestion(
            f"q{column['number']}", column["title"].strip(), points=points_said(column["points"])
        )
        for column in found
    )
    return QuestionSheet(questions) if questions else None


def outline_of_json(data: Any) -> QuestionSheet | None:
    """Return the questions of an outline in JSON, None where it is none."""
    if isinstance(data, dict) and isinstance(data.get("assignment"), dict):
        data = {"title": data["assignment"].get("title", ""), **data["assignment"]}
    title = str(data.get("title") or data.get("name") or "") if isinstance(data, dict) else ""
    items = _items(data) if isinstance(data, dict) else data
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    questions = tuple(_questions(items, ""))[:MAX_QUESTIONS]
    return QuestionSheet(questions, title=title) if questions else None


def _items(data: Mapping[str, Any]) -> Any:
    return next((data[key] for key in _CHILDREN if isinstance(data.get(key), list)), None)


def _questions(items: Sequence[Mapping[str, Any]], above: str) -> Iterator[AssignmentQuestion]:
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or above.count(".") > 3:
            continue
        name = f"{above}{number}"
        inner = _items(item)
        if inner:
            yield from _questions(inner, f"{name}.")
            continue
        said = next((str(item[key]) for key in _POINTS if item.get(key) is not None), "")
        title = re.sub(r"\s+", " ", str(item.get("title") or item.get("name") or "")).strip()
        text = (
            str(item.get("text") or item.get("content") or "")
            if not isinstance(item.get("content"), list)
            else ""
        )
        answer = str(item.get("answer") or item.get("solution") or "")
        yield AssignmentQuestion(f"q{name}", title, text, answer, points_said(said))
