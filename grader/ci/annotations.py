"""Annotations for GitHub: workflow commands that put a remark beside a line of the hand-in.

The form and its escapes are those the runner reads: `::warning file=F,line=N,title=T::message`, where the
message escapes `%`, carriage return and newline, and a property also `:` and `,`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from grader.ci.findings import Status
from grader.ci.log import percent
from grader.writers.displaytext import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import CiFinding, Outcomes, Paper

# GitHub shows so many of each kind for a step, and says nothing about the others.
SHOWN: Final = 10
_LONGEST_TITLE: Final = 200
_KINDS: Final = {Status.LOST: "warning", Status.AWAITS: "notice", Status.OURS: "error"}


class Annotation(NamedTuple):
    """A remark on a line of a file; `kind` is error, warning or notice."""

    kind: str
    title: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Write it as the runner reads it."""
        properties = {"file": self.file, "line": str(self.line or ""), "title": self.title}
        given = ",".join(f"{name}={as_property(value)}" for name, value in properties.items() if value)
        return f"::{self.kind} {given}::{as_data(self.message)}"


def as_data(text: str) -> str:
    """Escape the message of a command."""
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_property(text: str) -> str:
    """Escape a property of a command."""
    return as_data(text).replace(":", "%3A").replace(",", "%2C")


def annotate(outcomes: Outcomes) -> Iterator[Annotation]:
    """Yield at most ten of each kind, those about most points first; the last says how many are left out."""
    remarks = [*_of_problems(outcomes), *_of_findings(outcomes)]
    for kind in ("error", "warning", "notice"):
        same = [remark for remark in remarks if remark.kind == kind]
        yield from same if len(same) <= SHOWN else same[: SHOWN - 1]
        if len(same) > SHOWN:
            said = f"GitHub shows {SHOWN} of a kind. The log of this step has them all."
            yield Annotation(kind, f"... and {len(same) - SHOWN + 1} more", said)


def _of_problems(outcomes: Outcomes) -> Iterator[Annotation]:
    for problem in outcomes.problems:
        yield Annotation(
            "error", "The rubric cannot be used", one_line(problem.message), problem.path, problem.line
        )
    for paper in outcomes.papers:
        # What failed in a marked hand-in has its row, which says the same.
        for problem in paper.problems if paper.view is None else ():
            whose = "The grader failed, not you" if paper.ours else "This could not be read"
            yield Annotation("error", whose, one_line(problem.message), paper.source, problem.line or 1)
        view = paper.view
        if view is not None and outcomes.is_under(paper):
            said = f"{view.score} of {view.max_points} points; what is sure of them is under {percent(outcomes)}."
            yield Annotation("error", f"{_who(paper)}: not enough points", said, paper.source, 1)


def _of_findings(outcomes: Outcomes) -> Iterator[Annotation]:
    found = [(paper, finding) for paper in outcomes.papers for finding in paper.findings]
    for paper, finding in sorted(found, key=lambda pair: -pair[1].lost):
        if finding.status is not Status.FINE:
            yield _of_finding(paper, finding)


def _of_finding(paper: Paper, finding: CiFinding) -> Annotation:
    title = f"{finding.question.id}: {finding.row.title} ({finding.amount}, {finding.words})"
    said = "\n".join(map(one_line, finding.sentences())) or finding.words
    return Annotation(
        _KINDS[finding.status], one_line(title, _LONGEST_TITLE), said, paper.source, finding.line
    )


def _who(paper: Paper) -> str:
    return one_line(paper.view.name) if paper.view is not None else paper.label
