"""What `grader check` finds in a rubric: where, how grave, by which rule."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.files.yamltree import Loc
    from grader.model.errors import Problem
    from grader.rubric.loading import Draft
    from grader.rubric.questions import Criterion, Question, Rubric


class Severity(StrEnum):
    """How grave a finding is: a rubric with an error is not to be used."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Lint:
    """One finding; `why` is what was read and what it was compared with, where that helps."""

    problem: Problem
    severity: Severity
    rule: str
    why: str = ""

    def __str__(self) -> str:
        place, message = str(self.problem), self.problem.message
        return f"{place.removesuffix(message)}{self.severity}: {message} [{self.rule}]"

    @property
    def data(self) -> dict[str, Any]:
        """The finding for scripts."""
        problem = self.problem
        return {
            "path": problem.path,
            "line": problem.line,
            "column": problem.column,
            "severity": self.severity.value,
            "rule": self.rule,
            "message": problem.message,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A criterion with its question, and where it stands in the rubric's tree."""

    number: int
    row: int
    question: Question
    criterion: Criterion

    @property
    def loc(self) -> Loc:
        return ("questions", self.number, "criteria", self.row)

    @property
    def whose(self) -> str:
        return f"question {self.question.id!r}, criterion {self.criterion.id!r}: "

    @property
    def check_loc(self) -> Loc:
        return (*self.loc, self.criterion.check_name)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A rubric under inspection, with its file."""

    draft: Draft
    rubric: Rubric
    source: str

    @property
    def criteria(self) -> Iterator[Whereabouts]:
        """The criteria whose check could be made."""
        for number, question in enumerate(self.rubric.questions):
            for row, criterion in enumerate(question.criteria):
                if criterion.check is not None:
                    yield Whereabouts(number, row, question, criterion)

    def found(
        self, loc: Loc, message: str, rule: str, severity: Severity = Severity.WARNING, *, why: str = ""
    ) -> Lint:
        """Return a finding about a place of the rubric's tree."""
        return Lint(self.draft.tree.problem(loc, message), severity, rule, why)
