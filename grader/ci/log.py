"""What a build's log shows: a few lines for people, none of which the build obeys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.ci.findings import Status
from grader.writers.displaytext import json_escaped, one_line
from grader.writers.jsonfile import render_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import Outcomes, Paper

# GitHub obeys a line that begins with two colons, and `##[` anywhere in a line; Azure also `##vso[`,
# TeamCity `##teamcity[`. GitLab's begin with an escape character, which is no longer one here.
_COMMAND: Final = re.compile(r"##(?=\w*\[)")
_COLONS: Final = re.compile(r"\s*::")
_LONGEST: Final = 1_000


def harmless(text: str) -> str:
    """Return a text as one printable line that no build system takes for a command."""
    line = _COMMAND.sub("# #", one_line(text, _LONGEST))
    return f"' {line}" if _COLONS.match(line) else line


def harmless_json(text: str) -> str:
    """Return JSON with the same meaning in which nothing looks like a command; none of its lines begins with colons."""
    return _COMMAND.sub(r"#\\u0023", json_escaped(text))


def log_lines(outcomes: Outcomes) -> Iterator[str]:
    """Yield the result of a run for people, line by line."""
    for paper in outcomes.papers:
        yield harmless(_head(paper))
        for finding in paper.findings:
            if finding.status is not Status.FINE:
                said = next(finding.sentences(), "")
                where = f"{paper.source}:{finding.line}"
                yield "  " + harmless(f"{where}: {finding.name}: {finding.amount}, {finding.words}. {said}")
        for adjustment in paper.adjustments:
            yield "  " + harmless(f"{adjustment.told}: {adjustment.amount}")
        if outcomes.is_under(paper) and outcomes.least is not None:
            yield "  " + harmless(f"The sure score is under {percent(outcomes)}.")
    if outcomes.papers and outcomes.awaiting:
        yield f"{outcomes.awaiting} {'row awaits' if outcomes.awaiting == 1 else 'rows await'} a person."


def problem_lines(outcomes: Outcomes) -> Iterator[str]:
    """Yield what went wrong, line by line, for the error stream."""
    for problem in outcomes.problems:
        yield harmless(str(problem))
    for paper in outcomes.papers:
        for problem in paper.problems:
            yield harmless(str(problem))


def reports_json(outcomes: Outcomes) -> str:
    """Return the public JSON of all reports as one array; a group's hand-in is one report that names them all."""
    bodies = [render_json(paper.sheet).rstrip("\n") for paper in outcomes.papers if paper.sheet is not None]
    return harmless_json("[" + ",\n".join(bodies) + "]")


def percent(outcomes: Outcomes) -> str:
    """Return the share asked for in words: `50 %`."""
    return f"{float(100 * (outcomes.least or 0)):.4g} %"


def _head(paper: Paper) -> str:
    view = paper.view
    if view is None:
        return f"{paper.source}: could not be marked"
    names = ", ".join((view.name, *view.others))
    return f"{paper.source}: {names}: {view.score} of {view.max_points} points"
