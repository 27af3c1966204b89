"""All that `grader check` finds in a rubric, in one run: what it cannot mean, and what its author may not have meant.

A rule is one function of `grader.authoring.rules`, and stands once in `RULES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.authoring.lintfindings import Inspection, Lint, Severity
from grader.authoring.rules.askedwords import (
    feedback_holds_no_key,
    public_words_hold_no_key,
    questions_earn_nothing,
)
from grader.authoring.rules.knownmistakes import mistakes_get_their_credit
from grader.authoring.rules.ownexamples import examples_come_out, models_get_full_marks
from grader.authoring.rules.questionnames import questions_are_told_apart
from grader.authoring.rules.unused import points_can_be_earned, sets_and_data_are_used
from grader.authoring.studentsheets import broken_variants
from grader.files.yamltree import read_own_file
from grader.model.errors import RubricError
from grader.rubric.loading import MAX_BYTES, read_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def checks_have_no_doubts(inspection: Inspection) -> Iterator[Lint]:
    """Yield what the checks themselves find doubtful, each at its key."""
    for where in inspection.criteria:
        for each in where.criterion.check.doubts():
            key = each.partition(":")[0]
            path = [int(step) if step.isdecimal() else step for step in key.split(".")]
            yield inspection.found((*where.check_loc, *path), f"{where.whose}{each}", f"doubtful-{path[0]}")


def variants_can_be_made(inspection: Inspection) -> Iterator[Lint]:
    """Yield what is wrong with what students would get where questions have parameters."""
    if not inspection.draft.problems:
        for problem in broken_variants(inspection.rubric):
            yield Lint(problem, Severity.ERROR, "variant-fails")


RULES: Final[tuple[Callable[[Inspection], Iterator[Lint]], ...]] = (
    points_can_be_earned,
    sets_and_data_are_used,
    questions_are_told_apart,
    checks_have_no_doubts,
    examples_come_out,
    models_get_full_marks,
    mistakes_get_their_credit,
    questions_earn_nothing,
    public_words_hold_no_key,
    feedback_holds_no_key,
    variants_can_be_made,
)


def inspected(path: Path) -> tuple[Inspection | None, tuple[Lint, ...]]:
    """Read a rubric file and return what there is of it, with all findings in the order of the file.

    None where there is nothing to inspect. RubricError: the file itself cannot be read.
    """
    source = read_own_file(path, MAX_BYTES, RubricError)
    draft = read_draft(source, str(path), folder=path.parent)
    found = [Lint(problem, Severity.ERROR, "invalid") for problem in draft.problems]
    inspection = Inspection(draft, draft.rubric, source) if draft.rubric is not None else None
    if inspection is not None:
        found += [each for rule in RULES for each in rule(inspection)]
    return inspection, tuple(sorted(dict.fromkeys(found), key=lambda each: each.problem))
