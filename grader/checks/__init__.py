"""The checks: one file each, found through CHECKS, imported only when a rubric names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKS: Final[Mapping[str, str]] = {
    "number": "grader.checks.number:NumberCheck",
    "matrix": "grader.checks.matrix:MatrixCheck",
    "formula": "grader.checks.formula:FormulaCheck",
    "keywords": "grader.checks.keywords:KeywordsCheck",
    "statement": "grader.checks.statement:StatementCheck",
    "choice": "grader.checks.choice:ChoiceCheck",
    "regex": "grader.checks.regex:RegexCheck",
}
