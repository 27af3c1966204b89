"""Limits on how often is marked, counted by the platform's own times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from grader.gradescope.results import staff_test
from grader.rubric.lateness import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.gradescope.metadata import Earlier, Metadata
    from grader.rubric.release import AttemptLimit

# What results.json may hold at its top and in a row; stored results come back with more, and with nulls.
_KEYS: Final = ("score", "output", "output_format", "test_output_format", "test_name_format", "visibility", "tests", "extra_data", "leaderboard")  # fmt: skip
_TEST_KEYS: Final = ("score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility", "extra_data")  # fmt: skip
_NUMBERS: Final = frozenset({"score", "max_score"})


def over_limit(limit: AttemptLimit | None, metadata: Metadata) -> str:
    """Return why this hand-in is not marked, "" where it is. Runs that failed by our fault do not count."""
    if limit is None or metadata.created is None:
        return ""
    counted = [
        item
        for item in metadata.earlier
        if not item.error
        and item.submitted < metadata.created
        and (limit.per is None or metadata.created - item.submitted < limit.per)
    ]
    if len(counted) < limit.limit:
        return ""
    times = "once" if limit.limit == 1 else f"{limit.limit} times"
    if limit.per is None:
        return f"Your answers are marked {times} at most, and that was before. This hand-in was not marked."
    wait = spoken(counted[-limit.limit].submitted + limit.per - metadata.created)
    return (
        f"Your answers are marked {times} in {spoken(limit.per)} at most. This hand-in was not marked; you can hand "
        f"in again in {wait}."
    )


def last_results(earlier: Sequence[Earlier]) -> dict[str, Any] | None:
    """Return the latest earlier results that can stand again, None where there are none."""
    for item in reversed(earlier):
        if item.error:
            continue
        stored = _kept(item.results, _KEYS)
        tests = stored.get("tests")
        rows = (
            [_kept(test, _TEST_KEYS) for test in tests if isinstance(test, dict)]
            if isinstance(tests, list)
            else []
        )
        stored["tests"] = rows
        if not isinstance(stored.get("score"), int | float):
            stored.pop("score", None)
        if "score" in stored or any("score" in row for row in rows):
            return stored
        if item.score is not None:
            return {"score": item.score, "tests": rows}
    return None


def not_marked(why: str, earlier: Sequence[Earlier]) -> dict[str, Any]:
    """Return results that keep what the student had, with the reason above."""
    kept = last_results(earlier)
    if kept is None:
        return {
            "score": 0,
            "output": why,
            "output_format": "text",
            "tests": [staff_test("over the limit, no results")],
        }
    before = str(kept.get("output") or "")
    return {
        **kept,
        "output": f"{why} Shown is the result of your last one.\n{before}",
        "output_format": "text",
    }


def _kept(data: Any, keys: Sequence[str]) -> dict[str, Any]:
    """Leave out nulls and what is not ours to write; points that were stored as text become numbers again."""
    kept = {key: data[key] for key in keys if data.get(key) is not None}
    for key in _NUMBERS & kept.keys():
        try:
            kept[key] = float(kept[key])
        except (TypeError, ValueError, OverflowError):
            del kept[key]
            continue
        if not math.isfinite(kept[key]):  # text such as "inf"
            del kept[key]
    if isinstance(kept.get("output"), str):
        kept["output"] = kept["output"].replace("\r\n", "\n").replace("\r", "\n")
    return kept
