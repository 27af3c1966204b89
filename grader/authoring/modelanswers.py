"""The model answers of a rubric, read and marked as hand-ins are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.marking.questionmarking import mark_question
from grader.readers.structured import read_answer

if TYPE_CHECKING:
    from grader.files.yamltree import Loc, Tree
    from grader.model.errors import Problem
    from grader.model.report import QuestionReport
    from grader.model.submission import Answer
    from grader.rubric.questions import Question, Rubric


def read_model(rubric: Rubric, question: Question, tree: Tree, loc: Loc) -> tuple[Answer, list[Problem]]:
    """Return a question's model answer as a hand-in's, with what is wrong with it."""
    outline = next(each for each in rubric.outline.questions if each.id == question.id)
    return read_answer(outline, question.model, loc, tree)


def marked_model(
    rubric: Rubric, question: Question, tree: Tree, loc: Loc
) -> tuple[QuestionReport | None, list[Problem]]:
    """Mark a question's model answer by the criteria whose check could be made."""
    answer, problems = read_model(rubric, question, tree, loc)
    criteria = tuple(criterion for criterion in question.criteria if criterion.check is not None)
    if problems or not criteria:
        return None, problems
    return mark_question(rubric, question.model_copy(update={"criteria": criteria}), answer), []
