"""The gradebook: what was handed in, how it was marked, what people decided. One SQLite file.

It holds the hand-ins by content, a report for each under a rubric and a version of the grader, which
report stands for each student and what it was before, the overrides, and the verdicts that equal
answers share. Reports are views of it: they can be thrown away and written again.

Several processes may use one gradebook at once (SQLite in WAL mode; every write is one short
transaction). What is written is whole or not there, whatever happens to the process.
"""

from __future__ import annotations

from grader.gradebook.store import Gradebook

__all__ = ["Gradebook"]
