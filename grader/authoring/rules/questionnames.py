"""Every question has names by which a document can tell it from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.documents.cut.answers import cut_text
from grader.documents.cut.titles import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.lintfindings import Inspection, Lint
    from grader.files.yamltree import Loc
    from grader.rubric.questions import Question


def questions_are_told_apart(inspection: Inspection) -> Iterator[Lint]:
    """Yield every title or heading under which a document's answer would not be cut for its question alone."""
    rubric = inspection.rubric
    first: dict[str, str] = {}
    for number, question in enumerate(rubric.questions):
        for loc, name in _names(question, ("questions", number)):
            whose = f"question {question.id!r}: the {'title' if loc[-1] == 'title' else 'heading'} {name!r}"
            words = folded(name)
            if first.setdefault(words, question.id) != question.id:
                message = (
                    f"{whose} is question {first[words]!r}'s as well: no document can tell them apart by it"
                )
                yield inspection.found(loc, message, "same-heading")
                continue
            named, _ = cut_text(f"## {name}\n\nAn answer.\n", rubric.outline)
            others = sorted(set(named) - {question.id})
            if others:
                message = f"{whose} is taken for question {', '.join(map(repr, others))} where it stands in a document"
                yield inspection.found(loc, message, "same-heading")


def _names(question: Question, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if folded(question.title):
        yield (*loc, "title"), question.title
    for place, heading in enumerate(question.headings):
        if folded(heading):
            yield (*loc, "headings", place), heading
