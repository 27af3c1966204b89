"""Whether two formulas are equal: proved, probable, disproved with a point, or undecided."""

from grader.equivalence.comparing import compare
from grader.equivalence.nearmiss import near_miss
from grader.equivalence.verdict import DEFAULT, DOMAINS, Options, Verdict

__all__ = ["DEFAULT", "DOMAINS", "Options", "Verdict", "compare", "near_miss"]
