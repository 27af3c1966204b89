"""Find where a rubric's own public words give away what it expects.

A form never takes anything from the key, but an author may have written the answer into a title, a
question's text or the name of a part. What can hardly be chance is told apart from what may be: the
size 3 x 3 stands in many questions that are not answered by it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from grader.finding.reading import Reading
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.files.yamltree import Loc, Tree
    from grader.model.errors import Problem
    from grader.rubric.questions import Question, Rubric


@dataclass(frozen=True, slots=True)
class Leak:
    """One place that tells an expected value; `sure` where that can hardly be chance."""

    problem: Problem
    sure: bool


@dataclass(frozen=True)
class _Public:
    """A text that students see: where it stands in the rubric, and what it is called."""

    text: str
    loc: Loc
    called: str
    question: int | None = None
    criterion: int | None = None  # of a part's name

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.text, part="" if self.criterion is None else self.text)


def leaks(rubric: Rubric, tree: Tree, source: str) -> tuple[Leak, ...]:
    """Return every place of the rubric that students see and that holds an expected value.

    `tree` and `source` are the rubric's file as it was read, for the lines.
    """
    found: dict[Problem, Leak] = {}
    for public in _public(rubric):
        for number, question in enumerate(rubric.questions):
            own = public.question in {number, None}
            for criterion in question.criteria:
                if criterion.check is None:  # of a draft: it was refused
                    continue
                for spelling, sure in criterion.check.leaks(public.reading) if public.text.strip() else ():
                    if not sure and not own:
                        continue
                    whose = f"question {question.id!r}, criterion {criterion.id!r}"
                    message = f"{public.called} holds {spelling!r}, which {whose} expects"
                    if not sure:
                        message += "; make sure that it does not give the answer away"
                    problem = _placed(tree, source, public, spelling, message)
                    known = found.get(problem)
                    found[problem] = Leak(problem, sure or (known is not None and known.sure))
    return tuple(found[problem] for problem in sorted(found))


def _public(rubric: Rubric) -> Iterator[_Public]:
    yield _Public(rubric.title, ("title",), "the title")
    for number, question in enumerate(rubric.questions):
        loc = ("questions", number)
        whose = f"question {question.id!r}"
        yield _Public(question.title, (*loc, "title"), f"{whose}: its title", number)
        yield _Public(question.text, (*loc, "text"), f"{whose}: its text", number)
        for place, heading in enumerate(question.headings):
            yield _Public(heading, (*loc, "headings", place), f"{whose}: a heading", number)
        yield from _names(question, number)


def _names(question: Question, number: int) -> Iterator[_Public]:
    for row, criterion in enumerate(question.criteria):
        loc = ("questions", number, "criteria", row, "part")
        called = f"question {question.id!r}: the name of the part {criterion.part!r}"
        yield _Public(criterion.part, loc, called, number, row)


def _placed(tree: Tree, source: str, public: _Public, spelling: str, message: str) -> Problem:
    """Say it at the line of the spelling itself, where that stands in the file as it was read."""
    problem = tree.problem(public.loc, message)
    lines = source.splitlines(keepends=True)
    start = sum(map(len, lines[: problem.line - 1])) + problem.column - 1
    at = source.find(spelling, start, start + 2 * len(public.text) + 400)
    if at < 0:
        return problem
    line = source.count("\n", 0, at) + 1
    return type(problem)(problem.path, line, at - source.rfind("\n", 0, at), message)
