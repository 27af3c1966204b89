"""A calibration as JSON, for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from grader.calibration.gains import gains
from grader.calibration.wordings import propose_wordings
from grader.files.provenance import signed
from grader.writers.atomic import write_text
from grader.writers.displaytext import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.calibration.branches import Contribution
    from grader.calibration.figures import CrossTable
    from grader.calibration.floors import Shortfall
    from grader.calibration.measuring import Calibration, CriterionCalibration, CriterionSummary, Judged

_DIGITS: Final = 6  # after the point; more is noise of the last bit


def write_record(path: Path, calibration: Calibration, short: Sequence[Shortfall]) -> Path:
    """Write the record of a calibration to a file, whole or not at all."""
    text = json.dumps(record(calibration, short), ensure_ascii=False, indent=1)
    return write_text(path, signed(encodable(text), "calibration", "json"))


def record(calibration: Calibration, short: Sequence[Shortfall]) -> dict[str, Any]:
    """Return everything measured as plain data. Figures that cannot be told are null."""
    return {
        "rubric": calibration.rubric,
        "rubric_digest": calibration.digest,
        "interval": "kappa, 95 %, Bayesian bootstrap over authors (answers where no author is given)",
        "all": _summary(calibration.overall),
        "earning": _summary(calibration.earning),
        "contradictions": _summary(calibration.contradictions),
        "criteria": [_criterion(item) for item in calibration.criteria],
        "disputed": [
            {"criterion": rows[0].mark.criterion, "lines": [row.mark.line for row in rows]}
            for rows in calibration.disputed
        ],
        "under": [
            {"where": item.where, "figure": item.figure, "floor": item.least, "got": _rounded(item.got)}
            for item in short
        ],
    }


def _criterion(item: CriterionCalibration) -> dict[str, Any]:
    gap = item.credit_gap
    return {
        "id": item.criterion.id,
        "question": item.question,
        "check": item.criterion.check_name,
        "contradiction": item.contradiction,
        **_summary(item.summary),
        "left_out": item.left_out,
        "credit_gap": None if gap is None else _rounded(float(gap)),
        "examples": {"given": item.examples, "failed": list(item.failed)},
        "false_positives": [_judged(row) for row in item.of("false_positive")],
        "false_negatives": [_judged(row) for row in item.of("false_negative")],
        "undecided": [_judged(row) for row in item.of("undecided")],
        "waiting_met": len(item.waiting_met),
        "idle_net": item.idle_net,
        "patterns": [_contribution(part) for part in item.contributions],
        "gains": [
            {
                "edit": part.edit,
                "right": part.right,
                "wrong": part.wrong,
                "looks": part.looks,
                "lost": part.lost,
            }
            for part in gains(item, item.language)
        ],
        "wordings": [
            {"key": part.key, "text": part.text, "line": part.line, "others": part.others}
            for part in propose_wordings(item)
        ],
        "proposals": [
            {"words": part.words, "missed": part.missed, "others": part.others, "lines": list(part.lines)}
            for part in item.proposals
        ],
    }


def _summary(summary: CriterionSummary) -> dict[str, Any]:
    low, high = summary.interval or (None, None)
    return {**_figures(summary.table), "kappa_low": _rounded(low), "kappa_high": _rounded(high)}


def _figures(table: CrossTable) -> dict[str, Any]:
    return {
        "marks": table.marks,
        "met": table.met,
        "decided": table.decided,
        "decided_share": _rounded(table.decided_share),
        "true_positives": table.both,
        "false_positive_count": table.machine_only,
        "false_negative_count": table.person_only,
        "true_negatives": table.neither,
        "precision": _rounded(table.precision),
        "recall": _rounded(table.recall),
        "f1": _rounded(table.f1),
        "agreement": _rounded(table.agreement),
        "kappa": _rounded(table.kappa),
    }


def _judged(row: Judged) -> dict[str, Any]:
    return {
        "line": row.mark.line,
        "author": row.mark.author,
        "mark": str(row.credit),
        "credit": None if row.outcome.credit is None else str(row.outcome.credit),
        "reason": row.outcome.code,
        "patterns": list(row.fired),
        "spans": [
            {
                "read": part.read,
                "start": part.start,
                "end": part.end,
                "expected": part.expected,
                "decided": part.decided,
            }
            for part in row.outcome.evidence
        ],
    }


def _contribution(part: Contribution) -> dict[str, Any]:
    return {
        "number": part.number,
        "pattern": part.pattern,
        "alone": {"right": part.alone_right, "wrong": part.alone_wrong},
        "only": {"right": part.lost_right, "wrong": part.lost_wrong},
        "without": _figures(part.without),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
