"""Back to the rubric: what people want it to learn from answers, as a rubric beside it that is tried before it counts."""

from __future__ import annotations

import shlex
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from grader.authoring.amending import KINDS, Amendment, amended
from grader.authoring.lint import inspected
from grader.authoring.lintfindings import Severity
from grader.checks import CHECKS
from grader.files.provenance import signed
from grader.files.registry import resolve
from grader.files.yamltree import read_own_file
from grader.gradebook.acts import acts_of
from grader.model.errors import GraderError, RubricError
from grader.records import dataclass
from grader.rubric.loading import MAX_BYTES
from grader.writers.atomic import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from grader.authoring.lintfindings import Lint
    from grader.gradebook import Gradebook

PROPOSED: Final = ".proposed.yaml"  # what the file beside the rubric is called, after its stem
ACTS: Final = ("propose", "withdraw")


@dataclass(frozen=True, slots=True)
class RubricChange:
    """One thing that somebody wants a rubric to learn."""

    number: int
    who: str
    amendment: Amendment

    @property
    def lines(self) -> str:
        """The change as it would stand in a rubric."""
        empty = "{any: []}" if "any" in resolve(CHECKS, self.amendment.check).model_fields else "{}"
        check = f"{self.amendment.check}: {empty}"
        text = f"questions:\n- criteria:\n  - id: {self.amendment.criterion}\n    {check}\n"
        return dedent(amended(text, [self.amendment], "").partition("- criteria:\n")[2])


@dataclass(frozen=True, slots=True)
class Proposed:
    """All changes that were proposed; where a rubric is at hand, with the file that has them and what is wrong with it."""

    changes: tuple[RubricChange, ...]
    path: str = ""
    findings: tuple[str, ...] = ()  # what 'check' says against it
    commands: tuple[str, ...] = ()  # that show what it changes, and apply it


def change_of(criterion: str, check: str, kind: str, words: str) -> Amendment:
    """Return a change from what a person chose. Raises ValueError for another kind or without words."""
    if kind not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)} (got {kind!r})")
    if not words.split():
        raise ValueError("choose the words of the answer that the rubric is to know")
    if kind == "mistake" and "mistakes" not in resolve(CHECKS, check).model_fields:
        kind = "reject"  # words have no mistakes of their own
    return Amendment(criterion, kind, words, check)


def changes_of(book: Gradebook, assignment: str) -> tuple[RubricChange, ...]:
    """Return the changes that were proposed and not withdrawn, oldest first."""
    found: dict[int, RubricChange] = {}
    for act in acts_of(book, assignment, ACTS):
        if act.kind == "withdraw":
            found.pop(int(act.data), None)
        else:
            found[act.number] = RubricChange(act.number, act.who, Amendment(act.criterion, *act.data))
    return tuple(found.values())


def proposed(changes: tuple[RubricChange, ...], rubric: Path | None, gradebook: Path) -> Proposed:
    """Write the rubric with all changes beside it, check it, and say how its effect is seen. Nothing is applied."""
    if rubric is None or not changes:
        return Proposed(changes)
    path = rubric.with_name(f"{rubric.name.removesuffix('.yaml').removesuffix('.yml')}{PROPOSED}")
    try:
        text = read_own_file(rubric, MAX_BYTES, RubricError)
        text = amended(text, [change.amendment for change in changes], str(rubric))
        write_text(path, signed(text if text.endswith("\n") else f"{text}\n", "proposal", "yaml"))
        inspection, found = inspected(path)
    except GraderError as error:
        return Proposed(changes, "", tuple(str(problem) for problem in error.problems))
    except OSError as error:
        return Proposed(changes, "", (f"{error.filename}: {error.strerror}",))
    findings = tuple(_told(each) for each in found if each.severity is not Severity.NOTE)
    if inspection is None or inspection.draft.problems:
        return Proposed(changes, "", findings)
    names = [shlex.quote(str(name)) for name in (path, gradebook)]
    regrade = f"grader regrade {names[0]} --gradebook {names[1]}"
    return Proposed(changes, str(path), findings, (f"grader check {names[0]}", regrade, f"{regrade} --apply"))


def _told(finding: Lint) -> str:
    return f"{finding.problem}: {finding.why}" if finding.why else str(finding.problem)
