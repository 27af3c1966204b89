"""Whether two formulas are equal: proved, probable, disproved with a point, or undecided."""

from grader.equivalence.comparing import compare
from grader.equivalence.nearmiss import near_miss, without_values
from grader.equivalence.readings import compare_readings, open_readings, unordered
from grader.equivalence.verdict import DEFAULT, DOMAINS, Options, Verdict

__all__ = [
    "DEFAULT",
    "DOMAINS",
    "Options",
    "Verdict",
    "compare",
    "compare_readings",
    "near_miss",
    "open_readings",
    "unordered",
    "without_values",
]
