"""A rubric's own examples come out as it says, and so do its model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.examples import failed_examples
from grader.authoring.lintfindings import Severity
from grader.authoring.modelanswers import marked_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.lintfindings import Inspection, Lint
    from grader.model.report import CriterionReport


def examples_come_out(inspection: Inspection) -> Iterator[Lint]:
    """Yield every `accepts` without full credit and every `rejects` that earns some."""
    for example in failed_examples(inspection.rubric):
        rule, severity = "example-fails", Severity.ERROR
        if example.undecided:
            # What is wrong and waits is slow and no more; what is right and waits is what such a check is there for.
            accepted = example.loc[-2] == "accepts"
            rule, severity = "example-undecided", Severity.WARNING if accepted else Severity.NOTE
        yield inspection.found(example.loc, example.said, rule, severity, why=example.why)


def models_get_full_marks(inspection: Inspection) -> Iterator[Lint]:
    """Yield every criterion of which a model answer does not get all."""
    for number, question in enumerate(inspection.rubric.questions):
        if question.model is None:
            continue
        loc = ("questions", number, "model")
        report, problems = marked_model(inspection.rubric, question, inspection.draft.tree, loc)
        for problem in problems:
            message = f"question {question.id!r}: {problem.message}"
            yield inspection.found(loc, message, "model-answer", Severity.ERROR)
        for row in report.criteria if report is not None else ():
            said = _lost(row)
            if said:
                severity = Severity.WARNING if row.credit is None else Severity.ERROR
                message = f"question {question.id!r}, criterion {row.id!r}: the model answer {said}"
                yield inspection.found(loc, message, "model-answer", severity, why=_read(row))


def _lost(row: CriterionReport) -> str:
    """Say what a model answer lost in a row, "" where it lost nothing."""
    if not row.points or (row.points > 0 and row.credit == 1) or (row.points < 0 and row.credit == 0):
        return ""
    if row.credit is None:
        return f"is left to a person: {row.reason}"
    if row.points < 0:
        return f"makes this false claim: {row.reason}"
    return f"gets {float(row.credit * row.points):g} of {float(row.points):g} points: {row.reason}"


def _read(row: CriterionReport) -> str:
    item = next((each for each in row.evidence if each.read or each.decided), None)
    if item is None:
        return ""
    looked_for = f" [looked for: {item.expected}]" if item.expected else ""
    return f"read {item.read!r}: {item.decided.rstrip('.')}{looked_for}" if item.read else item.decided
