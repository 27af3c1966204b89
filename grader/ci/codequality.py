"""GitLab's Code Quality report: remarks beside the lines of a merge request."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from grader.ci.findings import Status
from grader.ci.log import harmless_json
from grader.writers.atomic import NOT_OURS
from grader.writers.displaytext import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ci.findings import Outcomes

DEFAULT_FILE: Final = "gl-code-quality-report.json"
# info, minor, major, critical, blocker is the whole scale.
_SEVERITIES: Final = {Status.LOST: "minor", Status.AWAITS: "info", Status.OURS: "critical"}


def render_codequality(outcomes: Outcomes) -> str:
    """Return the report as JSON: a list of remarks."""
    return harmless_json(json.dumps(list(_remarks(outcomes)), indent=2, ensure_ascii=False)) + "\n"


def known_codequality(there: bytes) -> str:
    """Return "" for a file of such remarks, else why it must not be replaced. The format has no place for a signature."""
    keys = set(_remark("", "", "", "", 0))
    with suppress(ValueError, RecursionError):
        data = json.loads(there)
        if isinstance(data, list) and all(isinstance(item, dict) and set(item) == keys for item in data):
            return ""
    return NOT_OURS


def _remarks(outcomes: Outcomes) -> Iterator[dict[str, Any]]:
    for problem in outcomes.problems:
        yield _remark(
            "rubric", f"The rubric cannot be used: {problem.message}", "blocker", problem.path, problem.line
        )
    for paper in outcomes.papers:
        for problem in paper.problems if paper.view is None else ():
            whose = "The grader failed" if paper.ours else "This could not be read"
            severity = "critical" if paper.ours else "major"
            yield _remark("reading", f"{whose}: {problem.message}", severity, paper.source, problem.line)
        for finding in paper.findings:
            if finding.status is not Status.FINE:
                said = next(finding.sentences(), "")
                words = (
                    f"{finding.question.id}: {finding.row.title}: {finding.amount}, {finding.words}. {said}"
                )
                severity = _SEVERITIES[finding.status]
                yield _remark(finding.row.id, words, severity, paper.source, finding.line)


def _remark(name: str, said: str, severity: str, path: str, line: int) -> dict[str, Any]:
    # The same remark on another line is the same remark; its fingerprint tells GitLab so.
    known = said if name in {"rubric", "reading"} else ""
    fingerprint = sha256(f"{path}\0{name}\0{known}".encode("utf-8", "replace")).hexdigest()[:32]
    return {
        "description": one_line(said),
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": one_line(path), "lines": {"begin": max(line, 1)}},
    }
