"""Run the examples that a rubric gives for its own criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.finding.reading import Reading
from grader.marking import judge
from grader.readers.structured import frozen
from grader.validation import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Outcome
    from grader.rubric import Criterion, Rubric


def failed_examples(rubric: Rubric) -> Iterator[str]:
    """Yield a sentence for every `accepts` without full credit and every `rejects` that earns some.

    For a contradiction `accepts` are answers that make the false claim. An example that would go to
    a person is neither accepted nor rejected.
    """
    for question in rubric.questions:
        for criterion in question.criteria:
            whose = f"question {question.id!r}, criterion {criterion.id!r}"
            for number, example in enumerate(criterion.accepts, 1):
                outcome = run_example(criterion, example, rubric.language)
                if outcome.credit != 1:
                    yield f"{whose}: accepts number {number} is not accepted: {_said(outcome)} (got {shown(example)})"
            for number, example in enumerate(criterion.rejects, 1):
                outcome = run_example(criterion, example, rubric.language)
                if outcome.credit:
                    yield f"{whose}: rejects number {number} is not rejected: {_said(outcome)} (got {shown(example)})"


def run_example(criterion: Criterion, example: Any, language: str) -> Outcome:
    """Judge one example: a text is prose, a list or mapping is given as the criterion's part."""
    if isinstance(example, str):
        return judge(criterion, Reading(example, language=language), {})
    given = Reading(value=frozen(example), part=criterion.names[0], language=language)
    return judge(criterion, given, {})


def _said(outcome: Outcome) -> str:
    credit = "for review" if outcome.credit is None else f"credit {outcome.credit}"
    return f"{credit}, {outcome.code}"
