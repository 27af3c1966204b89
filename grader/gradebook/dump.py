"""What a gradebook holds, as text: the same for the same work, whenever and however it was done."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from grader.gradebook.verdicts import unpacked_verdicts
from grader.writers.displaytext import json_escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.gradebook.store import Gradebook

# Everything that does not depend on the clock, on the order of work or on how often it was interrupted.
_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "rubric": ("SELECT digest, assignment FROM rubrics ORDER BY digest", ("digest", "assignment")),
    "content": ("SELECT digest, raw FROM contents ORDER BY digest", ("digest", "raw")),
    "report": (
        (
            "SELECT key, assignment, source, content, rubric, version, submitted, low, high, body FROM reports"
            " ORDER BY key"
        ),
        ("key", "assignment", "source", "content", "rubric", "version", "submitted", "low", "high", "body"),
    ),
    "outcome": (
        (
            "SELECT key, criterion, credit, reason, answer FROM outcomes JOIN reports ON reports.id = report"
            " ORDER BY key, criterion"
        ),
        ("report", "criterion", "credit", "reason", "answer"),
    ),
    "standing": (
        (
            "SELECT standings.assignment, student, place, key FROM standings JOIN reports ON reports.id = report"
            " ORDER BY standings.assignment, place, student"
        ),
        ("assignment", "student", "place", "report"),
    ),
    "handin": (
        (
            "SELECT assignment, student, place, source, content, submitted, sender FROM handins"
            " ORDER BY assignment, student, place"
        ),
        ("assignment", "student", "place", "source", "content", "submitted", "sender"),
    ),
    "due": (
        "SELECT assignment, student, due FROM due ORDER BY assignment, student",
        ("assignment", "student", "due"),
    ),
    "override": (
        'SELECT assignment, student, criterion, credit, who, "when", why, rule, answer FROM overrides ORDER BY id',
        ("assignment", "student", "criterion", "credit", "who", "when", "why", "rule", "answer"),
    ),
    "act": (
        "SELECT assignment, kind, student, question, criterion, data, who FROM acts ORDER BY id",
        ("assignment", "kind", "student", "question", "criterion", "data", "who"),
    ),
    "verdict": ("SELECT key, outcome FROM verdicts ORDER BY key", ("key", "outcomes")),
}
_RUNS = (
    (
        "SELECT id, kind, assignment, rubric, version, started, finished, marked, reused, failed, seconds FROM runs"
        " ORDER BY id"
    ),
    (
        "id",
        "kind",
        "assignment",
        "rubric",
        "version",
        "started",
        "finished",
        "marked",
        "reused",
        "failed",
        "seconds",
    ),
)


def dump(book: Gradebook, *, runs: bool = False) -> Iterator[str]:
    """Yield one JSON object a line; `runs` adds the runs, which are never twice the same."""
    with book.snapshot():
        for table, (query, names) in {**_TABLES, **({"run": _RUNS} if runs else {})}.items():
            for row in book.rows(query):
                cells: dict[str, Any] = {"table": table}
                for name, value in zip(names, row, strict=True):
                    cells[name] = _plain(name, value)
                yield json_escaped(json.dumps(cells, ensure_ascii=False))


def runs_of(book: Gradebook) -> Iterator[dict[str, Any]]:
    """Yield the runs, oldest first."""
    query, names = _RUNS
    return (dict(zip(names, row, strict=True)) for row in book.rows(query))


def _plain(name: str, value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    text = zlib.decompress(value)
    if name == "body":
        return json.loads(text)
    if name == "outcomes":
        return {key: json.loads(outcome) for key, outcome in unpacked_verdicts(text).items()}
    return f"sha256:{sha256(text).hexdigest()}, {len(text)} bytes"
