"""What a rubric says that its author may not have meant: no error, and worth a second look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.files.yamltree import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.errors import Problem
    from grader.rubric.questions import Rubric


def doubts(rubric: Rubric, source: str, path: str) -> Iterator[Problem]:
    """Yield every doubt at its line; `source` is the rubric's text."""
    tree = load_yaml(source, path)
    if not rubric.max_points:
        yield tree.problem(("questions",), "no criterion has points to earn")
    for number, question in enumerate(rubric.questions):
        for row, criterion in enumerate(question.criteria):
            for each in criterion.check.doubts():
                loc = ("questions", number, "criteria", row, criterion.check_name, each.partition(":")[0])
                yield tree.problem(loc, f"question {question.id!r}, criterion {criterion.id!r}: {each}")
