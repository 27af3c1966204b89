"""The checks: one file each, found through CHECKS, imported only when a rubric names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from grader.model import Outcome, Response

CHECKS: Final[Mapping[str, str]] = {
    "number": "grader.checks.number:NumberCheck",
    "matrix": "grader.checks.matrix:MatrixCheck",
    "formula": "grader.checks.formula:FormulaCheck",
    "keywords": "grader.checks.keywords:KeywordsCheck",
    "choice": "grader.checks.choice:ChoiceCheck",
}


class Check(Protocol):
    """A frozen pydantic model whose fields are its YAML keys.

    Scalars reach a check's model as the text that stands in the rubric, so each field's own type
    says what `no`, `2.10` or `1e-3` mean. Bad parameters raise ValueError while the model is
    made; after that `check` is pure and total: any text at all gives an Outcome.
    """

    def check(self, response: Response, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a response that is not blank.

        `earlier` holds the numbers read by earlier criteria of the same question, by part name
        and by criterion id.
        """
        ...
