"""What stands in a rubric is used by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.lintfindings import Inspection, Lint


def points_can_be_earned(inspection: Inspection) -> Iterator[Lint]:
    """Say so where a rubric, or a question that counts down, has no points to earn."""
    if not inspection.rubric.max_points:
        yield inspection.found(("questions",), "no criterion has points to earn", "no-points")
        return
    for number, question in enumerate(inspection.rubric.questions):
        lost = any(criterion.points < 0 for criterion in question.criteria)
        if lost and not question.max_points and question.minimum == 0:
            message = f"question {question.id!r}: its negative points cost nothing, since it has none to earn and never falls below 0"
            yield inspection.found(("questions", number), message, "no-points")


def sets_and_data_are_used(inspection: Inspection) -> Iterator[Lint]:
    """Yield the rubric's own sets, and the data of its questions, that no criterion asks for."""
    data = inspection.draft.tree.data
    questions = data.get("questions")
    sets = data.get("sets") if isinstance(data.get("sets"), dict) else {}
    named = set(_named(questions, "set"))
    waiting = list(named)
    while waiting:
        inner = set(_named(sets.get(waiting.pop()), "set")) - named
        named |= inner
        waiting += inner
    for name, members in sets.items():
        if name not in named and isinstance(members, list):
            yield inspection.found(("sets", name), f"set {name!r} is named by no criterion", "unused-set")
    derived = set(_named(questions, "derive"))
    for number, question in enumerate(inspection.rubric.questions):
        for name in question.data:
            if name not in derived:
                message = f"question {question.id!r}: nothing is derived from the data {name!r}"
                yield inspection.found(("questions", number, "data", name), message, "unused-data")


def _named(value: Any, key: str) -> Iterator[str]:
    """Yield the names that stand under a key, however deep."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get(key), str):
                yield item[key]
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
